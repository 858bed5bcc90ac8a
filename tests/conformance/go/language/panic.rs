//! Panics that are expected.

use std::panic::{self, AssertUnwindSafe};

/// Panics, and prints nothing.
pub(crate) fn panic_quietly(why: &'static str) -> ! {
    panic::resume_unwind(Box::new(why))
}

/// Whether it panics; the panic ends here.
pub(crate) fn panics(body: impl FnOnce()) -> bool {
    // What a case leaves behind is judged and thrown away.
    panic::catch_unwind(AssertUnwindSafe(body)).is_err()
}
