//! What every atomic can do, whatever it holds: racegate's atomic does it.

/// Defines the atomic `$name` of a `$value`, recorded by `$recorded`, which reports call a
/// `$told`; its word is made by `$word` from the value as an `$as`.
macro_rules! atomic {
    ($(#[$doc:meta])* $name:ident $(<$T:ident>)?, $value:ty, $recorded:ty, $told:ty, $word:ident($as:ty)) => {
        $(#[$doc])*
        #[repr(transparent)]
        pub struct $name $(<$T>)? {
            word: Word<$recorded>,
            value: PhantomData<$told>,
        }

        impl $(<$T>)? $name $(<$T>)? {
            /// A new atomic.
            ///
            /// # Panics
            ///
            /// When the upper sixteen bits of a value of 64 are `0xA96D`.
            #[must_use]
            #[track_caller]
            pub const fn new(value: $value) -> Self {
                Self {
                    word: Word::$word(value as $as),
                    value: PhantomData,
                }
            }

            #[track_caller]
            fn recorded(&self) -> &$recorded {
                let used_at = Location::caller();
                self.word.recorded(|initial| Self::begin(initial, used_at))
            }

            #[track_caller]
            fn recorded_mut(&mut self) -> &mut $recorded {
                let used_at = Location::caller();
                self.word.recorded_mut(|initial| Self::begin(initial, used_at))
            }

            /// The recorded atomic. Where it was made is told by its first use, if by nothing
            /// else, and called that.
            fn begin(initial: Initial, used_at: Site) -> $recorded {
                let value = <$value as Value>::held_of(initial.value);
                let recorded = <$recorded>::made_at::<$told>(value, initial.made_at.unwrap_or(used_at));
                match initial.made_at {
                    Some(_) => recorded,
                    None => recorded.named(&format!(
                        "{} first used at {}:{}",
                        stringify!($name),
                        used_at.file(),
                        used_at.line()
                    )),
                }
            }

            /// The value, reached alone: no event.
            #[track_caller]
            pub fn get_mut(&mut self) -> &mut $value {
                Value::of_mut(self.recorded_mut().get_mut())
            }

            /// The value, owned alone: no event.
            #[must_use]
            pub fn into_inner(self) -> $value {
                Value::of(match self.word.into_recorded() {
                    Ok(mut recorded) => {
                        recorded.forget_name();
                        recorded.into_inner()
                    }
                    Err(initial) => <$value as Value>::held_of(initial.value),
                })
            }

            /// A pointer to the value. What is done through it is not recorded.
            #[must_use]
            #[track_caller]
            pub fn as_ptr(&self) -> *mut $value {
                self.recorded().as_ptr().cast()
            }

            /// Reaches the value alone, recorded as a plain write.
            #[track_caller]
            pub fn with_mut<R>(&mut self, f: impl FnOnce(&mut $value) -> R) -> R {
                self.recorded_mut().with_mut(|held| f(Value::of_mut(held)))
            }

            /// Loads the value without an atomic operation, recorded as a plain read.
            ///
            /// # Safety
            ///
            /// Nobody may write the value meanwhile.
            #[must_use]
            #[track_caller]
            pub unsafe fn unsync_load(&self) -> $value {
                // SAFETY: the caller's promise.
                Value::of(unsafe { self.recorded().unsync_load() })
            }

            /// Loads the value.
            ///
            /// # Panics
            ///
            /// If `order` is `Release` or `AcqRel`.
            #[track_caller]
            pub fn load(&self, order: Ordering) -> $value {
                Value::of(self.recorded().load(order))
            }

            /// Stores a value.
            ///
            /// # Panics
            ///
            /// If `order` is `Acquire` or `AcqRel`.
            #[track_caller]
            pub fn store(&self, value: $value, order: Ordering) {
                self.recorded().store(value.hold(), order);
            }

            /// Stores a value and returns the one before it.
            #[track_caller]
            pub fn swap(&self, value: $value, order: Ordering) -> $value {
                Value::of(self.recorded().swap(value.hold(), order))
            }

            /// Stores `new` if the value is `current`, and returns the one before.
            #[track_caller]
            pub fn compare_and_swap(&self, current: $value, new: $value, order: Ordering) -> $value {
                #[expect(deprecated, reason = "loom still has it")]
                let before = self.recorded().compare_and_swap(current.hold(), new.hold(), order);
                Value::of(before)
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
                let (current, new) = (current.hold(), new.hold());
                let exchanged = self.recorded().compare_exchange(current, new, success, failure);
                exchanged.map(Value::of).map_err(Value::of)
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
                let (current, new) = (current.hold(), new.hold());
                let exchanged =
                    self.recorded().compare_exchange_weak(current, new, success, failure);
                exchanged.map(Value::of).map_err(Value::of)
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
                let f = |held| f(Value::of(held)).map(Value::hold);
                let updated = self.recorded().try_update(set_order, fetch_order, f);
                updated.map(Value::of).map_err(Value::of)
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
                let f = |held| f(Value::of(held)).hold();
                Value::of(self.recorded().update(set_order, fetch_order, f))
            }
        }

        impl Recorded for $recorded {
            fn forget_name(&mut self) {
                // The atomic's own: what it has itself comes before what a trait has.
                <$recorded>::forget_name(self);
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

/// Adds to the atomic `$name` read-modify-writes that are racegate's by name, each taking an
/// `$operand` and returning the `$value` before it.
macro_rules! read_modify_writes {
    ($name:ident $(<$T:ident>)?, $operand:ty, $value:ty;
     $($(#[$doc:meta])* $operation:ident)*) => {
        impl $(<$T>)? $name $(<$T>)? {
            $(
                $(#[$doc])*
                #[track_caller]
                pub fn $operation(&self, value: $operand, order: Ordering) -> $value {
                    Value::of(self.recorded().$operation(value, order))
                }
            )*
        }
    };
}

pub(super) use {atomic, read_modify_writes};
