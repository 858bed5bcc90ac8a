//! loom's atomics behind constructors that are `const`, as those of std are.
//!
//! **Invariant:** loom's atomic is made at the first use. A test must see to it that
//! this happens before it starts a thread.

use std::ops::Deref;
use std::sync::OnceLock;
use std::time::Duration;

pub(crate) use loom::hint::spin_loop;
pub(crate) use loom::sync::atomic::fence;
pub(crate) use loom::sync::{Mutex, MutexGuard};
pub(crate) use loom::thread::yield_now;

macro_rules! atomics {
    ($($atomic:ident($integer:ty))*) => { $(
        pub(crate) struct $atomic {
            initial: $integer,
            modelled: OnceLock<loom::sync::atomic::$atomic>,
        }

        impl $atomic {
            pub(crate) const fn new(initial: $integer) -> Self {
                Self {
                    initial,
                    modelled: OnceLock::new(),
                }
            }
        }

        impl Deref for $atomic {
            type Target = loom::sync::atomic::$atomic;

            fn deref(&self) -> &Self::Target {
                let fresh = || loom::sync::atomic::$atomic::new(self.initial);
                self.modelled.get_or_init(fresh)
            }
        }
    )* };
}

atomics! {
    AtomicU32(u32)
    AtomicU64(u64)
    AtomicUsize(usize)
}

/// In a model no time passes.
pub(crate) fn sleep(_: Duration) {
    yield_now();
}
