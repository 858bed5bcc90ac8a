//! The program as a whole: its threads, and whose turn it is.

use racegate_eventlog::{EventKind, ObjectClass, ThreadId, ThreadOrigin, Trace};

use super::MOST_THREADS;
use super::action::{Action, Actions};
use super::actor::{Actor, Wait};
use super::atomics::Atomics;
use super::channels::Channel;
use super::draft::Draft;
use super::locks::Locks;
use super::meetings::{Barrier, Meetings};
use super::memory::Memory;
use super::notes::Notes;
use crate::random::Random;

/// How large a program is, and how careful.
pub(super) struct Shape {
    pub(super) steps: usize,
    /// Threads at its start, `main` included, and at any time.
    threads: usize,
    most_threads: usize,
    cells: usize,
    careless: Option<usize>,
}

impl Shape {
    /// One program in 512 is a crowd.
    pub(super) fn of(seed: u64, random: &mut Random) -> Self {
        let steps = 6 + usize::try_from(seed % 64).expect("small") + random.below(6);
        let crowd = seed % 512 == 511;
        let (threads, steps) = if crowd {
            let threads = 10 + random.below(MOST_THREADS - 9);
            (threads, steps + 3 * threads)
        } else {
            (random.one_of(&[2, 2, 2, 3, 3, 4, 5]), steps)
        };
        Self {
            steps,
            threads,
            most_threads: threads.max(7),
            cells: random.one_of(&[1, 2, 3, 4]) + threads / 20,
            careless: random.one_of(&[None, None, None, Some(30), Some(1000), Some(1000)]),
        }
    }
}

/// A program that runs.
pub(super) struct World {
    draft: Draft,
    actions: Actions,
    most_threads: usize,
    running: Vec<Actor>,
    /// Ended, and nobody has joined them.
    ended: Vec<ThreadId>,
    memory: Memory,
    locks: Locks,
    channels: Vec<Channel>,
    barriers: Vec<Barrier>,
    meetings: Meetings,
    atomics: Atomics,
    notes: Notes,
}

impl World {
    pub(super) fn new(shape: &Shape, random: Random) -> Self {
        let mut draft = Draft::new(random);
        let main = draft.thread(ThreadOrigin::Root, None);
        let mutexes = 1 + draft.random.below(2);
        let capacities = [draft.random.below(5), draft.random.below(5)];
        let atomics = 1 + draft.random.below(2);
        let mut world = Self {
            actions: Actions::of_some_program(&mut draft.random),
            most_threads: shape.most_threads,
            running: Vec::new(),
            ended: Vec::new(),
            memory: Memory::new(shape.cells, shape.careless, &mut draft),
            locks: Locks::new(mutexes, 1, &mut draft),
            channels: capacities.map(|it| Channel::new(it, &mut draft)).into(),
            barriers: vec![Barrier::new(2, &mut draft), Barrier::new(3, &mut draft)],
            meetings: Meetings::new(&mut draft),
            atomics: Atomics::new(atomics, &mut draft),
            notes: Notes::new(&mut draft),
            draft,
        };
        if !world.memory.is_guarded() {
            let mut objects = world.atomics.objects().to_vec();
            objects.push(world.meetings.wait_group_object());
            objects.retain(|_| world.draft.random.once_in(3));
            for object in objects {
                world.memory.add(world.draft.memory(object));
            }
        }
        let mut main = Actor::new(main);
        world.meetings.share(&mut main);
        world.running.push(main);
        for _ in 1..shape.threads {
            world.fork(0);
        }
        world
    }

    /// So many steps, and then everyone comes to an end who can.
    pub(super) fn run(mut self, steps: usize) -> Trace {
        for _ in 0..steps {
            let turn = self.draft.random.below(self.running.len());
            let thread = self.running[turn].thread;
            self.touch(turn);
            self.step(turn);
            // Where it ended, another one has its place.
            if self.running.get(turn).is_some_and(|it| it.thread == thread) {
                self.touch(turn);
            }
        }
        self.finish();
        self.draft.trace()
    }

    /// Before or after a step of a program without guards, an access: next to it, an
    /// edge decides.
    fn touch(&mut self, turn: usize) {
        let actor = &mut self.running[turn];
        if !self.memory.is_guarded() && actor.wait.is_none() && self.draft.random.once_in(4) {
            self.memory.access(actor, &mut self.locks, &mut self.draft);
        }
    }

    fn step(&mut self, turn: usize) {
        let draft = &mut self.draft;
        let actor = &mut self.running[turn];
        if let Some(wait) = actor.wait {
            return self.resume(turn, wait);
        }
        let channel = draft.random.below(self.channels.len());
        let barrier = draft.random.below(self.barriers.len());
        match self.actions.any(&mut draft.random) {
            Action::Access => self.memory.access(actor, &mut self.locks, draft),
            Action::Forget => self.memory.forget(actor, &mut self.locks, draft),
            Action::DropCell => self.memory.drop_cell(actor, &mut self.locks, draft),
            Action::Lock => self.locks.step(actor, draft),
            Action::CondvarWait => self.locks.condvar_wait(actor, draft),
            Action::Atomic => self.atomics.operate(actor, draft),
            Action::Fence => Atomics::fence(draft, actor),
            Action::Send => self.channels[channel].send(channel, actor, draft),
            Action::Receive => self.channels[channel].receive(actor, draft),
            Action::DropSender => self.channels[channel].drop_sender(actor, draft),
            Action::Barrier => self.arrive(barrier, turn),
            Action::WaitGroup => self.meetings.wait_group(actor, draft),
            Action::Once => self.meetings.once(actor, draft),
            Action::Park => self.meetings.park(actor, draft),
            Action::Unpark => {
                let parked = draft.random.below(self.running.len());
                let parked = self.running[parked].thread;
                self.meetings.unpark(&self.running[turn], parked, draft);
            }
            Action::Shared => self.meetings.shared(actor, draft),
            Action::Annotate => self.atomics.annotate(actor, draft),
            Action::Fork => self.fork(turn),
            Action::Foreign => self.foreign(),
            Action::Scope => self.open_or_leave_scope(turn),
            Action::End => self.end(turn),
            Action::Join => self.join(turn),
            Action::Note => self.notes.note(actor, draft),
        }
    }

    /// Arrives at a barrier that enough threads can still come to.
    fn arrive(&mut self, barrier: usize, turn: usize) {
        let free = self.running.iter().filter(|actor| actor.wait.is_none());
        if self.barriers[barrier].missing() <= free.count() {
            let actor = &mut self.running[turn];
            self.barriers[barrier].arrive(barrier, actor, &mut self.draft);
        }
    }

    /// Lets a thread that waits go on, if what it waits for is there.
    fn resume(&mut self, turn: usize, wait: Wait) {
        let actor = &mut self.running[turn];
        let over = match wait {
            Wait::Mutex(mutex) => self.locks.take_again(mutex, actor, &mut self.draft),
            Wait::Barrier { barrier, round } => {
                self.barriers[barrier].leave(round, actor, &mut self.draft)
            }
            Wait::Receiver(offer) => {
                self.channels[offer.channel].meets(offer, actor, &mut self.draft)
            }
        };
        if over {
            actor.wait = None;
        }
    }

    fn fork(&mut self, turn: usize) {
        if self.is_full() {
            return;
        }
        let parent = &self.running[turn];
        let origin = if self.draft.random.once_in(5) {
            ThreadOrigin::Task
        } else {
            ThreadOrigin::Spawned
        };
        let mut child = Actor::new(self.draft.thread(origin, Some(parent.thread)));
        child.inside = parent.scope;
        if parent.shares {
            self.meetings.share(&mut child);
        }
        self.running.push(child);
    }

    fn is_full(&self) -> bool {
        self.running.len() >= self.most_threads || self.draft.threads() >= MOST_THREADS
    }

    /// A thread that nobody was seen to fork.
    fn foreign(&mut self) {
        if !self.is_full() {
            let thread = self.draft.thread(ThreadOrigin::Foreign, None);
            self.running.push(Actor::new(thread));
        }
    }

    /// Opens a scope with a thread in it, or leaves the one it opened once all threads
    /// in it are done.
    fn open_or_leave_scope(&mut self, turn: usize) {
        let Some(scope) = self.running[turn].scope else {
            self.running[turn].scope = Some(self.draft.object(ObjectClass::Scope));
            return self.fork(turn);
        };
        if self.running.iter().all(|actor| actor.inside != Some(scope)) {
            let actor = &mut self.running[turn];
            actor.scope = None;
            self.draft.push(actor.thread, EventKind::Acquire(scope));
        }
    }

    fn end(&mut self, turn: usize) {
        let actor = &self.running[turn];
        let busy = !actor.holds.is_empty() || actor.scope.is_some() || actor.wait.is_some();
        if actor.thread == ThreadId::ROOT || busy || actor.initialises.is_some() {
            return;
        }
        let actor = self.running.swap_remove(turn);
        let thread = actor.thread;
        if let Some(block) = actor.block {
            self.draft.push(thread, EventKind::BlockEnd(block));
        }
        if let Some(scope) = actor.inside {
            self.draft.push(thread, EventKind::ReleaseMerge(scope));
        }
        self.draft.push(thread, EventKind::End);
        self.ended.push(thread);
    }

    fn join(&mut self, turn: usize) {
        if !self.ended.is_empty() {
            let child = self.draft.random.below(self.ended.len());
            // A thread's end may be learnt of more than once.
            let child = if self.draft.random.once_in(6) {
                self.ended[child]
            } else {
                self.ended.swap_remove(child)
            };
            let joiner = self.running[turn].thread;
            self.draft.push(joiner, EventKind::Join(child));
        }
    }

    /// Everyone gives back what they hold. The main thread joins some others; some are
    /// still alive when it ends, and some wait for ever.
    fn finish(&mut self) {
        for turn in (0..self.running.len()).rev() {
            if let Some(wait) = self.running[turn].wait {
                self.resume(turn, wait);
            }
            let actor = &mut self.running[turn];
            while !actor.holds.is_empty() {
                self.locks.give_back(0, actor, &mut self.draft);
            }
            self.meetings.initialised(actor, &mut self.draft);
            if self.draft.random.once_in(2) {
                self.end(turn);
            }
        }
        if self.running[0].wait.is_none() {
            while self.draft.random.below(4) > 0 && !self.ended.is_empty() {
                self.join(0);
                self.touch(0);
            }
            self.draft.push(ThreadId::ROOT, EventKind::End);
        }
    }
}
