//! The cases `suppression` and `options`: what could be suppressed, and where the
//! program goes on.

use racegate::Report;
use racegate::cell::RaceCell;

use crate::suite::cases;
use crate::turn::in_turn;

#[inline(never)]
fn thread1(global: &RaceCell<i32>) {
    global.set(42);
}

#[inline(never)]
fn thread2(global: &RaceCell<i32>) {
    global.set(43);
}

/// The function of the first access that is told, and that of the second.
fn functions(report: &Report) -> [&str; 2] {
    let [finding] = report.findings() else {
        panic!("one race is expected\n{report}");
    };
    [&finding.first, &finding.second].map(|side| {
        let function = side.site.function.as_deref().unwrap_or_default();
        function.rsplit("::").next().unwrap_or_default()
    })
}

cases! { TSAN;

/// The function by which it would be suppressed is that of the later access.
fn suppressions_race() {
    let global = RaceCell::named("Global", 0);
    in_turn(|| thread2(&global), || thread1(&global));
} told |report| {
    assert_eq!(functions(report), ["thread2", "thread1"]);
}

/// Here it is that of the earlier one.
fn suppressions_race2() {
    let global = RaceCell::named("Global", 0);
    in_turn(|| thread1(&global), || thread2(&global));
} told |report| {
    assert_eq!(functions(report), ["thread1", "thread2"]);
}

/// Here it would be suppressed by its name.
fn suppressions_global() {
    let racy_global = RaceCell::named("RacyGlobal", 0);
    in_turn(|| racy_global.set(42), || racy_global.set(43));
}

/// The program goes on after the race, and is judged when it has ended.
fn halt_on_error() {
    let x = RaceCell::named("X", 0);
    let mut after = "";
    in_turn(
        || x.set(43),
        || {
            x.set(42);
            after = "AFTER";
        },
    );
    assert_eq!(after, "AFTER");
}

}
