//! Memory from the system, zeroed and kept to the end of the process. It is not the
//! program's allocator's: that one may itself be under test, and may be inside a probe.
//!
//! **Invariant:** what is handed out is handed out once, and never taken back.

#[cfg(not(any(miri, racegate_loom)))]
use std::ptr::{self, NonNull};

/// What zeroed memory may be taken for.
///
/// # Safety
///
/// All bytes zero must be a value of the type, the one that `zero` returns.
pub(super) unsafe trait Zeroed: Sized + 'static {
    /// The value whose bytes are all zero, where it is made and not taken from the system.
    #[cfg(not(all(
        target_os = "linux",
        target_arch = "x86_64",
        not(miri),
        not(racegate_loom)
    )))]
    fn zero() -> Self;
}

/// So many values, all zero. `None` when the system has no memory. A page of them
/// costs nothing until it is written to.
#[cfg(not(any(miri, racegate_loom)))]
pub(super) fn zeroed<T: Zeroed>(count: usize) -> Option<&'static mut [T]> {
    let bytes = count
        .checked_mul(size_of::<T>())
        .filter(|bytes| *bytes > 0)?;
    // SAFETY: a new mapping of anonymous memory; nothing else refers to the address
    // that the kernel picks.
    let address = unsafe {
        libc::mmap(
            ptr::null_mut(),
            bytes,
            libc::PROT_READ | libc::PROT_WRITE,
            libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE,
            -1,
            0,
        )
    };
    if address == libc::MAP_FAILED {
        return None;
    }
    // A page is aligned for all that is kept here.
    const { assert!(align_of::<T>() <= 4096) };
    let values = NonNull::new(address.cast::<T>())?;
    // SAFETY: so many bytes were just mapped for this call alone, and are never
    // unmapped; zeros are values of `T` by its promise.
    Some(unsafe { std::slice::from_raw_parts_mut(values.as_ptr(), count) })
}

/// The same where there is no system to ask: Miri and loom watch the program's own.
#[cfg(any(miri, racegate_loom))]
pub(super) fn zeroed<T: Zeroed>(count: usize) -> Option<&'static mut [T]> {
    let values: Vec<T> = std::iter::repeat_with(T::zero).take(count).collect();
    Some(values.leak())
}
