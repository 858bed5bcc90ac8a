//! Events by kind, threads by origin, objects by class, and what was lost.

use std::collections::BTreeMap;

use racegate_eventlog::{EventKind, Integrity, ObjectClass, Tables, ThreadOrigin};

use crate::render::plain::plain;

/// How many events there are of each kind.
#[derive(Debug, Default)]
pub(super) struct Kinds(BTreeMap<&'static str, usize>);

impl Kinds {
    /// Counts an event.
    pub(super) fn add(&mut self, event: EventKind) {
        *self.0.entry(kind(event)).or_default() += 1;
    }
}

/// The counts of one log, a line each.
pub(super) fn told(path: &str, tables: &Tables, kinds: &Kinds, integrity: &Integrity) -> String {
    let mut text = format!("log {}\n", plain(path));
    section(&mut text, "events", &kinds.0);
    let origins = tables.threads.iter().map(|thread| origin(thread.origin));
    section(&mut text, "threads", &counted(origins));
    line(&mut text, 1, "cells", tables.cells.len());
    if tables.locations.len() != tables.cells.len() {
        line(&mut text, 2, "parts", tables.locations.len());
    }
    let classes = tables.objects.iter().map(|object| class(object.class));
    section(&mut text, "sync objects", &counted(classes));
    text.push_str("  lost\n");
    line(&mut text, 2, "accesses dropped", integrity.dropped_accesses);
    line(
        &mut text,
        2,
        "synchronisation dropped",
        integrity.dropped_sync,
    );
    line(&mut text, 2, "outside the session", integrity.outside);
    line(&mut text, 2, "unreadable stretches", integrity.damage.len());
    let cut: u64 = integrity.cuts.iter().map(|cut| cut.unused).sum();
    line(&mut text, 2, "left out after a gap", cut);
    text
}

fn counted(names: impl Iterator<Item = &'static str>) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    for name in names {
        *counts.entry(name).or_default() += 1;
    }
    counts
}

/// A total, and how it is made up.
fn section(text: &mut String, title: &str, counts: &BTreeMap<&'static str, usize>) {
    line(text, 1, title, counts.values().sum::<usize>());
    let mut counts: Vec<(&&str, &usize)> = counts.iter().collect();
    counts.sort_by_key(|(name, count)| (std::cmp::Reverse(*count), *name));
    for (name, count) in counts {
        line(text, 2, name, count);
    }
}

/// A name and a number, aligned with the others.
fn line(text: &mut String, depth: usize, name: &str, number: impl std::fmt::Display) {
    let indent = "  ".repeat(depth);
    let width = 30 - indent.len();
    text.push_str(&format!("{indent}{name:<width$}{number:>12}\n"));
}

fn kind(kind: EventKind) -> &'static str {
    match kind {
        EventKind::Read(_) => "read",
        EventKind::Write(_) => "write",
        EventKind::Forget(_) => "forget",
        EventKind::Acquire(_) => "acquire",
        EventKind::Release(_) => "release",
        EventKind::ReleaseMerge(_) => "release-merge",
        EventKind::Exchange(_) => "exchange",
        EventKind::Load(..) => "atomic load",
        EventKind::Store(..) => "atomic store",
        EventKind::Rmw(..) => "atomic read-modify-write",
        EventKind::Fence(_) => "fence",
        EventKind::Fork(_) => "fork",
        EventKind::Begin => "begin",
        EventKind::End => "end",
        EventKind::Join(_) => "join",
        EventKind::Request(..) => "request",
        EventKind::BlockBegin(_) => "atomic block begin",
        EventKind::BlockEnd(_) => "atomic block end",
        EventKind::Mark(_) => "mark",
    }
}

fn origin(origin: ThreadOrigin) -> &'static str {
    match origin {
        ThreadOrigin::Root => "root",
        ThreadOrigin::Spawned => "spawned",
        ThreadOrigin::Task => "task",
        ThreadOrigin::Destructors => "destructors of another",
        ThreadOrigin::Foreign => "not spawned through racegate",
    }
}

/// The class of an object, in a word or two.
pub(super) fn class(class: ObjectClass) -> &'static str {
    match class {
        ObjectClass::Mutex => "mutex",
        ObjectClass::RwLock => "rwlock",
        ObjectClass::RwLockReaders => "rwlock's readers",
        ObjectClass::Atomic => "atomic",
        ObjectClass::ChannelSlot => "channel slot",
        ObjectClass::ChannelClose => "channel close",
        ObjectClass::Barrier => "barrier",
        ObjectClass::Once => "once",
        ObjectClass::WaitGroup => "wait group",
        ObjectClass::Park => "park token",
        ObjectClass::Arc => "arc",
        ObjectClass::Scope => "scope",
        ObjectClass::Tag => "tag",
    }
}
