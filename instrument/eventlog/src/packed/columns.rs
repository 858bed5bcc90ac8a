//! The columns that a chunk's words become: like stands beside like, so that what
//! repeats lies together.
//!
//! **Invariant:** how many bytes the columns take follows from their [`Layout`] alone.

use super::model::Head;
use super::numbers::{self, Form};

/// The code of words that are kept as they are.
pub(super) const AS_IS: u16 = 0;

/// How long the columns are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Layout {
    pub(super) heads: u32,
    pub(super) kept: u32,
    pub(super) objects: Form,
    pub(super) seconds: Form,
    pub(super) counts: Form,
}

impl Layout {
    /// Whether a chunk of so many words can have such columns: what is counted stands
    /// for a word each.
    pub(super) fn fits(self, words: u32) -> bool {
        let columns = [self.objects, self.seconds, self.counts];
        self.heads <= words && self.kept <= words && columns.iter().all(|form| form.fits(words))
    }

    /// How many bytes the columns take.
    pub(super) fn bytes(self) -> usize {
        let columns = [self.objects, self.seconds, self.counts];
        let numbers: usize = columns.iter().map(|form| form.bytes()).sum();
        let codes = self.objects.count as usize * self.code_bytes();
        self.heads as usize * HEAD_BYTES + codes + numbers + self.kept as usize * 8
    }

    fn code_bytes(self) -> usize {
        if self.heads > u32::from(u8::MAX) {
            2
        } else {
            1
        }
    }
}

/// Bytes that a head takes.
const HEAD_BYTES: usize = 5;

/// The words of a chunk, taken apart.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Columns {
    /// The places, in the order of their codes, which start at one.
    pub(super) heads: Vec<Head>,
    /// Each record's place, or [`AS_IS`].
    pub(super) codes: Vec<u16>,
    /// How far each record's object is from the expected one; or how many words are
    /// kept as they are.
    pub(super) objects: Vec<u64>,
    /// How far second words are from what the same place told last.
    pub(super) seconds: Vec<u64>,
    /// How far counts are from the expected ones.
    pub(super) counts: Vec<u64>,
    /// Words that are kept as they are.
    pub(super) kept: Vec<u64>,
}

impl Columns {
    pub(super) fn layout(&self) -> Layout {
        let count = |length: usize| u32::try_from(length).expect("a chunk is small");
        Layout {
            heads: count(self.heads.len()),
            kept: count(self.kept.len()),
            objects: Form::of(&self.objects),
            seconds: Form::of(&self.seconds),
            counts: Form::of(&self.counts),
        }
    }

    /// The columns, one after another.
    pub(super) fn to_bytes(&self, layout: Layout) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(layout.bytes());
        let before = self.heads.iter().map(|head| head.bits());
        let heads = self.heads.iter().zip([0].into_iter().chain(before));
        let heads = heads.map(|(head, before)| head.bits().wrapping_sub(before));
        put(&mut bytes, HEAD_BYTES, heads);
        let codes = self.codes.iter().map(|code| u64::from(*code));
        put(&mut bytes, layout.code_bytes(), codes);
        numbers::write(&mut bytes, layout.objects, &self.objects);
        numbers::write(&mut bytes, layout.seconds, &self.seconds);
        numbers::write(&mut bytes, layout.counts, &self.counts);
        bytes.extend(self.kept.iter().flat_map(|word| word.to_le_bytes()));
        debug_assert_eq!(bytes.len(), layout.bytes());
        bytes
    }

    /// The columns in these bytes; `None` where they are not laid out so.
    pub(super) fn from_bytes(layout: Layout, bytes: &[u8]) -> Option<Self> {
        let (planes, rest) = bytes.split_at_checked(layout.heads as usize * HEAD_BYTES)?;
        let heads = heads(planes, layout.heads as usize);
        let records = layout.objects.count as usize;
        let (codes, rest) = rest.split_at_checked(records * layout.code_bytes())?;
        let (low, high) = codes.split_at(records);
        let codes = if high.is_empty() {
            low.iter().map(|low| u16::from(*low)).collect()
        } else {
            let codes = low.iter().zip(high);
            codes
                .map(|(low, high)| u16::from_le_bytes([*low, *high]))
                .collect()
        };
        let (objects, rest) = numbers::read(rest, layout.objects)?;
        let (seconds, rest) = numbers::read(rest, layout.seconds)?;
        let (counts, rest) = numbers::read(rest, layout.counts)?;
        let kept = rest.chunks_exact(8);
        let kept = kept.map(|word| u64::from_le_bytes(word.try_into().expect("eight bytes")));
        Some(Self {
            heads,
            codes,
            objects,
            seconds,
            counts,
            kept: kept.collect(),
        })
    }
}

/// Appends the lowest bytes of all numbers, then the next ones, and so on.
fn put(bytes: &mut Vec<u8>, width: usize, numbers: impl Iterator<Item = u64> + Clone) {
    for place in 0..width {
        bytes.extend(numbers.clone().map(|number| number.to_le_bytes()[place]));
    }
}

/// The heads, each told by how far it is from the one before.
fn heads(planes: &[u8], count: usize) -> Vec<Head> {
    let (a, rest) = planes.split_at(count);
    let (b, rest) = rest.split_at(count);
    let (c, rest) = rest.split_at(count);
    let (d, e) = rest.split_at(count);
    let mut bits = 0_u64;
    let heads = a.iter().zip(b).zip(c).zip(d).zip(e);
    heads
        .map(|((((a, b), c), d), e)| {
            bits = bits.wrapping_add(u64::from_le_bytes([*a, *b, *c, *d, *e, 0, 0, 0]));
            Head::from_bits(bits)
        })
        .collect()
}
