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

/// How far from the thread's own address something is: as far in every thread. It is asked
/// for again each time unless it is kept, since there are few registers.
#[derive(Clone, Copy)]
pub(super) struct Distance(pub(super) usize);

/// What the linker calls it: two versions of this crate in one process have their own.
macro_rules! symbol {
    ($symbol:literal) => {
        concat!("racegate_", $symbol, "_", env!("CARGO_PKG_VERSION"))
    };
}

/// Defines `$name`, of which each thread has its own; `$symbol` names it to the linker.
/// Fields that are to be loaded or stored at their distance, without the address of the
/// whole, are named besides; they are cells of one word.
macro_rules! local {
    ($(#[$doc:meta])* $name:ident: $type:ty, $symbol:literal
        $(, load $loaded:ident: $word:ty)* $(, store $stored:ident($store:ident): $stored_word:ty)*
        $(, mark $marked:ident($mark:ident): $value:expr, $bits:expr)*
    ) => {
        $(#[$doc])*
        struct $name;

        #[cfg(all(target_os = "linux", target_arch = "x86_64", not(miri), not(racegate_loom)))]
        std::arch::global_asm!(
            ".pushsection .tbss, \"awT\", @nobits",
            ".balign {align}",
            concat!(".globl ", $crate::recorder::local::symbol!($symbol)),
            concat!(".hidden ", $crate::recorder::local::symbol!($symbol)),
            concat!(".type ", $crate::recorder::local::symbol!($symbol), ", @object"),
            concat!(".size ", $crate::recorder::local::symbol!($symbol), ", {size}"),
            concat!($crate::recorder::local::symbol!($symbol), ": .zero {size}"),
            ".popsection",
            align = const align_of::<$type>(),
            size = const size_of::<$type>(),
        );

        #[cfg(all(target_os = "linux", target_arch = "x86_64", not(miri), not(racegate_loom)))]
        impl $name {
            /// How far it is.
            #[inline(always)]
            fn distance() -> $crate::recorder::local::Distance {
                let distance: usize;
                // SAFETY: a word is loaded that does not change.
                unsafe {
                    std::arch::asm!(
                        concat!(
                            "mov {distance}, qword ptr [rip + ",
                            $crate::recorder::local::symbol!($symbol),
                            "@GOTTPOFF]"
                        ),
                        distance = out(reg) distance,
                        options(readonly, nostack, preserves_flags),
                    );
                }
                $crate::recorder::local::Distance(distance)
            }

            /// Runs `f` with this thread's own.
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
                            "add {own}, qword ptr [rip + ",
                            $crate::recorder::local::symbol!($symbol),
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

            $(
                /// What the field holds.
                #[inline(always)]
                fn $loaded(at: $crate::recorder::local::Distance) -> $word {
                    let word: $word;
                    // SAFETY: as in `with`; the word loaded is the field's, which only this
                    // thread refers to.
                    unsafe {
                        std::arch::asm!(
                            "mov {word}, qword ptr fs:[{at} + {field}]",
                            at = in(reg) at.0,
                            word = lateout(reg) word,
                            field = const std::mem::offset_of!($type, $loaded),
                            options(readonly, nostack, preserves_flags),
                        );
                    }
                    word
                }
            )*

            $(
                /// Makes the field hold it. What the compiler has stored before is stored
                /// before, and what it loads later is loaded later.
                #[inline(always)]
                fn $store(at: $crate::recorder::local::Distance, word: $stored_word) {
                    // SAFETY: as in `with`; the word stored is the field's, which only this
                    // thread refers to, and that as a cell.
                    unsafe {
                        std::arch::asm!(
                            "mov qword ptr fs:[{at} + {field}], {word}",
                            at = in(reg) at.0,
                            word = in(reg) word,
                            field = const std::mem::offset_of!($type, $stored),
                            options(nostack, preserves_flags),
                        );
                    }
                }
            )*

            $(
                /// Makes the field hold a word that is always the same, as `store` does.
                #[inline(always)]
                fn $mark(at: $crate::recorder::local::Distance) {
                    // SAFETY: as in `with`; the word stored is the field's, which only this
                    // thread refers to, and that as a cell.
                    unsafe {
                        std::arch::asm!(
                            "mov qword ptr fs:[{at} + {field}], {bits}",
                            at = in(reg) at.0,
                            bits = const $bits,
                            field = const std::mem::offset_of!($type, $marked),
                            options(nostack, preserves_flags),
                        );
                    }
                }
            )*
        }

        #[cfg(not(all(target_os = "linux", target_arch = "x86_64", not(miri), not(racegate_loom))))]
        impl $name {
            /// No distance is needed.
            fn distance() -> $crate::recorder::local::Distance {
                $crate::recorder::local::Distance(0)
            }

            /// Runs `f` with this thread's own.
            fn with<R>(f: impl FnOnce(&$type) -> R) -> R {
                thread_local! {
                    static OWN: $type = <$type as $crate::recorder::zeroed::Zeroed>::zero();
                }
                OWN.with(f)
            }

            $(
                /// What the field holds.
                fn $loaded(_at: $crate::recorder::local::Distance) -> $word {
                    Self::with(|own| own.$loaded.get())
                }
            )*

            $(
                /// Makes the field hold it, between what is before and after.
                fn $store(_at: $crate::recorder::local::Distance, word: $stored_word) {
                    use std::sync::atomic::{Ordering, compiler_fence};
                    compiler_fence(Ordering::SeqCst);
                    Self::with(|own| own.$stored.set(word));
                    compiler_fence(Ordering::SeqCst);
                }
            )*

            $(
                /// Makes the field hold a word that is always the same, as `store` does.
                fn $mark(_at: $crate::recorder::local::Distance) {
                    use std::sync::atomic::{Ordering, compiler_fence};
                    compiler_fence(Ordering::SeqCst);
                    Self::with(|own| own.$marked.set($value));
                    compiler_fence(Ordering::SeqCst);
                }
            )*
        }
    };
}

pub(super) use {local, symbol};
