//! std's synchronisation primitives, instrumented.
//!
//! With the feature `enabled` a name is the twin of std's type, without it the type
//! itself. What std has no counterpart of is the same in both.

#[cfg(feature = "enabled")]
mod arc;
#[cfg(feature = "enabled")]
pub mod atomic;
#[cfg(feature = "enabled")]
mod barrier;
#[cfg(feature = "enabled")]
mod completion;
#[cfg(feature = "enabled")]
mod condvar;
#[cfg(feature = "enabled")]
mod holder;
#[cfg(feature = "enabled")]
mod lazy_lock;
#[cfg(feature = "enabled")]
pub mod mpsc;
#[cfg(feature = "enabled")]
mod mutex;
mod named;
#[cfg(feature = "enabled")]
mod once;
#[cfg(feature = "enabled")]
mod once_lock;
mod plain_memory;
#[cfg(feature = "enabled")]
mod poison;
#[cfg(feature = "enabled")]
mod read_holds;
#[cfg(feature = "enabled")]
mod rwlock;
mod unsize;
mod wait_group;

// The twins: locks and one-time initialisation.
#[cfg(feature = "enabled")]
pub use self::{
    barrier::{Barrier, BarrierWaitResult},
    condvar::Condvar,
    lazy_lock::LazyLock,
    mutex::{Mutex, MutexGuard},
    once::Once,
    once_lock::OnceLock,
    rwlock::{RwLock, RwLockReadGuard, RwLockWriteGuard},
};

// std's own: the same, without the feature.
#[cfg(not(feature = "enabled"))]
pub use std::sync::{
    Barrier, BarrierWaitResult, Condvar, LazyLock, Mutex, MutexGuard, Once, OnceLock, RwLock,
    RwLockReadGuard, RwLockWriteGuard,
};

// The twins: reference counts. Atomics and channels are modules above.
#[cfg(feature = "enabled")]
pub use self::arc::{Arc, Weak};

// std's own: atomics, channels and reference counts, without the feature.
#[cfg(not(feature = "enabled"))]
pub use std::sync::{Arc, Weak, atomic, mpsc};

// std's own, with the feature and without.
pub use std::sync::{
    LockResult, OnceState, PoisonError, TryLockError, TryLockResult, WaitTimeoutResult,
};

// What std has no counterpart of.
pub use self::unsize::unsize;
pub use self::wait_group::WaitGroup;
