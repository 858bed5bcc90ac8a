//! From words to columns.

use super::columns::Columns;
use super::model::{Counts, Objects, Place};
use super::survey::Survey;
use crate::record::FirstWord;

/// The columns of a chunk's words, whatever they are.
pub(super) fn pack(words: &[u64]) -> Columns {
    let survey = Survey::of(words);
    let mut places: Vec<Place> = survey.heads.iter().copied().map(Place::new).collect();
    let mut columns = Columns {
        objects: Vec::with_capacity(survey.codes.len()),
        ..Columns::default()
    };
    let mut model = (Objects::new(), Counts::new());
    let mut runs = survey.runs.iter();
    let mut rest = words;
    for code in &survey.codes {
        let place = places.get_mut(usize::from(*code).wrapping_sub(1));
        let taken = match place {
            Some(place) => columns.record(&mut model, place, rest),
            None => columns.keep(runs.next().map_or(0, |run| *run), rest),
        };
        rest = &rest[taken..];
    }
    columns.heads = survey.heads;
    columns.codes = survey.codes;
    columns
}

impl Columns {
    /// Words as they are.
    fn keep(&mut self, count: usize, words: &[u64]) -> usize {
        self.objects.push(count as u64);
        self.kept.extend_from_slice(&words[..count]);
        count
    }

    /// One record, told by how far it is from what the model expects.
    fn record(
        &mut self,
        (objects, counts): &mut (Objects, Counts),
        place: &mut Place,
        words: &[u64],
    ) -> usize {
        let first = FirstWord::new(words[0]);
        let object = first.subject();
        self.objects.push(folded(object, objects.expected(place)));
        objects.learn(place, object);
        let mut taken = 1;
        if place.own {
            let second = words[taken];
            self.seconds.push(folded(second, place.second));
            place.second = second;
            taken += 1;
        }
        let expected = counts.expected(place, object);
        let mut count = expected;
        if place.counts {
            count = first.short_version().unwrap_or_else(|| {
                taken += 1;
                place.count_in(words[taken - 1])
            });
            self.counts.push(folded(count, expected));
        }
        counts.learn(place, object, count);
        taken
    }
}

/// How far a number is from the expected one: small distances of both signs become
/// small numbers.
fn folded(number: u64, expected: u64) -> u64 {
    let distance = number.wrapping_sub(expected);
    distance << 1 ^ (distance >> 63).wrapping_neg()
}
