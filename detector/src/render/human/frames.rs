//! A stack in one line: the program's own frames, the rest folded into a count.

use super::function::{is_closure, short_name};
use crate::finding::{Access, Frame};
use crate::render::plain::{brief, ending, plain};

/// The longest that a line is, beside what the drawing puts before it.
const WIDTH: usize = 74;

/// `Account::deposit < closure at tests/ledger.rs:13  (+9 std frames)`; none
/// where no frame is known.
pub(super) fn line(access: &Access) -> Option<String> {
    if access.stack.is_empty() {
        return None;
    }
    let (own, folded): (Vec<&Frame>, Vec<&Frame>) =
        access.stack.iter().partition(|frame| frame.workspace);
    let folded = cut_mark(&folded) + &folded_count(&folded);
    if own.is_empty() {
        return Some(format!("no frame of the program's own{folded}"));
    }
    let room = WIDTH - folded.chars().count();
    let names = |files| -> Vec<String> { own.iter().map(|frame| told(frame, files)).collect() };
    let whole = names(Files::Paths).join(" < ");
    if whole.chars().count() <= room {
        return Some(whole + &folded);
    }
    Some(joined(&names(Files::Names), room) + &folded)
}

/// How much of a file is told.
#[derive(Clone, Copy)]
enum Files {
    /// The whole path.
    Paths,
    /// Its last part, where the line has no room for more.
    Names,
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
    let shortest = || match names {
        [innermost, _, ..] => format!("{innermost} < {} more", names.len() - 1),
        [_] | [] => whole,
    };
    fitting.next().unwrap_or_else(shortest)
}

/// Whether a frame stands for those that were not captured.
fn is_cut(frame: &Frame) -> bool {
    frame
        .function
        .as_deref()
        .is_some_and(|name| name.starts_with('…'))
}

/// Said of a stack that goes on where it was not captured.
fn cut_mark(folded: &[&Frame]) -> String {
    let cut = folded.iter().any(|frame| is_cut(frame));
    if cut {
        " < …".to_owned()
    } else {
        String::new()
    }
}

/// `  (+9 std frames)`; nothing where every frame is the program's own.
fn folded_count(folded: &[&Frame]) -> String {
    let mut counted = folded.iter().filter(|frame| !is_cut(frame));
    let count = counted.clone().count();
    if count == 0 {
        return String::new();
    }
    let whose = if counted.all(|frame| is_std(frame)) {
        "std"
    } else {
        "other"
    };
    let plural = if count == 1 { "" } else { "s" };
    format!("  (+{count} {whose} frame{plural})")
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
fn told(frame: &Frame, files: Files) -> String {
    let file = frame.file.as_deref().map(|file| match files {
        Files::Paths => plain(file),
        Files::Names => plain(file.rsplit('/').next().unwrap_or(file)),
    });
    let place = match (file, frame.line) {
        (Some(file), Some(line)) => Some(format!("{file}:{line}")),
        (file, _) => file,
    };
    match (&frame.function, place) {
        (Some(function), Some(place)) if is_closure(function) => {
            format!("closure at {}", ending(&place, 30))
        }
        (Some(function), _) => brief(&short_name(function), 40),
        (None, Some(place)) => ending(&place, 40),
        (None, None) => "?".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closure_is_told_by_its_file_alone_where_the_path_has_no_room() {
        let frame = Frame {
            function: Some("bank::racy::run::{{closure}}".to_owned()),
            file: Some("fixtures/src/bank/racy.rs".to_owned()),
            line: Some(50),
            column: None,
            workspace: true,
        };
        assert_eq!(
            told(&frame, Files::Paths),
            "closure at fixtures/src/bank/racy.rs:50"
        );
        assert_eq!(told(&frame, Files::Names), "closure at racy.rs:50");
    }

    #[test]
    fn names_that_do_not_fit_are_counted() {
        let names = ["one", "two", "three"].map(str::to_owned);
        assert_eq!(joined(&names, 17), "one < two < three");
        assert_eq!(joined(&names, 16), "one < 2 more");
        assert_eq!(joined(&names, 12), "one < 2 more");
        assert_eq!(joined(&names, 3), "one < 2 more");
        assert_eq!(joined(&names[..1], 2), "one");
    }
}
