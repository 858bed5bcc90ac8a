//! The tests of crossbeam's behaviour, of crossbeam itself: what they hold the
//! twins to is so.

#[expect(
    clippy::duplicate_mod,
    reason = "the same tests for the real and the twin"
)]
#[path = "twin/behaviour.rs"]
mod behaviour;
#[expect(
    clippy::duplicate_mod,
    reason = "the same tests for the real and the twin"
)]
#[path = "twin/selection.rs"]
mod selection;

use crossbeam_channel as channel;
use std::thread;

fn session(test: impl FnOnce()) {
    test();
}
