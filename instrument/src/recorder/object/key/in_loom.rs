//! A value has one key, whoever asks first.

use loom::sync::Arc;
use loom::sync::atomic::Ordering;
use loom::thread;

use super::Key;

#[test]
fn threads_that_ask_for_a_key_at_once_are_told_the_same() {
    loom::model(|| {
        let key = Arc::new(Key::unassigned());
        assert_eq!(key.0.load(Ordering::Relaxed), 0);
        let theirs = Arc::clone(&key);
        let theirs = thread::spawn(move || theirs.get(1));
        let ours = key.get(1);
        assert_eq!(theirs.join().expect("it is told one"), ours);
        assert_eq!(key.get(1), ours);
    });
}
