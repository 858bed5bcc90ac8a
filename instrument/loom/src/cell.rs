//! Cells: what is shared without being atomic.

pub use self::unsafe_cell::{ConstPtr, MutPtr, UnsafeCell};
pub use racegate::cell::Cell;

mod unsafe_cell;
