//! Order that was not recorded, where a stack tells of it.
//!
//! **Invariant:** what is said here is beside a finding, and changes none.

use super::stacks::{is_recorder, is_standard};
use super::{Access, Frame};

/// The function in which std's `Arc` destroys what it holds. It is never inlined.
const LAST_DROP: (&str, &str) = ("alloc::sync::Arc<", ">::drop_slow");

/// What a reader should know of the two accesses, if anything.
pub(super) fn note(accesses: [&Access; 2]) -> Option<String> {
    let dropped = |access: &&Access| is_in_last_drop(&access.stack);
    let numbers = match accesses.each_ref().map(dropped) {
        [false, false] => return None,
        [true, false] => "(1) is",
        [false, true] => "(2) is",
        [true, true] => "both are",
    };
    Some(format!(
        "{numbers} where the last of std's own `Arc`s is dropped: it orders what came before the \
         others were dropped, which was not recorded; take racegate's (loom's) `Arc` there"
    ))
}

/// Whether std's `Arc` called, and not for racegate's, whose drops are recorded.
fn is_in_last_drop(stack: &[Frame]) -> bool {
    stack.iter().enumerate().any(|(at, frame)| {
        let caller = stack[at..].iter().find(|frame| !is_standard(frame));
        is_last_drop(frame) && !caller.is_some_and(is_recorder)
    })
}

fn is_last_drop(frame: &Frame) -> bool {
    let (start, end) = LAST_DROP;
    let function = frame.function.as_deref();
    function.is_some_and(|function| function.starts_with(start) && function.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stack(functions: &[&str]) -> Vec<Frame> {
        let frames = functions.iter().map(|function| Frame {
            function: Some((*function).to_owned()),
            file: None,
            line: None,
            column: None,
            workspace: false,
        });
        frames.collect()
    }

    #[test]
    fn the_last_drop_of_stds_arc_is_known_by_its_function() {
        let drop_slow = "alloc::sync::Arc<T,A>::drop_slow";
        let drop = "<alloc::sync::Arc<T,A> as core::ops::drop::Drop>::drop";
        let stds = [
            "cell",
            "core::ptr::drop_in_place<x::A>",
            drop_slow,
            drop,
            "x::main",
        ];
        assert!(is_in_last_drop(&stack(&stds)));
        assert!(!is_in_last_drop(&stack(&["cell", drop, "x::main"])));
        let ours = "racegate::sync::arc::ending::Count<T>::give_up";
        assert!(!is_in_last_drop(&stack(&[
            "cell", drop_slow, drop, ours, "x::main"
        ])));
        // A program's own may be within it.
        assert!(is_in_last_drop(&stack(&[
            "cell", drop_slow, drop, ours, drop_slow, "x::main"
        ])));
    }
}
