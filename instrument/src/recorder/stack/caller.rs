//! The frame of whoever calls, for events that most often need none of their own.
//!
//! A function that records saves registers, and where it stands is known when it runs. Of
//! its caller's frame the return address tells, and where that stands, and a register that
//! nothing has changed yet; and a call is told apart from the next one by it.
//!
//! **Invariant:** while a caller can be used its frame is active, on the thread that made
//! it, and was not returned to since.

use std::arch::naked_asm;
use std::marker::PhantomData;
use std::panic::Location;

use super::memo::Spot;
use super::place::{FromCaller, Place};
use super::registers::Registers;
use super::step::Word;
use crate::recorder::door::Entrance;

/// Where the caller is of a function that an event is recorded by.
#[derive(Clone, Copy)]
pub(in crate::recorder) struct Caller<'frame> {
    site: &'static Location<'static>,
    /// Where its frame ends. Below stands the address that it is returned to at.
    sp: usize,
    bp: usize,
    /// Of this thread, and no longer than the frame.
    _frame: PhantomData<(&'frame (), *const ())>,
}

/// Does it from where this is called, and from nowhere where that was the last thing to do.
#[expect(clippy::inline_always, reason = "so that it can be the last thing done")]
#[inline(always)]
pub(in crate::recorder) fn from_caller<F: FromCaller>(
    on: &F::On,
    site: &'static Location<'static>,
    entrance: Entrance,
) {
    // SAFETY: the references outlive the call.
    unsafe { enter::<F>(on, site, entrance) };
}

/// Tells `run` where the caller is.
///
/// # Safety
///
/// The pointers are good references as long as it runs.
#[unsafe(naked)]
unsafe extern "C-unwind" fn enter<F: FromCaller>(
    on: *const F::On,
    site: *const Location<'static>,
    entrance: Entrance,
) {
    naked_asm!(
        "lea rcx, [rsp + 8]",
        "mov r8, rbp",
        "jmp {run}",
        run = sym run::<F>,
    )
}

/// Runs it with a caller whose frame ends at `sp`, and whose frame pointer this is.
///
/// # Safety
///
/// As of `enter`, which comes here, so that this returns to that caller.
unsafe extern "C-unwind" fn run<F: FromCaller>(
    on: *const F::On,
    site: *const Location<'static>,
    entrance: Entrance,
    sp: usize,
    bp: usize,
) {
    // SAFETY: they are references; see `enter`.
    let (on, site) = unsafe { (&*on, &*site) };
    let caller = Caller {
        site,
        sp,
        bp,
        _frame: PhantomData,
    };
    F::run(on, caller, entrance);
}

impl Caller<'_> {
    /// Runs `any_way`, which is seldom, as the last thing that is done. The arguments stand
    /// as they do in `run`, so that they need not be moved for it.
    #[inline(always)]
    pub(in crate::recorder) fn hand_on<F: FromCaller>(self, on: &F::On, entrance: Entrance) {
        #[cold]
        #[inline(never)]
        fn collect<F: FromCaller>(
            on: &F::On,
            site: &'static Location<'static>,
            _entrance: Entrance,
            sp: usize,
            bp: usize,
        ) {
            let caller = Caller {
                site,
                sp,
                bp,
                _frame: PhantomData,
            };
            let frame = Registers {
                ip: caller.ip(),
                sp,
                bp,
            };
            // SAFETY: the caller's frame is active at least as long as this runs.
            F::any_way(on, unsafe { Place::of(site, frame) });
        }
        collect::<F>(on, self.site, entrance, self.sp, self.bp);
    }
}

impl Spot for Caller<'_> {
    #[inline(always)]
    fn site(self) -> &'static Location<'static> {
        self.site
    }

    /// Loaded each time, since there are few registers.
    #[inline(always)]
    fn ip(self) -> usize {
        // SAFETY: the return address of a function that has not returned yet.
        unsafe { Word::load(self.sp - size_of::<usize>()) }.value
    }

    #[inline(always)]
    fn sp(self) -> usize {
        self.sp
    }

    #[inline(always)]
    fn bp(self) -> usize {
        self.bp
    }
}
