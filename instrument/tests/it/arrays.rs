//! Cells of many parts.

use std::panic::{AssertUnwindSafe, catch_unwind};

use racegate::cell::RaceArray;
use racegate::{Verdict, check, thread};

use crate::story::story_of;

#[test]
fn each_method_records_the_parts_it_accesses() {
    let header = RaceArray::named("header", [1, 2, 3]);
    let report = check(|| {
        assert_eq!(header.get(0), 1);
        header.set(1, 5);
        header.update(2, |part| part + 1);
        assert_eq!(header.read_range(1..), [5, 4]);
        header.write_range(0, &[7, 8]);
        header.with_all(|parts| assert_eq!(parts, [7, 8, 4]));
        header.with_all_mut(|parts| parts.reverse());
    });
    let told = [
        "begin",
        "read header[0..1]",
        "write header[1..2]",
        "read header[2..3]",
        "write header[2..3]",
        "read header[1..3]",
        "write header[0..2]",
        "read header[0..3]",
        "write header[0..3]",
        "end",
    ];
    assert_eq!(story_of(&report, "main"), told);
    assert_eq!(header.into_inner(), [4, 8, 7]);
}

#[test]
fn different_parts_do_not_race_and_a_range_races_with_each_of_its_parts() {
    let header = RaceArray::new(3, 0);
    let apart = check(|| {
        thread::scope(|scope| {
            scope.spawn(|| header.set(0, 1));
            scope.spawn(|| header.write_range(1, &[2, 3]));
        });
    });
    apart.assert_clean();
    let overlapping = check(|| {
        thread::scope(|scope| {
            scope.spawn(|| header.set(2, 1));
            scope.spawn(|| header.read_range(1..3));
        });
    });
    assert_eq!(overlapping.verdict(), Verdict::Racy);
}

// A part takes Miri as long as everything else.
#[cfg(not(miri))]
#[test]
fn a_large_array_is_judged_however_many_parts_there_were_before() {
    for _ in 0..2 {
        let parts = RaceArray::named("parts", vec![0; 100_000]);
        let report = check(|| {
            thread::scope(|scope| {
                scope.spawn(|| parts.set(99_999, 1));
                parts.with_all_mut(|parts| parts.fill(2));
            });
        });
        assert_eq!(report.verdict(), Verdict::Racy, "{report}");
    }
}

#[test]
fn an_index_or_a_range_out_of_bounds_panics_and_records_nothing() {
    let header = RaceArray::named("header", [1, 2, 3]);
    let report = check(|| {
        let panics = |access: &dyn Fn()| catch_unwind(AssertUnwindSafe(access)).is_err();
        assert!(panics(&|| assert_eq!(header.get(3), 0)));
        assert!(panics(&|| drop(header.read_range(2..4))));
        assert!(panics(&|| header.write_range(2, &[0, 0])));
        assert!(panics(&|| header.write_range(usize::MAX, &[0, 0])));
    });
    assert_eq!(story_of(&report, "main"), ["begin", "end"]);
}

#[test]
fn a_part_inside_all_of_its_own_thread_fails() {
    let parts = RaceArray::new(2, 0);
    let nested = || parts.with_all(|_| parts.set(1, 1));
    let payload = catch_unwind(AssertUnwindSafe(nested)).unwrap_err();
    let message = payload.downcast_ref::<String>().expect("a message");
    assert!(message.contains("this thread's own read"), "{message}");
    parts.set(1, 2);
}

#[test]
fn an_array_may_be_empty() {
    let empty = RaceArray::from(Vec::<u8>::new());
    let report = check(|| {
        assert!(empty.is_empty());
        assert!(empty.read_range(..).is_empty());
        empty.with_all_mut(|parts| assert!(parts.is_empty()));
    });
    assert_eq!(story_of(&report, "main"), ["begin", "end"]);
}
