//! std's shared ownership, recorded.
//!
//! Dropping a reference happens before the value is destroyed, unwrapped or reached
//! alone ([`Arc::get_mut`], [`Arc::make_mut`], [`Arc::try_unwrap`],
//! [`Arc::into_inner`]). Nothing else is ordered: not a clone, a look at the count or
//! an upgrade, nor the drop of a [`Weak`].
//!
//! # What std's types can and these cannot
//!
//! Stable Rust has no coercion for a type outside of std. Where std's `Arc<Circle>`
//! becomes an `Arc<dyn Shape>` by itself, write [`unsize!`](crate::sync::unsize) or
//! `Arc::from(Box::new(circle) as Box<dyn Shape>)`; both compile without the feature
//! `enabled`, too. A method cannot take `self: Arc<Self>`, and a
//! [`Wake`](std::task::Wake) is still made of std's own `Arc`. `==` on an `Arc`
//! compares values even where both are one.
//!
//! ```
//! use racegate::sync::Arc;
//!
//! let mut one = Arc::new(5);
//! let other = Arc::clone(&one);
//! assert_eq!(Arc::strong_count(&one), 2);
//! drop(other);
//! assert_eq!(Arc::get_mut(&mut one), Some(&mut 5));
//! ```

use std::any::Any;
use std::ops::Deref;
use std::panic::Location;
use std::sync as real;

mod convert;
mod count;
mod default;
mod ending;
mod forwarded;
mod make_mut;
mod raw;
mod registry;
mod uninit;
mod weak;

use count::Count;
pub use weak::Weak;

/// A shared reference to a value on the heap, which counts its clones.
///
/// ```
/// use racegate::sync::{Arc, unsize};
///
/// let words: Arc<[&str]> = Arc::from(["data", "race"]);
/// let shown: Arc<dyn std::fmt::Debug> = unsize!(Arc::new(words) => dyn std::fmt::Debug);
/// assert_eq!(format!("{shown:?}"), r#"["data", "race"]"#);
/// ```
pub struct Arc<T: ?Sized> {
    /// None only once this reference was taken apart.
    real: Option<real::Arc<T>>,
    count: real::Arc<Count>,
    /// Where this reference was made: what a drop, which has no caller, is told by.
    made_at: &'static Location<'static>,
}

impl<T> Arc<T> {
    /// A value on the heap, and the first reference to it.
    #[must_use]
    #[track_caller]
    pub fn new(data: T) -> Self {
        Self::counted(real::Arc::new(data))
    }

    /// The same for a value that holds references to itself, which come alive once
    /// it is there.
    ///
    /// ```
    /// use racegate::sync::{Arc, Weak};
    ///
    /// struct Node {
    ///     itself: Weak<Node>,
    /// }
    /// let node = Arc::new_cyclic(|itself| Node { itself: itself.clone() });
    /// assert!(Arc::ptr_eq(&node, &node.itself.upgrade().expect("it is there")));
    /// ```
    #[must_use]
    #[track_caller]
    pub fn new_cyclic<F>(data_fn: F) -> Self
    where
        F: FnOnce(&Weak<T>) -> T,
    {
        let count = real::Arc::new(Count::new::<T>());
        let real = real::Arc::new_cyclic(|weak| {
            let weak = Weak::counted(weak.clone(), real::Arc::clone(&count));
            data_fn(&weak)
        });
        Self::assembled(real, count)
    }

    /// The value, if this is its only reference; else the reference.
    ///
    /// # Errors
    ///
    /// With the reference, when there are others.
    #[track_caller]
    pub fn try_unwrap(mut this: Self) -> Result<T, Self> {
        if !this.count.claim(this.real(), Location::caller()) {
            return Err(this);
        }
        let value = this.real.take().and_then(real::Arc::into_inner);
        Ok(value.expect("a claimed value has one reference"))
    }

    /// Drops this reference; the value, if it was the last. Of all references dropped
    /// like this exactly one yields it.
    #[track_caller]
    pub fn into_inner(mut this: Self) -> Option<T> {
        let real = this.real.take()?;
        let last = this.count.give_up(real, Location::caller())?;
        real::Arc::into_inner(last)
    }

    /// The value, if this is its only reference; else a clone of it.
    #[track_caller]
    pub fn unwrap_or_clone(this: Self) -> T
    where
        T: Clone,
    {
        Self::try_unwrap(this).unwrap_or_else(|shared| T::clone(&shared))
    }
}

impl<T: ?Sized> Arc<T> {
    /// The value, if there is no other reference, not even a weak one.
    #[track_caller]
    pub fn get_mut(this: &mut Self) -> Option<&mut T> {
        let value = real::Arc::get_mut(this.real.as_mut()?)?;
        this.count.reached_alone(Location::caller());
        Some(value)
    }

    /// A reference that does not keep the value.
    #[must_use]
    pub fn downgrade(this: &Self) -> Weak<T> {
        let weak = real::Arc::downgrade(this.real());
        Weak::counted(weak, real::Arc::clone(&this.count))
    }

    /// How many references there are. It orders nothing.
    #[must_use]
    pub fn strong_count(this: &Self) -> usize {
        real::Arc::strong_count(this.real())
    }

    /// How many weak references there are. It orders nothing.
    #[must_use]
    pub fn weak_count(this: &Self) -> usize {
        real::Arc::weak_count(this.real())
    }

    /// Whether both are references to one value.
    #[must_use]
    pub fn ptr_eq(this: &Self, other: &Self) -> bool {
        real::Arc::ptr_eq(this.real(), other.real())
    }

    /// What [`unsize!`](crate::sync::unsize) expands to.
    #[doc(hidden)]
    #[track_caller]
    pub fn __unsize<U: ?Sized>(
        this: Self,
        coercion: impl FnOnce(real::Arc<T>) -> real::Arc<U>,
    ) -> Arc<U> {
        let (real, count) = this.into_parts();
        Arc::assembled(coercion(real), count)
    }

    /// The first reference to a value that std's is the only reference to. It is loom's
    /// name, which std has not.
    ///
    /// # Panics
    ///
    /// When there are other references.
    #[doc(hidden)]
    #[must_use]
    #[track_caller]
    pub fn from_std(mut real: real::Arc<T>) -> Self {
        assert!(
            real::Arc::get_mut(&mut real).is_some(),
            "there are other references to the value"
        );
        Self::counted(real)
    }

    /// The first reference to a new value.
    #[track_caller]
    fn counted(real: real::Arc<T>) -> Self {
        Self::assembled(real, real::Arc::new(Count::new::<T>()))
    }

    #[track_caller]
    fn assembled(real: real::Arc<T>, count: real::Arc<Count>) -> Self {
        Self {
            real: Some(real),
            count,
            made_at: Location::caller(),
        }
    }

    /// Takes this reference apart, which is no drop.
    fn into_parts(mut self) -> (real::Arc<T>, real::Arc<Count>) {
        let real = self.real.take().expect(WHOLE);
        (real, real::Arc::clone(&self.count))
    }

    fn real(&self) -> &real::Arc<T> {
        self.real.as_ref().expect(WHOLE)
    }
}

/// Why [`Arc::real`] is there.
const WHOLE: &str = "a reference that was taken apart is out of reach";

impl Arc<dyn Any + Send + Sync> {
    /// A reference to the concrete type, if it is this one.
    ///
    /// # Errors
    ///
    /// With the reference, when it is another.
    #[track_caller]
    pub fn downcast<T>(self) -> Result<Arc<T>, Self>
    where
        T: Any + Send + Sync,
    {
        let (real, count) = self.into_parts();
        match real.downcast() {
            Ok(real) => Ok(Arc::assembled(real, count)),
            Err(real) => Err(Self::assembled(real, count)),
        }
    }
}

impl<T: ?Sized> Deref for Arc<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.real()
    }
}

impl<T: ?Sized> Clone for Arc<T> {
    #[track_caller]
    fn clone(&self) -> Self {
        let real = real::Arc::clone(self.real());
        Self::assembled(real, real::Arc::clone(&self.count))
    }
}

impl<T: ?Sized> Drop for Arc<T> {
    fn drop(&mut self) {
        if let Some(real) = self.real.take()
            && let Some(last) = self.count.give_up(real, self.made_at)
        {
            count::end(last);
        }
    }
}
