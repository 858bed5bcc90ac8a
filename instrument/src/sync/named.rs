//! Names of locks and atomics for reports.

use super::atomic::{
    AtomicBool, AtomicI8, AtomicI16, AtomicI32, AtomicI64, AtomicIsize, AtomicPtr, AtomicU8,
    AtomicU16, AtomicU32, AtomicU64, AtomicUsize,
};
use super::{Barrier, LazyLock, Mutex, Once, OnceLock, RwLock, WaitGroup};
use crate::annotate::Named;

/// A twin keeps its name; std's own type has no room for one.
macro_rules! named {
    ($($name:ident $(<$($parameter:ident),*>)?;)*) => {$(
        impl $(<$($parameter),*>)? Named for $name $(<$($parameter),*>)? {
            #[cfg(feature = "enabled")]
            fn named(mut self, name: &str) -> Self {
                self.set_name(name);
                self
            }

            #[cfg(not(feature = "enabled"))]
            fn named(self, _name: &str) -> Self {
                self
            }
        }
    )*};
}

named! {
    AtomicBool;
    AtomicI8;
    AtomicI16;
    AtomicI32;
    AtomicI64;
    AtomicIsize;
    AtomicPtr<T>;
    AtomicU8;
    AtomicU16;
    AtomicU32;
    AtomicU64;
    AtomicUsize;
    Barrier;
    LazyLock<T, F>;
    Mutex<T>;
    Once;
    OnceLock<T>;
    RwLock<T>;
    WaitGroup;
}
