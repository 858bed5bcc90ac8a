//! References as raw pointers.

use std::pin::Pin;
use std::sync as real;

use super::{Arc, Count, registry};

impl<T> Arc<T> {
    /// A value on the heap that does not move.
    #[must_use]
    #[track_caller]
    pub fn pin(data: T) -> Pin<Self> {
        pinned(Self::new(data))
    }
}

/// A reference to what was nowhere else before.
pub(super) fn pinned<T: ?Sized>(fresh: Arc<T>) -> Pin<Arc<T>> {
    // SAFETY: the value lives on the heap and stays there while it is shared; a
    // pinned reference gives neither the `Arc` itself nor a `&mut T` away, and there
    // is no other reference yet.
    unsafe { Pin::new_unchecked(fresh) }
}

impl<T: ?Sized> Arc<T> {
    /// A pointer to the value, good for as long as there is a reference.
    #[must_use]
    pub fn as_ptr(this: &Self) -> *const T {
        let pointer = real::Arc::as_ptr(this.real());
        registry::enter(pointer.addr(), &this.count);
        pointer
    }

    /// Makes a pointer of the reference, to be made one again with
    /// [`from_raw`](Self::from_raw).
    #[must_use = "losing the pointer will leak memory"]
    pub fn into_raw(this: Self) -> *const T {
        let (real, count) = this.into_parts();
        let pointer = real::Arc::into_raw(real);
        registry::hold(pointer.addr(), count);
        pointer
    }

    /// Makes a reference again of what [`into_raw`](Self::into_raw) made.
    ///
    /// ```
    /// use racegate::sync::Arc;
    ///
    /// let pointer = Arc::into_raw(Arc::new(5));
    /// // SAFETY: the pointer was made above, and is made a reference once.
    /// let five = unsafe { Arc::from_raw(pointer) };
    /// assert_eq!(*five, 5);
    /// ```
    ///
    /// # Safety
    ///
    /// As for std's: the pointer must be of `into_raw` and still be a reference.
    #[track_caller]
    pub unsafe fn from_raw(ptr: *const T) -> Self {
        let count = registry::release(ptr.addr())
            .unwrap_or_else(|| real::Arc::new(Count::of_others::<T>()));
        // SAFETY: the caller keeps std's contract, and `into_raw` hands out std's
        // own pointer.
        let real = unsafe { real::Arc::from_raw(ptr) };
        Self::assembled(real, count)
    }

    /// Makes one more reference of a pointer.
    ///
    /// # Safety
    ///
    /// As for std's: the pointer must be of `into_raw`, and its value still there.
    pub unsafe fn increment_strong_count(ptr: *const T) {
        // SAFETY: the caller keeps std's contract.
        unsafe { real::Arc::increment_strong_count(ptr) };
        if let Some(count) = registry::find(ptr.addr()) {
            registry::hold(ptr.addr(), count);
        }
    }

    /// Drops a reference that is a pointer.
    ///
    /// # Safety
    ///
    /// As for std's: the pointer must be of `into_raw` and still be a reference.
    #[track_caller]
    pub unsafe fn decrement_strong_count(ptr: *const T) {
        // SAFETY: the caller keeps the contract.
        drop(unsafe { Self::from_raw(ptr) });
    }
}
