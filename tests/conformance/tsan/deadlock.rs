//! The cases `deadlock`: locks taken in orders that contradict each other. No run of
//! them can hang: whoever would wait for ever only tries.

use std::sync::Barrier;

use racegate::sync::{Mutex, RwLock};
use racegate::thread;

use crate::suite::cases;
use crate::turn::in_turn;

type Lock = Mutex<()>;

fn locks(count: usize) -> Vec<Lock> {
    (0..count).map(|_| Mutex::new(())).collect()
}

/// Takes two locks, and gives them back in the reverse order.
fn nest(outer: &Lock, inner: &Lock) {
    let _outer = outer.lock().expect("no holder panics");
    let _inner = inner.lock().expect("no holder panics");
}

/// Takes the outer one only if it is free.
fn nest_in_tried(outer: &Lock, inner: &Lock) {
    let _outer = outer.try_lock().expect("it is free");
    let _inner = inner.lock().expect("no holder panics");
}

/// Takes the inner one only if it is free.
fn nest_tried(outer: &Lock, inner: &Lock) {
    let _outer = outer.lock().expect("no holder panics");
    let _inner = inner.try_lock().expect("it is free");
}

/// Takes the lock again and again, as a lock does that counts how often it is held.
fn hold(lock: &Lock, times: usize, body: impl FnOnce()) {
    let _held = lock.lock().expect("no holder panics");
    let mut depth = 0;
    while depth < times {
        depth += 1;
    }
    body();
}

cases! { TSAN;

/// Each holds what the other needs next.
fn must_deadlock() {
    let [a, b] = [Lock::default(), Lock::default()];
    let (held, tried) = (Barrier::new(2), Barrier::new(2));
    thread::scope(|scope| {
        for (first, second) in [(&a, &b), (&b, &a)] {
            let (held, tried) = (&held, &tried);
            scope.spawn(move || {
                let _held = first.lock().expect("no holder panics");
                held.wait();
                assert!(second.try_lock().is_err(), "it would wait for ever");
                tried.wait();
            });
        }
    });
}

/// One thread takes two locks one way, then the other way.
fn mutex_cycle2() {
    let [a, b] = [Lock::default(), Lock::default()];
    nest(&a, &b);
    nest(&b, &a);
}

/// Each lock is taken inside the one before it, and the first inside the last.
fn mutex_cycle_long() {
    for length in [5, 10, 15, 20, 30] {
        let ring = locks(length);
        for (outer, inner) in ring.iter().zip(ring.iter().cycle().skip(1)) {
            nest(outer, inner);
        }
    }
}

/// A cycle of two.
fn deadlock_detector_stress_test_cpp_test1() {
    let [l0, l1] = [Lock::default(), Lock::default()];
    nest(&l0, &l1);
    nest(&l1, &l0);
}

/// A cycle of three.
fn deadlock_detector_stress_test_cpp_test2() {
    let [l0, l1, l2] = [Lock::default(), Lock::default(), Lock::default()];
    nest(&l0, &l1);
    nest(&l1, &l2);
    nest(&l2, &l0);
}

/// A cycle of two, with many locks made in between that nobody takes.
fn deadlock_detector_stress_test_cpp_test3() {
    let [l0, l1] = [Lock::default(), Lock::default()];
    nest(&l0, &l1);
    let never_taken = locks(4096);
    nest(&l1, &l0);
    drop(never_taken);
}

/// A cycle of two, with many locks made, taken and dropped in between.
fn deadlock_detector_stress_test_cpp_test4() {
    let [l0, l1] = [Lock::default(), Lock::default()];
    nest(&l0, &l1);
    for lock in locks(4096) {
        drop(lock.lock().expect("no holder panics"));
    }
    nest(&l1, &l0);
}

/// A cycle of two threads, the second of which starts when the first has ended.
fn deadlock_detector_stress_test_cpp_test5() {
    let [l0, l1] = [Lock::default(), Lock::default()];
    in_turn(|| nest(&l0, &l1), || nest(&l1, &l0));
}

/// Three threads with locks of their own.
fn deadlock_detector_stress_test_cpp_test6() {
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                let [outer, inner] = [Lock::default(), Lock::default()];
                nest(&outer, &inner);
            });
        }
    });
}

/// An attempt never waits, so only what is held while another lock is waited for can
/// be part of a cycle: the last two pairs, not the first two.
fn deadlock_detector_stress_test_cpp_test7() {
    let [l0, l1, l2, l3] = [(); 4].map(Lock::new);
    nest_tried(&l0, &l1);
    nest_tried(&l1, &l0);
    nest_in_tried(&l2, &l3);
    nest_tried(&l3, &l2);
    let [l4, l5, l6, l7] = [(); 4].map(Lock::new);
    nest_in_tried(&l4, &l5);
    nest(&l5, &l4);
    nest(&l7, &l6);
    nest_in_tried(&l6, &l7);
}

/// Readers of a lock wait for its writers, so they can be part of a cycle.
fn deadlock_detector_stress_test_cpp_test8() {
    let [l0, l1, l2, l3] = [(); 4].map(RwLock::new);
    let (panics, read) = ("no holder panics", RwLock::read);
    drop((read(&l0).expect(panics), l1.write().expect(panics)));
    drop((read(&l1).expect(panics), l0.write().expect(panics)));
    drop((read(&l2).expect(panics), read(&l3).expect(panics)));
    drop((read(&l3).expect(panics), read(&l2).expect(panics)));
}

/// A lock that may be taken again by its holder is held from the first time on.
fn deadlock_detector_stress_test_cpp_test9() {
    let [l0, l1] = [Lock::default(), Lock::default()];
    hold(&l0, 3, || hold(&l1, 1, || ()));
    hold(&l1, 3, || hold(&l0, 1, || ()));
}

}
