//! The cases `external` and `fiber`: what only annotations can tell, of another
//! runtime's locks and of threads that are none of the system's.

use fixtures::Schedule;
use racegate::annotate::{self, Named, Tag, happens_after, happens_before};
use racegate::cell::RaceCell;
use racegate::task::Task;
use racegate::thread;

use crate::suite::cases;
use crate::turn::in_turn;

/// A lock of another runtime that the same thread may take again. It holds nobody up;
/// the cases take it in turn.
struct Foreign {
    tag: Tag,
}

impl Foreign {
    fn new() -> Self {
        Self {
            tag: Tag::new().named("foreign lock"),
        }
    }

    /// Takes it `times` at once.
    fn lock(&self, times: usize) -> usize {
        happens_after(&self.tag);
        times
    }

    /// Gives it back as often as it was taken.
    fn unlock(&self, times: usize) -> usize {
        happens_before(&self.tag);
        times
    }
}

/// A stack of its own that a thread may switch to and back from.
fn switch_to(fiber: &Task, synchronised: Option<&Tag>, body: impl FnOnce()) {
    synchronised.inspect(|tag| happens_before(tag));
    let entered = fiber.enter();
    synchronised.inspect(|tag| happens_after(tag));
    body();
    synchronised.inspect(|tag| happens_before(tag));
    drop(entered);
    synchronised.inspect(|tag| happens_after(tag));
}

cases! { TSAN;

/// Each writes while it has the lock.
fn java_lock() {
    let lock = Foreign::new();
    let v = RaceCell::named("v", 0);
    let write = || {
        let times = lock.lock(1);
        v.update(|v| v + 1);
        lock.unlock(times);
    };
    in_turn(write, write);
}

/// One writes, and one reads that comes later.
fn java_rwlock() {
    let (writers, readers) = (Foreign::new(), Foreign::new());
    let v = RaceCell::named("v", 0);
    in_turn(
        || {
            writers.lock(1);
            readers.lock(1);
            v.set(1);
            writers.unlock(1);
        },
        || {
            writers.lock(1);
            assert_eq!(v.get(), 1);
            readers.unlock(1);
        },
    );
}

/// One gives the lock back however often it has it, and takes it again as often, as
/// a wait does.
fn java_lock_rec() {
    let lock = Foreign::new();
    let v = RaceCell::named("v", 0);
    let turn = Schedule::steered();
    thread::scope(|scope| {
        scope.spawn(|| {
            lock.lock(2);
            v.set(1);
            let times = lock.unlock(2);
            turn.pass(0);
            turn.pass(3);
            lock.lock(times);
            v.set(3);
            lock.unlock(times);
        });
        turn.pass(1);
        lock.lock(1);
        v.set(2);
        lock.unlock(1);
        turn.pass(2);
    });
}

/// The same, but it writes before it has the lock again.
fn java_lock_rec_race() {
    let lock = Foreign::new();
    let v = RaceCell::named("v", 0);
    in_turn(
        || {
            lock.lock(2);
            v.set(1);
            lock.unlock(2);
            v.set(2);
        },
        || {
            lock.lock(1);
            v.set(3);
            lock.unlock(1);
        },
    );
}

/// Memory of the other runtime's heap, without a lock.
fn java_race() {
    let heap = [0_u8; 64];
    annotate::name_memory(heap.as_ptr(), heap.len(), "heap");
    let write = || annotate::write(&raw const heap[8], 8);
    in_turn(write, write);
}

/// What the thread wrote before it switched is known in the fiber, and back.
fn fiber_simple() {
    let (v, switches) = (RaceCell::named("v", 0), Tag::new());
    let fibers = [Task::spawn("fiber 1"), Task::spawn("fiber 2")];
    for fiber in &fibers {
        v.update(|v| v + 1);
        switch_to(fiber, Some(&switches), || v.update(|v| v + 1));
        v.update(|v| v + 1);
    }
    fibers.iter().for_each(Task::finish);
}

/// A switch that is said to order nothing.
fn fiber_race() {
    let v = RaceCell::named("v", 0);
    let fiber = Task::spawn("fiber");
    v.set(1);
    switch_to(&fiber, None, || v.set(2));
    fiber.finish();
    fiber.join();
}

}
