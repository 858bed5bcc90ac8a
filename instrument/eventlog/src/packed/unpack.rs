//! From columns to words.
//!
//! **Invariant:** any columns give as many words as are asked for, or none.

use super::columns::{AS_IS, Columns};
use super::model::{Counts, Objects, Place};

/// The words that the columns were made of; `None` where they were made of no words,
/// or not of so many.
pub(super) fn unpack(mut columns: Columns, count: usize) -> Option<Vec<u64>> {
    let mut places: Vec<Place> = columns.heads.iter().copied().map(Place::new).collect();
    find_objects(&columns.codes, &mut columns.objects, &mut places)?;
    let mut counts = Counts::new();
    let mut kept = columns.kept.as_slice();
    let mut seconds = columns.seconds.iter();
    let mut told = 0;
    // One more than there are: the word after a record's is written with it.
    let mut words = vec![0; count + 1];
    let mut at = 0;
    for (code, &object) in columns.codes.iter().zip(&columns.objects) {
        let Some(place) = places.get_mut(usize::from(*code).wrapping_sub(1)) else {
            let (run, rest) = kept.split_at_checked(usize::try_from(object).ok()?)?;
            words.get_mut(at..at + run.len())?.copy_from_slice(run);
            at += run.len();
            kept = rest;
            continue;
        };
        // Whether a count is told changes from record to record: no branch on it.
        let number = columns.counts.get(told).map_or(0, |number| *number);
        let number = number & u64::from(place.counts).wrapping_neg();
        let count = unfolded(number, counts.expected(place, object));
        counts.learn(place, object, count);
        *words.get_mut(at)? = place.first(object, count);
        at += 1;
        if place.own {
            place.second = unfolded(*seconds.next()?, place.second);
            *words.get_mut(at)? = place.second;
            at += 1;
        }
        *words.get_mut(at)? = place.last(count);
        at += usize::from(place.counts & !place.short);
        told += usize::from(place.counts);
    }
    words.truncate(count);
    (at == count && told == columns.counts.len()).then_some(words)
}

/// Makes the objects of how far they are from the expected ones. `None` where a code
/// has no place.
fn find_objects(codes: &[u16], numbers: &mut [u64], places: &mut [Place]) -> Option<()> {
    let mut objects = Objects::new();
    for (code, number) in codes.iter().zip(numbers) {
        if *code != AS_IS {
            let place = places.get_mut(usize::from(*code) - 1)?;
            *number = unfolded(*number, objects.expected(place));
            objects.learn(place, *number);
        }
    }
    Some(())
}

/// The number that is so far from the expected one.
#[inline]
fn unfolded(folded: u64, expected: u64) -> u64 {
    let distance = folded >> 1 ^ (folded & 1).wrapping_neg();
    expected.wrapping_add(distance)
}
