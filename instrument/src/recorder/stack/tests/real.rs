//! Stacks of this very program.

use std::cell::Cell;
use std::hint::black_box;

use racegate_eventlog::StackId;

use super::checker::Checker;
use super::shapes::Driver;
use crate::recorder::Rooted;
use crate::recorder::stack::addresses::DEPTH;

/// How many stacks are compared on each of so many threads.
const STACKS: usize = 260_000;
const THREADS: u64 = 4;

#[test]
fn a_million_stacks_of_many_shapes_are_what_the_systems_unwinder_says() {
    let compared: usize = std::thread::scope(|scope| {
        let run = |thread| {
            let _rooted = Rooted::here();
            let driver = Driver::new(0x9e37_79b9 * (thread + 1));
            while driver.compared() < STACKS {
                driver.act(12);
            }
            let checker = driver.into_checker();
            assert!(checker.stacks() > 1000, "{} stacks", checker.stacks());
            assert_eq!(checker.walked_by_system, 0);
            checker.compared
        };
        let threads: Vec<_> = (0..THREADS).map(|thread| scope.spawn(move || run(thread))).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().expect("its assertions hold"))
            .sum()
    });
    assert!(compared >= 1_000_000, "{compared}");
}

/// Three times, and the compiler does not know: then calls in a loop are at one place.
fn rounds() -> Vec<usize> {
    (0..black_box(3)).collect()
}

#[inline(never)]
fn callee(checker: &mut Checker) -> StackId {
    black_box(checker.probe())
}

#[inline(never)]
fn one(checker: &mut Checker) -> StackId {
    let stack = black_box(callee(checker));
    black_box(1);
    stack
}

#[inline(never)]
fn other(checker: &mut Checker) -> StackId {
    let stack = black_box(callee(checker));
    black_box(2);
    stack
}

#[inline(never)]
fn round(checker: &mut Checker) -> [StackId; 4] {
    let first = one(checker);
    let second = other(checker);
    black_box([first, second, callee(checker), one(checker)])
}

/// The frame of `callee` is at the same place and the frame that probes returns to the
/// same address of it, whichever of two functions with frames of one size called it.
#[test]
fn a_frame_at_the_same_place_with_another_caller_is_another_frame() {
    let mut checker = Checker::new();
    let told: Vec<_> = rounds().iter().map(|_| round(&mut checker)).collect();
    assert_eq!(told[0], told[1]);
    assert_eq!(told[1], told[2]);
    assert_eq!(checker.stacks(), 4);
    assert_eq!(checker.compared, 12);
}

#[inline(never)]
fn deep(checker: &mut Checker, frames: usize) -> usize {
    if frames == 0 {
        return checker.probe().index();
    }
    black_box(deep(checker, frames - 1)) + 1
}

#[test]
fn stacks_from_shallow_to_cut_ones_are_the_systems() {
    let mut checker = Checker::new();
    for _ in 0..2 {
        for frames in (0..DEPTH + 20).chain((0..DEPTH + 20).rev().step_by(7)) {
            deep(&mut checker, frames);
        }
    }
}

thread_local! {
    static SIGNALLED: Cell<*mut Checker> = const { Cell::new(std::ptr::null_mut()) };
}

extern "C" fn on_signal(_: libc::c_int) {
    // SAFETY: set below to a checker that nobody else uses meanwhile.
    unsafe { &mut *SIGNALLED.get() }.probe();
}

/// Raises a signal whose handler probes, on this stack or on one of its own.
fn signal(checker: &mut Checker, signal: libc::c_int, flags: libc::c_int) {
    SIGNALLED.set(checker);
    // SAFETY: the handler only probes, and the signal is raised here and nowhere else.
    unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = on_signal as extern "C" fn(libc::c_int) as usize;
        action.sa_flags = flags;
        assert_eq!(libc::sigaction(signal, &raw const action, std::ptr::null_mut()), 0);
        libc::raise(signal);
    }
}

/// What a signal interrupted did not call anything, which no row says; and a handler may
/// be on another stack than the thread's own.
#[test]
fn a_signal_handlers_stack_is_the_systems() {
    let mut checker = Checker::new();
    let mut stack = vec![0_u8; 1 << 17];
    checker.probe();
    for _ in rounds() {
        signal(&mut checker, libc::SIGUSR1, 0);
        checker.probe();
    }
    assert_eq!(checker.walked_by_system, 1);
    let alternative = libc::stack_t {
        ss_sp: stack.as_mut_ptr().cast(),
        ss_flags: 0,
        ss_size: stack.len(),
    };
    // SAFETY: the memory outlives the handlers, and the stack is disabled below.
    let status = unsafe { libc::sigaltstack(&raw const alternative, std::ptr::null_mut()) };
    assert_eq!(status, 0);
    for _ in rounds() {
        signal(&mut checker, libc::SIGUSR2, libc::SA_ONSTACK);
        checker.probe();
    }
    assert_eq!(checker.walked_by_system, 2);
    let disabled = libc::stack_t {
        ss_flags: libc::SS_DISABLE,
        ..alternative
    };
    // SAFETY: as above; nothing runs on it any more.
    unsafe { libc::sigaltstack(&raw const disabled, std::ptr::null_mut()) };
}
