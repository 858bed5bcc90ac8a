//! What is told of a race besides its picture: stacks, spawns, the reason, help.

use super::frames;
use super::width::wrapped;
use crate::finding::{Finding, Site, State, Thread};
use crate::render::coverage::counted;
use crate::render::plain::{brief, path, plain};
use crate::render::words::{Severity, severity, thread, title};

/// The widest that a line of the story is, beside what the drawing puts before it.
const WIDTH: usize = 80;

/// How much of each part is told.
#[derive(Clone, Copy, Debug)]
pub(super) struct Room {
    /// Lines of the threads' drawing.
    pub(super) drawing: usize,
    /// Lines of the reason.
    pub(super) reason: usize,
    /// Lines of notes.
    pub(super) notes: usize,
    /// Places where threads were spawned.
    pub(super) spawns: usize,
    /// Fixes.
    pub(super) help: usize,
}

/// From the fullest to the tightest.
pub(super) const ROOMS: [Room; 4] = [
    Room {
        drawing: 8,
        reason: 10,
        notes: 6,
        spawns: 2,
        help: 2,
    },
    Room {
        drawing: 6,
        reason: 6,
        notes: 3,
        spawns: 2,
        help: 1,
    },
    Room {
        drawing: 4,
        reason: 4,
        notes: 1,
        spawns: 1,
        help: 1,
    },
    Room {
        drawing: 0,
        reason: 3,
        notes: 1,
        spawns: 0,
        help: 1,
    },
];

/// The parts of one race's story, every text harmless already.
pub(super) struct Story {
    pub(super) severity: Severity,
    pub(super) title: String,
    pub(super) rule: String,
    /// The two stacks, a line each.
    pub(super) stacks: Vec<String>,
    /// What else a reader should know.
    pub(super) notes: Vec<String>,
    pub(super) spawns: Vec<Spawn>,
    pub(super) drawing: Vec<String>,
    pub(super) reason: Vec<String>,
    pub(super) help: Vec<String>,
    /// The fingerprint, and what is folded into it.
    pub(super) closing: String,
}

/// Who spawned a thread, and where.
pub(super) struct Spawn {
    pub(super) text: String,
    pub(super) places: Vec<Place>,
}

/// A place in a file.
pub(super) struct Place {
    pub(super) file: String,
    pub(super) line: u32,
    pub(super) column: u32,
}

impl Story {
    pub(super) fn of(finding: &Finding) -> Self {
        let reason = finding
            .unordered
            .text
            .lines()
            .flat_map(|line| wrapped(&plain(line), WIDTH));
        let notes = finding.notes.iter();
        Self {
            severity: severity(finding),
            title: title(finding),
            rule: plain(finding.rule),
            stacks: stacks(finding),
            notes: notes
                .map(|note| wrapped(&plain(note), WIDTH - 4).join("\n"))
                .collect(),
            spawns: spawns(finding),
            drawing: finding
                .unordered
                .drawing
                .iter()
                .map(|line| plain(line))
                .collect(),
            reason: reason.collect(),
            help: finding.help.iter().map(|help| brief(help, WIDTH)).collect(),
            closing: closing(finding),
        }
    }
}

impl Place {
    pub(super) fn of(site: &Site) -> Self {
        Self {
            file: brief(&path(&site.file), WIDTH - 14),
            line: site.line,
            column: site.column,
        }
    }
}

fn stacks(finding: &Finding) -> Vec<String> {
    let sides = [("(1)", &finding.first), ("(2)", &finding.second)];
    let lines = sides
        .into_iter()
        .filter_map(|(number, access)| frames::line(access).map(|line| format!("{number} {line}")));
    lines.collect()
}

fn spawns(finding: &Finding) -> Vec<Spawn> {
    let [first, second] = [&finding.first.thread, &finding.second.thread];
    let places = |threads: &[&Thread]| {
        let sites = threads
            .iter()
            .filter_map(|thread| thread.spawned_at.as_ref());
        let mut sites: Vec<&Site> = sites.collect();
        sites.dedup();
        sites.into_iter().map(Place::of).collect()
    };
    if let (Some(parent), true) = (&first.spawned_by, first.spawned_by == second.spawned_by) {
        return vec![Spawn {
            text: format!("both threads were spawned by {}", brief(parent, 40)),
            places: places(&[first, second]),
        }];
    }
    let spawned = [first, second].into_iter().filter_map(|child| {
        let parent = child.spawned_by.as_ref()?;
        Some(Spawn {
            text: format!("{} was spawned by {}", thread(child), brief(parent, 40)),
            places: places(&[child]),
        })
    });
    spawned.collect()
}

fn closing(finding: &Finding) -> String {
    let fingerprint = plain(&finding.fingerprint);
    let short: String = fingerprint.chars().take(8).collect();
    let state = match finding.state {
        State::New => "new",
    };
    let folded = counted(finding.pairs, "pair");
    format!("race {short}: {state}; {folded} of events folded into it")
}
