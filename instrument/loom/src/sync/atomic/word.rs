//! The word that an atomic is: its initial value, or where it is since its first use.
//!
//! The word is made in a `const`, where nothing can be allocated, and no address is a
//! number. So it is one of three things:
//!
//! | upper sixteen bits | lowest three | is |
//! |---|---|---|
//! | zero | 0 to 5 | the address of the place it was made at, and this initial value |
//! | zero | 6 | the same, and all ones |
//! | zero | 7 | the address of the recorded atomic |
//! | any other | | any other initial value, its upper bits shifted |
//!
//! **Invariant:** a word whose upper bits are zero is an address that was put there: an
//! initial value that would be shifted to one is refused when the atomic is made.

use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::panic::Location;
use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};

use crate::execution::Site;

#[cfg(test)]
mod tests;

const _: () = assert!(usize::BITS == 64, "what replaces loom needs 64 bits");
const _: () = assert!(
    align_of::<Location<'static>>() > LOWER,
    "the address of a place leaves the lowest bits free"
);

/// Of addresses they are zero.
const UPPER: usize = 0xFFFF << 48;
/// The upper bits of the initial values that are refused.
const REFUSED: usize = 0xA96D << 48;
/// What other values are shifted by: those that are refused would get to be addresses.
const SHIFT: usize = REFUSED.wrapping_neg();
/// What an address is added to.
const LOWER: usize = 7;
const ALL_ONES: usize = 6;
const RECORDED: usize = 7;

/// The recorded atomic, or what it is to be made of.
pub(super) struct Word<R: Recorded> {
    word: AtomicPtr<()>,
    recorded: PhantomData<Box<R>>,
}

/// One of racegate's atomics.
pub(super) trait Recorded {
    /// Takes away what does not end with it.
    fn forget_name(&mut self);
}

/// What an atomic was made with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Initial {
    /// A pointer, or a number without provenance.
    pub(super) value: *mut (),
    /// Where, if the word had room for it.
    pub(super) made_at: Option<Site>,
}

impl<R: Recorded> Word<R> {
    /// Of an atomic that is made with a number by the caller.
    #[track_caller]
    pub(super) const fn of_number(number: usize) -> Self {
        let place = ptr::from_ref(Location::caller()).cast_mut().cast::<()>();
        Self::of(match number {
            0..ALL_ONES => place.wrapping_byte_add(number),
            usize::MAX => place.wrapping_byte_add(ALL_ONES),
            _ => shifted(ptr::without_provenance_mut(number), number),
        })
    }

    /// Of an atomic that is made with a pointer by the caller. In a `const` that is the null
    /// pointer: another one's address is not known before the program runs.
    #[track_caller]
    pub(super) const fn of_pointer(pointer: *mut ()) -> Self {
        if pointer.is_null() {
            return Self::of_number(0);
        }
        #[expect(
            ptr_to_integer_transmute_in_consts,
            reason = "in a `const` it is refused, as it must be"
        )]
        // SAFETY: a pointer is as large as its address, which is all that is looked at.
        let address = unsafe { std::mem::transmute::<*mut (), usize>(pointer) };
        Self::of(shifted(pointer, address))
    }

    const fn of(word: *mut ()) -> Self {
        Self {
            word: AtomicPtr::new(word),
            recorded: PhantomData,
        }
    }

    /// The recorded atomic, made if nobody has done so.
    #[inline]
    pub(super) fn recorded(&self, make: impl FnOnce(Initial) -> R) -> &R {
        // ORDERING: acquire, of its making, which was released with its address.
        let word = self.word.load(Ordering::Acquire);
        let recorded = match recorded_of(word) {
            Some(recorded) => recorded,
            None => self.begin(word, make),
        };
        // SAFETY: it was made from a box, which this word owns until it is gone.
        unsafe { &*recorded }
    }

    /// The same, reached alone.
    pub(super) fn recorded_mut(&mut self, make: impl FnOnce(Initial) -> R) -> &mut R {
        let word = *self.word.get_mut();
        let recorded = match recorded_of(word) {
            Some(recorded) => recorded,
            None => self.begin(word, make),
        };
        // SAFETY: as above, and nobody else has the word.
        unsafe { &mut *recorded }
    }

    /// Puts the atomic where all users find it, whoever of them comes first.
    #[cold]
    fn begin(&self, seen: *mut (), make: impl FnOnce(Initial) -> R) -> *mut R {
        const { assert!(align_of::<R>() > LOWER, "its address leaves bits free") };
        let fresh = Box::into_raw(Box::new(make(initial(seen))));
        assert!(fresh.addr() & UPPER == 0, "addresses have 48 bits here");
        let word = fresh.cast::<()>().wrapping_byte_add(RECORDED);
        // ORDERING: release of the making; acquire of another's.
        let put = self
            .word
            .compare_exchange(seen, word, Ordering::Release, Ordering::Acquire);
        match put {
            Ok(_) => fresh,
            Err(winner) => {
                // SAFETY: nobody else was told of it.
                unsafe { end(fresh) };
                recorded_of(winner).expect("a word changes to an atomic, and once")
            }
        }
    }

    /// The recorded atomic, or what it would have been made of.
    pub(super) fn into_recorded(self) -> Result<R, Initial> {
        let mut word = ManuallyDrop::new(self);
        let word = *word.word.get_mut();
        match recorded_of(word) {
            // SAFETY: it was made from a box, which this word owned.
            Some(recorded) => Ok(*unsafe { Box::from_raw(recorded) }),
            None => Err(initial(word)),
        }
    }
}

impl<R: Recorded> Drop for Word<R> {
    fn drop(&mut self) {
        if let Some(recorded) = recorded_of::<R>(*self.word.get_mut()) {
            // SAFETY: this word owns it.
            unsafe { end(recorded) };
        }
    }
}

/// Ends an atomic that no word is the address of any more.
///
/// # Safety
///
/// It must have been made from a box, and be used by nobody.
unsafe fn end<R: Recorded>(recorded: *mut R) {
    // SAFETY: the caller's promise.
    let mut recorded = unsafe { Box::from_raw(recorded) };
    recorded.forget_name();
}

/// # Panics
///
/// On the one value in 65,536 that could not be told from an address.
#[track_caller]
const fn shifted(value: *mut (), address: usize) -> *mut () {
    assert!(
        address & UPPER != REFUSED,
        "what replaces loom cannot make an atomic with a value whose upper sixteen bits are \
         0xA96D: make it with another one, and store this"
    );
    value.wrapping_byte_add(SHIFT)
}

/// The recorded atomic that a word is the address of.
#[inline]
fn recorded_of<R>(word: *mut ()) -> Option<*mut R> {
    let is_it = word.addr() & (UPPER | LOWER) == RECORDED;
    is_it.then(|| word.wrapping_byte_sub(RECORDED).cast())
}

/// What a word says that is not the address of an atomic.
fn initial(word: *mut ()) -> Initial {
    if word.addr() & UPPER != 0 {
        return Initial {
            value: word.wrapping_byte_sub(SHIFT),
            made_at: None,
        };
    }
    let code = word.addr() & LOWER;
    let place = word.wrapping_byte_sub(code).cast::<Location<'static>>();
    let number = if code == ALL_ONES { usize::MAX } else { code };
    Initial {
        value: ptr::without_provenance_mut(number),
        // SAFETY: the address of a place that lives as long as the program; or null where
        // the atomic is memory that was zeroed.
        made_at: unsafe { place.as_ref() },
    }
}
