//! Who holds a mutex, which only a waiter learns from outside.

use super::Mutex;

#[test]
fn a_thread_holds_a_mutex_from_its_lock_to_its_drop() {
    let mutex = Mutex::new(());
    let is_held = || mutex.identity.holder.held_here_since().is_some();
    assert!(!is_held());
    let guard = mutex.lock().unwrap();
    assert!(is_held());
    drop(guard);
    assert!(!is_held());
}
