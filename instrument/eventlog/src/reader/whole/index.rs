//! What is known of a whole log before its events are asked for: where every thread's
//! records are, what its ids stand for, and that nothing is missing.
//!
//! **Invariant:** only a log of which nothing is lost or left over has an index, and what
//! the index says does not depend on the order of files or chunks.

use std::collections::HashSet;
use std::path::Path;

use super::beside::scan_beside;
use super::early::{Early, GaveUp};
use super::load::Loader;
use super::program::{Origin, Program, are_all_there, starts};
use super::scan::{self, Ending, Found, Stopped, scan};
use super::script::Script;
use super::sealed::Sealed;
use super::sequences::Sequences;
use super::stamps::Unusual;
use super::supply::{Claimed, Supply};
use super::walk::{Facts, Passage, Walk};
use super::{Ahead, RESIDENT_BYTES};
use crate::chunk::Chunk;
use crate::id::{NameId, StackId};
use crate::integrity::Integrity;
use crate::reader::chunks::RawLog;
use crate::reader::definitions::Definitions;
use crate::reader::streams::{SPARE_IDS, Source};
use crate::reader::{Limits, ReadError};
use crate::record::{self, Definition, Entry, MemoryVerb, Record};

/// The index of a whole log.
#[derive(Debug)]
pub(super) struct Index {
    /// By number: where each chunk is.
    pub(super) chunks: Vec<Place>,
    /// Every thread's records in program order, one thread after the other.
    pub(super) passages: Vec<Passage>,
    /// By thread: where its passages start; one more at the end.
    pub(super) starts: Vec<u32>,
    pub(super) facts: Vec<Facts>,
    pub(super) sequences: Sequences,
    pub(super) definitions: Definitions,
    pub(super) integrity: Integrity,
}

/// Where a chunk is.
#[derive(Clone, Debug)]
pub(super) enum Place {
    /// Among the sealed bytes.
    Sealed {
        offset: u64,
        length: u32,
        /// How many words it holds, which may be packed.
        words: u32,
    },
    /// In a window, whose words were read with it.
    Window(Vec<u64>),
}

/// Why there is no index.
pub(super) enum NoIndex {
    /// The log is not whole, or one of which only all records at once can be ordered.
    Unusual,
    /// It cannot be read at all.
    Read(ReadError),
}

/// Where chunks come from, and what is allowed.
#[derive(Clone, Copy)]
struct Taking<'p> {
    path: &'p Path,
    /// The log that they say that they belong to.
    tag: u64,
    limits: Limits,
}

impl From<Unusual> for NoIndex {
    fn from(_: Unusual) -> Self {
        Self::Unusual
    }
}

/// All chunks of a log, walked.
struct Walked<'e> {
    walk: Walk,
    /// Who hands over at once what the chunks tell.
    early: Option<Early<'e>>,
    places: Vec<Place>,
    origins: Vec<Origin>,
    newer: bool,
}

impl Index {
    /// Looks at everything once. `raw` holds the header and the windows of the log. Whether
    /// all events were handed over to who takes them ahead.
    pub(super) fn of(
        path: &Path,
        sealed: &Sealed<'_>,
        raw: &RawLog,
        (source, limits): (Source, Limits),
        ahead: Option<Ahead<'_>>,
    ) -> Result<(Self, bool), NoIndex> {
        if !raw.damage.is_empty() {
            return Err(NoIndex::Unusual);
        }
        if let Some(ahead) = ahead
            && let Ok(indexed) = Self::once(path, sealed, raw, (source, limits), Some(ahead))
        {
            return Ok(indexed);
        }
        // Whatever was in the way, it is told as if nobody had taken events ahead.
        Self::once(path, sealed, raw, (source, limits), None)
    }

    fn once(
        path: &Path,
        sealed: &Sealed<'_>,
        raw: &RawLog,
        (source, limits): (Source, Limits),
        ahead: Option<Ahead<'_>>,
    ) -> Result<(Self, bool), NoIndex> {
        let sealed_words = if raw.packed {
            let words = scan::words(sealed);
            words.map_err(|error| NoIndex::Read(ReadError::io(path, error)))?
        } else {
            sealed.length() / 8
        };
        let mut walked = Walked {
            walk: Walk::new(sealed_words + window_words(raw)),
            early: None,
            places: Vec::new(),
            origins: Vec::new(),
            newer: raw.newer,
        };
        let found = Taking {
            path,
            tag: raw.tag,
            limits,
        };
        let ending = match ahead {
            Some(ahead) => walked.scan_ahead(sealed, found, ahead)?,
            None => walked.scan(sealed, found)?,
        };
        let open: HashSet<u32> = raw.windows.iter().map(|it| it.header.stream).collect();
        walked.take_windows(&raw.windows)?;
        let program = Program::of(std::mem::take(&mut walked.origins))?;
        program.is_whole_after(ending, !open.is_empty())?;
        program.streams().try_for_each(|stream| {
            let ended = source == Source::Live || open.contains(&stream.number());
            stream.is_whole(ended)
        })?;
        let early = walked.early.take();
        let index = walked.finish(&program)?;
        let told = early.is_some_and(|early| early.finish(&index).is_ok());
        Ok((index, told))
    }
}

impl Index {
    /// The first word of a passage.
    pub(super) fn start_of(&self, passage: u32) -> u32 {
        let passage = self.passages.get(passage as usize);
        passage.map_or(0, |passage| passage.start)
    }
}

impl Place {
    /// How many bytes of memory the chunk's words take.
    pub(super) fn bytes(&self) -> u64 {
        match self {
            Self::Sealed { words, .. } => u64::from(*words) * 8,
            Self::Window(words) => words.len() as u64 * 8,
        }
    }
}

/// How many words all windows hold.
fn window_words(raw: &RawLog) -> u64 {
    let words = raw.windows.iter().map(|window| window.words.len() as u64);
    words.sum()
}

impl<'e> Walked<'e> {
    /// Takes all chunks in the file's order.
    fn scan(&mut self, sealed: &Sealed<'_>, taking: Taking<'_>) -> Result<Ending, NoIndex> {
        let take = |found: Found<'_>| self.take_found(&found, taking);
        let ending = if taking.limits.second_thread {
            scan_beside(sealed, take)
        } else {
            scan(sealed, take)
        };
        ending.map_err(|stopped| match stopped {
            Stopped::Io(error) => NoIndex::Read(ReadError::io(taking.path, error)),
            Stopped::By(reason) => reason,
        })
    }

    /// Takes all chunks in the order in which what they tell can be handed over.
    fn scan_ahead(
        &mut self,
        sealed: &Sealed<'_>,
        taking: Taking<'_>,
        ahead: Ahead<'e>,
    ) -> Result<Ending, NoIndex> {
        let mut supply = Supply::of(sealed).ok().flatten().ok_or(Unusual)?;
        let room = RESIDENT_BYTES.min(taking.limits.max_memory / 4);
        if supply.bytes() > room {
            return Err(NoIndex::Unusual);
        }
        let mut early = Early::new(ahead, (room, self.walk.key_limit()));
        early.begin(supply.streams());
        self.early = Some(early);
        self.walk.script = Some(Script::default());
        let (mut loader, mut words) = (Loader::default(), Vec::new());
        while let Some(Claimed { offset, length, .. }) = self.next(&mut supply) {
            let place = (offset, length as usize);
            // What goes wrong is told when nobody takes events ahead.
            let header = loader.load_from(sealed, place, &mut words);
            let header = header.map_err(|_| Unusual)?;
            let found = Found {
                offset,
                length,
                header: header.map_err(|_| Unusual)?,
                words: &mut words,
            };
            self.take_found(&found, taking)?;
        }
        Ok(Ending::Whole)
    }

    fn next(&mut self, supply: &mut Supply) -> Option<Claimed> {
        while let Some(early) = &mut self.early {
            if let Some(stream) = early.hungry() {
                if let Some(chunk) = supply.of_stream(stream) {
                    return Some(chunk);
                }
                continue;
            }
            match early.decide(&mut self.walk) {
                Ok(true) => {}
                Ok(false) => break,
                Err(GaveUp) => self.give_up(),
            }
        }
        supply.any()
    }

    /// Nobody is told any more what the chunks tell.
    fn give_up(&mut self) {
        self.early = None;
        self.walk.script = None;
    }

    fn take_found(&mut self, found: &Found<'_>, taking: Taking<'_>) -> Result<(), NoIndex> {
        if found.header.log != taking.tag {
            return Err(NoIndex::Unusual);
        }
        let place = Place::Sealed {
            offset: found.offset,
            length: found.length,
            words: u32::try_from(found.words.len()).map_err(|_| Unusual)?,
        };
        self.take(place, Origin::of(found.header), found.words)?;
        let each = size_of::<Place>() + size_of::<Origin>();
        let bytes = self.walk.bytes() + (self.places.capacity() * each) as u64;
        taking
            .limits
            .allow(taking.path, "the index of the log", bytes)
            .map_err(NoIndex::Read)
    }

    /// A window whose chunk was sealed is stale.
    fn take_windows(&mut self, windows: &[Chunk]) -> Result<(), Unusual> {
        if windows.is_empty() {
            return Ok(());
        }
        let sealed: HashSet<(u32, u64)> = self.origins.iter().map(Origin::place).collect();
        for window in windows {
            let origin = Origin::of(window.header);
            if !sealed.contains(&origin.place()) {
                let place = Place::Window(window.words.clone());
                self.take(place, origin, &window.words)?;
            }
        }
        Ok(())
    }

    fn take(&mut self, place: Place, mut origin: Origin, words: &[u64]) -> Result<(), Unusual> {
        let number = u32::try_from(self.places.len()).map_err(|_| Unusual)?;
        origin.words = words.len();
        origin.ends_in = self.walk.chunk(number, &origin.header, words)?;
        if let Some(early) = &mut self.early
            && let Err(GaveUp) = early.chunk(&origin.header, origin.ends_in, &mut self.walk)
        {
            self.give_up();
        }
        self.places.push(place);
        self.origins.push(origin);
        Ok(())
    }

    /// Puts together what the chunks told, in the order of the program.
    fn finish(mut self, program: &Program) -> Result<Index, NoIndex> {
        let passages = std::mem::take(&mut self.walk.passages);
        let passages = program.order(passages)?;
        let mut definitions = Definitions::new(program.words());
        for chunk in program.chunks() {
            self.define(chunk, &mut definitions)?;
        }
        let (threads, names) = (self.walk.facts.len(), self.walk.names);
        if threads.max(names) > program.words() + SPARE_IDS {
            return Err(NoIndex::Unusual);
        }
        if let Some(last) = names.checked_sub(1) {
            let last = u32::try_from(last).map_err(|_| Unusual)?;
            definitions.meet_name(NameId::new(last));
        }
        definitions.resolve(threads);
        self.meet_keys(&mut definitions)?;
        let ranges = std::mem::take(&mut self.walk.ranges);
        definitions.resolve_memory(ranges.into_iter().map(access_of_bytes), true);
        let facts = std::mem::take(&mut self.walk.facts);
        are_all_there(&facts, &definitions)?;
        Ok(Index {
            starts: starts(&passages, threads),
            chunks: self.places,
            passages,
            facts,
            sequences: Sequences::of(self.walk.stamps, &definitions)?,
            integrity: program.integrity(),
            definitions,
        })
    }

    /// Takes the definitions of a chunk.
    fn define(&mut self, chunk: u32, definitions: &mut Definitions) -> Result<(), Unusual> {
        let defined = &self.walk.defined;
        let Ok(place) = defined.binary_search_by_key(&chunk, |defined| defined.chunk) else {
            return Ok(());
        };
        let (mut at, end) = (defined[place].start, defined[place].end);
        while at < end {
            let rest = &self.walk.definitions[at..end];
            match record::decode(rest) {
                Ok(Some((Entry::Definition(definition), _))) => {
                    match &definition {
                        Definition::Thread { thread, .. } => self.walk.meet(*thread)?,
                        Definition::Name { name, .. } => {
                            self.walk.names = self.walk.names.max(name.index() + 1);
                        }
                        Definition::Site { .. }
                        | Definition::Frame { .. }
                        | Definition::Cut { .. }
                        | Definition::Module { .. }
                        | Definition::Cell { .. }
                        | Definition::Memory { .. }
                        | Definition::Object { .. } => {}
                    }
                    definitions.define(definition).map_err(|_| Unusual)?;
                }
                Err(_) if self.newer => {}
                Ok(Some((Entry::Record(_), _)) | None) | Err(_) => return Err(Unusual),
            }
            let rest = &self.walk.definitions[at..end];
            at += record::definition_length(rest).ok_or(Unusual)?;
        }
        Ok(())
    }

    /// Makes room for what was used and never defined, in the order of the keys.
    fn meet_keys(&self, definitions: &mut Definitions) -> Result<(), Unusual> {
        let Walk {
            accessed, stamps, ..
        } = &self.walk;
        for (key, _) in accessed.all() {
            // Whether it is an object's memory, only the order of its uses can say.
            if !definitions.is_known(key) && stamps.has(key.number()) {
                return Err(Unusual);
            }
            definitions.meet_location(key);
        }
        for key in stamps.keys() {
            definitions.meet_object(key);
        }
        Ok(())
    }
}

/// An access to a range of bytes.
fn access_of_bytes((address, length): (u64, u64)) -> Record {
    Record::Memory {
        verb: MemoryVerb::Read,
        stack: StackId::EMPTY,
        address,
        length,
        generation: 0,
    }
}
