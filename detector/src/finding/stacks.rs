//! A recorded stack as a reader wants it: innermost frame first, the recorder's own
//! frames left out, and the line that was recorded with the access on top.
//!
//! **Invariant:** where a site was recorded it is the first frame's place, whatever
//! the symboliser says.

use racegate_eventlog::{StackId, StackNode, Tables};

use super::{Frame, Site};
use crate::symbols::Symbols;

/// The function of the frame that stands for what was not captured.
const CUT: &str = "… (stack cut at its depth limit)";

/// Reads stacks of one log.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stacks<'l> {
    pub(super) tables: &'l Tables,
    pub(super) symbols: &'l Symbols,
}

impl Stacks<'_> {
    /// The frames of a stack, innermost first.
    pub(super) fn frames(self, stack: StackId) -> Vec<Frame> {
        let mut site = None;
        let mut frames = Vec::new();
        for (_, node) in self.tables.stacks.walk(stack) {
            match node {
                StackNode::Root => {}
                StackNode::Cut => frames.push(named(CUT, false)),
                StackNode::Site { site: place, .. } => site = Some(place),
                StackNode::Address { address, .. } => {
                    frames.extend_from_slice(self.symbols.frames(*address));
                }
                StackNode::Text { text, .. } => frames.push(named(text, true)),
            }
        }
        let recorder = match site.and_then(|site| frames_before(site, &frames)) {
            Some(before) => before,
            None => leading_recorder_frames(&frames),
        };
        frames.drain(..recorder);
        if let Some(site) = site {
            put_on_top(site, &mut frames);
        }
        frames
    }

    /// The place of a stack's innermost frame.
    pub(super) fn site(self, stack: StackId) -> Option<Site> {
        let frames = self.frames(stack);
        let top = frames.first()?;
        Some(Site {
            file: top.file.clone().or_else(|| top.function.clone())?,
            line: top.line.unwrap_or(0),
            column: top.column.unwrap_or(0),
            function: top.function.clone(),
        })
    }
}

fn named(function: &str, workspace: bool) -> Frame {
    Frame {
        function: Some(function.to_owned()),
        file: None,
        line: None,
        column: None,
        workspace,
    }
}

/// How many frames come before the one that stands at the recorded line, which is
/// the call out of the program's own code. None where no frame does, as in a build
/// without lines or where the call spans several.
fn frames_before(site: &racegate_eventlog::Site, frames: &[Frame]) -> Option<usize> {
    frames.iter().position(|frame| {
        let file = frame.file.as_deref();
        frame.line == Some(site.line) && file.is_some_and(|file| same_file(file, &site.file))
    })
}

/// How many frames, from the innermost on, belong to the recording itself: up to the
/// last of racegate's own that only the standard library's stand between.
fn leading_recorder_frames(frames: &[Frame]) -> usize {
    let machinery = frames
        .iter()
        .take_while(|frame| is_recorders(frame) || is_standards(frame))
        .count();
    frames[..machinery]
        .iter()
        .rposition(is_recorders)
        .map_or(0, |last| last + 1)
}

/// Whether a function is the standard library's.
pub(super) fn is_standard(function: &str) -> bool {
    starts_in(function, &["std::", "core::", "alloc::"])
}

fn starts_in(function: &str, crates: &[&str]) -> bool {
    let path = function.trim_start_matches(['<', '&']);
    crates.iter().any(|start| path.starts_with(start))
}

fn is_recorders(frame: &Frame) -> bool {
    let own = ["racegate::", "racegate_eventlog::", "backtrace::"];
    let function = frame.function.as_deref();
    function.is_some_and(|function| starts_in(function, &own))
}

fn is_standards(frame: &Frame) -> bool {
    frame.function.as_deref().is_some_and(is_standard)
}

/// The recorded line is the call out of the program's own code: the innermost frame
/// that is left, unless that one is in some other file.
fn put_on_top(site: &racegate_eventlog::Site, frames: &mut Vec<Frame>) {
    let known = !site.file.is_empty();
    let same_place = |frame: &Frame| {
        frame
            .file
            .as_deref()
            .map_or_else(|| can_be_at_site(frame), |file| same_file(file, &site.file))
    };
    if !frames.first().is_some_and(same_place) {
        let function = None;
        frames.insert(
            0,
            Frame {
                function,
                ..named("", true)
            },
        );
    }
    let top = &mut frames[0];
    top.file = known.then(|| site.file.clone());
    top.line = (site.line > 0).then_some(site.line);
    top.column = (site.column > 0).then_some(site.column);
    top.workspace = !is_dependency(&site.file);
}

/// Whether a frame of an unknown file can be the program's own call.
fn can_be_at_site(frame: &Frame) -> bool {
    frame.function.as_deref() != Some(CUT) && !is_standards(frame)
}

/// Whether two spellings can be the same file: one may be relative to a folder that
/// the other names.
fn same_file(a: &str, b: &str) -> bool {
    let (long, short) = if a.len() >= b.len() { (a, b) } else { (b, a) };
    long.strip_suffix(short)
        .is_some_and(|rest| rest.is_empty() || rest.ends_with(['/', '\\']))
}

fn is_dependency(file: &str) -> bool {
    file.starts_with("/rustc/") || file.contains("/.cargo/registry/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(function: &str) -> Frame {
        named(function, true)
    }

    #[test]
    fn standard_frames_between_recorder_frames_are_the_recorders() {
        let frames = [
            frame("backtrace::trace"),
            frame("<racegate::recorder::Sink>::push"),
            frame("std::thread::local::LocalKey<T>::with"),
            frame("racegate::cell::RaceCell<T>::set"),
            frame("core::iter::Iterator::for_each"),
            frame("bank::deposit"),
            frame("racegate::thread::spawn"),
        ];
        assert_eq!(leading_recorder_frames(&frames), 4);
    }

    #[test]
    fn a_frame_at_the_recorded_line_is_the_programs_whatever_its_callees_are_called() {
        let site = racegate_eventlog::Site {
            file: "src/a.rs".to_owned(),
            line: 7,
            column: 5,
        };
        let at = |function: &str, file: &str, line| Frame {
            file: Some(file.to_owned()),
            line: Some(line),
            ..frame(function)
        };
        let frames = [
            at("walk", "instrument/src/recorder/stack.rs", 7),
            at("once", "instrument/src/cell.rs", 30),
            at("deposit", "/home/me/src/a.rs", 7),
            at("main", "/home/me/src/a.rs", 7),
        ];
        assert_eq!(frames_before(&site, &frames), Some(2));
        assert_eq!(frames_before(&site, &frames[..2]), None);
    }

    #[test]
    fn the_program_may_have_a_name_that_begins_like_ours() {
        assert_eq!(leading_recorder_frames(&[frame("racegate_bank::run")]), 0);
    }

    #[test]
    fn a_relative_file_is_the_same_as_its_absolute_spelling() {
        assert!(same_file("/home/me/bank/src/main.rs", "src/main.rs"));
        assert!(!same_file("/home/me/bank/mysrc/main.rs", "src/main.rs"));
    }

    fn at(function: &str, file: &str, line: u32) -> Frame {
        Frame {
            file: Some(file.to_owned()),
            line: Some(line),
            ..frame(function)
        }
    }

    fn recorded() -> racegate_eventlog::Site {
        racegate_eventlog::Site {
            file: "src/bank.rs".to_owned(),
            line: 28,
            column: 9,
        }
    }

    #[test]
    fn the_recorded_line_replaces_that_of_the_function_around_it() {
        let mut frames = vec![
            at("bank::deposit", "/home/me/bank/src/bank.rs", 30),
            at("bank::main", "src/main.rs", 3),
        ];
        put_on_top(&recorded(), &mut frames);
        assert_eq!(frames.len(), 2);
        let top = Frame {
            column: Some(9),
            ..at("bank::deposit", "src/bank.rs", 28)
        };
        assert_eq!(frames[0], top);
    }

    #[test]
    fn the_recorded_line_stands_alone_where_no_frame_is_of_its_file() {
        for mut frames in [
            vec![at("other::call", "src/other.rs", 3)],
            Vec::new(),
            vec![named(CUT, false)],
        ] {
            let before = frames.len();
            put_on_top(&recorded(), &mut frames);
            assert_eq!(frames.len(), before + 1);
            assert_eq!(
                (frames[0].function.as_ref(), frames[0].line),
                (None, Some(28))
            );
        }
    }
}
