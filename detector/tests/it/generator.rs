//! Random well-formed histories over all verbs.

use racegate_eventlog::{
    EventKind, Extent, FenceOrdering, LoadOrdering, Location, LockMode, ObjectClass, ObjectId,
    RmwOrdering, StoreOrdering, ThreadId, Trace,
};

use crate::history::{History, MAIN, RwLock};
use crate::random::Random;

/// The history of a seed. Larger seeds give longer ones, so that the first seed to
/// fail is a short one.
pub(crate) fn trace(seed: u64) -> Trace {
    let mut random = Random::new(seed);
    let steps = 6 + usize::try_from(seed % 64).expect("small") + random.below(6);
    let mut world = World::new(&mut random);
    for _ in 0..steps {
        world.step(&mut random);
    }
    world.finish();
    world.history.trace()
}

struct Actor {
    thread: ThreadId,
    mutex: Option<usize>,
    rwlock: Option<LockMode>,
}

struct World {
    history: History,
    /// Nearly all accesses are made under the first mutex, so that the history is
    /// likely to be free of races.
    disciplined: bool,
    cells: Vec<Location>,
    array: Extent,
    mutexes: Vec<(ObjectId, bool)>,
    rwlock: RwLock,
    atomics: Vec<ObjectId>,
    tags: Vec<ObjectId>,
    slots: Vec<ObjectId>,
    running: Vec<Actor>,
    ended: Vec<ThreadId>,
}

impl World {
    fn new(random: &mut Random) -> Self {
        let mut history = History::new();
        let mut world = Self {
            cells: vec![history.cell("x"), history.cell("y")],
            array: history.array("words", 3),
            mutexes: vec![(history.mutex("m"), false), (history.mutex("n"), false)],
            rwlock: history.rwlock("rw"),
            atomics: vec![history.atomic("a"), history.atomic("b")],
            tags: vec![
                history.object(ObjectClass::Tag, "tag"),
                history.object(ObjectClass::Barrier, "barrier"),
            ],
            slots: vec![history.object(ObjectClass::ChannelSlot, "slot")],
            running: Vec::new(),
            ended: Vec::new(),
            disciplined: random.below(2) == 0,
            history,
        };
        world.start(MAIN);
        for _ in 0..1 + random.below(2) {
            let child = world.history.fork(MAIN);
            world.start(child);
        }
        world
    }

    fn start(&mut self, thread: ThreadId) {
        self.running.push(Actor {
            thread,
            mutex: None,
            rwlock: None,
        });
    }

    fn step(&mut self, random: &mut Random) {
        let actor = random.below(self.running.len());
        let thread = self.running[actor].thread;
        match random.below(20) {
            0..6 if self.disciplined => self.guarded_access(actor, random),
            0..6 => self.access(thread, random),
            6..9 => self.lock_or_unlock(actor, random),
            9..11 => self.share_or_write_lock(actor, random),
            11..15 => self.atomic(thread, random),
            15..17 => self.signal(thread, random),
            17 if self.running.len() < 6 => {
                let child = if random.below(8) == 0 {
                    self.history.foreign()
                } else {
                    self.history.fork(thread)
                };
                self.start(child);
            }
            17 | 18 => self.end(actor),
            _ => self.join(thread, random),
        }
    }

    fn guarded_access(&mut self, actor: usize, random: &mut Random) {
        let thread = self.running[actor].thread;
        let (guard, taken) = self.mutexes[0];
        if self.running[actor].mutex == Some(0) || random.below(40) == 0 {
            self.access(thread, random);
        } else if !taken {
            self.history.acquire(thread, guard);
            self.access(thread, random);
            self.history.release(thread, guard);
        }
    }

    fn access(&mut self, thread: ThreadId, random: &mut Random) {
        let extent = match random.below(6) {
            0 => self.array,
            part @ 1..3 => {
                let parts = self.array.locations().nth(part).expect("three parts");
                Extent::new(parts, 1)
            }
            _ => Extent::one(random.one_of(&self.cells)),
        };
        let kind = match random.below(2) {
            0 => EventKind::Read(extent),
            _ => EventKind::Write(extent),
        };
        let line = 1000 + u32::try_from(random.below(4)).expect("small");
        self.history.push_at(thread, kind, line);
    }

    fn lock_or_unlock(&mut self, actor: usize, random: &mut Random) {
        let thread = self.running[actor].thread;
        if let Some(held) = self.running[actor].mutex.take() {
            self.mutexes[held].1 = false;
            self.history.release(thread, self.mutexes[held].0);
            return;
        }
        let wanted = random.below(self.mutexes.len());
        if !self.mutexes[wanted].1 {
            self.mutexes[wanted].1 = true;
            self.running[actor].mutex = Some(wanted);
            self.history.acquire(thread, self.mutexes[wanted].0);
        }
    }

    fn share_or_write_lock(&mut self, actor: usize, random: &mut Random) {
        let thread = self.running[actor].thread;
        let lock = self.rwlock;
        match self.running[actor].rwlock.take() {
            Some(LockMode::Read) => return self.history.read_unlock(thread, lock),
            Some(LockMode::Write) => return self.history.write_unlock(thread, lock),
            None => {}
        }
        let held: Vec<_> = self.running.iter().filter_map(|it| it.rwlock).collect();
        if random.below(2) == 0 && !held.contains(&LockMode::Write) {
            self.running[actor].rwlock = Some(LockMode::Read);
            self.history.read_lock(thread, lock);
        } else if held.is_empty() {
            self.running[actor].rwlock = Some(LockMode::Write);
            self.history.write_lock(thread, lock);
        }
    }

    fn atomic(&mut self, thread: ThreadId, random: &mut Random) {
        use FenceOrdering as Fence;
        use LoadOrdering as Load;
        use RmwOrdering as Rmw;
        use StoreOrdering as Store;
        let atomic = random.one_of(&self.atomics);
        let kind = match random.below(4) {
            0 => {
                let orderings = [Load::Relaxed, Load::Relaxed, Load::Acquire, Load::SeqCst];
                EventKind::Load(atomic, random.one_of(&orderings))
            }
            1 => {
                let orderings = [
                    Store::Relaxed,
                    Store::Relaxed,
                    Store::Release,
                    Store::SeqCst,
                ];
                EventKind::Store(atomic, random.one_of(&orderings))
            }
            2 => {
                let orderings = [Rmw::Relaxed, Rmw::Acquire, Rmw::Release, Rmw::AcqRel];
                EventKind::Rmw(atomic, random.one_of(&orderings))
            }
            _ => {
                let orderings = [Fence::Acquire, Fence::Release, Fence::AcqRel, Fence::SeqCst];
                EventKind::Fence(random.one_of(&orderings))
            }
        };
        self.history.push(thread, kind);
    }

    fn signal(&mut self, thread: ThreadId, random: &mut Random) {
        let tag = random.one_of(&self.tags);
        let slot = random.one_of(&self.slots);
        match random.below(5) {
            0 => self.history.acquire(thread, tag),
            1 => self.history.release(thread, tag),
            2 => self.history.merge(thread, tag),
            _ => self.history.exchange(thread, slot),
        }
    }

    fn end(&mut self, actor: usize) {
        let done = &self.running[actor];
        if done.thread == MAIN || done.mutex.is_some() || done.rwlock.is_some() {
            return;
        }
        let thread = self.running.remove(actor).thread;
        self.history.end(thread);
        self.ended.push(thread);
    }

    fn join(&mut self, joiner: ThreadId, random: &mut Random) {
        if !self.ended.is_empty() {
            let child = self.ended.swap_remove(random.below(self.ended.len()));
            self.history.join(joiner, child);
        }
    }

    /// Nobody is left holding a lock.
    fn finish(&mut self) {
        for actor in std::mem::take(&mut self.running) {
            if let Some(held) = actor.mutex {
                self.history.release(actor.thread, self.mutexes[held].0);
            }
            match actor.rwlock {
                Some(LockMode::Read) => self.history.read_unlock(actor.thread, self.rwlock),
                Some(LockMode::Write) => self.history.write_unlock(actor.thread, self.rwlock),
                None => {}
            }
            self.history.end(actor.thread);
        }
    }
}
