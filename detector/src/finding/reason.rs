//! Why nothing orders two accesses, in sentences.
//!
//! **Invariant:** every sentence is read off the log and the engine's clocks; none
//! is a guess.

use racegate_eventlog::{Event, EventKind, ObjectClass, ThreadOrigin};

use super::scene::Scene;
use super::{names, words};

/// The reason, in the parts that a report has for it.
#[derive(Clone, Debug, Default)]
pub(super) struct Reason {
    pub(super) last_edge: Option<String>,
    pub(super) nearest_release: Option<String>,
    /// A line each.
    pub(super) lines: Vec<String>,
}

/// The first release of the first thread after its access, as far as there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Release {
    /// Through an object.
    Object(usize),
    /// By ending.
    End(usize),
    /// By a spawn or a fence, which hands nothing to the second thread by itself.
    Aside(usize),
}

impl Release {
    /// The event.
    pub(super) fn event(self) -> usize {
        match self {
            Self::Object(event) | Self::End(event) | Self::Aside(event) => event,
        }
    }
}

/// The release that could have ordered the pair: the first through an object or by
/// ending, else the first at all.
pub(super) fn nearest_release(scene: &Scene<'_>) -> Option<Release> {
    let events = scene.trace.events();
    let thread = scene.thread(scene.pair.first);
    let after = scene.evidence.steps_after(thread, scene.pair.first);
    let mut aside = None;
    for step in after.filter(|&step| words::releases(events[step].kind)) {
        if words::object_of(events[step].kind).is_some() {
            return Some(Release::Object(step));
        }
        if events[step].kind == EventKind::End {
            return Some(Release::End(step));
        }
        aside = aside.or(Some(Release::Aside(step)));
    }
    aside
}

/// The last event before the second access by which its thread acquires what a
/// release was made on.
pub(super) fn last_acquire(scene: &Scene<'_>, release: Release) -> Option<usize> {
    let Release::Object(release) = release else {
        return None;
    };
    let events = scene.trace.events();
    let object = words::object_of(events[release].kind)?;
    let partner = scene.trace.tables().object(object).partner;
    let reader = scene.thread(scene.pair.second);
    let mut before = scene.evidence.steps_before(reader, scene.pair.second);
    before.find(|&step| {
        let acquired = words::acquired(events[step].kind);
        acquired.is_some() && (acquired == Some(object) || acquired == partner)
    })
}

/// Why nothing orders the pair.
pub(super) fn reason(scene: &Scene<'_>) -> Reason {
    let mut reason = Reason::default();
    last_edge(scene, &mut reason);
    match nearest_release(scene) {
        Some(release) => {
            let text = scene.told(release.event());
            let line = format!("nearest release after (1): {text}");
            reason.lines.push(line);
            reason.nearest_release = Some(text);
            reason.lines.push(match release {
                Release::Object(event) => unseen(scene, release, event),
                Release::End(end) => unjoined(scene, end),
                Release::Aside(_) => {
                    let second = number(scene, scene.pair.second);
                    format!("that tells {second} nothing, and no other release follows (1)")
                }
            });
        }
        None => {
            let first = number(scene, scene.pair.first);
            let line = format!("{first} releases nothing after (1)");
            reason.lines.push(line);
        }
    }
    reason
}

fn last_edge(scene: &Scene<'_>, reason: &mut Reason) {
    let first = number(scene, scene.pair.first);
    let second = number(scene, scene.pair.second);
    let Some((by, known)) = scene.evidence.last_edge(scene.trace, scene.pair) else {
        reason.lines.push(format!(
            "last sync edge {first} -> {second}: none; at (2), {second} has seen nothing of {first}"
        ));
        return;
    };
    let edge = if by == known {
        scene.told(by)
    } else {
        format!("{} -> {}", scene.told(known), scene.told(by))
    };
    reason.lines.push(format!(
        "last sync edge {first} -> {second}: {edge}; (1) came after it"
    ));
    reason.last_edge = Some(edge);
}

/// What the second thread did about the object that was released.
fn unseen(scene: &Scene<'_>, release: Release, event: usize) -> String {
    let events = scene.trace.events();
    let second = number(scene, scene.pair.second);
    let (verb, object) = words::object_of(events[event].kind).map_or_else(
        || ("learn of", "it".to_owned()),
        |object| {
            let class = scene.trace.tables().object(object).class;
            (words::to_acquire(class), scene.stacks.quoted_again(object))
        },
    );
    let Some(acquire) = last_acquire(scene, release) else {
        return format!(
            "{second} does not {verb} {object} before (2), so that release orders nothing here"
        );
    };
    let deed = scene.stacks.deed(&events[acquire]);
    if let EventKind::ReleaseMerge(readers) = events[event].kind
        && scene.trace.tables().object(readers).class == ObjectClass::RwLockReaders
        && events[acquire].kind != EventKind::Acquire(readers)
    {
        return format!(
            "the {deed} by {second}, event #{acquire}, is for reading: a read-unlock orders only writers"
        );
    }
    if acquire < event {
        format!("the last {deed} by {second} before (2) is event #{acquire}, before that release")
    } else {
        format!("the {deed} by {second}, event #{acquire}, does not synchronise with that release")
    }
}

fn unjoined(scene: &Scene<'_>, end: usize) -> String {
    let thread = scene.thread(end);
    let child = number(scene, end);
    let joins = scene.evidence.joins.get(&thread);
    match joins.and_then(|joins| joins.first()) {
        None => format!("nobody joined {child}, so its end orders nothing"),
        Some(&join) if join < scene.pair.second => {
            let joiner = number(scene, join);
            format!("only {joiner} joined {child} before (2), and told nobody of it")
        }
        Some(&join) => {
            let joiner = number(scene, join);
            format!("{joiner} joined {child} only after (2) (event #{join})")
        }
    }
}

/// What else a reader should know of the two threads.
pub(super) fn notes(scene: &Scene<'_>) -> Vec<String> {
    let tables = scene.trace.tables();
    let mut threads = [scene.pair.first, scene.pair.second].map(|it| scene.thread(it));
    threads.sort_unstable();
    let told = threads.into_iter().filter_map(|thread| {
        let name = names::thread(tables, thread);
        match tables.thread(thread).origin {
            ThreadOrigin::Root | ThreadOrigin::Spawned | ThreadOrigin::Task => None,
            ThreadOrigin::Destructors => Some(format!(
                "{name} is the thread-local destructors of a thread whose closure had returned: a join does not wait for them"
            )),
            ThreadOrigin::Foreign => Some(format!(
                "{name} was not spawned through racegate: no edge from its parent was seen"
            )),
        }
    });
    let mut told: Vec<String> = told.collect();
    told.dedup();
    told
}

fn number(scene: &Scene<'_>, event: usize) -> String {
    let event: &Event = &scene.trace.events()[event];
    format!("T{}", event.thread.number())
}
