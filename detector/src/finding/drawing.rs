//! The drawing of a race: the few steps that matter, on a lane a thread.

use std::collections::BTreeMap;

use racegate_eventlog::{EventKind, ObjectId, ThreadId};

use super::lanes::{self, Mark, Spacing};
use super::locks::lock_of;
use super::reason;
use super::scene::Scene;
use super::words;

/// The widest drawing: a report is 90 columns wide, and the renderer indents.
const WIDTH: usize = 84;
/// The longest name on a lane.
const NAME: usize = 12;

/// The drawing, with as many of the steps around the accesses as fit.
pub(super) fn drawing(scene: &Scene<'_>) -> Vec<String> {
    let attempts = [
        (Detail::Locks, Spacing::Wide),
        (Detail::Locks, Spacing::Tight),
        (Detail::Joins, Spacing::Tight),
        (Detail::Spawns, Spacing::Tight),
    ];
    let drawings = attempts.map(|(detail, spacing)| draw(scene, detail, spacing));
    let fits = |lines: &Vec<String>| lines.iter().all(|line| line.chars().count() <= WIDTH);
    drawings.into_iter().find(fits).unwrap_or_default()
}

/// How much is drawn besides the accesses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Detail {
    /// Who spawned whom.
    Spawns,
    /// That and who joined whom.
    Joins,
    /// That, the locks held, and the nearest release.
    Locks,
}

fn draw(scene: &Scene<'_>, detail: Detail, spacing: Spacing) -> Vec<String> {
    let [first, second] = [scene.pair.first, scene.pair.second];
    let lanes = lanes_of(scene);
    // By event, then by lane: the end of a scope joins several at once.
    let mut marks: BTreeMap<(usize, usize), Mark> = BTreeMap::new();
    for (child, &thread) in lanes.iter().enumerate() {
        let number = thread.number();
        let forked = scene.evidence.forks.get(&thread);
        if let Some(&fork) = forked.filter(|&&fork| lanes.contains(&scene.thread(fork))) {
            let label = format!("spawn T{number}");
            marks.insert((fork, child), Mark::Spawn { label, child });
        }
        let mut waits = scene.evidence.waits_for(thread);
        let join = waits.find(|&wait| lanes.contains(&scene.thread(wait)));
        if let Some(join) = join.filter(|_| detail >= Detail::Joins) {
            let label = format!("join T{number}");
            marks.insert((join, child), Mark::Join { label, child });
        }
    }
    if detail == Detail::Locks {
        for step in around(scene) {
            let thread = scene.thread(step);
            let lane = lanes.iter().position(|&it| it == thread);
            let drawn = marks.keys().any(|&(event, _)| event == step);
            // Where it is joined, that is its end.
            let joined = marks.values().any(|mark| match mark {
                Mark::Join { child, .. } => Some(*child) == lane,
                Mark::Step(_) | Mark::Spawn { .. } | Mark::End => false,
            });
            let mark = mark_of(scene, step);
            let told_by_its_join = joined && words::is_end(scene.trace, step);
            if !(drawn || told_by_its_join) {
                marks.insert((step, 0), mark);
            }
        }
    }
    for (access, number) in [(first, 1), (second, 2)] {
        let verb = scene.verb(access);
        let mark = Mark::Step(format!("({number}) {verb}"));
        marks.insert((access, 0), mark);
    }
    let titles: Vec<String> = lanes.iter().map(|&thread| title(scene, thread)).collect();
    let placed = marks.into_iter().filter_map(|((event, _), mark)| {
        let thread = scene.thread(event);
        let lane = lanes.iter().position(|&it| it == thread)?;
        Some((lane, mark))
    });
    lanes::draw(&titles, &placed.collect::<Vec<_>>(), spacing)
}

/// The two threads, and before them the threads that spawned them.
fn lanes_of(scene: &Scene<'_>) -> Vec<ThreadId> {
    let racing = [scene.pair.first, scene.pair.second].map(|event| scene.thread(event));
    let parents = racing.iter().filter_map(|thread| {
        let fork = scene.evidence.forks.get(thread)?;
        Some(scene.thread(*fork))
    });
    let mut lanes: Vec<ThreadId> = parents.collect();
    lanes.sort_unstable();
    lanes.extend(racing);
    let mut seen = Vec::new();
    lanes.retain(|thread| {
        let new = !seen.contains(thread);
        seen.push(*thread);
        new
    });
    lanes
}

/// The steps near the accesses: what was held at them from its acquire to its
/// release, the edge that came too early, and the release that came next.
fn around(scene: &Scene<'_>) -> Vec<usize> {
    let events = scene.trace.events();
    let mut steps = Vec::new();
    for access in [scene.pair.first, scene.pair.second] {
        for holding in scene.held(access) {
            steps.push(holding.since);
            let releases = |step: &usize| {
                let kind = events[*step].kind;
                let object = words::object_of(kind).filter(|_| words::releases(kind));
                let lock = object.and_then(|object| lock_of(scene.trace.tables(), object));
                lock == Some(holding.lock)
            };
            let thread = scene.thread(access);
            steps.extend(scene.evidence.steps_after(thread, access).find(releases));
        }
    }
    if let Some(release) = reason::nearest_release(scene) {
        steps.push(release.event());
        steps.extend(reason::last_acquire(scene, release));
    }
    if let Some((by, known)) = scene.evidence.last_edge(scene.trace, scene.pair) {
        steps.extend([by, known]);
    }
    steps
}

fn mark_of(scene: &Scene<'_>, step: usize) -> Mark {
    let event = &scene.trace.events()[step];
    let named = |verb: &str, object: ObjectId| {
        Mark::Step(format!(
            "{verb} {}",
            short(&scene.stacks.object_in_brief(object))
        ))
    };
    match event.kind {
        EventKind::Acquire(object) => named("acq", object),
        EventKind::Release(object) | EventKind::ReleaseMerge(object) => named("rel", object),
        EventKind::Exchange(object) => named("pass", object),
        EventKind::Load(object, _) => named("load", object),
        EventKind::Store(object, _) => named("store", object),
        EventKind::Rmw(object, _) => named("rmw", object),
        EventKind::End => Mark::End,
        EventKind::Fork(child) => Mark::Step(format!("spawn T{}", child.number())),
        EventKind::Join(child) => Mark::Step(format!("join T{}", child.number())),
        EventKind::Fence(_) => Mark::Step("fence".to_owned()),
        EventKind::Begin
        | EventKind::Read(_)
        | EventKind::Write(_)
        | EventKind::Forget(_)
        | EventKind::Request(..)
        | EventKind::BlockBegin(_)
        | EventKind::BlockEnd(_)
        | EventKind::Mark(_) => Mark::Step("·".to_owned()),
    }
}

fn title(scene: &Scene<'_>, thread: ThreadId) -> String {
    let number = thread.number();
    match &scene.trace.tables().thread(thread).name {
        Some(name) => format!("T{number} {}", short(name)),
        None => format!("T{number}"),
    }
}

fn short(name: &str) -> String {
    if name.chars().count() <= NAME {
        return name.to_owned();
    }
    name.chars().take(NAME - 1).chain(['…']).collect()
}
