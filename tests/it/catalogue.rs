//! The catalogue is whole, and says of each program what it has to.

use std::collections::BTreeSet;

use fixtures::{CATALOG, HappensBefore, by_name, nearest_name};

use crate::verdicts::MANIFEST;

#[test]
fn the_catalogue_lists_every_program_of_the_manifest_and_no_other() {
    let listed: BTreeSet<&str> = CATALOG.iter().map(|fixture| fixture.name).collect();
    let judged: BTreeSet<&str> = MANIFEST.iter().copied().collect();
    assert_eq!(listed, judged);
    assert_eq!(CATALOG.len(), listed.len(), "no name is listed twice");
}

#[test]
fn every_race_free_program_that_shares_names_the_edge_that_orders_it() {
    let clean = |verdict| verdict == HappensBefore::Clean;
    let without: Vec<&str> = CATALOG
        .iter()
        .filter(|fixture| clean(fixture.verdict) && fixture.edge.is_none())
        .map(|fixture| fixture.name)
        .collect();
    // Its two threads share nothing.
    assert_eq!(without, ["goroutines/print"]);
    for fixture in CATALOG.iter().filter(|fixture| !clean(fixture.verdict)) {
        assert_eq!(fixture.edge, None, "nothing orders {}", fixture.name);
    }
}

#[test]
fn programs_of_other_analyses_say_which_they_await() {
    let awaited = |analysis: &str| -> Vec<&str> {
        let awaits = |fixture: &&fixtures::Fixture| {
            fixture
                .awaits
                .iter()
                .any(|awaited| awaited.analysis == analysis)
        };
        CATALOG
            .iter()
            .filter(awaits)
            .map(|fixture| fixture.name)
            .collect()
    };
    assert_eq!(
        awaited("atomicity"),
        ["bank/withdraw-split", "icons/rwlock-no-recheck", "memo/3"]
    );
    assert_eq!(
        awaited("deadlock"),
        ["bank/withdraw-reentrant", "liveness/lock-order"]
    );
    assert_eq!(
        awaited("contention"),
        ["memo/2", "liveness/livelock", "liveness/starvation"]
    );
}

#[test]
fn a_mistyped_name_is_answered_with_the_nearest() {
    assert!(by_name("bank/racyy").is_none());
    assert_eq!(nearest_name("bank/racyy"), Some("bank/racy"));
    assert_eq!(nearest_name("torn"), Some("slice/torn"));
    assert_eq!(nearest_name("something else"), None);
}
