//! Accesses of an array that nothing orders for the program come out in their real
//! order: each part has a version.

use std::ops::Range;
use std::sync::Barrier;

use racegate::cell::{RaceArray, RaceCell};
use racegate::{Report, check, thread};
use racegate_detector::finding::Tier;
use racegate_eventlog::EventKind;

const PARTS: usize = 4;
const THREADS: u64 = 2;

/// One access: whose, and of what.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Access {
    thread: u64,
    write: bool,
    parts: Range<usize>,
}

/// Random accesses, in the order in which they shall happen.
fn accesses(mut seed: u64) -> Vec<Access> {
    let mut draw = |below: u64| {
        // Knuth's generator; its high bits are the random ones.
        seed = seed.wrapping_mul(6_364_136_223_846_793_005);
        seed = seed.wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % below
    };
    let access = |_| {
        let [first, last] =
            [(); 2].map(|()| usize::try_from(draw(PARTS as u64)).expect("few parts"));
        Access {
            thread: draw(THREADS),
            write: draw(2) == 0,
            parts: first.min(last)..first.max(last) + 1,
        }
    };
    (0..30).map(access).collect()
}

impl Access {
    fn make(&self, array: &RaceArray<u64>) {
        let Range { start, end } = self.parts.clone();
        match (self.write, end - start) {
            (false, 1) => drop(array.get(start)),
            (false, PARTS) => array.with_all(|_| ()),
            (false, _) => drop(array.read_range(start..end)),
            (true, 1) => array.set(start, 0),
            (true, PARTS) => array.with_all_mut(|_| ()),
            (true, parts) => array.write_range(start, &vec![0; parts]),
        }
    }
}

/// Makes the accesses in this order, which only a barrier that no log sees keeps.
fn run(accesses: &[Access]) -> Report {
    let array = RaceArray::new(PARTS, 0);
    let barrier = Barrier::new(usize::try_from(THREADS).expect("two"));
    let one = |own| {
        for access in accesses {
            if access.thread == own {
                access.make(&array);
            }
            barrier.wait();
        }
    };
    check(|| {
        thread::scope(|scope| (0..THREADS).for_each(|own| drop(scope.spawn(move || one(own)))))
    })
}

/// The accesses in the order of the trace; the threads are numbered after `main`.
fn merged(report: &Report) -> Vec<Access> {
    let tables = report.trace().tables();
    let events = report.trace().events().iter();
    let accesses = events.filter_map(|event| {
        let (EventKind::Read(extent) | EventKind::Write(extent)) = event.kind else {
            return None;
        };
        let (_, first) = tables.cell_of(extent.first());
        Some(Access {
            thread: u64::from(event.thread.number()) - 1,
            write: matches!(event.kind, EventKind::Write(_)),
            parts: first as usize..(first + extent.parts()) as usize,
        })
    });
    accesses.collect()
}

/// Of every access to a part: whose, and how many writes there were up to it.
fn history(accesses: &[Access], part: usize) -> Vec<(usize, Access)> {
    let mut writes = 0;
    let mut told = Vec::new();
    for access in accesses
        .iter()
        .filter(|access| access.parts.contains(&part))
    {
        writes += usize::from(access.write);
        told.push((writes, access.clone()));
    }
    // Reads of one version have no order.
    told.sort_by_key(|(writes, access)| (*writes, !access.write, access.thread));
    told
}

#[test]
fn what_each_access_of_a_part_finds_is_as_it_was() {
    for seed in 0..50 {
        let real = accesses(seed);
        let merged = merged(&run(&real));
        assert_eq!(
            merged.len(),
            real.len(),
            "an access is one event, seed {seed}"
        );
        for part in 0..PARTS {
            assert_eq!(
                history(&merged, part),
                history(&real, part),
                "part {part}, seed {seed}: {real:#?}"
            );
        }
    }
}

#[test]
fn a_race_behind_a_racy_flag_in_an_array_is_unconfirmed_whoever_is_spawned_first() {
    for writer_first in [true, false] {
        let (data, flags) = (
            RaceCell::named("data", 0),
            RaceArray::named("flags", [0; 3]),
        );
        let published = Barrier::new(2);
        let writer = || {
            data.set(1);
            flags.set(1, 1);
            published.wait();
        };
        let reader = || {
            published.wait();
            assert_eq!(flags.read_range(0..2), [0, 1]);
            assert_eq!(data.get(), 1);
        };
        let report = check(|| {
            thread::scope(|scope| {
                if writer_first {
                    scope.spawn(writer);
                    scope.spawn(reader);
                } else {
                    scope.spawn(reader);
                    scope.spawn(writer);
                }
            });
        });
        let findings = report.findings().iter();
        let mut tiers: Vec<_> = findings
            .map(|found| (&*found.cell.name, found.tier))
            .collect();
        tiers.sort_by_key(|(name, _)| *name);
        let expected = [("data", Tier::Unconfirmed), ("flags[1]", Tier::First)];
        assert_eq!(tiers, expected, "writer first: {writer_first}\n{report}");
    }
}
