//! An atomic operation and its record are one step.

use std::panic::Location;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Barrier};

use racegate_eventlog::ObjectClass;
use racegate_eventlog::reader;
use racegate_eventlog::record::SyncVerb;

use super::Object;
use crate::recorder::log::Log;
use crate::recorder::opened::within;
use crate::recorder::options::{LogOptions, StackMode};
use crate::thread;

/// How often each of two threads does the operation.
const TIMES: usize = 200;

/// One that meets another has to take the long way, and others may find all at hand.
#[test]
fn while_an_operation_is_under_way_no_other_one_begins() {
    for stacks in [StackMode::Site, StackMode::Full] {
        let object = Object::new::<()>(ObjectClass::Atomic);
        let (under_way, met) = (AtomicBool::new(false), AtomicBool::new(false));
        let both = Barrier::new(2);
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
            both.wait();
            (0..TIMES).for_each(|_| object.atomic(site, |()| SyncVerb::ReleaseMerge, operation));
        };
        let yields = None;
        let log = Arc::new(Log::in_memory(LogOptions { stacks, yields }));
        within(&log, "main", || {
            thread::scope(|scope| {
                scope.spawn(operations);
                scope.spawn(operations);
            });
        });
        assert!(!met.into_inner());
        let trace = reader::read_image(&log.image()).expect("the log can be read");
        let merges = trace.events().iter();
        let merges = merges.filter(|event| event.kind.object().is_some());
        // Two more are to the end of the scope, and one is that end.
        assert_eq!(merges.count(), 2 * TIMES + 3);
    }
}
