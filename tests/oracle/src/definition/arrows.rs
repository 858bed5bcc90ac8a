//! The arrows: what happens before what.

use std::collections::BTreeMap;

use petgraph::graph::{DiGraph, NodeIndex};
use racegate_eventlog::{
    Event, EventKind, Extent, FenceOrdering, LoadOrdering, ObjectId, RmwOrdering, StoreOrdering,
    ThreadId, Trace,
};

use super::{Access, Order};

/// The node of what an event takes.
pub(super) fn takes(event: usize) -> NodeIndex {
    NodeIndex::new(2 * event)
}

/// The node of what an event gives.
pub(super) fn gives(event: usize) -> NodeIndex {
    NodeIndex::new(2 * event + 1)
}

/// The events in this order.
pub(super) fn graph(trace: &Trace, order: Order) -> DiGraph<(), ()> {
    let events = trace.events();
    let mut graph = DiGraph::new();
    for _ in 0..2 * events.len() {
        graph.add_node(());
    }
    let mut previous: BTreeMap<ThreadId, usize> = BTreeMap::new();
    for (index, event) in events.iter().enumerate() {
        graph.add_edge(takes(index), gives(index), ());
        if let Some(previous) = previous.insert(event.thread, index) {
            graph.add_edge(gives(previous), takes(index), ());
        }
        for (source, target) in synchronises_with(events, index) {
            graph.add_edge(source, target, ());
        }
        if order == Order::Schedulable {
            for (source, target) in reads_from(trace, index) {
                graph.add_edge(source, target, ());
            }
        }
    }
    graph
}

/// What follows a read follows the last write of each location that it reads, as long
/// as the memory was not forgotten, and unless both are atomic. The read itself, which
/// is a race if nothing else orders it, does not.
fn reads_from(trace: &Trace, index: usize) -> Vec<(NodeIndex, NodeIndex)> {
    let access = |index: usize| Access::of(trace.events()[index].kind, trace.tables());
    let Some(read) = access(index).filter(|access| access.takes_value) else {
        return Vec::new();
    };
    let last_write = |location| {
        let holds = |extent: Extent| extent.locations().any(|other| other == location);
        for before in (0..index).rev() {
            if let EventKind::Forget(extent) = trace.events()[before].kind
                && holds(extent)
            {
                return None;
            }
            let write = access(before).filter(|it| it.gives_value && holds(it.extent));
            if let Some(write) = write {
                let plain = !(write.kind.is_atomic() && read.kind.is_atomic());
                return plain.then_some((gives(before), gives(index)));
            }
        }
        None
    };
    read.extent.locations().filter_map(last_write).collect()
}

/// The arrows that end at this event.
fn synchronises_with(events: &[Event], index: usize) -> Vec<(NodeIndex, NodeIndex)> {
    let thread = events[index].thread;
    match events[index].kind {
        EventKind::Acquire(object) => released(events, index, object, takes(index)),
        // What an exchange gives was known before what it takes.
        EventKind::Exchange(object) => released(events, index, object, gives(index)),
        EventKind::Load(object, ordering) => match ordering {
            LoadOrdering::Relaxed => Vec::new(),
            LoadOrdering::Acquire | LoadOrdering::SeqCst => {
                read_from(events, index, object, takes(index))
            }
        },
        EventKind::Rmw(object, ordering) => match ordering {
            RmwOrdering::Relaxed | RmwOrdering::Release => Vec::new(),
            RmwOrdering::Acquire | RmwOrdering::AcqRel | RmwOrdering::SeqCst => {
                read_from(events, index, object, takes(index))
            }
        },
        EventKind::Fence(ordering) => fenced(events, index, ordering),
        EventKind::Begin
        | EventKind::End
        | EventKind::Read(_)
        | EventKind::Write(_)
        | EventKind::Forget(_)
        | EventKind::Release(_)
        | EventKind::ReleaseMerge(_)
        | EventKind::Store(..)
        | EventKind::Fork(_)
        | EventKind::Join(_)
        | EventKind::Request(..)
        | EventKind::BlockBegin(_)
        | EventKind::BlockEnd(_)
        | EventKind::Mark(_) => Vec::new(),
    }
    .into_iter()
    .chain(forked_or_joined(events, index, thread))
    .collect()
}

/// The first event of a thread follows its fork, a join the end of who is joined; a
/// first event that joins follows both.
fn forked_or_joined(
    events: &[Event],
    index: usize,
    thread: ThreadId,
) -> impl Iterator<Item = (NodeIndex, NodeIndex)> {
    let before = &events[..index];
    let is_first = before.iter().all(|event| event.thread != thread);
    let forked = |event: &Event| is_first && event.kind == EventKind::Fork(thread);
    let fork = before.iter().position(forked);
    let joined = if let EventKind::Join(child) = events[index].kind {
        let ended = |event: &Event| event.thread == child && event.kind == EventKind::End;
        before.iter().position(ended)
    } else {
        None
    };
    let sources = [fork, joined].into_iter().flatten();
    sources.map(move |source| (gives(source), takes(index)))
}

/// The releases whose effect on the object is still there: the last one that
/// replaced what was there, and those merged since.
fn released(
    events: &[Event],
    index: usize,
    object: ObjectId,
    target: NodeIndex,
) -> Vec<(NodeIndex, NodeIndex)> {
    let mut arrows = Vec::new();
    for (source, event) in events[..index].iter().enumerate().rev() {
        if event.kind == EventKind::ReleaseMerge(object) {
            arrows.push((gives(source), target));
        } else if event.kind == EventKind::Release(object) {
            arrows.push((gives(source), target));
            break;
        } else if event.kind == EventKind::Exchange(object) {
            arrows.push((takes(source), target));
            break;
        }
    }
    arrows
}

/// What synchronises with `target` through the value that the load at `load` read:
/// each release of which that value is in the release sequence, be it a releasing
/// store or a release fence before any store.
fn read_from(
    events: &[Event],
    load: usize,
    object: ObjectId,
    target: NodeIndex,
) -> Vec<(NodeIndex, NodeIndex)> {
    let mut arrows = Vec::new();
    for (store, event) in events[..load].iter().enumerate().rev() {
        let (stored, releases, ends_the_sequence) = match (store_of(event.kind), rmw_of(event.kind))
        {
            (Some((stored, ordering)), _) => (stored, ordering != StoreOrdering::Relaxed, true),
            (None, Some((stored, ordering))) => {
                let releases = !matches!(ordering, RmwOrdering::Relaxed | RmwOrdering::Acquire);
                (stored, releases, false)
            }
            (None, None) => continue,
        };
        if stored != object {
            continue;
        }
        if releases {
            arrows.push((gives(store), target));
        }
        for (fence, before) in events[..store].iter().enumerate() {
            if before.thread == event.thread && is_release_fence(before.kind) {
                arrows.push((gives(fence), target));
            }
        }
        if ends_the_sequence {
            break;
        }
    }
    arrows
}

fn store_of(kind: EventKind) -> Option<(ObjectId, StoreOrdering)> {
    if let EventKind::Store(object, ordering) = kind {
        Some((object, ordering))
    } else {
        None
    }
}

fn rmw_of(kind: EventKind) -> Option<(ObjectId, RmwOrdering)> {
    if let EventKind::Rmw(object, ordering) = kind {
        Some((object, ordering))
    } else {
        None
    }
}

fn is_release_fence(kind: EventKind) -> bool {
    matches!(kind, EventKind::Fence(ordering) if ordering != FenceOrdering::Acquire)
}

/// An acquire fence stands for every load before it in its thread.
fn fenced(events: &[Event], index: usize, ordering: FenceOrdering) -> Vec<(NodeIndex, NodeIndex)> {
    let mut arrows = Vec::new();
    for (before, event) in events[..index].iter().enumerate() {
        let acquires = ordering != FenceOrdering::Release;
        if let EventKind::Load(object, _) | EventKind::Rmw(object, _) = event.kind
            && acquires
            && event.thread == events[index].thread
        {
            arrows.extend(read_from(events, before, object, takes(index)));
        }
    }
    arrows
}
