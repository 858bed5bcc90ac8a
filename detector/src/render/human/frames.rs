//! A stack in one line: the program's own frames, the rest folded into a count.

use super::function::{is_closure, short_name};
use crate::finding::{Access, Frame};
use crate::render::plain::{brief, plain};

/// The longest that a line of names is, beside its counts.
const WIDTH: usize = 62;

/// `Account::deposit < closure at tests/ledger.rs:13  (+9 std frames)`; none
/// where no frame is known.
pub(super) fn line(access: &Access) -> Option<String> {
    if access.stack.is_empty() {
        return None;
    }
    let (own, folded): (Vec<&Frame>, Vec<&Frame>) =
        access.stack.iter().partition(|frame| frame.workspace);
    let own: Vec<String> = own.into_iter().map(told).collect();
    let mut line = String::new();
    let mut shown = 0;
    for name in &own {
        let joined = if shown == 0 { "" } else { " < " };
        if shown > 0 && line.chars().count() + name.chars().count() > WIDTH {
            break;
        }
        line.push_str(joined);
        line.push_str(name);
        shown += 1;
    }
    if shown < own.len() {
        line.push_str(&format!(" < {} more", own.len() - shown));
    }
    if own.is_empty() {
        line.push_str("no frame of the program's own");
    }
    if !folded.is_empty() {
        // The count stands apart from the names.
        line.push_str(&format!("  (+{})", folded_count(&folded)));
    }
    Some(line)
}

fn folded_count(folded: &[&Frame]) -> String {
    let whose = if folded.iter().all(|frame| is_std(frame)) {
        "std"
    } else {
        "other"
    };
    let plural = if folded.len() == 1 { "" } else { "s" };
    format!("{} {whose} frame{plural}", folded.len())
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
