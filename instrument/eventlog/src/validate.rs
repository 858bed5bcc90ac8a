//! From merged events to a [`Trace`]: an impossible history is refused, with the
//! event named, and never analysed.

use std::fmt;

use crate::event::{Event, EventKind};
use crate::id::{Extent, ObjectId, ThreadId};
use crate::integrity::Integrity;
use crate::tables::{Tables, ThreadOrigin};
use crate::trace::Trace;

mod locks;
mod threads;

use locks::Locks;
use threads::Threads;

pub(crate) use locks::{Role, shares};
pub(crate) use threads::Foreseen;

/// Why a sequence of events is no history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValidateError {
    /// The first impossible event, as an index into the merged order.
    pub event: usize,
    /// Whose event it is.
    pub thread: ThreadId,
    /// What was expected there.
    pub what: String,
}

impl fmt::Display for ValidateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let thread = self.thread.number();
        write!(f, "event {} of thread {thread}: {}", self.event, self.what)
    }
}

impl std::error::Error for ValidateError {}

/// The trace of these events.
///
/// ```
/// use racegate_eventlog::validate::validate;
/// use racegate_eventlog::{Event, EventKind, Integrity, StackId, Tables, ThreadId, ThreadInfo};
///
/// let mut tables = Tables::default();
/// tables.threads.push(ThreadInfo::default());
/// let begin = Event {
///     thread: ThreadId::ROOT,
///     stack: StackId::EMPTY,
///     kind: EventKind::Begin,
/// };
/// let trace = validate(vec![begin], tables.clone(), Integrity::default()).unwrap();
/// assert_eq!(trace.events(), [begin]);
///
/// let error = validate(vec![begin, begin], tables, Integrity::default()).unwrap_err();
/// assert_eq!(error.to_string(), "event 1 of thread 0: expected one begin, this is the second");
/// ```
///
/// # Errors
///
/// When they are no possible history of a program.
pub fn validate(
    events: Vec<Event>,
    tables: Tables,
    integrity: Integrity,
) -> Result<Trace, ValidateError> {
    validate_with_gaps(events, tables, integrity, &[])
}

/// The same; before each of the events in `gaps`, in ascending order, something
/// that is in no log happened to its object.
pub(crate) fn validate_with_gaps(
    events: Vec<Event>,
    tables: Tables,
    integrity: Integrity,
    gaps: &[usize],
) -> Result<Trace, ValidateError> {
    let mut checker = Checker::new(threads::foresee(&events, &tables), &tables);
    let mut gaps = gaps.iter().copied().peekable();
    for (index, event) in events.iter().enumerate() {
        let gap = gaps.next_if_eq(&index).is_some();
        check_ids(event, &tables)
            .and_then(|()| checker.check(event, gap))
            .map_err(|what| ValidateError {
                event: index,
                thread: event.thread,
                what,
            })?;
    }
    Ok(Trace {
        events,
        tables,
        integrity,
    })
}

/// What is possible next, one event after the other.
///
/// **Invariant:** whatever hands it the events of a log, in whatever valid order, refuses
/// by the same rules.
pub(crate) struct Checker<'a> {
    threads: Threads,
    locks: Locks<'a>,
}

impl<'a> Checker<'a> {
    /// Nothing happened yet. By thread: what it does somewhere in the log.
    pub(crate) fn new(foreseen: Vec<Foreseen>, tables: &'a Tables) -> Self {
        Self {
            threads: Threads::new(foreseen),
            locks: Locks::new(tables),
        }
    }

    /// The same of a log of which nothing is known yet: what it is told of then decides, and
    /// what it says when it refuses means nothing.
    pub(crate) fn guessed() -> Self {
        Self {
            threads: Threads::new(Vec::new()),
            locks: Locks::guessed(),
        }
    }

    /// What a thread does somewhere in the log, if it is to be told only now.
    pub(crate) fn foresee(&mut self, thread: ThreadId, foreseen: Foreseen) {
        self.threads.foresee(thread, foreseen);
    }

    /// How a thread came to be.
    pub(crate) fn learn_origin(&mut self, thread: ThreadId, origin: ThreadOrigin) {
        self.locks.learn_origin(thread, origin);
    }

    /// One more object.
    pub(crate) fn add_object(&mut self) {
        self.locks.add();
    }

    /// From here on an object has this role.
    pub(crate) fn cast(&mut self, object: ObjectId, role: Role) {
        self.locks.cast(object, role);
    }

    /// By object.
    pub(crate) fn roles(&self) -> &[Role] {
        self.locks.roles()
    }

    /// Takes one event whose ids are in the tables; before it, where there is a gap,
    /// something that is in no log happened to its object.
    pub(crate) fn check(&mut self, event: &Event, gap: bool) -> Result<(), String> {
        self.threads.check(event)?;
        self.check_step(event, gap)
    }

    /// Takes note that a thread does something else than begin or end, fork or join. What
    /// holds for this holds for all such events up to the next of those.
    pub(crate) fn acts(&mut self, thread: ThreadId) -> Result<(), String> {
        self.threads.acts(thread, false)
    }

    /// The same as [`check`](Self::check), for a step of an object by a thread that
    /// [may act](Self::acts).
    pub(crate) fn check_step(&mut self, event: &Event, gap: bool) -> Result<(), String> {
        if gap {
            self.locks.forget(event);
        }
        self.locks.check(event)
    }
}

/// Every id of an event is an index into its table.
fn check_ids(event: &Event, tables: &Tables) -> Result<(), String> {
    let thread = |thread: ThreadId| within("thread", thread.index(), tables.threads.len());
    let object = |object: ObjectId| within("object", object.index(), tables.objects.len());
    thread(event.thread)?;
    within("stack", event.stack.index(), tables.stacks.len())?;
    match event.kind {
        EventKind::Read(extent) | EventKind::Write(extent) => check_extent(extent, tables),
        EventKind::Forget(extent) => check_extent(extent, tables),
        EventKind::Acquire(id)
        | EventKind::Release(id)
        | EventKind::ReleaseMerge(id)
        | EventKind::Exchange(id)
        | EventKind::Load(id, _)
        | EventKind::Store(id, _)
        | EventKind::Rmw(id, _)
        | EventKind::Request(id, _) => object(id),
        EventKind::Fork(id) | EventKind::Join(id) => thread(id),
        EventKind::BlockBegin(name) | EventKind::BlockEnd(name) | EventKind::Mark(name) => {
            within("name", name.index(), tables.names.len())
        }
        EventKind::Fence(_) | EventKind::Begin | EventKind::End => Ok(()),
    }
}

fn check_extent(extent: Extent, tables: &Tables) -> Result<(), String> {
    let first = extent.first().index();
    within("location", first, tables.locations.len())?;
    let last = first + (extent.parts() as usize).saturating_sub(1);
    within("location", last, tables.locations.len())?;
    if tables.locations[first] == tables.locations[last] {
        Ok(())
    } else {
        Err("expected an access inside one cell".to_owned())
    }
}

fn within(what: &str, index: usize, length: usize) -> Result<(), String> {
    if index < length {
        Ok(())
    } else {
        Err(format!(
            "expected a known {what}: {index} is not below {length}"
        ))
    }
}
