//! Where the stack is that the system gave this thread.
//!
//! **Invariant:** from a frame of that stack up to its end, every word is mapped for as
//! long as the thread runs.

use std::ops::Range;
use std::ptr;

/// This thread's own stack; empty if the system does not tell.
pub(super) fn own_stack() -> Range<usize> {
    let mut attributes = std::mem::MaybeUninit::uninit();
    // SAFETY: the attributes are valid for the write.
    let status = unsafe { libc::pthread_getattr_np(libc::pthread_self(), attributes.as_mut_ptr()) };
    if status != 0 {
        return 0..0;
    }
    // SAFETY: the call above succeeded.
    let mut attributes = unsafe { attributes.assume_init() };
    let (mut low, mut size) = (ptr::null_mut(), 0);
    // SAFETY: the attributes are initialised, and both places valid for the writes.
    let status = unsafe { libc::pthread_attr_getstack(&attributes, &raw mut low, &raw mut size) };
    // SAFETY: they are initialised, and not used again.
    unsafe { libc::pthread_attr_destroy(&raw mut attributes) };
    if status != 0 {
        return 0..0;
    }
    let low = low.addr();
    low..low + size
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recorder::stack::registers::Registers;

    #[test]
    fn every_thread_is_on_its_own_stack() {
        let is_on_it = || own_stack().contains(&Registers::here().sp);
        assert!(is_on_it());
        let elsewhere = std::thread::spawn(move || (is_on_it(), own_stack()));
        let (on_it, theirs) = elsewhere.join().expect("it does not panic");
        assert!(on_it);
        assert!(!theirs.contains(&Registers::here().sp));
    }
}
