//! Who waits for whom in a run that does not end.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::Duration;

use racegate::__private::Recording;
use racegate::__private::eventlog::{Event, EventKind, ObjectId, StackId, Tables, ThreadId, Trace};

use crate::execution::Execution;

/// A thread of the run, as far as the log tells.
#[derive(Default)]
struct Standing<'t> {
    last: Option<&'t Event>,
    ended: bool,
}

/// By object: who holds it, and since where.
type Holders = BTreeMap<ObjectId, (ThreadId, StackId)>;

/// Tells of a run that took longer than it may.
pub(super) fn tell(recording: &Recording, execution: &Execution, timeout: Duration) -> String {
    let trace = recording.so_far();
    let mut text = format!(
        "racegate: the model has not ended after {} s\n",
        timeout.as_secs_f64()
    );
    let holders = holders(&trace);
    let mut waits = execution.waits();
    for (thread, standing) in standings(&trace) {
        if standing.ended {
            continue;
        }
        let name = name_of(trace.tables(), thread);
        let told = match standing.last {
            Some(event) => last_of(&trace, event, &holders),
            None => "has done nothing yet".to_owned(),
        };
        let told = match waits.remove(&thread.number()) {
            Some(what) => format!("waits for {what}; it {told}"),
            None => told,
        };
        writeln!(text, "  {name} {told}").expect("a string takes all");
    }
    // Those of which nothing is in the log.
    for (thread, what) in waits {
        writeln!(text, "  thread {thread} waits for {what}").expect("a string takes all");
    }
    text
}

fn standings(trace: &Trace) -> BTreeMap<ThreadId, Standing<'_>> {
    let mut standings: BTreeMap<ThreadId, Standing<'_>> = BTreeMap::new();
    for event in trace.events() {
        let standing = standings.entry(event.thread).or_default();
        standing.last = Some(event);
        standing.ended = matches!(event.kind, EventKind::End);
    }
    standings
}

/// Who holds which object, and since where: who acquired it last and released it not.
fn holders(trace: &Trace) -> Holders {
    let mut holders = BTreeMap::new();
    for event in trace.events() {
        if let EventKind::Acquire(object) = event.kind {
            holders.insert(object, (event.thread, event.stack));
        } else if let EventKind::Release(object) = event.kind {
            holders.remove(&object);
        }
    }
    holders
}

/// What a thread is told to be at, by the last of its events.
fn last_of(trace: &Trace, last: &Event, holders: &Holders) -> String {
    let tables = trace.tables();
    let at = place(tables, last.stack);
    let EventKind::Request(object, _) = last.kind else {
        return match last.kind.object() {
            Some(object) => format!("was last seen at {at}, at {}", label(tables, object)),
            None => format!("was last seen at {at}"),
        };
    };
    let waits = format!("waits at {at} for {}", label(tables, object));
    match holders.get(&object) {
        Some((holder, since)) => {
            let (holder, since) = (name_of(tables, *holder), place(tables, *since));
            format!("{waits}, which {holder} has held since {since}")
        }
        None => waits,
    }
}

fn label(tables: &Tables, object: ObjectId) -> String {
    let info = tables.object(object);
    let name = info.name.as_deref().or(info.type_name.as_deref());
    let made = place(tables, info.created_at);
    format!("`{}` made at {made}", name.unwrap_or("an object"))
}

fn place(tables: &Tables, stack: StackId) -> String {
    match tables.stacks.site(stack) {
        Some(site) => format!("{}:{}", site.file, site.line),
        None => "an unknown place".to_owned(),
    }
}

fn name_of(tables: &Tables, thread: ThreadId) -> String {
    match &tables.thread(thread).name {
        Some(name) => format!("thread {} `{name}`", thread.number()),
        None => format!("thread {}", thread.number()),
    }
}
