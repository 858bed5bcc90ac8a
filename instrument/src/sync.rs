//! std's synchronisation primitives, instrumented.
//!
//! With the feature `enabled` a name is the twin of std's type, without it the type
//! itself. What std has no counterpart of is the same in both.

#[cfg(feature = "enabled")]
pub mod atomic;
#[cfg(feature = "enabled")]
mod holder;
#[cfg(feature = "enabled")]
mod mutex;
#[cfg(feature = "enabled")]
mod poison;
#[cfg(feature = "enabled")]
mod read_holds;
#[cfg(feature = "enabled")]
mod rwlock;

// The twins: locks and one-time initialisation.
#[cfg(feature = "enabled")]
pub use self::{
    mutex::{Mutex, MutexGuard},
    rwlock::{RwLock, RwLockReadGuard, RwLockWriteGuard},
};

// std's own: the same, without the feature.
#[cfg(not(feature = "enabled"))]
pub use std::sync::{Mutex, MutexGuard, RwLock, RwLockReadGuard, RwLockWriteGuard};

// std's own: atomics, without the feature.
#[cfg(not(feature = "enabled"))]
pub use std::sync::atomic;

// std's own, with the feature and without.
pub use std::sync::{LockResult, PoisonError, TryLockError, TryLockResult};
