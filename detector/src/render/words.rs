//! How accesses, threads, locks and places are called in what people read.

use super::plain::{brief, plain};
use crate::finding::{Access, Finding, HeldLock, Site, Thread, Tier};

/// The longest that a name of the program is shown.
const NAME_WIDTH: usize = 32;

/// How a finding is announced: what is not certain is a warning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Severity {
    Error,
    Warning,
}

pub(super) fn severity(finding: &Finding) -> Severity {
    match finding.tier {
        Tier::First | Tier::Schedulable => Severity::Error,
        Tier::Unconfirmed => Severity::Warning,
    }
}

/// ``data race on `cell` in test `name` ``, or ``conflicting uses of `channel` ``.
pub(super) fn title(finding: &Finding) -> String {
    let kind = match finding.kind {
        "conflicting-use" => "conflicting uses of".to_owned(),
        kind => format!("{} on", plain(kind).replace('-', " ")),
    };
    let cell = brief(&finding.cell.name, 56);
    match &finding.test {
        Some(test) => format!("{kind} `{cell}` in test `{}`", brief(test, NAME_WIDTH)),
        None => format!("{kind} `{cell}`"),
    }
}

/// ``T1 `name` ``, or `T1` alone.
pub(super) fn thread(thread: &Thread) -> String {
    match &thread.name {
        Some(name) => format!("T{} `{}`", thread.id, brief(name, NAME_WIDTH)),
        None => format!("T{}", thread.id),
    }
}

/// `WRITE by T1`.
pub(super) fn side(access: &Access) -> String {
    format!("{} by {}", access.verb, thread(&access.thread))
}

/// ``holding `a` and `b` ``, or `holding no lock`.
pub(super) fn held(locks: &[HeldLock]) -> String {
    let names = locks.iter().map(|lock| {
        let shared = if lock.mode == "read" { " (shared)" } else { "" };
        format!("`{}`{shared}", brief(&lock.name, NAME_WIDTH))
    });
    let names: Vec<String> = names.collect();
    match names.as_slice() {
        [] => "holding no lock".to_owned(),
        [one] => format!("holding {one}"),
        [one, two] => format!("holding {one} and {two}"),
        [one, rest @ ..] => format!("holding {one} and {} more", rest.len()),
    }
}

/// `file:line:column`, as far as it is known.
pub(super) fn place(site: &Site) -> String {
    match (site.line, site.column) {
        (0, _) => site.file.clone(),
        (line, 0) => format!("{}:{line}", site.file),
        (line, column) => format!("{}:{line}:{column}", site.file),
    }
}
