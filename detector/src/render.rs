//! The forms of a report: a file each, one table, [`FORMATS`].
//!
//! **Invariant:** a renderer decides nothing: no filter, no sort, no lookup. It
//! is a function of the report and its [`Options`], and opens no file.

mod coverage;
mod human;
mod json;
pub mod plain;
mod short;
mod span;
#[cfg(test)]
mod tests;
mod words;

use std::time::Duration;

use crate::report::Report;
use crate::source::Sources;

/// A form of a report.
#[derive(Clone, Copy, Debug)]
pub struct Format {
    /// Its name on the command line.
    pub name: &'static str,
    /// What it is, in a sentence.
    pub about: &'static str,
    /// The form itself.
    pub render: fn(&Report, &Options) -> String,
}

/// Every form.
pub const FORMATS: &[Format] = &[
    Format {
        name: "human",
        about: "drawn for a person at a terminal, with the source",
        render: human::render,
    },
    Format {
        name: "short",
        about: "one line a finding, for editors and grep",
        render: short::render,
    },
    Format {
        name: "json",
        about: "every field, for programs (schema 1)",
        render: json::render,
    },
];

/// The form with this name.
///
/// ```
/// assert!(racegate_detector::render::format("json").is_some());
/// assert!(racegate_detector::render::format("papyrus").is_none());
/// ```
#[must_use]
pub fn format(name: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.name == name)
}

/// What a form needs besides the report.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The source texts that snippets may show: see [`sources`].
    pub sources: Sources,
    /// How long the scan took, where a person asks.
    pub elapsed: Option<Duration>,
    /// Whether to colour. Whoever prints it strips colours for what is no terminal.
    pub colour: bool,
}

/// The source texts that a report's snippets show, read from under a root.
#[must_use]
pub fn sources(report: &Report, root: &crate::source::SourceRoot) -> Sources {
    let accesses = report
        .findings
        .iter()
        .flat_map(|finding| [&finding.first, &finding.second]);
    Sources::load(root, accesses.map(|access| access.site.file.as_str()))
}
