//! The cases `report` that ask for stacks and for threads.

use std::hint::black_box;
use std::sync::Barrier;

use racegate::Report;
use racegate::cell::{RaceArray, RaceCell};
use racegate::sync::atomic::{AtomicBool, Ordering::Release};
use racegate::thread::{self, Builder};
use racegate_detector::finding::{Access, Finding};

use crate::suite::cases;
use crate::turn::in_turn;

const SHORT_THREADS: u32 = 50;
const ACCESSES: usize = 64;
const DEPTH: u32 = 50_000;
/// Enough for frames of two kilobytes.
const DEEP_STACK: usize = 128 << 20;

type Global = RaceCell<i32>;

#[inline(never)]
fn foo1(global: &Global) {
    global.set(42);
}

#[inline(never)]
fn bar1(global: &Global) {
    black_box(foo1)(global);
}

#[inline(never)]
fn foo2(global: &Global) -> i32 {
    global.get()
}

#[inline(never)]
fn bar2(global: &Global) -> i32 {
    black_box(foo2)(global)
}

#[inline(never)]
fn thread1(global: &Global) {
    black_box(bar1)(global);
}

#[inline(never)]
fn thread2(global: &Global) {
    black_box(bar2)(global);
}

#[inline(never)]
fn update_all(data: &RaceArray<u32>) {
    (0..data.len()).for_each(|index| data.update(index, |count| count + 1));
}

#[inline(never)]
fn dive(depth: u32, deepest: &RaceCell<u32>) -> u32 {
    if depth == DEPTH {
        deepest.set(depth);
        return 0;
    }
    // Not the last step of the call, so every frame stays.
    black_box(dive(depth + 1, deepest)) + 1
}

fn dive_with_room(deepest: &RaceCell<u32>) {
    thread::scope(|scope| {
        let diver = Builder::new()
            .name("diver".to_owned())
            .stack_size(DEEP_STACK);
        diver
            .spawn_scoped(scope, || dive(0, deepest))
            .expect("address space for a big stack");
    });
}

fn only(report: &Report) -> &Finding {
    match report.findings() {
        [finding] => finding,
        _ => panic!("one race is expected\n{report}"),
    }
}

/// The functions of this file on a stack, innermost first, without their paths. A
/// closure stands for a thread's first function.
fn own(access: &Access) -> Vec<&str> {
    let functions = access
        .stack
        .iter()
        .filter_map(|frame| frame.function.as_deref());
    let here = functions.filter(|function| function.starts_with(module_path!()));
    here.map(|function| function.rsplit("::").next().unwrap_or(function))
        .collect()
}

/// Where the thread of an access was spawned.
fn spawned_in(access: &Access) -> &str {
    let site = access.thread.spawned_at.as_ref();
    let function = site.and_then(|site| site.function.as_deref());
    function.expect("it was spawned by recorded code")
}

cases! { TSAN;

/// Both stacks from the access to the thread's begin, and where each thread was made.
fn simple_stack() {
    let global = Global::named("Global", 0);
    let written = Barrier::new(2);
    thread::scope(|scope| {
        scope.spawn(|| {
            written.wait();
            thread1(&global);
        });
        scope.spawn(|| {
            thread2(&global);
            written.wait();
        });
    });
} told |report| {
    let Finding { first, second, .. } = only(report);
    assert_eq!(own(first)[..3], ["foo2", "bar2", "thread2"], "{report}");
    assert_eq!(own(second)[..3], ["foo1", "bar1", "thread1"], "{report}");
    for access in [first, second] {
        assert!(own(access)[3].contains("closure"), "{report}");
        assert!(spawned_in(access).contains("simple_stack"), "{report}");
    }
}

/// The second one is the main thread, and nobody made it.
fn simple_stack2() {
    let global = Global::named("Global", 0);
    let read = Barrier::new(2);
    thread::scope(|scope| {
        scope.spawn(|| {
            read.wait();
            thread1(&global);
        });
        bar2(&global);
        read.wait();
    });
} told |report| {
    let Finding { first, second, .. } = only(report);
    assert_eq!(own(first)[..2], ["foo2", "bar2"], "{report}");
    assert!(own(first).len() > 2, "up to the test\n{report}");
    assert_eq!(first.thread.spawned_at, None, "{report}");
    assert_eq!(own(second)[..3], ["foo1", "bar1", "thread1"], "{report}");
    assert!(spawned_in(second).contains("simple_stack2"), "{report}");
}

/// Threads are told by their names.
fn thread_name() {
    let global = Global::named("Global", 0);
    let updated = Barrier::new(2);
    let named = |name: &str| Builder::new().name(name.to_owned());
    thread::scope(|scope| {
        let late = || {
            updated.wait();
            global.update(|count| count + 1);
        };
        let early = || {
            global.update(|count| count - 1);
            updated.wait();
        };
        named("Thread1").spawn_scoped(scope, late).expect("a thread");
        named("Thread2").spawn_scoped(scope, early).expect("a thread");
    });
} told |report| {
    for finding in report.findings() {
        let names = [&finding.first, &finding.second].map(|side| side.thread.name.as_deref());
        assert_eq!(names, [Some("Thread2"), Some("Thread1")], "{report}");
    }
    let text = report.to_string();
    assert!(text.contains("`Thread1`") && text.contains("`Thread2`"), "{text}");
}

/// The stack of a thread is told that has long ended when the race happens.
fn race_with_finished_thread() {
    let global = Global::named("Global", 0);
    let ended = Barrier::new(2);
    thread::scope(|scope| {
        let first = scope.spawn(|| bar1(&global));
        scope.spawn(|| {
            ended.wait();
            thread1(&global);
        });
        while !first.is_finished() {
            thread::yield_now();
        }
        ended.wait();
    });
} told |report| {
    let Finding { first, .. } = only(report);
    assert_eq!(own(first)[..2], ["foo1", "bar1"], "{report}");
    assert!(spawned_in(first).contains("race_with_finished_thread"), "{report}");
}

/// Fifty threads come and go before; what is told of the two that race is theirs.
/// There are fewer accesses than in the original, since none is ever forgotten here.
fn restore_stack() {
    let own_data = || RaceArray::named("own", vec![0; ACCESSES]);
    for _ in 0..SHORT_THREADS {
        let data = own_data();
        assert!(thread::spawn(move || update_all(&data)).join().is_ok());
    }
    let shared = RaceArray::named("shared", [0; 1]);
    let (ready, (mine, other)) = (AtomicBool::new(false), (own_data(), own_data()));
    let updated = Barrier::new(2);
    thread::scope(|scope| {
        scope.spawn(|| {
            ready.store(true, Release);
            update_all(&other);
            update_all(&shared);
            updated.wait();
        });
        updated.wait();
        update_all(&mine);
        update_all(&shared);
    });
} told |report| {
    for finding in report.findings() {
        let mut threads = [&finding.first, &finding.second].map(|side| side.thread.id);
        threads.sort_unstable();
        assert_eq!(threads, [0, 1 + SHORT_THREADS], "{report}");
        for access in [&finding.first, &finding.second] {
            assert!(own(access).contains(&"update_all"), "{report}");
            let outer = own(access).last().is_some_and(|it| it.contains("closure"));
            assert!(outer, "{report}");
        }
    }
}

/// One access lies fifty thousand calls deep, be it the earlier one or the later.
fn deep_stack1() {
    let deep_first = RaceCell::named("deep_first", 0);
    in_turn(|| dive_with_room(&deep_first), || deep_first.set(1));
    let deep_last = RaceCell::named("deep_last", 0);
    in_turn(|| deep_last.set(1), || dive_with_room(&deep_last));
} told |report| {
    for finding in report.findings() {
        let deep = match finding.cell.name.as_str() {
            "deep_first" => &finding.first,
            _ => &finding.second,
        };
        assert!(own(deep).len() >= 100, "{report}");
        assert!(own(deep)[..100].iter().all(|function| *function == "dive"), "{report}");
        assert_eq!(deep.thread.name.as_deref(), Some("diver"), "{report}");
    }
}

}
