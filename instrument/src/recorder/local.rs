//! Memory of the running thread's own, reached without a call.
//!
//! A library does not know whether it will be loaded late, so the compiler has it call for
//! its thread-locals, and save all registers for the call even where the linker takes it
//! away again. What every event asks for is placed here instead, where the system has it
//! at a fixed distance from the thread's own address. A process that loads us late has
//! little room for that, and we take little.
//!
//! **Invariant:** each thread has its own, all zero to begin with, from its first
//! instruction to its last.

/// Defines `$name`, of which each thread has its own; `$symbol` and the version of this
/// crate name it to the linker.
macro_rules! local {
    ($(#[$doc:meta])* $name:ident: $type:ty, $symbol:literal) => {
        $(#[$doc])*
        struct $name;

        #[cfg(all(target_os = "linux", target_arch = "x86_64", not(miri), not(racegate_loom)))]
        std::arch::global_asm!(
            ".pushsection .tbss, \"awT\", @nobits",
            ".balign {align}",
            concat!(".globl racegate_", $symbol, "_", env!("CARGO_PKG_VERSION")),
            concat!(".hidden racegate_", $symbol, "_", env!("CARGO_PKG_VERSION")),
            concat!(".type racegate_", $symbol, "_", env!("CARGO_PKG_VERSION"), ", @object"),
            concat!(".size racegate_", $symbol, "_", env!("CARGO_PKG_VERSION"), ", {size}"),
            concat!("racegate_", $symbol, "_", env!("CARGO_PKG_VERSION"), ": .zero {size}"),
            ".popsection",
            align = const align_of::<$type>(),
            size = const size_of::<$type>(),
        );

        impl $name {
            /// Runs `f` with this thread's own.
            #[cfg(all(target_os = "linux", target_arch = "x86_64", not(miri), not(racegate_loom)))]
            #[inline(always)]
            fn with<R>(f: impl FnOnce(&$type) -> R) -> R {
                const fn is_right<T: $crate::recorder::zeroed::Zeroed>() {
                    assert!(!std::mem::needs_drop::<T>());
                }
                const { is_right::<$type>() };
                let own: *const $type;
                // SAFETY: two words are loaded that do not change while the thread runs:
                // its own address, and how far from there the symbol is.
                unsafe {
                    std::arch::asm!(
                        "mov {own}, qword ptr fs:[0]",
                        concat!(
                            "add {own}, qword ptr [rip + racegate_",
                            $symbol,
                            "_",
                            env!("CARGO_PKG_VERSION"),
                            "@GOTTPOFF]"
                        ),
                        own = out(reg) own,
                        options(pure, nomem, nostack),
                    );
                }
                // SAFETY: this thread's own, of the type's size and alignment, and zero at
                // first, which is a value of the type. It is there while the thread runs,
                // never moved and never dropped; and only this thread refers to it.
                f(unsafe { &*own })
            }

            #[cfg(not(all(target_os = "linux", target_arch = "x86_64", not(miri), not(racegate_loom))))]
            fn with<R>(f: impl FnOnce(&$type) -> R) -> R {
                thread_local! {
                    static OWN: $type = <$type as $crate::recorder::zeroed::Zeroed>::zero();
                }
                OWN.with(f)
            }
        }
    };
}

pub(super) use local;
