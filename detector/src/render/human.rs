//! A report as a person reads it: rustc's own drawing, both accesses with equal
//! weight, names and never addresses.
//!
//! **Invariant:** one race takes at most [`LINES`] lines of [`COLUMNS`] columns.

mod drawing;
mod frames;
mod function;
mod picture;
mod story;
mod width;

use std::fmt::Write as _;

use super::{Options, Report, coverage};
use picture::View;
use story::Story;

/// The most lines that one race takes.
const LINES: usize = 40;
/// The widest that a line is.
const COLUMNS: usize = 90;

pub(super) fn render(report: &Report, options: &Options) -> String {
    let mut out = String::new();
    for finding in &report.findings {
        let story = Story::of(finding);
        let views = picture::views(finding, &options.sources);
        out.push_str(&fitting(&story, &views, options.colour));
        out.push('\n');
    }
    for warning in coverage::warnings(report) {
        for (index, line) in width::wrapped(&warning, COLUMNS - 9).iter().enumerate() {
            let head = if index == 0 { "warning: " } else { "         " };
            // A `String` takes whatever it is given.
            let _ = writeln!(out, "{}", harmless_start(&format!("{head}{line}")));
        }
    }
    out.push_str(&coverage::line(report, options.elapsed));
    out.push('\n');
    out
}

/// The fullest telling that fits.
fn fitting(story: &Story, views: &[View], colour: bool) -> String {
    let mut told = String::new();
    for room in story::ROOMS {
        told = drawing::draw(story, views, room, colour);
        if told.lines().count() <= LINES {
            break;
        }
    }
    let lines = told.lines().take(LINES);
    lines
        .map(|line| width::clamped(&harmless_start(line), COLUMNS) + "\n")
        .collect()
}

/// A message may go on in a line of its own, and CI servers take `::error` for a
/// command wherever a line starts with it. (`:::` is the drawing's and names none.)
fn harmless_start(line: &str) -> String {
    let start = line.trim_start();
    if start.starts_with("::") && !start.starts_with(":::") {
        line.replacen(':', "\\u{3a}", 1)
    } else {
        line.to_owned()
    }
}
