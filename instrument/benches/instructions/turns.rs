//! Programs whose stacks change from one access to the next.

use std::hint::black_box;

use racegate::cell::UnsafeCell;

fn read(cell: &UnsafeCell<u64>) -> u64 {
    // SAFETY: this thread is alone with the cell.
    cell.with(|value| unsafe { *value })
}

macro_rules! callers {
    ($($caller:ident)*) => { $(
        #[inline(never)]
        fn $caller(cell: &UnsafeCell<u64>, line: u64) -> u64 {
            let value = black_box(lines(cell, line));
            // So that no two of them are one function.
            black_box(stringify!($caller));
            value
        }
    )* };
}

callers! { first second third fourth }

macro_rules! on_line {
    ($cell:ident) => {
        // SAFETY: this thread is alone with the cell.
        $cell.with(|value| unsafe { *value })
    };
}

/// Eight lines that access.
#[inline(never)]
fn lines(cell: &UnsafeCell<u64>, line: u64) -> u64 {
    let cell = black_box(cell);
    match line % 8 {
        0 => on_line!(cell),
        1 => on_line!(cell),
        2 => on_line!(cell),
        3 => on_line!(cell),
        4 => on_line!(cell),
        5 => on_line!(cell),
        6 => on_line!(cell),
        _ => on_line!(cell),
    }
}

/// Reads ones so many times, with 32 stacks that take turns; their sum.
pub(crate) fn take_turns(cell: &UnsafeCell<u64>, times: u64) -> u64 {
    let read = |time: u64| match time / 8 % 4 {
        0 => first(cell, time),
        1 => second(cell, time),
        2 => third(cell, time),
        _ => fourth(cell, time),
    };
    (0..times).map(read).sum()
}

/// Reads ones at every call of a function that calls itself twice, down to this depth; their
/// sum. So many stacks there are.
#[inline(never)]
pub(crate) fn recursion(cell: &UnsafeCell<u64>, depth: u32) -> u64 {
    let mut sum = read(black_box(cell));
    if depth > 0 {
        sum += black_box(recursion(cell, depth - 1));
        sum += black_box(recursion(cell, depth - 1));
    }
    sum
}
