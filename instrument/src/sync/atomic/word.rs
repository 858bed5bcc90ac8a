//! What every atomic can do, whatever it holds.

/// Defines the atomic `$name` of a `$value` over `$real`: construction, `load`,
/// `store`, `swap`, the compare-and-exchanges and the updates built on them.
macro_rules! atomic_word {
    ($(#[$doc:meta])* $name:ident $(<$T:ident>)?, $value:ty, $real:ty) => {
        $(#[$doc])*
        pub struct $name $(<$T>)? {
            recorded: Recorded<$real>,
        }

        impl $(<$T>)? $name $(<$T>)? {
            /// A new atomic.
            #[must_use]
            #[track_caller]
            pub const fn new(value: $value) -> Self {
                let recorded = Recorded::new::<Self>(<$real>::new(value));
                Self { recorded }
            }

            /// A new atomic, which reports call a `Told` that was made at `site`. It is for
            /// twins that keep their atomic elsewhere.
            #[doc(hidden)]
            #[must_use]
            pub const fn made_at<Told>(value: $value, site: &'static Location<'static>) -> Self {
                let recorded = Recorded::made_at::<Told>(<$real>::new(value), site);
                Self { recorded }
            }

            /// Takes its name away, which would stay behind when it is dropped.
            #[doc(hidden)]
            pub fn forget_name(&mut self) {
                self.recorded.forget_name();
            }

            /// Gives it a name for reports.
            pub(crate) fn set_name(&mut self, name: &str) {
                self.recorded.set_name(name);
            }

            /// The memory is accessed without an atomic operation.
            pub(crate) fn access_memory(&self, write: bool, site: &'static Location<'static>) {
                self.recorded.access_memory(write, site);
            }

            /// The value, reached alone: no event.
            pub fn get_mut(&mut self) -> &mut $value {
                self.recorded.real.get_mut()
            }

            /// The value, owned alone: no event.
            #[must_use]
            pub const fn into_inner(self) -> $value {
                self.recorded.real.into_inner()
            }

            /// A pointer to the value. What is done through it is not recorded.
            #[must_use]
            pub const fn as_ptr(&self) -> *mut $value {
                self.recorded.real.as_ptr()
            }

            /// Reaches the value alone, recorded as a plain write. It is loom's name, which
            /// std has not.
            #[doc(hidden)]
            #[track_caller]
            pub fn with_mut<R>(&mut self, f: impl FnOnce(&mut $value) -> R) -> R {
                self.access_memory(true, Location::caller());
                f(self.get_mut())
            }

            /// Loads the value without an atomic operation, recorded as a plain read. It is
            /// loom's name, which std has not.
            ///
            /// # Safety
            ///
            /// Nobody may write the value meanwhile.
            #[doc(hidden)]
            #[must_use]
            #[track_caller]
            pub unsafe fn unsync_load(&self) -> $value {
                self.access_memory(false, Location::caller());
                // SAFETY: the pointer is to this value; the rest is the caller's promise.
                unsafe { self.as_ptr().read() }
            }

            /// Loads the value.
            ///
            /// # Panics
            ///
            /// If `order` is `Release` or `AcqRel`.
            #[track_caller]
            pub fn load(&self, order: Ordering) -> $value {
                self.recorded.load(order, move |real| real.load(order))
            }

            /// Stores a value.
            ///
            /// # Panics
            ///
            /// If `order` is `Acquire` or `AcqRel`.
            #[track_caller]
            pub fn store(&self, value: $value, order: Ordering) {
                self.recorded.store(order, move |real| real.store(value, order));
            }

            /// Stores a value and returns the one before it.
            #[track_caller]
            pub fn swap(&self, value: $value, order: Ordering) -> $value {
                self.recorded.read_modify_write(order, move |real| real.swap(value, order))
            }

            /// Stores `new` if the value is `current`, and returns the one before.
            #[deprecated(note = "Use `compare_exchange` or `compare_exchange_weak` instead")]
            #[track_caller]
            pub fn compare_and_swap(&self, current: $value, new: $value, order: Ordering) -> $value {
                let failure = orderings::strongest_failure(order);
                match self.compare_exchange(current, new, order, failure) {
                    Ok(before) | Err(before) => before,
                }
            }

            /// Stores `new` if the value is `current`. `Ok` with the value before it
            /// if it was stored, `Err` with the value found if not.
            ///
            /// # Errors
            ///
            /// When the value is another one.
            ///
            /// # Panics
            ///
            /// If `failure` is `Release` or `AcqRel`.
            #[track_caller]
            pub fn compare_exchange(
                &self,
                current: $value,
                new: $value,
                success: Ordering,
                failure: Ordering,
            ) -> Result<$value, $value> {
                self.recorded.compare_exchange(success, failure, move |real| {
                    real.compare_exchange(current, new, success, failure)
                })
            }

            /// The same, but may fail although the value is `current`.
            ///
            /// # Errors
            ///
            /// When the value is another one, or by chance.
            ///
            /// # Panics
            ///
            /// If `failure` is `Release` or `AcqRel`.
            #[track_caller]
            pub fn compare_exchange_weak(
                &self,
                current: $value,
                new: $value,
                success: Ordering,
                failure: Ordering,
            ) -> Result<$value, $value> {
                self.recorded.compare_exchange(success, failure, move |real| {
                    real.compare_exchange_weak(current, new, success, failure)
                })
            }

            /// Another name of [`try_update`](Self::try_update).
            ///
            /// # Errors
            ///
            /// As it.
            ///
            /// # Panics
            ///
            /// As it.
            #[track_caller]
            pub fn fetch_update<F>(
                &self,
                set_order: Ordering,
                fetch_order: Ordering,
                f: F,
            ) -> Result<$value, $value>
            where
                F: FnMut($value) -> Option<$value>,
            {
                self.try_update(set_order, fetch_order, f)
            }

            /// Replaces the value by what `f` makes of it; tries again when it changed
            /// meanwhile. `Ok` with the value before.
            ///
            /// # Errors
            ///
            /// With the value found, when `f` says `None`.
            ///
            /// # Panics
            ///
            /// If `fetch_order` is `Release` or `AcqRel`.
            #[track_caller]
            pub fn try_update(
                &self,
                set_order: Ordering,
                fetch_order: Ordering,
                mut f: impl FnMut($value) -> Option<$value>,
            ) -> Result<$value, $value> {
                let mut seen = self.load(fetch_order);
                while let Some(next) = f(seen) {
                    match self.compare_exchange_weak(seen, next, set_order, fetch_order) {
                        Ok(before) => return Ok(before),
                        Err(changed) => seen = changed,
                    }
                }
                Err(seen)
            }

            /// Replaces the value by what `f` makes of it, and returns the one before.
            ///
            /// # Panics
            ///
            /// If `fetch_order` is `Release` or `AcqRel`.
            #[track_caller]
            pub fn update(
                &self,
                set_order: Ordering,
                fetch_order: Ordering,
                mut f: impl FnMut($value) -> $value,
            ) -> $value {
                let mut seen = self.load(fetch_order);
                loop {
                    match self.compare_exchange_weak(seen, f(seen), set_order, fetch_order) {
                        Ok(before) => return before,
                        Err(changed) => seen = changed,
                    }
                }
            }
        }

        impl $(<$T>)? From<$value> for $name $(<$T>)? {
            #[track_caller]
            fn from(value: $value) -> Self {
                Self::new(value)
            }
        }

        impl $(<$T>)? fmt::Debug for $name $(<$T>)? {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&self.load(Ordering::Relaxed), f)
            }
        }
    };
}

/// Adds to the atomic `$name` read-modify-writes that are std's by name, each
/// taking an `$operand` and returning the `$value` before it.
macro_rules! read_modify_writes {
    ($name:ident $(<$T:ident>)?, $operand:ty, $value:ty;
     $($(#[$doc:meta])* $operation:ident)*) => {
        impl $(<$T>)? $name $(<$T>)? {
            $(
                $(#[$doc])*
                #[track_caller]
                pub fn $operation(&self, value: $operand, order: Ordering) -> $value {
                    self.recorded
                        .read_modify_write(order, move |real| real.$operation(value, order))
                }
            )*
        }
    };
}

pub(super) use {atomic_word, read_modify_writes};
