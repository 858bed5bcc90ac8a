//! One thread's turn: its records become events, until it must wait.
//!
//! **Invariant:** a record becomes an event once, in a turn of its own thread, and only
//! when what it waits for has become events.

use super::index::Index;
use super::sink::Sink;
use super::waiting::Waiting;
use crate::event::Event;
use crate::id::{ObjectId, ThreadId};
use crate::reader::definitions::Ids;
use crate::reader::merge::begun::Begun;
use crate::reader::merge::event::{event, sync};
use crate::record::{self, FirstWord, Record, Stamp, ThreadVerb, step_stamp};
use crate::validate::Checker;

/// Why a turn is over, or interrupted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// The words are at their end.
    Done,
    /// The next record waits for another thread.
    Waits,
    /// There is no room for another event.
    Full,
    /// The next record may be no possible one.
    Doubt,
}

/// Whose turn it is, and what all turns so far have made.
pub(super) struct Turn<'a, K> {
    index: &'a Index,
    ids: Ids<'a>,
    waiting: Waiting,
    checker: Checker<'a>,
    begun: Begun,
    thread: ThreadId,
    /// Validation lets the thread do things.
    may_act: bool,
    /// The thread has told some of an access's records, and not the last.
    amid: bool,
    /// What validation says is no longer asked.
    trusted: bool,
    in_doubt: bool,
    /// Where its events go.
    sink: K,
}

impl<'a, K: Sink> Turn<'a, K> {
    /// No one's turn yet.
    pub(super) fn new(index: &'a Index, sink: K) -> Self {
        let foreseen = index.facts.iter().map(|facts| facts.foreseen);
        Self {
            index,
            ids: index.definitions.ids(),
            waiting: Waiting::new(index),
            checker: Checker::new(foreseen.collect(), index.definitions.tables()),
            begun: Begun::new(index.facts.len()),
            thread: ThreadId::ROOT,
            may_act: false,
            amid: false,
            trusted: false,
            in_doubt: false,
            sink,
        }
    }

    /// It is the turn of a thread that can go on.
    pub(super) fn begin(&mut self) -> Option<ThreadId> {
        self.thread = self.waiting.next()?;
        self.may_act = false;
        self.amid = self.begun.has_begun(self.thread);
        Some(self.thread)
    }

    /// Hands over the events so far.
    pub(super) fn hand_over(&mut self, take: &mut impl FnMut(&mut K)) {
        if !self.sink.is_empty() {
            take(&mut self.sink);
        }
        self.sink.clear();
    }

    /// From here on whatever comes is taken for possible.
    pub(super) fn trust(&mut self) {
        self.trusted = true;
        self.in_doubt = true;
    }

    /// Whether anything may have been impossible.
    pub(super) fn is_in_doubt(&self) -> bool {
        self.in_doubt
    }

    /// Accesses whose other records never came.
    pub(super) fn broken(&self) -> u64 {
        self.begun.broken()
    }

    /// Goes on at a word of the thread's.
    pub(super) fn run(&mut self, words: &[u64], at: &mut usize) -> Stop {
        loop {
            if self.sink.is_full() {
                return Stop::Full;
            }
            let Some(word) = words.get(*at).filter(|word| **word != 0) else {
                return Stop::Done;
            };
            let word = FirstWord::new(*word);
            let before = *at;
            if !self.amid && (word.is_access() || word.is_step()) {
                if !self.may_act && !self.find(|it| it.checker.acts(it.thread)) {
                    return Stop::Doubt;
                }
                self.may_act = true;
                if word.is_access() {
                    self.accesses(words, at);
                } else if let Some(stop) = self.step(words, at) {
                    return stop;
                }
            }
            if *at == before
                && let Some(stop) = self.entry(words, at)
            {
                return stop;
            }
        }
    }

    /// Accesses of one part become events, as long as there is room and each location is
    /// known by its key alone.
    fn accesses(&mut self, words: &[u64], at: &mut usize) {
        let rest = words.get(*at..).unwrap_or_default();
        *at += self.sink.accesses(self.thread, rest, self.ids);
    }

    /// A step of an object becomes an event, if it comes next and is known by its key alone.
    fn step(&mut self, words: &[u64], at: &mut usize) -> Option<Stop> {
        let word = FirstWord::new(words[*at]);
        let taken = word.step_words();
        let stamp = words.get(*at + 1..*at + taken)?.first();
        let stamp = stamp.map(|second| step_stamp(*second));
        let object = self.ids.object(word.object())?;
        let stack = self.ids.stack(word.stack())?;
        if !self.comes_next(object, stamp) {
            return Some(Stop::Waits);
        }
        let event = Event {
            thread: self.thread,
            stack,
            kind: sync(word.verb(), object),
        };
        if !self.find(|it| it.checker.check_step(&event, has_gap(stamp))) {
            return Some(Stop::Doubt);
        }
        self.sink.push(&event);
        self.waiting.advance(self.index, object);
        *at += taken;
        None
    }

    /// Whether an object's step comes next. One whose stamp is left out does: the object's
    /// step before it is this thread's own, and has happened.
    #[inline]
    fn comes_next(&mut self, object: ObjectId, stamp: Option<Stamp>) -> bool {
        stamp.is_none_or(|it| self.waiting.is_next(self.thread, object, it.sequence))
    }

    /// Any entry: `None` when the next one may come.
    fn entry(&mut self, words: &[u64], at: &mut usize) -> Option<Stop> {
        let rest = &words[*at..];
        if let Some(length) = record::definition_length(rest) {
            *at += length;
            return None;
        }
        let Ok((record, taken)) = record::decode_record(rest) else {
            // The words were looked at when the log was opened.
            return Some(Stop::Done);
        };
        let stop = self.record(&record);
        if stop.is_none() {
            *at += taken;
        }
        stop
    }

    fn record(&mut self, record: &Record) -> Option<Stop> {
        match *record {
            Record::Access { .. } | Record::Memory { .. } | Record::Forget { .. } => {
                return self.access(record);
            }
            Record::Sync { object, stamp, .. } => {
                let object = self.index.definitions.object(object);
                if !self.comes_next(object, stamp) {
                    return Some(Stop::Waits);
                }
                if !self.happens(record, has_gap(stamp)) {
                    return Some(Stop::Doubt);
                }
                self.waiting.advance(self.index, object);
            }
            Record::Thread { verb, thread, .. } => return self.life(record, verb, thread),
            Record::Fence { .. } | Record::Note { .. } => {
                return (!self.happens(record, false)).then_some(Stop::Doubt);
            }
        }
        None
    }

    fn life(&mut self, record: &Record, verb: ThreadVerb, thread: ThreadId) -> Option<Stop> {
        let never_ran = self.index.facts[thread.index()].records == 0;
        if verb == ThreadVerb::Join && !never_ran && !self.waiting.has_ended(self.thread, thread) {
            return Some(Stop::Waits);
        }
        if !self.happens(record, false) {
            return Some(Stop::Doubt);
        }
        match verb {
            ThreadVerb::Fork => self.waiting.fork(thread),
            ThreadVerb::End => {
                self.waiting.end(thread);
                // Nothing may follow.
                self.may_act = false;
            }
            ThreadVerb::Begin | ThreadVerb::Join | ThreadVerb::Switch { .. } => {}
        }
        None
    }

    /// An access of several parts, or of bytes; or the first record of one.
    fn access(&mut self, record: &Record) -> Option<Stop> {
        if !self.find(|it| it.checker.acts(it.thread)) {
            return Some(Stop::Doubt);
        }
        let joined = self.begun.join(self.thread, record);
        self.amid = joined.is_none();
        if let Some(joined) = joined {
            self.in_doubt |= self.leaves_its_cell(&joined.whole);
            self.become_event(&joined.whole);
        }
        None
    }

    fn leaves_its_cell(&self, record: &Record) -> bool {
        match *record {
            Record::Access { cell, parts, .. } | Record::Forget { cell, parts, .. } => {
                self.index.definitions.beyond(cell, parts).is_some()
            }
            Record::Memory { .. }
            | Record::Sync { .. }
            | Record::Fence { .. }
            | Record::Thread { .. }
            | Record::Note { .. } => false,
        }
    }

    /// A record that is no access becomes an event, if it is a possible one.
    fn happens(&mut self, record: &Record, gap: bool) -> bool {
        if self.amid {
            // It does not go on with the access, whose other records never came.
            self.begun.join(self.thread, record);
            self.amid = false;
        }
        let Some(event) = event(&self.index.definitions, self.thread, record) else {
            return true;
        };
        if !self.find(|it| it.checker.check(&event, gap)) {
            return false;
        }
        self.sink.push(&event);
        true
    }

    fn become_event(&mut self, record: &Record) {
        match event(&self.index.definitions, self.thread, record) {
            Some(event) => self.sink.push(&event),
            None => self.in_doubt = true,
        }
    }

    /// Whether validation finds nothing wrong, or is not asked.
    fn find(&mut self, check: impl FnOnce(&mut Self) -> Result<(), String>) -> bool {
        self.trusted || check(self).is_ok()
    }
}

/// Whether what comes before a step is in another log, or in none.
fn has_gap(stamp: Option<Stamp>) -> bool {
    stamp.is_some_and(|stamp| stamp.gap)
}
