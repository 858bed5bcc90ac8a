//! loom's API on racegate's recorder.
//!
//! A crate that routes its cells, atomics, locks and threads through loom under a cfg runs
//! its models on real threads instead, at full speed, each run checked by the
//! happens-before engine. `cargo racegate loom` puts this package in loom's place for one
//! build; nobody publishes or names it.
//!
//! It is no model checker: it does not go through all schedules. A run shows what is
//! unordered in it whatever its schedule was, and [`model`](model()) makes many runs, each
//! under other noise.
//!
//! ```
//! use loom::sync::atomic::{AtomicUsize, Ordering};
//! use loom::sync::Arc;
//!
//! loom::model(|| {
//!     let count = Arc::new(AtomicUsize::new(0));
//!     let other = Arc::clone(&count);
//!     let thread = loom::thread::spawn(move || other.fetch_add(1, Ordering::Relaxed));
//!     count.fetch_add(1, Ordering::Relaxed);
//!     thread.join().unwrap();
//!     assert_eq!(count.load(Ordering::Relaxed), 2);
//! });
//! ```

pub mod alloc;
pub mod cell;
mod execution;
#[cfg(feature = "futures")]
pub mod future;
pub mod hint;
pub mod lazy_static;
pub mod model;
pub mod sync;
pub mod thread;

#[doc(inline)]
pub use crate::model::model;
pub use std::thread_local;

/// How many threads a model of loom's may have. Here there may be as many as the system
/// can make.
pub const MAX_THREADS: usize = 5;

/// Asks loom to explore what follows. Here every run is of the whole model.
pub fn explore() {}

/// Asks loom not to explore what follows. Here every run is of the whole model.
pub fn stop_exploring() {}

/// Asks loom to go on with another branch. Here the run goes on.
pub fn skip_branch() {}

/// Statics that are made at their first use in each run of a model, and dropped after it.
///
/// ```
/// use loom::sync::atomic::{AtomicUsize, Ordering};
///
/// loom::lazy_static! {
///     static ref COUNT: AtomicUsize = AtomicUsize::new(0);
/// }
/// loom::model(|| assert_eq!(COUNT.fetch_add(1, Ordering::Relaxed), 0));
/// ```
#[macro_export]
macro_rules! lazy_static {
    ($(#[$attribute:meta])* $visibility:vis static ref $name:ident : $type:ty = $init:expr; $($rest:tt)*) => {
        #[allow(missing_copy_implementations, non_camel_case_types, dead_code, missing_docs)]
        $(#[$attribute])*
        $visibility struct $name {
            __private: (),
        }
        #[doc(hidden)]
        $visibility static $name: $name = $name { __private: () };
        impl ::core::ops::Deref for $name {
            type Target = $type;

            fn deref(&self) -> &$type {
                static LAZY: $crate::lazy_static::Lazy<$type> =
                    $crate::lazy_static::Lazy::__new(stringify!($name), || $init);
                LAZY.get()
            }
        }
        $crate::lazy_static!($($rest)*);
    };
    () => {};
}
