//! Who waited for what: counted from requests, which are recorded before a
//! thread blocks.
//!
//! A request *waited* when, before its thread had the object, another thread
//! released it in the merged order. It was *given up* when its thread never had
//! the object before it asked again or ended: a failed try, or a wait that the
//! log does not see the end of.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use racegate_eventlog::{EventKind, ObjectClass, ObjectId, Tables, ThreadId, Trace};

use super::count::class;
use crate::render::plain::{brief, ending};

/// The width of an object's name in the table.
const NAME: usize = 32;

/// What happened to the requests for one object.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Contention {
    /// How often it was asked for.
    pub(super) requests: u64,
    /// How often another thread's release came first.
    pub(super) waited: u64,
    /// How often it was not had.
    pub(super) given_up: u64,
}

/// A request that has not been met yet.
#[derive(Debug)]
struct Pending {
    object: ObjectId,
    waited: bool,
}

/// The table of the `most` contended objects; nothing where there was no request.
pub(super) fn told(trace: &Trace, most: usize) -> String {
    let mut objects: Vec<(ObjectId, Contention)> = contention(trace).into_iter().collect();
    if objects.is_empty() {
        return String::new();
    }
    objects.sort_by_key(|(object, it)| (Reverse((it.waited, it.given_up, it.requests)), *object));
    let mut text =
        "  contention                            requests      waited    given up\n".to_owned();
    for (object, it) in objects.iter().take(most) {
        let name = named(trace.tables(), *object);
        text.push_str(&format!(
            "    {name:<NAME$}{:>10}{:>12}{:>12}\n",
            it.requests, it.waited, it.given_up
        ));
    }
    if objects.len() > most {
        let rest = objects.len() - most;
        text.push_str(&format!("    and {rest} less contended\n"));
    }
    text
}

/// The contention of every object that was asked for.
pub(super) fn contention(trace: &Trace) -> BTreeMap<ObjectId, Contention> {
    let mut all: BTreeMap<ObjectId, Contention> = BTreeMap::new();
    let mut pending: BTreeMap<ThreadId, Pending> = BTreeMap::new();
    for event in trace.events() {
        match event.kind {
            EventKind::Request(object, _) => {
                let object = whole(trace.tables(), object);
                all.entry(object).or_default().requests += 1;
                let asked = Pending {
                    object,
                    waited: false,
                };
                if let Some(before) = pending.insert(event.thread, asked) {
                    all.entry(before.object).or_default().given_up += 1;
                }
            }
            EventKind::Acquire(object) | EventKind::Exchange(object) => {
                let object = whole(trace.tables(), object);
                let met = pending
                    .get(&event.thread)
                    .is_some_and(|it| it.object == object);
                if met && let Some(met) = pending.remove(&event.thread) {
                    all.entry(object).or_default().waited += u64::from(met.waited);
                }
                // An exchange is a release too: a channel's slot was given.
                if matches!(event.kind, EventKind::Exchange(_)) {
                    released(&mut pending, object, event.thread);
                }
            }
            EventKind::Release(object) | EventKind::ReleaseMerge(object) => {
                released(&mut pending, whole(trace.tables(), object), event.thread);
            }
            EventKind::Read(_)
            | EventKind::Write(_)
            | EventKind::Forget(_)
            | EventKind::Load(..)
            | EventKind::Store(..)
            | EventKind::Rmw(..)
            | EventKind::Fence(_)
            | EventKind::Fork(_)
            | EventKind::Begin
            | EventKind::End
            | EventKind::Join(_)
            | EventKind::BlockBegin(_)
            | EventKind::BlockEnd(_)
            | EventKind::Mark(_) => {}
        }
    }
    for never_met in pending.into_values() {
        all.entry(never_met.object).or_default().given_up += 1;
    }
    all
}

fn released(pending: &mut BTreeMap<ThreadId, Pending>, object: ObjectId, by: ThreadId) {
    for (thread, asked) in pending {
        asked.waited |= *thread != by && asked.object == object;
    }
}

/// The two clocks of one rwlock are one lock.
fn whole(tables: &Tables, object: ObjectId) -> ObjectId {
    let info = tables.object(object);
    match (info.class, info.partner) {
        (ObjectClass::RwLockReaders, Some(writers)) => writers,
        _ => object,
    }
}

fn named(tables: &Tables, object: ObjectId) -> String {
    let info = tables.object(object);
    let class = class(info.class);
    match (&info.name, tables.stacks.site(info.created_at)) {
        (Some(name), _) => brief(&format!("{class} `{name}`"), NAME),
        (None, Some(site)) => {
            let place = format!("{}:{}", site.file, site.line);
            format!("{class} {}", ending(&place, NAME - 1 - class.len()))
        }
        (None, None) => format!("{class} {}", object.number()),
    }
}
