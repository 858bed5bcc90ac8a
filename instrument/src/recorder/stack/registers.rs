//! Where a frame stands: what the walk outward begins with.
//!
//! **Invariant:** how a frame is unwound depends on its registers and on words of the
//! stack that are loaded on the way, and on nothing else.

/// The registers that unwinding needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Registers {
    /// In the innermost frame an address of it, in others where the callee returns to.
    /// Either way the instruction that ends before it is the one that was reached.
    pub(super) ip: usize,
    /// The stack pointer.
    pub(super) sp: usize,
    /// The frame pointer, or whatever the program keeps in its register.
    pub(super) bp: usize,
}

impl Registers {
    /// Those of the function that this is inlined into.
    #[inline(always)]
    pub(super) fn here() -> Self {
        let (ip, sp, bp);
        // SAFETY: three registers are copied; nothing else is read or changed. The
        // address is behind the first of the instructions, within the same function.
        unsafe {
            std::arch::asm!(
                "lea {ip}, [rip]",
                "mov {sp}, rsp",
                "mov {bp}, rbp",
                ip = out(reg) ip,
                sp = out(reg) sp,
                bp = out(reg) bp,
                options(nomem, nostack, preserves_flags),
            );
        }
        Self { ip, sp, bp }
    }

    /// Code of the function that this is inlined into, so that what it called before came
    /// back to it and was no last call, which takes the caller's frame.
    #[inline(always)]
    pub(super) fn stay() {
        // SAFETY: there are no instructions.
        unsafe { std::arch::asm!("", options(nomem, nostack, preserves_flags)) };
    }

    /// Whether words stand at its end, as they do in all code but the most peculiar.
    #[inline(always)]
    pub(super) fn is_aligned(self) -> bool {
        self.sp.is_multiple_of(size_of::<usize>())
    }
}
