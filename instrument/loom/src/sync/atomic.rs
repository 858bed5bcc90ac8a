//! What `std::sync::atomic` has, recorded.

pub use racegate::sync::atomic::{
    AtomicBool, AtomicI8, AtomicI16, AtomicI32, AtomicI64, AtomicIsize, AtomicPtr, AtomicU8,
    AtomicU16, AtomicU32, AtomicU64, AtomicUsize, Ordering, fence,
};
pub use std::sync::atomic::compiler_fence;

/// The old name of [`spin_loop`](crate::hint::spin_loop).
pub fn spin_loop_hint() {
    crate::hint::spin_loop();
}
