//! Default values.

use std::ffi::CStr;
use std::pin::Pin;
use std::sync as real;

use super::{Arc, raw};

impl<T: Default> Default for Arc<T> {
    #[track_caller]
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl Default for Arc<str> {
    #[track_caller]
    fn default() -> Self {
        Self::counted(real::Arc::default())
    }
}

impl Default for Arc<CStr> {
    #[track_caller]
    fn default() -> Self {
        Self::counted(real::Arc::default())
    }
}

impl<T> Default for Arc<[T]> {
    #[track_caller]
    fn default() -> Self {
        Self::counted(real::Arc::default())
    }
}

impl<T: ?Sized> Default for Pin<Arc<T>>
where
    Arc<T>: Default,
{
    #[track_caller]
    fn default() -> Self {
        // Nobody else could have got hold of std's shared empty values unpinned in a
        // way that moves them: they are never unshared.
        raw::pinned(Arc::default())
    }
}
