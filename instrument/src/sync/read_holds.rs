//! Which rwlocks a thread has read-locked, so that one that would wait for its own
//! read lock is told so instead of hanging.
//!
//! **Invariant:** a hold is noted only between the thread's real read-lock and its
//! real read-unlock. It may be missing, for want of room; then the thread hangs, as
//! it does with std.

use std::cell::Cell;
use std::panic::Location;

/// A read lock that this thread holds.
#[derive(Clone, Copy)]
struct Hold {
    lock: u64,
    site: &'static Location<'static>,
}

/// How many read locks of one thread are known at a time.
const ROOM: usize = 32;

thread_local! {
    // Neither a destructor nor an allocation: locks work in the destructors of
    // thread-locals, and in an allocator.
    static HOLDS: [Cell<Option<Hold>>; ROOM] = const { [const { Cell::new(None) }; ROOM] };
}

/// This thread has read-locked the lock of this number. To be called after the real lock.
#[inline]
pub(super) fn note(lock: u64, site: &'static Location<'static>) {
    let noted = Hold { lock, site };
    HOLDS.with(|holds| {
        // Most threads hold one at a time.
        if holds[0].get().is_none() {
            holds[0].set(Some(noted));
        } else {
            note_behind(holds, noted);
        }
    });
}

#[cold]
fn note_behind(holds: &[Cell<Option<Hold>>], noted: Hold) {
    if let Some(free) = holds.iter().find(|hold| hold.get().is_none()) {
        free.set(Some(noted));
    }
}

/// It is about to unlock it. To be called before the real unlock.
#[inline]
pub(super) fn forget(lock: u64) {
    HOLDS.with(|holds| {
        if is_of(&holds[0], lock) {
            holds[0].set(None);
        } else {
            forget_behind(holds, lock);
        }
    });
}

#[cold]
fn forget_behind(holds: &[Cell<Option<Hold>>], lock: u64) {
    if let Some(hold) = holds.iter().find(|hold| is_of(hold, lock)) {
        hold.set(None);
    }
}

/// Where this thread read-locked it, if it is known to hold it still.
pub(super) fn held_here_since(lock: u64) -> Option<&'static Location<'static>> {
    HOLDS.with(|holds| {
        let hold = holds.iter().find(|hold| is_of(hold, lock))?;
        hold.get().map(|hold| hold.site)
    })
}

#[inline]
fn is_of(hold: &Cell<Option<Hold>>, lock: u64) -> bool {
    hold.get().is_some_and(|hold| hold.lock == lock)
}

#[cfg(test)]
mod tests {
    use std::panic::Location;

    use super::{ROOM, forget, held_here_since, note};

    #[test]
    fn a_hold_is_known_until_it_is_forgotten_as_often_as_noted() {
        let site = Location::caller();
        note(1, site);
        note(1, site);
        forget(1);
        assert_eq!(held_here_since(1), Some(site));
        forget(1);
        assert_eq!(held_here_since(1), None);
    }

    #[test]
    fn what_has_no_room_is_not_known_and_is_forgotten_all_the_same() {
        let site = Location::caller();
        let locks = 1..=ROOM as u64 + 1;
        locks.clone().for_each(|lock| note(lock, site));
        assert_eq!(held_here_since(ROOM as u64), Some(site));
        assert_eq!(held_here_since(ROOM as u64 + 1), None);
        locks.clone().for_each(forget);
        assert!(locks.clone().all(|lock| held_here_since(lock).is_none()));
    }
}
