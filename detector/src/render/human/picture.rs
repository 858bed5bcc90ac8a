//! What is seen of the two accesses: their source with a mark on each, or their
//! places alone where the source is not at hand.

use std::ops::Range;

use super::COLUMNS;
use super::story::Place;
use crate::finding::{Access, Finding};
use crate::render::plain::is_hostile;
use crate::render::{span, words};
use crate::source::Sources;

/// Accesses further apart than this are drawn in two snippets.
const FAR: u32 = 200;

/// A stretch of source, or a place without one.
pub(super) enum View {
    /// Source with marks.
    Source {
        /// The file, as it is shown.
        file: String,
        /// The number of the first line.
        start: usize,
        /// The lines.
        text: String,
        /// The accesses.
        marks: Vec<Mark>,
    },
    /// A place and what happened there.
    Bare {
        /// The place.
        place: Place,
        /// The access.
        label: String,
    },
}

/// An access, in a view's text.
pub(super) struct Mark {
    /// The bytes to underline.
    pub(super) span: Range<usize>,
    /// What is said of it.
    pub(super) label: String,
    /// What is said below the source, where the label had no room for it.
    pub(super) below: Option<String>,
    /// Whether it is the second access, at which the race was complete.
    pub(super) second: bool,
}

/// One access with what is said of it.
struct Side<'a> {
    access: &'a Access,
    number: &'static str,
    /// Who did what.
    who: String,
    /// The locks held.
    held: String,
    second: bool,
}

/// One view of both accesses where they are near each other, else one each.
pub(super) fn views(finding: &Finding, sources: &Sources) -> Vec<View> {
    let first = Side::new("(1)", &finding.first, false);
    let second = Side::new("(2)", &finding.second, true);
    let sites = [&finding.first.site, &finding.second.site];
    if sites[0].file == sites[1].file
        && sites[0].line.abs_diff(sites[1].line) <= FAR
        && let Some(view) = source_view(&[&first, &second], sources)
    {
        return vec![view];
    }
    [first, second]
        .into_iter()
        .map(|side| source_view(&[&side], sources).unwrap_or_else(|| side.bare()))
        .collect()
}

impl<'a> Side<'a> {
    fn new(number: &'static str, access: &'a Access, second: bool) -> Self {
        let verb = access.verb;
        let thread = words::thread(&access.thread);
        Self {
            access,
            number,
            who: format!("{number} {verb:<5} by {thread}"),
            held: words::held(&access.locks),
            second,
        }
    }

    fn label(&self) -> String {
        format!("{}, {}", self.who, self.held)
    }

    fn bare(self) -> View {
        View::Bare {
            place: Place::of(&self.access.site),
            label: self.label(),
        }
    }

    /// The mark in a line: the whole expression where the label fits beside it, or
    /// its name alone, and then a shorter label, and then the number alone.
    fn mark(&self, line: &str, offset: usize, gutter: usize) -> Mark {
        let column = self.access.site.column;
        let fits = |span: &Range<usize>, label: &str| {
            let end = gutter + line[..span.end].chars().count();
            end + 1 + label.chars().count() <= COLUMNS
        };
        let label = self.label();
        let mut span = span::expression(line, column);
        if !fits(&span, &label) {
            span = span::word(line, column);
        }
        let (label, below) = if fits(&span, &label) {
            (label, None)
        } else if fits(&span, &self.who) {
            let held = format!("{} {}", self.number, self.held);
            (self.who.clone(), Some(held))
        } else {
            (self.number.to_owned(), Some(label))
        };
        Mark {
            span: offset + span.start..offset + span.end,
            label,
            below,
            second: self.second,
        }
    }
}

/// The lines from the first to the last of these accesses, which are in one
/// file. None where the file is not at hand or has no such lines.
fn source_view(sides: &[&Side<'_>], sources: &Sources) -> Option<View> {
    let lines = sides.iter().map(|side| side.access.site.line);
    let (start, end) = (lines.clone().min()?, lines.max()?);
    let start = usize::try_from(start).ok().filter(|start| *start > 0)?;
    let count = usize::try_from(end).ok()? + 1 - start;
    let site = &sides.first()?.access.site;
    let source = sources.text(&site.file)?;
    let mut text = String::new();
    let mut offsets = Vec::with_capacity(count);
    for line in source.lines().skip(start - 1).take(count) {
        offsets.push(text.len());
        text.extend(line.chars().map(harmless));
        text.push('\n');
    }
    let mark = |side: &&Side<'_>| {
        let index = usize::try_from(side.access.site.line).ok()? - start;
        let offset = *offsets.get(index)?;
        let line = text[offset..].lines().next()?;
        Some(side.mark(line, offset, gutter(end)))
    };
    let marks = sides.iter().map(mark).collect::<Option<Vec<Mark>>>()?;
    let file = Place::of(site).file;
    Some(View::Source {
        file,
        start,
        text,
        marks,
    })
}

/// What the drawing puts before a line of source: `28 | `.
fn gutter(last_line: u32) -> usize {
    last_line.to_string().len() + " | ".len()
}

/// Source is data too. One character stays one character, so columns hold.
fn harmless(character: char) -> char {
    if is_hostile(character) && character != '\t' {
        '\u{fffd}'
    } else {
        character
    }
}
