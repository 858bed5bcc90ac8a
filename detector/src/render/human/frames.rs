//! A stack in one line: the program's own frames, the rest folded into a count.

use super::function::{is_closure, short_name};
use crate::finding::{Access, Frame};
use crate::render::plain::{brief, plain};

/// The longest that a line is, beside what the drawing puts before it.
const WIDTH: usize = 73;

/// `Account::deposit < closure at tests/ledger.rs:13  (+9 std frames)`; none
/// where no frame is known.
pub(super) fn line(access: &Access) -> Option<String> {
    if access.stack.is_empty() {
        return None;
    }
    let (own, folded): (Vec<&Frame>, Vec<&Frame>) =
        access.stack.iter().partition(|frame| frame.workspace);
    let folded = folded_count(&folded);
    let names: Vec<String> = own.into_iter().map(told).collect();
    if names.is_empty() {
        return Some(format!("no frame of the program's own{folded}"));
    }
    let room = WIDTH - folded.chars().count();
    Some(joined(&names, room) + &folded)
}

/// `a < b < 3 more`, with as many names as there is room for.
fn joined(names: &[String], room: usize) -> String {
    let whole = names.join(" < ");
    if whole.chars().count() <= room {
        return whole;
    }
    let fitting = (1..names.len()).rev().map(|shown| {
        let more = names.len() - shown;
        format!("{} < {more} more", names[..shown].join(" < "))
    });
    let mut fitting = fitting.skip_while(|line| line.chars().count() > room);
    fitting.next().unwrap_or(whole)
}

/// `  (+9 std frames)`; nothing where every frame is the program's own.
fn folded_count(folded: &[&Frame]) -> String {
    if folded.is_empty() {
        return String::new();
    }
    let whose = if folded.iter().all(|frame| is_std(frame)) {
        "std"
    } else {
        "other"
    };
    let plural = if folded.len() == 1 { "" } else { "s" };
    format!("  (+{} {whose} frame{plural})", folded.len())
}

/// Whether a frame is std's, or the recorder's own around it.
fn is_std(frame: &Frame) -> bool {
    let of_std = |name: &str| {
        let start = name.trim_start_matches(['<', '&', '(', '*']);
        ["std::", "core::", "alloc::", "racegate::", "__rust"]
            .iter()
            .any(|krate| start.starts_with(krate))
    };
    let in_std = |file: &str| file.starts_with("/rustc/") || file.starts_with("library/");
    frame.function.as_deref().is_some_and(of_std) || frame.file.as_deref().is_some_and(in_std)
}

/// A frame by its function's last two names, a closure by its place.
fn told(frame: &Frame) -> String {
    let place = match (&frame.file, frame.line) {
        (Some(file), Some(line)) => Some(format!("{}:{line}", plain(file))),
        (Some(file), None) => Some(plain(file)),
        (None, _) => None,
    };
    match (&frame.function, place) {
        (Some(function), Some(place)) if is_closure(function) => {
            format!("closure at {}", brief(&place, 40))
        }
        (Some(function), _) => brief(&short_name(function), 40),
        (None, Some(place)) => brief(&place, 40),
        (None, None) => "?".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_do_not_fit_are_counted() {
        let names = ["one", "two", "three"].map(str::to_owned);
        assert_eq!(joined(&names, 17), "one < two < three");
        assert_eq!(joined(&names, 16), "one < 2 more");
        assert_eq!(joined(&names, 12), "one < 2 more");
        assert_eq!(joined(&names[..1], 2), "one");
    }
}
