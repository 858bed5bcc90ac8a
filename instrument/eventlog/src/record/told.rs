//! The stamps that steps leave out, counted from those that others told.
//!
//! **Invariant:** a stamp is counted only from one that the same stretch of the same chunk
//! told or counted before.

use std::collections::HashMap;

use super::{
    Entry, FirstWord, ObjectKey, Record, Stamp, ThreadVerb, decode, definition_length, encode,
};

/// By object: its last stamp in one stretch of one chunk.
#[derive(Default)]
pub(crate) struct Told(HashMap<ObjectKey, u64>);

impl Told {
    /// Another stretch or chunk begins.
    pub(crate) fn forget(&mut self) {
        self.0.clear();
    }

    /// The stamp of the next step of an object; `None` where it was left out, and nothing
    /// was told before it.
    fn stamp(&mut self, object: ObjectKey, told: Option<Stamp>) -> Option<Stamp> {
        let follows = |last: &u64| Stamp {
            sequence: last.wrapping_add(1),
            gap: false,
        };
        let stamp = told.or_else(|| self.0.get(&object).map(follows))?;
        self.0.insert(object, stamp.sequence);
        Some(stamp)
    }

    /// The record, with its stamp if it is a step; `None` where that cannot be counted.
    pub(crate) fn with_stamp(&mut self, mut record: Record) -> Option<Record> {
        if let Record::Sync { object, stamp, .. } = &mut record {
            *stamp = Some(self.stamp(*object, *stamp)?);
        }
        Some(record)
    }
}

/// The words of a chunk with every stamp told that can be counted. What is no record, and
/// what follows it, is left as it is.
#[must_use]
pub fn with_stamps(words: Vec<u64>) -> Vec<u64> {
    let is_short = |word: &u64| FirstWord::new(*word).is_without_stamp();
    // A second word may look like one: then the words are copied as they are.
    if !words.iter().any(is_short) {
        return words;
    }
    let mut told = Told::default();
    let mut with = Vec::with_capacity(words.len() + words.len() / 4);
    let mut at = 0;
    while let Some(rest) = words.get(at..).filter(|rest| !rest.is_empty()) {
        if let Some(length) = definition_length(rest) {
            with.extend(&rest[..length]);
            at += length;
            continue;
        }
        let Ok(Some((Entry::Record(record), taken))) = decode(rest) else {
            with.extend(rest);
            break;
        };
        if let Record::Thread {
            verb: ThreadVerb::Switch { .. },
            ..
        } = record
        {
            told.forget();
        }
        match told.with_stamp(record).filter(|with| *with != record) {
            Some(counted) => with.extend(encode(&counted).as_slice()),
            None => with.extend(&rest[..taken]),
        }
        at += taken;
    }
    with
}
