//! Who waited for what: counted from requests, which are recorded before a
//! thread blocks.
//!
//! A request *waited* when, before its thread had the object, another thread
//! released it in the merged order. It was *given up* when its thread never had
//! the object before it asked again or ended: a failed try, or a wait that the
//! log does not see the end of.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use racegate_eventlog::{Event, EventKind, ObjectClass, ObjectId, Tables, ThreadId};

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

/// The contention of every object that was asked for.
#[derive(Debug)]
pub(super) struct Contentions<'t> {
    tables: &'t Tables,
    all: BTreeMap<ObjectId, Contention>,
    pending: BTreeMap<ThreadId, Pending>,
}

impl<'t> Contentions<'t> {
    /// Nothing was asked for yet.
    pub(super) fn of(tables: &'t Tables) -> Self {
        Self {
            tables,
            all: BTreeMap::new(),
            pending: BTreeMap::new(),
        }
    }

    /// Takes the next event of the merged order.
    pub(super) fn step(&mut self, event: &Event) {
        match event.kind {
            EventKind::Request(object, _) => self.request(event.thread, object),
            EventKind::Acquire(object) => self.meet(event.thread, object),
            EventKind::Exchange(object) => {
                self.meet(event.thread, object);
                // An exchange is a release too: a channel's slot was given.
                self.release(event.thread, object);
            }
            EventKind::Release(object) | EventKind::ReleaseMerge(object) => {
                self.release(event.thread, object);
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

    /// The table of the `most` contended objects; nothing where there was no request.
    pub(super) fn told(mut self, most: usize) -> String {
        for never_met in std::mem::take(&mut self.pending).into_values() {
            self.all.entry(never_met.object).or_default().given_up += 1;
        }
        let mut objects: Vec<(ObjectId, Contention)> = self.all.into_iter().collect();
        if objects.is_empty() {
            return String::new();
        }
        objects
            .sort_by_key(|(object, it)| (Reverse((it.waited, it.given_up, it.requests)), *object));
        let mut text =
            "  contention                            requests      waited    given up\n".to_owned();
        for (object, it) in objects.iter().take(most) {
            let name = named(self.tables, *object);
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

    fn request(&mut self, thread: ThreadId, object: ObjectId) {
        let object = whole(self.tables, object);
        self.all.entry(object).or_default().requests += 1;
        let asked = Pending {
            object,
            waited: false,
        };
        if let Some(before) = self.pending.insert(thread, asked) {
            self.all.entry(before.object).or_default().given_up += 1;
        }
    }

    fn meet(&mut self, thread: ThreadId, object: ObjectId) {
        let object = whole(self.tables, object);
        let met = self.pending.get(&thread);
        if met.is_some_and(|it| it.object == object)
            && let Some(met) = self.pending.remove(&thread)
        {
            self.all.entry(object).or_default().waited += u64::from(met.waited);
        }
    }

    fn release(&mut self, by: ThreadId, object: ObjectId) {
        let object = whole(self.tables, object);
        for (thread, asked) in &mut self.pending {
            asked.waited |= *thread != by && asked.object == object;
        }
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
