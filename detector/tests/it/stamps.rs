//! Where pass one takes a short cut, because an object was last released by someone
//! whose time is known, or by the very thread that releases it again.

use racegate_eventlog::{Location, ObjectClass, ObjectId, ThreadId};

use crate::history::{History, MAIN};

/// Takes a lock and gives it back.
fn pass(history: &mut History, thread: ThreadId, lock: ObjectId) {
    history.acquire(thread, lock);
    history.release(thread, lock);
}

/// Three threads; the third has written `x` under the lock that is returned.
fn written() -> (History, Location, [ThreadId; 3], ObjectId) {
    let (mut history, x, one, two) = History::with_two_threads();
    let three = history.fork(MAIN);
    let lock = history.mutex("of the writer");
    history.acquire(three, lock);
    history.write(three, x);
    history.release(three, lock);
    (history, x, [one, two, three], lock)
}

#[test]
fn a_lock_that_a_thread_takes_again_hands_on_what_it_has_learnt_since() {
    let (mut history, x, [one, two, _], of_writer) = written();
    let again = history.mutex("again");
    pass(&mut history, one, again);
    pass(&mut history, one, of_writer);
    pass(&mut history, one, again);
    history.acquire(two, again);
    history.read(two, x);
    history.assert_clean();
}

#[test]
fn a_lock_that_a_thread_takes_again_hands_on_what_it_has_done_since() {
    let (mut history, x, one, two) = History::with_two_threads();
    let again = history.mutex("again");
    pass(&mut history, one, again);
    history.acquire(one, again);
    history.write(one, x);
    history.release(one, again);
    history.acquire(two, again);
    history.read(two, x);
    history.assert_clean();
    history.write(one, x);
    history.assert_only_the_last_event_races();
}

#[test]
fn what_an_exchange_learns_is_no_part_of_what_it_gives_and_is_handed_on_afterwards() {
    let (mut history, x, [one, two, three], _) = written();
    let slot = history.object(ObjectClass::Tag, "slot");
    history.release(three, slot);
    history.exchange(one, slot);
    history.release(one, slot);
    history.acquire(two, slot);
    history.read(two, x);
    history.assert_clean();
}

#[test]
fn an_heir_of_a_slot_hands_on_what_it_knows_and_not_what_the_last_owner_did() {
    let (mut history, x, one, two) = History::with_two_threads();
    let lock = history.mutex("lock");
    pass(&mut history, one, lock);
    history.end(one);
    history.join(MAIN, one);
    history.write(MAIN, x);
    let heir = history.fork(MAIN);
    pass(&mut history, heir, lock);
    history.acquire(two, lock);
    history.read(two, x);
    history.assert_clean();
}

/// The owner of a slot does its last access, which main learns of, then learns of a
/// write, and releases a lock, which nobody learns of. Its heir is known to `two`.
fn a_release_that_the_heirs_forker_does_not_know() -> (History, Location, ThreadId, ObjectId) {
    let (mut history, x, [owner, two, _], of_writer) = written();
    let [known, unknown, of_heir] = ["known", "unknown", "of the heir"].map(|it| history.mutex(it));
    let y = history.cell("y");
    history.acquire(owner, known);
    history.write(owner, y);
    history.release(owner, known);
    pass(&mut history, MAIN, known);
    pass(&mut history, owner, of_writer);
    pass(&mut history, owner, unknown);
    history.end(owner);
    let heir = history.fork(MAIN);
    history.acquire(heir, of_heir);
    history.write(heir, y);
    history.release(heir, of_heir);
    history.acquire(two, of_heir);
    (history, x, two, unknown)
}

#[test]
fn who_knows_an_heir_need_not_know_what_the_last_owner_released() {
    let (mut history, x, two, unknown) = a_release_that_the_heirs_forker_does_not_know();
    history.acquire(two, unknown);
    history.read(two, x);
    history.assert_clean();
}

#[test]
fn who_knows_an_heir_does_not_know_what_the_last_owner_learnt() {
    let (mut history, x, two, _) = a_release_that_the_heirs_forker_does_not_know();
    history.read(two, x);
    history.assert_only_the_last_event_races();
}
