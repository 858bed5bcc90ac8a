//! The tests of crossbeam's behaviour, of the twins in a session.

mod behaviour;
mod selection;

use racegate::{channel, thread};

/// Runs a test that races nowhere.
fn session(test: impl FnOnce()) {
    let report = racegate::check(test);
    assert!(report.findings().is_empty(), "{report}");
}
