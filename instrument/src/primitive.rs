//! What the lock-free parts are made of: std's atomics and waits, or, under
//! `--cfg racegate_loom`, those of loom, which runs a test in every way that the memory model
//! lets its threads interleave: `.ci/soundness`.

#[cfg(all(test, racegate_loom))]
mod modelled;

#[cfg(not(all(test, racegate_loom)))]
#[cfg_attr(
    not(feature = "enabled"),
    expect(unused_imports, reason = "most are the recorder's")
)]
pub(crate) use std::{
    hint::spin_loop,
    sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, fence},
    sync::{Mutex, MutexGuard},
    thread::{sleep, yield_now},
};

#[cfg(all(test, racegate_loom))]
pub(crate) use modelled::{
    AtomicU32, AtomicU64, AtomicUsize, Mutex, MutexGuard, fence, sleep, spin_loop, yield_now,
};
