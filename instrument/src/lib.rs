//! racegate records what a program does to its shared state, and tells which
//! accesses race, with both stacks and the reason.
//!
//! Swap `std` for `racegate` in the `use` lines of what you want to watch. The
//! module tree and the names are std's own. Without the feature `enabled` every
//! name *is* std's own type; with it, the type's instrumented twin, which stays
//! silent outside a session.
//!
//! A session is a closure given to [`check`], a test under [`macro@test`], or a
//! whole program run with `RACEGATE=1` in its environment, whose log goes to a
//! new folder under `RACEGATE_LOG`. `RACEGATE_STACK=site` records lines instead
//! of whole stacks. `RACEGATE_YIELDS=1`, or another seed, makes recorded threads give
//! way at random, which shows more of a program's schedules.

// Doc tests and the macros name the crate as its users do.
extern crate self as racegate;

/// The examples of the front page.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
mod readme {}

pub mod annotate;
pub mod cell;
#[cfg(feature = "channel")]
pub mod channel;
mod primitive;
#[cfg(feature = "enabled")]
mod recorder;
mod session;
#[cfg(all(test, feature = "enabled"))]
mod soundness;
pub mod sync;
pub mod task;
pub mod thread;

/// ```
/// #[racegate::test]
/// fn deposits_add_up() {
///     let balance = racegate::cell::RaceCell::new(0);
///     balance.set(balance.get() + 1);
///     assert_eq!(balance.get(), 1);
/// }
/// ```
pub use racegate_macros::test;
pub use session::{Report, Verdict, check, check_with_yields};
pub use std::thread_local;

/// What the macros expand to, and what the facade of loom is made of.
#[doc(hidden)]
pub mod __private {
    pub use crate::session::test::{assert_racy, expect, run, run_should_panic};
    #[cfg(feature = "enabled")]
    pub use crate::session::{Glance, Recording, trace_with_yields};
    /// What a recording is made of.
    #[cfg(feature = "enabled")]
    pub use racegate_eventlog as eventlog;
}

/// Runs a closure as [`check`] does and asserts that it races, on the named cell
/// if one is named. Yields the [`Report`]. Without the feature `enabled` it only
/// runs the closure.
///
/// ```
/// use racegate::cell::RaceCell;
///
/// let balance = RaceCell::named("balance", 0);
/// racegate::expect_race!("balance", || {
///     racegate::thread::scope(|scope| {
///         scope.spawn(|| balance.set(200));
///         scope.spawn(|| balance.set(100));
///     });
/// });
/// ```
#[macro_export]
macro_rules! expect_race {
    ($cell:literal, $body:expr $(,)?) => {{
        let report = $crate::__private::expect($body);
        $crate::__private::assert_racy(&report, ::core::option::Option::Some($cell));
        report
    }};
    ($body:expr $(,)?) => {{
        let report = $crate::__private::expect($body);
        $crate::__private::assert_racy(&report, ::core::option::Option::None);
        report
    }};
}
