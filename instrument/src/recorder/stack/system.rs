//! The system's own walk, through the `backtrace` crate: slow, and right wherever the
//! system's unwinder is.
//!
//! **Invariant:** it remembers nothing.

use super::addresses::Addresses;

/// The stack of whoever calls, this function's frames included.
#[cold]
#[inline(never)]
pub(super) fn walk() -> Addresses {
    let mut addresses = Addresses::none();
    // SAFETY: the frames are used only inside the closure, and on the systems racegate
    // records on, unwinding needs no lock of the crate's.
    unsafe {
        backtrace::trace_unsynchronized(|frame| {
            let address = frame.ip() as usize;
            // The outermost frame of some threads has no address.
            address == 0 || addresses.push(address)
        });
    }
    addresses
}
