//! std's atomics, recorded: each operation and its stamp are one step, so the log
//! holds an atomic's operations in its modification order.
//!
//! An atomic is twice its real self and an identity, so it has neither the layout
//! of the integer nor `from_ptr`. What is done through [`as_ptr`](AtomicU8::as_ptr)
//! or `get_mut` is not recorded: the one is beyond any recorder, the other is alone.
//!
//! ```
//! use racegate::sync::atomic::{AtomicUsize, Ordering};
//!
//! static NEXT: AtomicUsize = AtomicUsize::new(7);
//! assert_eq!(NEXT.fetch_add(1, Ordering::Relaxed), 7);
//! assert_eq!(NEXT.load(Ordering::Relaxed), 8);
//! ```

mod boolean;
mod fence;
mod integer;
mod orderings;
mod pointer;
mod recorded;
mod word;

pub use std::sync::atomic::Ordering;
// It keeps the compiler from moving accesses of one thread, seen by a signal
// handler on that very thread. It orders no two threads, so it is no event.
pub use std::sync::atomic::compiler_fence;
#[expect(deprecated, reason = "std still has it")]
pub use std::sync::atomic::spin_loop_hint;

pub use boolean::AtomicBool;
pub use fence::fence;
pub use integer::{
    AtomicI8, AtomicI16, AtomicI32, AtomicI64, AtomicIsize, AtomicU8, AtomicU16, AtomicU32,
    AtomicU64, AtomicUsize,
};
pub use pointer::AtomicPtr;

/// A false [`AtomicBool`].
#[deprecated(note = "the `new` function is now preferred")]
#[expect(clippy::declare_interior_mutable_const, reason = "as std's")]
pub const ATOMIC_BOOL_INIT: AtomicBool = AtomicBool::new(false);
/// A zero [`AtomicIsize`].
#[deprecated(note = "the `new` function is now preferred")]
#[expect(clippy::declare_interior_mutable_const, reason = "as std's")]
pub const ATOMIC_ISIZE_INIT: AtomicIsize = AtomicIsize::new(0);
/// A zero [`AtomicUsize`].
#[deprecated(note = "the `new` function is now preferred")]
#[expect(clippy::declare_interior_mutable_const, reason = "as std's")]
pub const ATOMIC_USIZE_INIT: AtomicUsize = AtomicUsize::new(0);
