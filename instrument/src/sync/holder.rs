//! Who holds a lock, so that a thread that would wait for itself is told so
//! instead of hanging.
//!
//! **Invariant:** a holder names a thread only between that thread's real acquire
//! and its real release, and only that thread puts its own number there.

use std::cell::Cell;
use std::panic::Location;
use std::ptr;
use std::sync::atomic::{AtomicPtr, AtomicU64, Ordering};

use crate::recorder::Object;

/// The OS thread that holds a lock alone, and where it took it.
pub(super) struct Holder {
    /// The number of the thread; zero while nobody holds the lock.
    thread: AtomicU64,
    /// Made from a `&'static Location<'static>`, or null.
    site: AtomicPtr<Location<'static>>,
}

impl Holder {
    /// Of a lock that is free.
    pub(super) const fn nobody() -> Self {
        Self {
            thread: AtomicU64::new(0),
            site: AtomicPtr::new(ptr::null_mut()),
        }
    }

    /// This thread took the lock at `site`. To be called after the real acquire.
    #[inline]
    pub(super) fn set(&self, site: &'static Location<'static>) {
        // ORDERING: relaxed, both; a thread compares with its own number alone, and
        // finds it only if its own stores are the last ones (see `held_here_since`).
        self.site
            .store(ptr::from_ref(site).cast_mut(), Ordering::Relaxed);
        self.thread.store(this_thread(), Ordering::Relaxed);
    }

    /// The lock is about to be free. To be called before the real release.
    #[inline]
    pub(super) fn clear(&self) {
        // ORDERING: relaxed, as in `set`.
        self.thread.store(0, Ordering::Relaxed);
    }

    /// Whether some thread seems to hold the lock at the moment: a hint.
    pub(super) fn is_somebody(&self) -> bool {
        // ORDERING: relaxed; nothing relies on the answer.
        self.thread.load(Ordering::Relaxed) != 0
    }

    /// Where this thread took the lock, if it is the one that holds it.
    ///
    /// This thread's number is stored by this thread alone, which takes it away
    /// before it gives up the lock. Coherence lets a thread read nothing older than
    /// its own last store, so that it reads its own number only while it holds the
    /// lock; and then no other thread has stored a site since.
    pub(super) fn held_here_since(&self) -> Option<&'static Location<'static>> {
        // ORDERING: relaxed, both; see above.
        if self.thread.load(Ordering::Relaxed) != this_thread() {
            return None;
        }
        let site = self.site.load(Ordering::Relaxed);
        // SAFETY: null, or what `set` stored, which was made from a reference to a
        // place that lives as long as the program and is never written to.
        unsafe { site.as_ref() }
    }
}

thread_local! {
    // No destructor, so that locks work in the destructors of thread-locals.
    static NUMBER: Cell<u64> = const { Cell::new(0) };
}

/// A number for this OS thread, which no other thread of the process ever has.
#[inline]
fn this_thread() -> u64 {
    let known = NUMBER.get();
    if known == 0 { number_thread() } else { known }
}

#[cold]
fn number_thread() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    // ORDERING: relaxed; an RMW never returns one twice.
    let fresh = NEXT.fetch_add(1, Ordering::Relaxed);
    NUMBER.set(fresh);
    fresh
}

/// Tells that this thread would wait for a lock that it holds itself since `first`.
#[cold]
#[track_caller]
pub(super) fn panic_on_self_deadlock(
    kind: &str,
    object: &Object,
    first: (&str, &'static Location<'static>),
    again: &str,
) -> ! {
    let (how, first) = first;
    panic!(
        "deadlock: this thread waits for itself: {kind} `{name}`, made at {made}, \
         was {how} at {first} and is to be {again} at {here}",
        name = object.label(),
        made = object.created_at(),
        here = Location::caller(),
    );
}

#[cfg(test)]
mod tests {
    use std::panic::Location;

    use super::Holder;

    #[test]
    fn a_holder_is_known_to_its_own_thread_while_it_holds() {
        let (holder, site) = (Holder::nobody(), Location::caller());
        let known_elsewhere = || {
            std::thread::scope(|scope| {
                let other = scope.spawn(|| holder.held_here_since().is_some());
                other.join().unwrap()
            })
        };
        assert_eq!(holder.held_here_since(), None);
        holder.set(site);
        assert_eq!(holder.held_here_since(), Some(site));
        assert!(holder.is_somebody());
        assert!(!known_elsewhere());
        holder.clear();
        assert_eq!(holder.held_here_since(), None);
        assert!(!holder.is_somebody());
    }
}
