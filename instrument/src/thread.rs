//! std's threads, instrumented.
//!
//! A spawn orders what the parent did before it before all that the child does; a
//! join orders all that the child did, its thread-locals' destructors included,
//! before what the joiner does next. A thread that is not joined has no edge at
//! its end. The end of a [`scope`] follows the closures of its threads, but not
//! their thread-locals' destructors, which it does not wait for; nor does std's.

#[cfg(feature = "enabled")]
mod builder;
#[cfg(feature = "enabled")]
mod handle;
#[cfg(feature = "enabled")]
mod join;
#[cfg(feature = "enabled")]
mod outcome;
#[cfg(feature = "enabled")]
mod own_parker;
#[cfg(feature = "enabled")]
mod park;
#[cfg(feature = "enabled")]
mod scoped;

#[cfg(feature = "enabled")]
pub use builder::{Builder, spawn};
#[cfg(feature = "enabled")]
pub use handle::{Thread, current};
#[cfg(feature = "enabled")]
pub use join::JoinHandle;
#[cfg(feature = "enabled")]
#[expect(deprecated, reason = "std's module has it")]
pub use park::park_timeout_ms;
#[cfg(feature = "enabled")]
pub use park::{park, park_timeout};
#[cfg(feature = "enabled")]
pub use scoped::{Scope, ScopedJoinHandle, scope};

#[cfg(not(feature = "enabled"))]
#[expect(deprecated, reason = "std's module has it")]
pub use std::thread::park_timeout_ms;
#[cfg(not(feature = "enabled"))]
pub use std::thread::{
    Builder, JoinHandle, Scope, ScopedJoinHandle, Thread, current, park, park_timeout, scope, spawn,
};

#[expect(deprecated, reason = "std's module has it")]
pub use std::thread::sleep_ms;
pub use std::thread::{
    AccessError, LocalKey, Result, ThreadId, available_parallelism, panicking, sleep, yield_now,
};
pub use std::thread_local;
