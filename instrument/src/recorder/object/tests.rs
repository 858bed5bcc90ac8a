//! An atomic operation and its record are one step.

use std::panic::Location;
use std::sync::atomic::{AtomicBool, Ordering};

use racegate_eventlog::ObjectClass;
use racegate_eventlog::record::SyncVerb;

use super::Object;
use crate::{check, thread};

#[test]
fn while_an_operation_is_under_way_no_other_one_begins() {
    let object = Object::new::<()>(ObjectClass::Atomic);
    let (under_way, met) = (AtomicBool::new(false), AtomicBool::new(false));
    let operation = || {
        // ORDERING: relaxed, all; whether two meet is asked of one flag alone.
        if under_way.swap(true, Ordering::Relaxed) {
            met.store(true, Ordering::Relaxed);
        }
        (0..20).for_each(|_| std::thread::yield_now());
        under_way.store(false, Ordering::Relaxed);
    };
    let operations = || {
        let site = Location::caller();
        (0..20).for_each(|_| object.atomic(site, |()| SyncVerb::ReleaseMerge, operation));
    };
    let report = check(|| {
        thread::scope(|scope| {
            scope.spawn(operations);
            scope.spawn(operations);
        });
    });
    assert!(!met.into_inner());
    let merges = report.trace().events().iter();
    let merges = merges.filter(|event| event.kind.object().is_some());
    // Two more are to the end of the scope, and one is that end.
    assert_eq!(merges.count(), 43);
}
