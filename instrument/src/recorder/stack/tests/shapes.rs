//! Functions of many shapes that call each other at random, and probe.

use std::cell::{Cell, RefCell};
use std::hint::black_box;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use super::checker::Checker;
use crate::recorder::Rooted;

/// A driver of random calls. Whoever borrows the checker gives it back before the next
/// call, so that callbacks find it.
pub(super) struct Driver {
    checker: RefCell<Checker>,
    random: Cell<u64>,
}

impl Driver {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            checker: RefCell::new(Checker::new()),
            random: Cell::new(seed | 1),
        }
    }

    pub(super) fn into_checker(self) -> Checker {
        self.checker.into_inner()
    }

    pub(super) fn compared(&self) -> usize {
        self.checker.borrow().compared
    }

    fn below(&self, bound: u64) -> u64 {
        let mut state = self.random.get();
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        self.random.set(state);
        (state >> 11) % bound
    }

    #[inline(always)]
    #[track_caller]
    fn probe(&self) -> usize {
        self.checker.borrow_mut().probe().index()
    }

    /// Calls and probes at random, up to so deep.
    #[inline(never)]
    pub(super) fn act(&self, depth: u64) -> usize {
        let mut sum = self.probe();
        if depth == 0 {
            return sum;
        }
        for _ in 0..=self.below(2) {
            sum += match self.below(11) {
                0 => first(self, depth - 1),
                1 => second(self, depth - 1),
                2 => third(self, depth - 1),
                3 => large(self, depth - 1),
                4 => through(|| self.act(depth - 1)),
                5 => generic(self, depth - 1, 1_u8) + generic(self, depth - 1, [7_u64; 20]),
                6 => sorted(self, depth - 1),
                7 => unwound(self, depth - 1),
                8 => tree(self, depth.min(4)),
                9 => rooted(self, depth - 1),
                _ => boxed(self, depth - 1),
            };
            sum += self.probe();
        }
        sum
    }
}

/// Callers with frames of one size.
macro_rules! callers {
    ($($name:ident $number:literal)*) => { $(
        #[inline(never)]
        fn $name(driver: &Driver, depth: u64) -> usize {
            black_box(middle(driver, depth)) + $number
        }
    )* };
}

callers! { first 1 second 2 third 3 }

#[inline(never)]
fn middle(driver: &Driver, depth: u64) -> usize {
    let before = driver.probe();
    black_box(before) + black_box(driver.act(depth))
}

#[inline(never)]
fn large(driver: &Driver, depth: u64) -> usize {
    let mut room = [0_u64; 700];
    black_box(&mut room);
    let sum = driver.act(depth) + driver.probe();
    black_box(&mut room);
    sum + usize::from(room[3] != 0)
}

#[inline(never)]
fn rooted(driver: &Driver, depth: u64) -> usize {
    let before = driver.probe();
    let rooted = Rooted::here();
    let sum = before + driver.act(depth) + driver.probe();
    drop(rooted);
    sum + driver.probe()
}

#[inline(never)]
fn through<F: Fn() -> usize>(call: F) -> usize {
    black_box(call()) + 1
}

#[inline(never)]
fn generic<T: Copy>(driver: &Driver, depth: u64, mut value: T) -> usize {
    black_box(&mut value);
    let sum = driver.probe() + driver.act(depth.saturating_sub(2));
    black_box(&mut value);
    sum
}

#[inline(never)]
fn boxed(driver: &Driver, depth: u64) -> usize {
    let call: Box<dyn Fn() -> usize + '_> = match driver.below(2) {
        0 => Box::new(|| driver.probe()),
        _ => Box::new(|| driver.act(depth) + driver.probe()),
    };
    black_box(call)()
}

#[inline(never)]
fn tree(driver: &Driver, depth: u64) -> usize {
    if depth == 0 {
        return driver.probe();
    }
    let left = tree(driver, depth - 1);
    let here = driver.probe();
    let right = tree(driver, depth - 1);
    black_box(left + here + right)
}

thread_local! {
    static SORTING: Cell<*const Driver> = const { Cell::new(std::ptr::null()) };
}

/// Called by C.
extern "C" fn compare(left: *const libc::c_void, right: *const libc::c_void) -> libc::c_int {
    // SAFETY: `sorted` set it to a driver that outlives the call.
    let driver = unsafe { &*SORTING.get() };
    black_box(driver.probe());
    // SAFETY: `sorted` sorts integers.
    let (left, right) = unsafe { (*left.cast::<i32>(), *right.cast::<i32>()) };
    left.cmp(&right) as libc::c_int
}

#[inline(never)]
fn sorted(driver: &Driver, _depth: u64) -> usize {
    let mut numbers = [5, 3, 4_i32];
    SORTING.set(driver);
    // SAFETY: the array has that many elements of that size, and `compare` compares them.
    unsafe { libc::qsort(numbers.as_mut_ptr().cast(), 3, 4, Some(compare)) };
    assert_eq!(numbers, [3, 4, 5]);
    driver.probe()
}

/// Probes when it is dropped.
struct Dropped<'d>(&'d Driver);

impl Drop for Dropped<'_> {
    fn drop(&mut self) {
        black_box(self.0.probe());
    }
}

#[inline(never)]
fn unwinding(driver: &Driver, depth: u64) -> usize {
    let _dropped = Dropped(driver);
    if depth == 0 {
        resume_unwind(Box::new(()));
    }
    black_box(unwinding(driver, depth - 1)) + driver.probe()
}

#[inline(never)]
fn unwound(driver: &Driver, depth: u64) -> usize {
    let caught = catch_unwind(AssertUnwindSafe(|| unwinding(driver, depth.min(3))));
    assert!(caught.is_err());
    driver.probe()
}
