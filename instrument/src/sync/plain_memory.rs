//! Atomics accessed without atomic operations, as the program says.

use std::panic::Location;

use super::atomic::{
    AtomicBool, AtomicI8, AtomicI16, AtomicI32, AtomicI64, AtomicIsize, AtomicPtr, AtomicU8,
    AtomicU16, AtomicU32, AtomicU64, AtomicUsize,
};
use crate::annotate::{PlainMemory, sealed::Sealed};

macro_rules! plain_memory {
    ($($name:ident $(<$parameter:ident>)?;)*) => {$(
        impl $(<$parameter>)? Sealed for $name $(<$parameter>)? {}

        impl $(<$parameter>)? PlainMemory for $name $(<$parameter>)? {
            #[cfg(feature = "enabled")]
            fn access_plainly(&self, write: bool, site: &'static Location<'static>) {
                self.access_memory(write, site);
            }

            #[cfg(not(feature = "enabled"))]
            fn access_plainly(&self, _write: bool, _site: &'static Location<'static>) {}
        }
    )*};
}

plain_memory! {
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
}
