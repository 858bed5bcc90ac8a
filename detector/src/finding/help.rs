//! Fixes: a closed list, each tried on the log before it is told.
//!
//! **Invariant:** a fix is told only if the engine, run again on the log with that
//! fix made, orders the two accesses. Where none is certain, none is told.

use racegate_eventlog::{
    EventKind, LoadOrdering, LockMode, ObjectClass, ObjectId, RmwOrdering, StoreOrdering,
};

use super::AccessKind;
use super::history::{History, is_plain_access};
use super::locks::Holding;
use super::names;
use super::scene::Scene;
use super::what_if::WhatIf;

/// A fix, and what it shows about why the accesses are unordered.
#[derive(Clone, Debug)]
pub(super) struct Fix {
    /// What to do.
    pub(super) help: String,
    /// What nearly ordered them, for a near miss.
    pub(super) near_miss: Option<String>,
}

/// What is around a pair, where fixes can be tried on it.
pub(super) fn asked<'h, 't>(scene: &Scene<'_>, history: &'h History<'t>) -> Option<WhatIf<'h, 't>> {
    let sides = [scene.pair.first, scene.pair.second];
    // An access that is an operation of its object too cannot be moved about.
    let plain = |side: &usize| is_plain_access(scene.trace.events()[*side].kind);
    if !sides.iter().all(plain) {
        return None;
    }
    // Where locks of theirs were taken, and where read locks are left.
    let reached = sides.into_iter().flat_map(|side| {
        let held = scene.held(side).iter();
        held.flat_map(move |held| [Some(held.since), read_unlock(scene, side, held)])
    });
    Some(WhatIf::new(history, scene.pair, reached.flatten()))
}

/// The fixes that are certain for a pair.
pub(super) fn fixes(scene: &Scene<'_>, asked: &WhatIf<'_, '_>) -> Vec<Fix> {
    let tries = [take_the_lock, lock_for_writing, join, strengthen];
    tries
        .iter()
        .filter_map(|attempt| attempt(scene, asked))
        .collect()
}

/// The step by which the thread of an access leaves a read lock that it holds there.
fn read_unlock(scene: &Scene<'_>, access: usize, holding: &Holding) -> Option<usize> {
    let readers = scene.trace.tables().object(holding.lock).partner?;
    let unlock = EventKind::ReleaseMerge(readers);
    let steps = scene.evidence.steps_after(scene.thread(access), access);
    { steps }.find(|&step| scene.trace.events()[step].kind == unlock)
}

/// One side holds a lock and the other holds none: take it there too.
fn take_the_lock(scene: &Scene<'_>, asked: &WhatIf<'_, '_>) -> Option<Fix> {
    let [first, second] = [scene.pair.first, scene.pair.second];
    let (holder, bare, number) = match (scene.held(first), scene.held(second)) {
        (held @ [_, ..], []) => (held, second, 2),
        ([], held @ [_, ..]) => (held, first, 1),
        ([..], [..]) => return None,
    };
    let writes = scene.kind(bare) == AccessKind::Write;
    let holding = holder
        .iter()
        .rev()
        .find(|holding| writes || holding.mode == LockMode::Write)?;
    let (before, after) = critical_section(scene, holding, writes)?;
    // Where the lock may be free: where the access was made, or after a release.
    let (window, here) = asked.window(bare)?;
    let frees = |place: &usize| {
        let before = place
            .checked_sub(1)
            .map(|step| asked.steps[step].event.kind);
        after.iter().any(|kind| before == Some(*kind))
    };
    let later = window.clone().filter(|&place| place > here).filter(frees);
    let earlier = window.filter(|&place| place < here).filter(frees);
    let works = |place: &usize| {
        let mut changed = asked.clone();
        changed.surround(bare, *place, &before, &after);
        changed.is_possible_and_ordered()
    };
    [here]
        .into_iter()
        .chain(later.take(2))
        .chain(earlier.take(2))
        .find(works)?;
    let lock = scene.stacks.quoted(holding.lock);
    let other = 3 - number;
    Some(Fix {
        help: format!("take {lock}, which ({other}) holds, around ({number}) too"),
        near_miss: None,
    })
}

fn critical_section(
    scene: &Scene<'_>,
    holding: &Holding,
    writes: bool,
) -> Option<(Vec<EventKind>, Vec<EventKind>)> {
    let lock = holding.lock;
    let info = scene.trace.tables().object(lock);
    if info.class == ObjectClass::Mutex {
        return Some((
            vec![EventKind::Acquire(lock)],
            vec![EventKind::Release(lock)],
        ));
    }
    let readers = info.partner?;
    Some(if writes {
        let both = vec![EventKind::Acquire(lock), EventKind::Acquire(readers)];
        (both, vec![EventKind::Release(lock)])
    } else {
        let acquire = vec![EventKind::Acquire(lock)];
        (acquire, vec![EventKind::ReleaseMerge(readers)])
    })
}

/// Both hold one reader-writer lock, and a writer only for reading.
fn lock_for_writing(scene: &Scene<'_>, asked: &WhatIf<'_, '_>) -> Option<Fix> {
    let [first, second] = [scene.pair.first, scene.pair.second];
    let common = scene.held(first).iter().find_map(|one| {
        let other = scene.held(second).iter().find(|it| it.lock == one.lock)?;
        Some([(first, 1, *one), (second, 2, *other)])
    })?;
    let readers = scene.trace.tables().object(common[0].2.lock).partner?;
    let mut changed = asked.clone();
    let mut mended = Vec::new();
    for (access, number, holding) in common {
        if holding.mode == LockMode::Read && scene.kind(access) == AccessKind::Write {
            write_lock(&mut changed, scene, access, &holding, readers)?;
            mended.push(number);
        }
    }
    if mended.is_empty() || !changed.is_possible_and_ordered() {
        return None;
    }
    let lock = scene.stacks.quoted(common[0].2.lock);
    let at = match mended[..] {
        [one] => format!("({one})"),
        [..] => "(1) and (2)".to_owned(),
    };
    Some(Fix {
        help: format!("take {lock} for writing around {at}, which writes under a read lock"),
        near_miss: None,
    })
}

fn write_lock(
    changed: &mut WhatIf<'_, '_>,
    scene: &Scene<'_>,
    access: usize,
    holding: &Holding,
    readers: ObjectId,
) -> Option<()> {
    let left = changed.position(read_unlock(scene, access, holding)?)?;
    changed.steps[left].event.kind = EventKind::Release(holding.lock);
    let taken = changed.position(holding.since)?;
    let mut second_half = changed.steps[taken];
    second_half.origin = None;
    second_half.event.kind = EventKind::Acquire(readers);
    changed.steps.insert(taken + 1, second_half);
    Some(())
}

/// One side's thread spawned the other's, and does not wait for its end.
fn join(scene: &Scene<'_>, asked: &WhatIf<'_, '_>) -> Option<Fix> {
    let [first, second] = [scene.pair.first, scene.pair.second];
    let spawned = |child: usize, parent: usize| {
        let fork = scene.evidence.forks.get(&scene.thread(child));
        fork.is_some_and(|&fork| fork < parent && scene.thread(fork) == scene.thread(parent))
    };
    let (child, parent, number) = if spawned(first, second) {
        (first, second, 2)
    } else if spawned(second, first) {
        (second, first, 1)
    } else {
        return None;
    };
    let child = scene.thread(child);
    let works = |place: &usize| {
        let mut changed = asked.clone();
        changed.surround(parent, *place, &[EventKind::Join(child)], &[]);
        changed.is_possible_and_ordered()
    };
    // The last place is the likeliest: the child has ended by then, if ever.
    let (window, here) = asked.window(parent)?;
    [*window.end(), here].iter().find(|place| works(place))?;
    let name = names::thread(scene.trace.tables(), child);
    Some(Fix {
        help: format!("join {name} before ({number})"),
        near_miss: None,
    })
}

/// The second thread read an atomic that the first had written after its access, but
/// with orderings that make no edge.
fn strengthen(scene: &Scene<'_>, asked: &WhatIf<'_, '_>) -> Option<Fix> {
    let events = scene.trace.events();
    let [writer, reader] = [
        scene.thread(scene.pair.first),
        scene.thread(scene.pair.second),
    ];
    let loads = scene.evidence.steps_before(reader, scene.pair.second);
    for load in loads
        .take(LOADS_TRIED)
        .take_while(|&load| load > scene.pair.first)
    {
        let Some((object, acquiring)) = acquiring(events[load].kind) else {
            continue;
        };
        let stores = scene.evidence.steps_before(writer, load);
        let mut stores = stores.take_while(|&store| store > scene.pair.first);
        let found = stores.find_map(|store| {
            let (stored, releasing) = releasing(events[store].kind)?;
            (stored == object).then_some((store, releasing))
        });
        let Some((store, releasing)) = found else {
            continue;
        };
        let mut changed = asked.clone();
        for (event, kind) in [(store, releasing), (load, acquiring)] {
            let position = changed.position(event)?;
            changed.steps[position].event.kind = kind;
        }
        if changed.is_possible_and_ordered() {
            return Some(near_miss(scene, (store, releasing), (load, acquiring)));
        }
    }
    None
}

const LOADS_TRIED: usize = 16;

fn near_miss(scene: &Scene<'_>, store: (usize, EventKind), load: (usize, EventKind)) -> Fix {
    let events = scene.trace.events();
    let told = |event: usize| format!("{}, {}", scene.stacks.deed(&events[event]), scene.at(event));
    let wanted = [("Release", "store", store), ("Acquire", "load", load)];
    let wanted = wanted.iter().filter_map(|(ordering, what, (event, kind))| {
        let changed = events[*event].kind != *kind;
        changed.then(|| format!("{ordering} on the {what} at {}", scene.place(*event)))
    });
    Fix {
        help: format!(
            "{} would order them",
            wanted.collect::<Vec<_>>().join(" and ")
        ),
        near_miss: Some(format!(
            "near miss: {} follows {}, but makes no edge",
            told(load.0),
            told(store.0)
        )),
    }
}

/// The same load, made to acquire.
fn acquiring(kind: EventKind) -> Option<(ObjectId, EventKind)> {
    if let EventKind::Load(object, ordering) = kind {
        let ordering = match ordering {
            LoadOrdering::Relaxed => LoadOrdering::Acquire,
            LoadOrdering::Acquire | LoadOrdering::SeqCst => ordering,
        };
        Some((object, EventKind::Load(object, ordering)))
    } else if let EventKind::Rmw(object, ordering) = kind {
        let ordering = match ordering {
            RmwOrdering::Relaxed => RmwOrdering::Acquire,
            RmwOrdering::Release => RmwOrdering::AcqRel,
            RmwOrdering::Acquire | RmwOrdering::AcqRel | RmwOrdering::SeqCst => ordering,
        };
        Some((object, EventKind::Rmw(object, ordering)))
    } else {
        None
    }
}

/// The same store, made to release.
fn releasing(kind: EventKind) -> Option<(ObjectId, EventKind)> {
    if let EventKind::Store(object, ordering) = kind {
        let ordering = match ordering {
            StoreOrdering::Relaxed => StoreOrdering::Release,
            StoreOrdering::Release | StoreOrdering::SeqCst => ordering,
        };
        Some((object, EventKind::Store(object, ordering)))
    } else if let EventKind::Rmw(object, ordering) = kind {
        let ordering = match ordering {
            RmwOrdering::Relaxed => RmwOrdering::Release,
            RmwOrdering::Acquire => RmwOrdering::AcqRel,
            RmwOrdering::Release | RmwOrdering::AcqRel | RmwOrdering::SeqCst => ordering,
        };
        Some((object, EventKind::Rmw(object, ordering)))
    } else {
        None
    }
}
