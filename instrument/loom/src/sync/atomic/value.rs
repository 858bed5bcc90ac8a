//! What an atomic holds, and how racegate's atomic holds it.
//!
//! **Invariant:** what is held is the value, pointers with their provenance.

/// What an atomic holds.
pub(super) trait Value: Copy {
    /// The same in racegate's atomic. Of a pointer it has no type, so that what a pointer
    /// points to may end before the atomic does.
    type Held: Copy;

    /// As it is held.
    fn hold(self) -> Self::Held;

    /// The value that is held.
    fn of(held: Self::Held) -> Self;

    /// The same in its place.
    fn of_mut(held: &mut Self::Held) -> &mut Self;

    /// What a word says of an initial value.
    fn held_of(word: *mut ()) -> Self::Held;
}

/// Values that are held as they are; what a word says of one is `$held_of`.
macro_rules! held_as_they_are {
    ($held_of:expr; $($value:ident)*) => { $(
        impl Value for $value {
            type Held = Self;

            fn hold(self) -> Self {
                self
            }

            fn of(held: Self) -> Self {
                held
            }

            fn of_mut(held: &mut Self) -> &mut Self {
                held
            }

            fn held_of(word: *mut ()) -> Self {
                let held_of: fn(usize) -> Self = $held_of;
                held_of(word.addr())
            }
        }
    )* };
}

// What was cut off was put there by the cast to a word.
held_as_they_are! { |word| word as Self; i8 i16 i32 i64 isize u8 u16 u32 u64 usize }
held_as_they_are! { |word| word != 0; bool }

impl<T> Value for *mut T {
    type Held = *mut ();

    fn hold(self) -> *mut () {
        self.cast()
    }

    fn of(held: *mut ()) -> Self {
        held.cast()
    }

    fn of_mut(held: &mut *mut ()) -> &mut Self {
        let held = std::ptr::from_mut(held).cast::<Self>();
        // SAFETY: pointers to sized types are one type as far as their bytes go, and the
        // reference is handed on.
        unsafe { &mut *held }
    }

    fn held_of(word: *mut ()) -> *mut () {
        word
    }
}
