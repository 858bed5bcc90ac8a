//! A column of numbers, most of them small: as many columns of bytes as the most of
//! them need, lowest byte first, and those that need more apart.
//!
//! **Invariant:** how many bytes a column takes follows from its [`Form`] alone.

/// How a column is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Form {
    /// How many numbers there are.
    pub(super) count: u32,
    /// How many bytes each takes, one to three. All bits set: it stands apart.
    pub(super) width: u8,
    /// How many stand apart.
    pub(super) apart: u32,
}

/// Bytes that a number apart takes.
const APART: usize = 8;

impl Form {
    /// The shortest form of these numbers.
    pub(super) fn of(numbers: &[u64]) -> Self {
        let mut apart = [0; 4];
        for number in numbers {
            for width in 1..=3 {
                apart[usize::from(width)] += u32::from(*number >= escape(width));
            }
        }
        let forms = (1..=3).map(|width| Self {
            count: u32::try_from(numbers.len()).expect("a chunk is small"),
            width,
            apart: apart[usize::from(width)],
        });
        forms.min_by_key(|form| form.bytes()).unwrap_or_default()
    }

    /// Whether a chunk of so many words can have such a column.
    pub(super) fn fits(self, words: u32) -> bool {
        (1..=3).contains(&self.width) && self.count <= words && self.apart <= self.count
    }

    /// How many bytes it takes.
    pub(super) fn bytes(self) -> usize {
        self.count as usize * usize::from(self.width) + self.apart as usize * APART
    }
}

/// What stands for a number that stands apart.
fn escape(width: u8) -> u64 {
    (1 << (8 * width)) - 1
}

/// Appends a column.
pub(super) fn write(bytes: &mut Vec<u8>, form: Form, numbers: &[u64]) {
    let escape = escape(form.width);
    for place in 0..usize::from(form.width) {
        let narrow = numbers.iter().map(|number| *number.min(&escape));
        bytes.extend(narrow.map(|number| number.to_le_bytes()[place]));
    }
    let apart = numbers.iter().filter(|number| **number >= escape);
    bytes.extend(apart.flat_map(|number| number.to_le_bytes()));
}

/// The numbers of a column that is the start of `bytes`, and what follows it. `None`
/// where not as many stand apart as are to.
pub(super) fn read(bytes: &[u8], form: Form) -> Option<(Vec<u64>, &[u8])> {
    let count = form.count as usize;
    let (narrow, rest) = bytes.split_at_checked(count * usize::from(form.width))?;
    let (apart, rest) = rest.split_at_checked(form.apart as usize * APART)?;
    let (low, higher) = narrow.split_at(count);
    let mut numbers: Vec<u64> = match form.width {
        1 => low.iter().map(|low| u64::from(*low)).collect(),
        2 => low
            .iter()
            .zip(higher)
            .map(|(low, high)| u64::from(u16::from_le_bytes([*low, *high])))
            .collect(),
        _ => {
            let (middle, high) = higher.split_at(count);
            let bytes = low.iter().zip(middle).zip(high);
            bytes
                .map(|((low, middle), high)| u32::from_le_bytes([*low, *middle, *high, 0]))
                .map(u64::from)
                .collect()
        }
    };
    let mut apart = apart.chunks_exact(APART);
    if form.apart > 0 {
        let escape = escape(form.width);
        for number in numbers.iter_mut().filter(|number| **number == escape) {
            *number = u64::from_le_bytes(apart.next()?.try_into().expect("eight bytes"));
        }
    }
    apart.next().is_none().then_some((numbers, rest))
}
