//! From the address of a value back to its count, for references that spend some
//! time as raw pointers.
//!
//! An address is entered once its reference was asked for a pointer, and leaves with
//! its count. It may by then belong to another value, whose entry took its place.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use super::count::Count;

struct Entry {
    count: Weak<Count>,
    /// One for each raw pointer that is a reference, so that their count stays.
    held: Vec<Arc<Count>>,
}

// A count must not be dropped under this lock, since its destructor takes it.
static ENTRIES: Mutex<BTreeMap<usize, Entry>> = Mutex::new(BTreeMap::new());

/// The pointer to a value of this count was handed out.
pub(super) fn enter(address: usize, count: &Arc<Count>) {
    // ORDERING: relaxed; entering twice does no harm.
    if count.registered_at.load(Ordering::Relaxed) == address {
        return;
    }
    let fresh = Entry {
        count: Arc::downgrade(count),
        held: Vec::new(),
    };
    let mut entries = lock();
    // ORDERING: relaxed; read again under the lock or by the count's destructor.
    count.registered_at.store(address, Ordering::Relaxed);
    let is_of_count = |entry: &Entry| entry.count.as_ptr() == Arc::as_ptr(count);
    if entries.get(&address).is_some_and(is_of_count) {
        return;
    }
    let stale = entries.insert(address, fresh);
    drop(entries);
    drop(stale);
}

/// A reference became a raw pointer.
pub(super) fn hold(address: usize, count: Arc<Count>) {
    enter(address, &count);
    let mut entries = lock();
    if let Some(entry) = entries.get_mut(&address) {
        entry.held.push(count);
    }
}

/// The count of the reference that a raw pointer is, or of the value that it points
/// to. None for a pointer that was not made here.
pub(super) fn release(address: usize) -> Option<Arc<Count>> {
    let mut entries = lock();
    let entry = entries.get_mut(&address)?;
    entry.held.pop().or_else(|| entry.count.upgrade())
}

/// The count of the value at an address, if it is known.
pub(super) fn find(address: usize) -> Option<Arc<Count>> {
    lock().get(&address)?.count.upgrade()
}

/// The count, which is being dropped, had this address.
pub(super) fn forget(address: usize, count: &Count) {
    let mut entries = lock();
    let is_of_count = |entry: &Entry| std::ptr::eq(entry.count.as_ptr(), count);
    if entries.get(&address).is_some_and(is_of_count) {
        let left = entries.remove(&address);
        drop(entries);
        drop(left);
    }
}

fn lock() -> MutexGuard<'static, BTreeMap<usize, Entry>> {
    // Nothing panics under the lock.
    ENTRIES.lock().unwrap_or_else(PoisonError::into_inner)
}
