//! The same figures more than once: the machine has slow stretches, which are longer than
//! a bench.

use std::io;

use super::failed;
use super::record::Figure;

/// How often.
const ROUNDS: usize = 3;

/// The middle one of each figure that `measure` gives each time.
pub(super) fn middle(
    mut measure: impl FnMut() -> io::Result<Vec<Figure>>,
) -> io::Result<Vec<Figure>> {
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        rounds.push(measure()?);
    }
    let Some((first, others)) = rounds.split_first() else {
        return Ok(Vec::new());
    };
    first
        .iter()
        .map(|figure| middle_of(figure, others))
        .collect()
}

/// The middle one of a figure and of the same ones of other rounds.
fn middle_of(figure: &Figure, others: &[Vec<Figure>]) -> io::Result<Figure> {
    let is_same = |other: &&Figure| other.what() == figure.what();
    let again = others.iter().map(|round| round.iter().find(is_same));
    let again: Option<Vec<&Figure>> = again.collect();
    let again = again.ok_or_else(|| failed(format!("{figure:?} was not measured again")))?;
    let mut values: Vec<f64> = again.iter().map(|figure| figure.value).collect();
    values.push(figure.value);
    values.sort_by(f64::total_cmp);
    Ok(Figure {
        value: values[values.len() / 2],
        ..figure.clone()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_each_figure_the_middle_one_is_kept_and_none_may_be_missing() {
        let figure = |name: &str, value| Figure {
            section: "operation",
            subject: "mutex".to_owned(),
            name: name.to_owned(),
            value,
            unit: "ns",
        };
        let mut rounds = [(26.0, 4.0), (90.0, 5.0), (27.0, 6.0)].into_iter();
        let measured = middle(|| {
            let (full, std) = rounds.next().unwrap_or_default();
            Ok(vec![figure("full", full), figure("std", std)])
        });
        let expected = vec![figure("full", 27.0), figure("std", 5.0)];
        assert_eq!(measured.ok(), Some(expected));
        let mut names = ["full", "std", "full"].into_iter();
        let missing = middle(|| Ok(vec![figure(names.next().unwrap_or_default(), 1.0)]));
        assert!(missing.is_err());
    }
}
