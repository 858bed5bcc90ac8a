//! References that do not keep their value.

use std::fmt;
use std::sync as real;

use super::count::Count;
use super::{Arc, registry};

/// A reference that does not keep its value. Neither its upgrade nor its drop is
/// ordered with anything.
///
/// ```
/// use racegate::sync::{Arc, Weak};
///
/// let five = Arc::new(5);
/// let weak: Weak<i32> = Arc::downgrade(&five);
/// assert_eq!(weak.upgrade().as_deref(), Some(&5));
/// drop(five);
/// assert_eq!(weak.upgrade(), None);
/// ```
pub struct Weak<T: ?Sized> {
    // Before the count, which an address in use must outlive no longer than this.
    real: real::Weak<T>,
    /// None when it never had a value.
    count: Option<real::Arc<Count>>,
}

impl<T> Weak<T> {
    /// A reference to nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            real: real::Weak::new(),
            count: None,
        }
    }
}

impl<T: ?Sized> Weak<T> {
    pub(super) fn counted(real: real::Weak<T>, count: real::Arc<Count>) -> Self {
        let count = Some(count);
        Self { real, count }
    }

    /// A reference that keeps the value, if that is still there.
    #[must_use]
    #[track_caller]
    pub fn upgrade(&self) -> Option<Arc<T>> {
        let count = self.count.as_ref()?;
        let real = count.upgrade(&self.real)?;
        Some(Arc::assembled(real, real::Arc::clone(count)))
    }

    /// How many references keep the value.
    #[must_use]
    pub fn strong_count(&self) -> usize {
        self.real.strong_count()
    }

    /// How many weak references there are; zero once the value is gone.
    #[must_use]
    pub fn weak_count(&self) -> usize {
        self.real.weak_count()
    }

    /// Whether both are references to one value, or to none.
    #[must_use]
    pub fn ptr_eq(&self, other: &Self) -> bool {
        self.real.ptr_eq(&other.real)
    }

    /// A pointer to the value, which dangles once that is gone.
    #[must_use]
    pub fn as_ptr(&self) -> *const T {
        self.real.as_ptr()
    }

    /// Makes a pointer of it, to be made a reference again with
    /// [`from_raw`](Self::from_raw).
    #[must_use = "losing the pointer will leak memory"]
    pub fn into_raw(self) -> *const T {
        let Self { real, count } = self;
        let pointer = real.into_raw();
        if let Some(count) = count {
            registry::hold(pointer.addr(), count);
        }
        pointer
    }

    /// Makes a reference again of what [`into_raw`](Self::into_raw) made.
    ///
    /// # Safety
    ///
    /// As for std's: the pointer must be of `into_raw` and still be its reference.
    pub unsafe fn from_raw(pointer: *const T) -> Self {
        let count = registry::release(pointer.addr());
        // SAFETY: the caller keeps std's contract, and `into_raw` hands out std's
        // own pointer.
        let real = unsafe { real::Weak::from_raw(pointer) };
        Self { real, count }
    }
}

impl<T: ?Sized> Clone for Weak<T> {
    fn clone(&self) -> Self {
        Self {
            real: self.real.clone(),
            count: self.count.clone(),
        }
    }
}

impl<T> Default for Weak<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: ?Sized> fmt::Debug for Weak<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(Weak)")
    }
}
