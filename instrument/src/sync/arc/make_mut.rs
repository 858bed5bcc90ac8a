//! Copy on write.

use std::ffi::{CStr, OsStr};
use std::panic::Location;
use std::path::Path;
use std::sync as real;

use super::{Arc, Count};

/// What std can clone into an allocation of its own, as far as stable Rust can say
/// (`CloneToUninit`).
pub trait CloneToShared: sealed::Sealed {
    #[doc(hidden)]
    fn make_mut(shared: &mut real::Arc<Self>) -> &mut Self;
}

mod sealed {
    pub trait Sealed {}
}

macro_rules! clone_to_shared {
    ($([$($parameter:ident)?] $value:ty)*) => { $(
        impl$(<$parameter: Clone>)? sealed::Sealed for $value {}
        impl$(<$parameter: Clone>)? CloneToShared for $value {
            fn make_mut(shared: &mut real::Arc<Self>) -> &mut Self {
                real::Arc::make_mut(shared)
            }
        }
    )* };
}

clone_to_shared! {
    [T] T
    [T] [T]
    [] str
    [] CStr
    [] OsStr
    [] Path
}

impl<T: ?Sized + CloneToShared> Arc<T> {
    /// The value, after it was made this reference's own: cloned if there are others,
    /// moved away from weak ones.
    ///
    /// ```
    /// use racegate::sync::Arc;
    ///
    /// let mut mine = Arc::new(5);
    /// let theirs = Arc::clone(&mine);
    /// *Arc::make_mut(&mut mine) += 1;
    /// assert_eq!((*mine, *theirs), (6, 5));
    /// ```
    #[track_caller]
    pub fn make_mut(this: &mut Self) -> &mut T {
        let site = Location::caller();
        let is_alone = this
            .real
            .as_mut()
            .is_some_and(|real| real::Arc::get_mut(real).is_some());
        if is_alone {
            this.count.reached_alone(site);
        } else if this.count.claim(this.real(), site) {
            // Weak references stay behind with the old count, which is over.
            this.count = real::Arc::new(Count::new::<T>());
        } else {
            let mut own = real::Arc::clone(this.real());
            T::make_mut(&mut own);
            *this = Self::counted(own);
        }
        let real = this.real.as_mut().expect(super::WHOLE);
        T::make_mut(real)
    }
}
