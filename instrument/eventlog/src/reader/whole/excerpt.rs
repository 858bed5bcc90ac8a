//! Some of a whole log's records, for the merge that looks at everything.
//!
//! **Invariant:** all that orders is there, and of every cell all accesses or none: of a
//! cell with some of them, versions would be waited for that never come.

use std::io;

use super::index::Index;
use super::resident::Resident;
use crate::chunk::{Chunk, ChunkHeader};
use crate::id::ThreadId;
use crate::reader::streams::{Piece, Streams};
use crate::record::{self, FirstWord, ObjectKey, Record, Told};

/// The streams of a whole log without the accesses of cells that are not `kept`.
/// `afford` is told how many words there are so far.
pub(super) fn streams<E: From<io::Error>>(
    index: &Index,
    mut resident: Resident<'_>,
    kept: impl Fn(ObjectKey) -> bool,
    mut afford: impl FnMut(u64) -> Result<(), E>,
) -> Result<Streams, E> {
    let mut order: Vec<usize> = (0..index.passages.len()).collect();
    order.sort_by_key(|passage| index.passages[*passage].chunk);
    let mut chunks = vec![Vec::new(); index.passages.len()];
    let mut total = 0;
    for number in order {
        let passage = index.passages[number];
        let slot = resident.load(passage.chunk)?;
        let words = &resident.words(slot)[passage.start as usize..passage.end as usize];
        chunks[number] = keep(words, &kept);
        resident.done(passage.chunk);
        total += chunks[number].len() as u64;
        afford(total)?;
    }
    let passages = index.passages.iter().zip(&chunks);
    let pieces = passages.enumerate().map(|(number, (passage, words))| {
        let starts = index.starts[passage.thread as usize] as usize;
        Piece {
            thread: ThreadId::new(passage.thread),
            segment: 0,
            continues: number > starts,
            loss: None,
            chunk: number,
            start: 0,
            end: words.len(),
        }
    });
    let pieces = pieces.collect();
    let chunk = |words| Chunk {
        header: NO_HEADER,
        words,
    };
    Ok(Streams {
        chunks: chunks.into_iter().map(chunk).collect(),
        pieces,
        losses: Vec::new(),
        threads: index.facts.len(),
        integrity: index.integrity.clone(),
    })
}

/// What the chunks of an excerpt say of themselves.
const NO_HEADER: ChunkHeader = ChunkHeader {
    log: 0,
    stream: 0,
    sequence: 0,
    thread: ThreadId::ROOT,
    segment: 0,
    generation: 0,
    dropped_accesses: 0,
    dropped_sync: 0,
    outside: 0,
};

/// The words of a thread's records that are of use, with all stamps told.
fn keep(words: &[u64], kept: &impl Fn(ObjectKey) -> bool) -> Vec<u64> {
    let mut some = Vec::new();
    let mut told = Told::default();
    let mut at = 0;
    while let Some(word) = words.get(at).filter(|word| **word != 0) {
        let rest = &words[at..];
        if let Some(length) = record::definition_length(rest) {
            at += length;
            continue;
        }
        let word = FirstWord::new(*word);
        if word.is_access() {
            let taken = word.words().min(rest.len());
            if kept(ObjectKey::new(word.cell())) {
                some.extend(&rest[..taken]);
            }
            at += taken;
            continue;
        }
        let Ok((record, taken)) = record::decode_record(rest) else {
            // The words were looked at when the log was opened.
            break;
        };
        let Some(record) = told.with_stamp(record) else {
            break;
        };
        if is_needed(&record, kept) {
            some.extend(record::encode(&record).as_slice());
        }
        at += taken;
    }
    some
}

/// Whether a record orders something, or is an access of a cell that is kept. The records
/// of one access are all of one cell.
fn is_needed(record: &Record, kept: &impl Fn(ObjectKey) -> bool) -> bool {
    match *record {
        Record::Access { cell, .. } | Record::Forget { cell, .. } => kept(cell),
        Record::Memory { .. }
        | Record::Sync { .. }
        | Record::Fence { .. }
        | Record::Thread { .. }
        | Record::Note { .. } => true,
    }
}
