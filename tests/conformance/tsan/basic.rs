//! The cases `basic`, `core` and `stress`: writes that nothing orders.

use std::sync::Barrier;

use racegate::cell::RaceCell;
use racegate::thread;
use racegate_detector::finding::AccessKind;

use crate::suite::cases;
use crate::turn::in_turn;

cases! { TSAN;

/// Two writes, one before the other by chance.
fn simple_race() {
    let global = RaceCell::named("Global", 0);
    in_turn(|| global.set(43), || global.set(42));
}

/// Two updates, each of which reads and writes.
fn simple_race_cpp() {
    let global = RaceCell::named("Global", 0);
    in_turn(
        || global.update(|count| count - 1),
        || global.update(|count| count + 1),
    );
}

/// A read that the write is ordered before hides nothing of one that it is not.
fn mop1() {
    let x = RaceCell::named("X", 0);
    let (written, read) = (Barrier::new(2), Barrier::new(2));
    thread::scope(|scope| {
        scope.spawn(|| {
            written.wait();
            read.wait();
            x.get()
        });
        x.set(42);
        written.wait();
        scope.spawn(|| {
            x.get();
            read.wait();
        });
    });
} told |report| {
    let [finding] = report.findings() else {
        panic!("the ordered read does not race\n{report}");
    };
    let sides = [&finding.first, &finding.second].map(|side| (side.access, side.thread.id));
    assert_eq!(sides, [(AccessKind::Write, 0), (AccessKind::Read, 1)], "{report}");
}

/// Sixteen threads add to one number a thousand times each.
fn race_stress() {
    let data = RaceCell::named("g", 0_u32);
    let together = Barrier::new(16);
    thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| {
                together.wait();
                for _ in 0..1000 {
                    data.update(|sum| sum.wrapping_add(1));
                }
            });
        }
    });
}

}
