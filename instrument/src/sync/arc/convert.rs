//! From values, and from one kind of reference to another.

use std::borrow::Cow;
use std::ffi::{CStr, CString, OsStr, OsString};
use std::path::{Path, PathBuf};
use std::sync as real;

use super::Arc;

/// What std makes an `Arc` of by allocating a new one.
macro_rules! from_values {
    ($([$($generics:tt)*] $from:ty => $value:ty;)*) => { $(
        impl<$($generics)*> From<$from> for Arc<$value> {
            #[track_caller]
            fn from(value: $from) -> Self {
                Self::counted(real::Arc::from(value))
            }
        }
    )* };
}

from_values! {
    [T] T => T;
    [T: ?Sized] Box<T> => T;
    [T, const N: usize] [T; N] => [T];
    [T: Clone] &[T] => [T];
    [T: Clone] &mut [T] => [T];
    [T] Vec<T> => [T];
    [] &str => str;
    [] &mut str => str;
    [] String => str;
    [] &CStr => CStr;
    [] &mut CStr => CStr;
    [] CString => CStr;
    [] &OsStr => OsStr;
    [] &mut OsStr => OsStr;
    [] OsString => OsStr;
    [] &Path => Path;
    [] &mut Path => Path;
    [] PathBuf => Path;
}

impl<'a, B> From<Cow<'a, B>> for Arc<B>
where
    B: ToOwned + ?Sized,
    Arc<B>: From<&'a B> + From<B::Owned>,
{
    #[track_caller]
    fn from(cow: Cow<'a, B>) -> Self {
        match cow {
            Cow::Borrowed(value) => Self::from(value),
            Cow::Owned(value) => Self::from(value),
        }
    }
}

impl From<Arc<str>> for Arc<[u8]> {
    #[track_caller]
    fn from(text: Arc<str>) -> Self {
        let (real, count) = text.into_parts();
        Self::assembled(real.into(), count)
    }
}

impl<T, const N: usize> TryFrom<Arc<[T]>> for Arc<[T; N]> {
    type Error = Arc<[T]>;

    #[track_caller]
    fn try_from(slice: Arc<[T]>) -> Result<Self, Self::Error> {
        let (real, count) = slice.into_parts();
        match real.try_into() {
            Ok(real) => Ok(Self::assembled(real, count)),
            Err(real) => Err(Arc::assembled(real, count)),
        }
    }
}

impl<T> FromIterator<T> for Arc<[T]> {
    #[track_caller]
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        Self::counted(real::Arc::from_iter(values))
    }
}
