//! The events of a log, handed over while it is still being indexed, so that its file is
//! read once.
//!
//! What only all of a log can say is guessed: that a thread has a fork if it was spawned,
//! which locks there are, that no stamp is missing. Keys stand for locations, and objects
//! are numbered as they come.
//!
//! **Invariant:** what was handed over counts only if the log has an index and every guess
//! proved right; otherwise nothing is said of it, and the log is read as if nobody had
//! asked.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use self::turn::{Cursor, Turn};
use super::Ahead;
use super::index::Index;
use super::script::{Piece, Script};
use super::walk::{Facts, Walk};
use crate::chunk::ChunkHeader;
use crate::id::ThreadId;
use crate::record::Definition;
use crate::tables::ThreadOrigin;
use crate::validate::Foreseen;

mod guesses;
mod objects;
mod turn;

/// With more threads than these, what is kept for those that are over would be too much.
const MOST_THREADS: usize = 1 << 10;

/// So many keys may have places for what is told of them, whether they are used or not. More
/// may where they are defined, in some words each.
const MOST_KEYS: usize = 1 << 22;

/// The events cannot be told before all of the log is known.
#[derive(Debug)]
pub(super) struct GaveUp;

/// Events that are being handed over.
pub(super) struct Early<'e> {
    turn: Turn<'e>,
    streams: HashMap<u32, Stream>,
    threads: Vec<Thread>,
    ready: VecDeque<ThreadId>,
    /// Streams of which all pieces that are known were handed over.
    hungry: VecDeque<u32>,
    /// Threads that may have to wait for their fork: nothing says how they came to be. The
    /// first is more likely to fork the others than to be forked.
    undecided: BTreeSet<ThreadId>,
    chunks: u64,
    /// How many bytes of pieces wait, and how many may.
    held: u64,
    room: u64,
}

/// A stream so far.
struct Stream {
    /// The place of the chunk that comes next.
    next: u64,
    /// The stretch that its last chunk ends in.
    ends_in: (ThreadId, u64),
    /// How many of its pieces are still to be handed over.
    pieces: usize,
}

/// What a thread is still to do.
#[derive(Default)]
struct Thread {
    /// The stretch that it is in.
    segment: u64,
    segments: BTreeMap<u64, Segment>,
    /// How far its next piece is.
    cursor: Cursor,
    state: State,
}

/// What is known of a stretch.
#[derive(Default)]
struct Segment {
    /// Each with its stream.
    pieces: VecDeque<(u32, Piece)>,
    /// No more will come.
    closed: bool,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum State {
    /// It has nothing to do that is known.
    #[default]
    Idle,
    Ready,
    /// It waits for another thread.
    Waits,
}

impl<'e> Early<'e> {
    /// Nothing handed over yet. At most so many bytes may wait; keys are mostly below
    /// `limit`.
    pub(super) fn new(Ahead { block, take }: Ahead<'e>, (room, limit): (u64, u64)) -> Self {
        Self {
            turn: Turn::new(block, take, limit),
            streams: HashMap::new(),
            threads: Vec::new(),
            ready: VecDeque::new(),
            hungry: VecDeque::new(),
            undecided: BTreeSet::new(),
            chunks: 0,
            held: 0,
            room,
        }
    }

    /// The streams begin that there are.
    pub(super) fn begin(&mut self, streams: Vec<u32>) {
        self.hungry.extend(streams);
    }

    /// A stream that should go on.
    pub(super) fn hungry(&mut self) -> Option<u32> {
        self.hungry.pop_front()
    }

    /// Lets a thread begin that nothing says was forked, when nobody else can go on; whether
    /// there is one.
    pub(super) fn decide(&mut self, walk: &mut Walk) -> Result<bool, GaveUp> {
        let mut script = walk.script.take().ok_or(GaveUp)?;
        let decided = self.decide_one(&walk.facts, &mut script)?;
        walk.script = Some(script);
        Ok(decided)
    }

    fn decide_one(&mut self, facts: &[Facts], script: &mut Script) -> Result<bool, GaveUp> {
        while let Some(thread) = self.undecided.pop_first() {
            let life = &mut self.turn.lives[thread.index()];
            if life.begun.is_none() && !life.forked {
                life.decided = true;
                self.wake(thread, State::Waits);
                self.run(facts, script)?;
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Takes what a chunk told, and hands over what need not wait.
    pub(super) fn chunk(
        &mut self,
        header: &ChunkHeader,
        ends_in: (ThreadId, u64),
        walk: &mut Walk,
    ) -> Result<(), GaveUp> {
        let mut script = walk.script.take().ok_or(GaveUp)?;
        let threads = walk.facts.len();
        self.chunks += 1;
        let apart = !self.chunks.is_power_of_two() || self.objects_are_apart(walk);
        let keys = walk.accessed.dense().len();
        let sparse = keys > MOST_KEYS + walk.definitions.len() / 2;
        if script.failed || threads > MOST_THREADS || !apart || sparse {
            return Err(GaveUp);
        }
        self.turn.make_room(threads, keys);
        for definition in script.definitions.drain(..) {
            self.define(definition)?;
        }
        let threads = self.turn.lives.len();
        self.threads.resize_with(threads, Thread::default);
        self.take_pieces(header, ends_in, &mut script)?;
        self.run(&walk.facts, &mut script)?;
        walk.script = Some(script);
        Ok(())
    }

    /// Whether no object so far is accessed as plain memory.
    fn objects_are_apart(&self, walk: &Walk) -> bool {
        let mut keys = self.turn.objects.keys();
        keys.all(|key| !walk.accessed.get(key.number()))
    }

    fn define(&mut self, definition: Definition) -> Result<(), GaveUp> {
        match definition {
            Definition::Object {
                key,
                class,
                partner,
                ..
            } => {
                let turn = &mut self.turn;
                turn.objects
                    .define(key, class, partner, &mut turn.checker)?;
            }
            Definition::Thread { thread, origin, .. } => {
                if thread.index() >= MOST_THREADS {
                    return Err(GaveUp);
                }
                self.turn.make_room(thread.index() + 1, 0);
                let life = &mut self.turn.lives[thread.index()];
                if life.origin.is_none() {
                    life.origin = Some(origin);
                    self.turn.checker.learn_origin(thread, origin);
                }
            }
            Definition::Site { .. }
            | Definition::Frame { .. }
            | Definition::Cut { .. }
            | Definition::Module { .. }
            | Definition::Cell { .. }
            | Definition::Memory { .. }
            | Definition::Name { .. } => {}
        }
        Ok(())
    }

    /// Puts the pieces of a chunk where they belong.
    fn take_pieces(
        &mut self,
        header: &ChunkHeader,
        ends_in: (ThreadId, u64),
        script: &mut Script,
    ) -> Result<(), GaveUp> {
        let begins = (header.thread, header.segment);
        let stream = self.streams.entry(header.stream).or_insert(Stream {
            next: 0,
            ends_in: begins,
            pieces: 0,
        });
        if stream.next != header.sequence {
            return Err(GaveUp);
        }
        let goes_on = stream.next > 0 && stream.ends_in == begins;
        let before = std::mem::replace(&mut stream.ends_in, ends_in);
        stream.next += 1;
        stream.pieces += script.pieces.len();
        if stream.pieces == 0 {
            self.hungry.push_back(header.stream);
        }
        if !goes_on {
            self.close(before);
        }
        let mut last = begins;
        for (passage, piece) in script.pieces.drain(..) {
            let own = (ThreadId::new(passage.thread), passage.segment);
            if own != last {
                self.close(last);
            }
            last = own;
            self.held += piece.bytes();
            let continues = goes_on && passage.start == 0;
            self.add(own, (header.stream, piece), continues)?;
        }
        if last != ends_in {
            self.close(last);
        }
        if self.held > self.room {
            return Err(GaveUp);
        }
        Ok(())
    }

    fn add(
        &mut self,
        (thread, number): (ThreadId, u64),
        piece: (u32, Piece),
        continues: bool,
    ) -> Result<(), GaveUp> {
        let state = &mut self.threads[thread.index()];
        let known = state.segments.get_mut(&number);
        if continues {
            let segment = known.filter(|segment| !segment.closed).ok_or(GaveUp)?;
            segment.pieces.push_back(piece);
        } else {
            if known.is_some() || number < state.segment {
                return Err(GaveUp);
            }
            let pieces = VecDeque::from([piece]);
            let closed = false;
            state.segments.insert(number, Segment { pieces, closed });
        }
        self.wake(thread, State::Idle);
        Ok(())
    }

    /// No more of a stretch will come.
    fn close(&mut self, (thread, number): (ThreadId, u64)) {
        let state = &mut self.threads[thread.index()];
        if let Some(segment) = state.segments.get_mut(&number) {
            segment.closed = true;
            self.wake(thread, State::Idle);
        }
    }

    /// A thread need not be in this state any more.
    fn wake(&mut self, thread: ThreadId, from: State) {
        let state = &mut self.threads[thread.index()].state;
        if *state == from {
            *state = State::Ready;
            self.ready.push_back(thread);
        }
    }

    /// Hands over all that need not wait.
    fn run(&mut self, facts: &[Facts], script: &mut Script) -> Result<(), GaveUp> {
        while let Some(thread) = self.ready.pop_front() {
            let state = if self.may_run(thread, facts) {
                self.run_thread(thread, script)?
            } else {
                State::Waits
            };
            self.threads[thread.index()].state = state;
        }
        Ok(())
    }

    /// Whether a thread need not wait for its fork. What its life will be is guessed when
    /// it begins.
    fn may_run(&mut self, thread: ThreadId, facts: &[Facts]) -> bool {
        let life = &mut self.turn.lives[thread.index()];
        if life.begun.is_some() {
            return true;
        }
        let foreseen = facts[thread.index()].foreseen;
        let is_forked = life.forked || foreseen.fork || life.origin.is_some_and(must_be_forked);
        if is_forked && !life.forked {
            return false;
        }
        if !life.forked && life.origin.is_none() && !life.decided {
            self.undecided.insert(thread);
            return false;
        }
        let foreseen = Foreseen {
            fork: is_forked,
            ..foreseen
        };
        life.begun = Some(foreseen);
        self.turn.checker.foresee(thread, foreseen);
        true
    }

    /// Hands over what a thread does, until it must wait.
    fn run_thread(&mut self, thread: ThreadId, script: &mut Script) -> Result<State, GaveUp> {
        loop {
            let state = &mut self.threads[thread.index()];
            let Some(segment) = state.segments.get_mut(&state.segment) else {
                return Ok(State::Idle);
            };
            let Some((_, piece)) = segment.pieces.front() else {
                if !segment.closed {
                    return Ok(State::Idle);
                }
                state.segments.remove(&state.segment);
                state.segment += 1;
                continue;
            };
            let done = self.turn.run(thread, piece, &mut state.cursor)?;
            if done {
                state.cursor = Cursor::default();
                if let Some((stream, piece)) = segment.pieces.pop_front() {
                    self.held -= piece.bytes();
                    script.reuse(piece);
                    if let Some(state) = self.streams.get_mut(&stream) {
                        state.pieces -= 1;
                        if state.pieces == 0 {
                            self.hungry.push_back(stream);
                        }
                    }
                }
            }
            while let Some(thread) = self.turn.woken.pop() {
                self.wake(thread, State::Waits);
            }
            if !done {
                return Ok(State::Waits);
            }
        }
    }

    /// Hands over the rest: whether all that the index holds was handed over.
    pub(super) fn finish(mut self, index: &Index) -> Result<(), GaveUp> {
        let ends: Vec<(ThreadId, u64)> = self.streams.values().map(|it| it.ends_in).collect();
        for end in ends {
            self.close(end);
        }
        let mut script = Script::default();
        self.run(&index.facts, &mut script)?;
        while self.decide_one(&index.facts, &mut script)? {}
        self.turn.hand_over();
        let over = self.threads.iter().all(|thread| thread.segments.is_empty());
        let all = over
            && self.turn.is_complete()
            && guesses::are_right(&self.turn, &index.facts, &index.definitions);
        all.then_some(()).ok_or(GaveUp)
    }
}

fn must_be_forked(origin: ThreadOrigin) -> bool {
    match origin {
        ThreadOrigin::Spawned | ThreadOrigin::Task => true,
        ThreadOrigin::Root | ThreadOrigin::Destructors | ThreadOrigin::Foreign => false,
    }
}
