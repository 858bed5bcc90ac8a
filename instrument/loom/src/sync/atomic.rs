//! What `std::sync::atomic` has, recorded, each a word as loom's are.
//!
//! A program may rely on that size. racegate's own atomic is nine words, so it lies on the
//! heap from the first use on; the file `word.rs` says what the word is before and after.

mod boolean;
mod integer;
mod operations;
mod pointer;
mod value;
mod word;

pub use boolean::AtomicBool;
pub use integer::{
    AtomicI8, AtomicI16, AtomicI32, AtomicI64, AtomicIsize, AtomicU8, AtomicU16, AtomicU32,
    AtomicU64, AtomicUsize,
};
pub use pointer::AtomicPtr;
pub use racegate::sync::atomic::{Ordering, fence};
pub use std::sync::atomic::compiler_fence;

/// The old name of [`spin_loop`](crate::hint::spin_loop).
pub fn spin_loop_hint() {
    crate::hint::spin_loop();
}
