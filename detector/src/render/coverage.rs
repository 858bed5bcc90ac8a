//! What was looked at: the last line of every form that people read, and what
//! a reader of a verdict must know of its gaps.

use std::time::Duration;

use super::plain::plain;
use crate::report::{Log, Report};
use crate::verdict::Verdict;

/// `3 races (3 new), 5 412 380 events, 14 threads, 38 cells, 0.9 s; dropped: 0`.
pub(super) fn line(report: &Report, elapsed: Option<Duration>) -> String {
    let sum = |field: fn(&Log) -> u64| report.logs.iter().map(field).sum::<u64>();
    let mut parts = vec![
        races(report),
        counted(sum(|log| log.events), "event"),
        counted(sum(|log| log.threads), "thread"),
        counted(sum(|log| log.cells), "cell"),
    ];
    if report.logs.len() != 1 {
        parts.push(counted(report.logs.len() as u64, "log"));
    }
    if let Some(elapsed) = elapsed {
        parts.push(format!("{:.1} s", elapsed.as_secs_f64()));
    }
    let dropped = dropped(sum(|log| log.dropped_accesses), sum(|log| log.dropped_sync));
    format!("{}; dropped: {dropped}", parts.join(", "))
}

/// What is missing, and what follows from it, a sentence each.
pub(super) fn warnings(report: &Report) -> Vec<String> {
    let mut warnings = Vec::new();
    for log in &report.logs {
        let path = plain(&log.path);
        if !log.complete {
            warnings.push(format!("{path} is incomplete: races may be missing"));
        }
        let notes = log.notes.iter();
        warnings.extend(notes.map(|note| format!("{path}: {}", plain(note))));
    }
    if let Verdict::NothingRecorded(why) = Verdict::of(report) {
        warnings.push(why.to_string());
    }
    warnings
}

fn races(report: &Report) -> String {
    let summary = &report.summary;
    let states = [
        (summary.new, "new"),
        (summary.known, "known"),
        (summary.suppressed, "suppressed"),
    ];
    let states: Vec<String> = states
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, state)| format!("{} {state}", grouped(*count)))
        .collect();
    let mut counts = states.join(", ");
    if summary.unconfirmed > 0 {
        let unconfirmed = grouped(summary.unconfirmed);
        counts.push_str(&format!("; {unconfirmed} unconfirmed"));
    }
    let races = counted(summary.findings, "race");
    if counts.is_empty() {
        races
    } else {
        format!("{races} ({counts})")
    }
}

fn dropped(accesses: u64, sync: u64) -> String {
    match (accesses, sync) {
        (0, 0) => "0".to_owned(),
        (accesses, 0) => format!("{} accesses", grouped(accesses)),
        (0, sync) => format!("{} synchronisation events", grouped(sync)),
        (accesses, sync) => format!(
            "{} accesses, {} synchronisation events",
            grouped(accesses),
            grouped(sync)
        ),
    }
}

/// `1 race`, `2 races`.
pub(super) fn counted(count: u64, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", grouped(count))
}

/// A number in groups of three.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(' ');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_by_threes() {
        let numbers = [0, 999, 1000, 5_412_380, 1_000_000_000];
        let grouped = numbers.map(grouped);
        assert_eq!(grouped, ["0", "999", "1 000", "5 412 380", "1 000 000 000"]);
    }
}
