//! Which stamps of every object are in the log: one bit for each.
//!
//! **Invariant:** a log whose stamps are [`Runs`] has each of them once, and nothing is
//! missing before any of them that is not in another log.

use super::marks::Marks;
use crate::record::{ObjectKey, Stamp};

/// Stamps for which there is one word of bits.
const WORD_BITS: u64 = 64;
/// Words of bits that any log may have, and otherwise one for each of its words: stamps
/// further apart are counted elsewhere.
const SPARE_WORDS: u64 = 1 << 10;

/// The stamps met so far.
pub(super) struct Stamps {
    /// By key: one more than the place in `objects`.
    places: Marks<u32>,
    objects: Vec<Met>,
    keys: Vec<ObjectKey>,
    /// Stamps before which another log's belong.
    gaps: Vec<(u32, u64)>,
    /// How many words of bits may be taken, and how many might be at first.
    room: u64,
    whole_room: u64,
    /// Of those that began so far, the stretch whose stamps are being taken.
    stretch: u64,
}

/// The stamps of one object: bits from the word `base` on.
#[derive(Default)]
struct Met {
    base: u64,
    first: u64,
    more: Vec<u64>,
    /// The last one, and the stretch that told it.
    last: u64,
    stretch: u64,
}

/// Stamps in a row, from the first to the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) first: u64,
    pub(super) last: u64,
}

/// What is no set of stamps that can be merged by counting.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unusual;

impl Stamps {
    /// None yet, of a log of at most `words` words whose keys are mostly below `limit`.
    pub(super) fn new(words: u64, limit: u64) -> Self {
        Self {
            places: Marks::new(limit),
            objects: Vec::new(),
            keys: Vec::new(),
            gaps: Vec::new(),
            room: words.saturating_add(SPARE_WORDS),
            whole_room: words.saturating_add(SPARE_WORDS),
            stretch: 0,
        }
    }

    /// Takes note of an object.
    pub(super) fn meet(&mut self, key: u64) -> usize {
        let place = self.places.at(key);
        if *place == 0 {
            self.objects.push(Met::default());
            self.keys.push(ObjectKey::new(key));
            *place = u32::try_from(self.objects.len()).expect("fewer objects than words");
        }
        *place as usize - 1
    }

    /// Another stretch of a thread begins, or another chunk.
    pub(super) fn begin_stretch(&mut self) {
        self.stretch += 1;
    }

    /// Takes a stamp. One that was left out follows the object's last one of the stretch.
    #[inline]
    pub(super) fn insert(&mut self, key: u64, told: Option<Stamp>) -> Result<Stamp, Unusual> {
        let place = self.meet(key);
        let object = &mut self.objects[place];
        let stamp = match told {
            Some(stamp) => stamp,
            None if object.stretch == self.stretch => Stamp {
                sequence: object.last.wrapping_add(1),
                gap: false,
            },
            None => return Err(Unusual),
        };
        (object.last, object.stretch) = (stamp.sequence, self.stretch);
        if stamp.gap {
            let object = u32::try_from(place).expect("fewer objects than words");
            self.gaps.push((object, stamp.sequence));
        }
        let bit = 1 << (stamp.sequence % WORD_BITS);
        let word = self.objects[place].word(stamp.sequence / WORD_BITS, &mut self.room)?;
        if *word & bit != 0 {
            return Err(Unusual);
        }
        *word |= bit;
        Ok(stamp)
    }

    /// How many bytes all of it takes.
    pub(super) fn bytes(&self) -> u64 {
        let more: usize = self.gaps.len() * 16 + self.objects.len() * (size_of::<Met>() + 8);
        self.places.bytes() + more as u64 + (self.whole_room - self.room) * 8
    }

    /// Whether an object was met.
    pub(super) fn has(&self, key: u64) -> bool {
        self.places.get(key) != 0
    }

    /// The keys of all objects, in ascending order.
    pub(super) fn keys(&self) -> impl Iterator<Item = ObjectKey> {
        self.places.all().map(|(key, _)| key)
    }

    /// Tells the runs of all objects, each object's in ascending order.
    pub(super) fn into_runs(mut self, mut tell: impl FnMut(ObjectKey, Run)) -> Result<(), Unusual> {
        self.gaps.sort_unstable();
        for (object, (met, key)) in (0_u32..).zip(self.objects.iter().zip(&self.keys)) {
            for run in met.runs() {
                let gap = (object, run.first);
                if run.first > 1 && self.gaps.binary_search(&gap).is_err() {
                    return Err(Unusual);
                }
                tell(*key, run);
            }
        }
        Ok(())
    }
}

impl Met {
    fn word(&mut self, word: u64, room: &mut u64) -> Result<&mut u64, Unusual> {
        if self.first == 0 && self.more.is_empty() {
            self.base = word;
        }
        if word < self.base {
            // Twice as long at least, so that stamps that come in descending order do not
            // move all the others each time.
            let length = self.more.len() as u64 + 1;
            let lower = (self.base - word).max(length.min(self.base));
            *room = room.checked_sub(lower).ok_or(Unusual)?;
            let lower = usize::try_from(lower).map_err(|_| Unusual)?;
            let zeros = std::iter::repeat_n(0, lower - 1);
            self.more.splice(0..0, zeros.chain([self.first]));
            self.first = 0;
            self.base -= lower as u64;
        }
        let Some(index) = (word - self.base).checked_sub(1) else {
            return Ok(&mut self.first);
        };
        let index = usize::try_from(index).map_err(|_| Unusual)?;
        if index >= self.more.len() {
            let higher = (index + 1 - self.more.len()) as u64;
            *room = room.checked_sub(higher).ok_or(Unusual)?;
            self.more.resize(index + 1, 0);
        }
        Ok(&mut self.more[index])
    }

    fn runs(&self) -> Vec<Run> {
        let mut runs: Vec<Run> = Vec::new();
        let words = std::iter::once(&self.first).chain(&self.more);
        for (word, bits) in (self.base..).zip(words) {
            let mut at = 0;
            while at < WORD_BITS {
                let rest = bits >> at;
                let skipped = u64::from(rest.trailing_zeros());
                if skipped == WORD_BITS {
                    break;
                }
                let length = u64::from((rest >> skipped).trailing_ones());
                let first = word * WORD_BITS + at + skipped;
                let last = first + length - 1;
                match runs.last_mut() {
                    Some(run) if run.last + 1 == first => run.last = last,
                    Some(_) | None => runs.push(Run { first, last }),
                }
                at += skipped + length;
            }
        }
        runs
    }
}
