//! The atomic integers.

use std::fmt;
use std::panic::Location;
use std::sync::atomic::{self as real, Ordering};

use super::orderings;
use super::recorded::Recorded;
use super::word::{atomic_word, read_modify_writes};

macro_rules! atomic_integers {
    ($($name:ident $value:ident)*) => { $(
        atomic_word! {
            #[doc = concat!("An atomic `", stringify!($value), "`.")]
            ///
            /// ```
            /// use racegate::sync::atomic::Ordering;
            #[doc = concat!("use racegate::sync::atomic::", stringify!($name), ";")]
            ///
            #[doc = concat!("let count = ", stringify!($name), "::new(5);")]
            /// assert_eq!(count.fetch_sub(2, Ordering::AcqRel), 5);
            /// assert_eq!(count.into_inner(), 3);
            /// ```
            $name, $value, real::$name
        }

        read_modify_writes! {
            $name, $value, $value;
            /// Adds, wrapping around, and returns the value before.
            fetch_add
            /// Subtracts, wrapping around, and returns the value before.
            fetch_sub
            /// Bitwise "and"; returns the value before.
            fetch_and
            /// Bitwise "nand"; returns the value before.
            fetch_nand
            /// Bitwise "or"; returns the value before.
            fetch_or
            /// Bitwise "xor"; returns the value before.
            fetch_xor
            /// Stores the larger of the two; returns the value before.
            fetch_max
            /// Stores the smaller of the two; returns the value before.
            fetch_min
        }

        impl Default for $name {
            #[track_caller]
            fn default() -> Self {
                Self::new($value::default())
            }
        }
    )* };
}

atomic_integers! {
    AtomicI8 i8
    AtomicI16 i16
    AtomicI32 i32
    AtomicI64 i64
    AtomicIsize isize
    AtomicU8 u8
    AtomicU16 u16
    AtomicU32 u32
    AtomicU64 u64
    AtomicUsize usize
}
