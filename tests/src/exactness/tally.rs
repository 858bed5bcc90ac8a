//! What was gone through: so many histories, of which so many race, made of such verbs.

use std::fmt;

use oracle::panel::Defined;
use oracle::verb::Verb;
use racegate_eventlog::Trace;

/// Counts of histories.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many histories.
    pub traces: u64,
    /// How many events they have.
    pub events: u64,
    /// How many of them could be changed, where that was asked for.
    pub changed: u64,
    /// How many of them have a race.
    pub racy: u64,
    /// How many of them have races that are not schedulable.
    pub unconfirmed: u64,
    /// How many races they have.
    pub races: u64,
    /// How many threads the largest one has.
    pub most_threads: usize,
    /// By verb: how many events.
    verbs: [u64; Verb::ALL.len()],
}

impl Tally {
    /// One more history.
    pub fn count(&mut self, trace: &Trace, defined: &Defined) {
        self.traces += 1;
        self.events += trace.events().len() as u64;
        self.racy += u64::from(!defined.unordered.is_empty());
        self.unconfirmed += u64::from(defined.schedulable.len() < defined.unordered.len());
        self.races += defined.unordered.len() as u64;
        self.most_threads = self.most_threads.max(trace.tables().threads.len());
        for event in trace.events() {
            self.verbs[Verb::of(event.kind) as usize] += 1;
        }
    }

    /// One more history, which is changed or has nothing that could be.
    pub fn count_changed(&mut self, trace: &Trace, changed: bool) {
        self.traces += 1;
        self.events += trace.events().len() as u64;
        self.changed += u64::from(changed);
    }

    /// Those that were counted elsewhere.
    pub fn add(&mut self, other: &Self) {
        self.traces += other.traces;
        self.events += other.events;
        self.changed += other.changed;
        self.racy += other.racy;
        self.unconfirmed += other.unconfirmed;
        self.races += other.races;
        self.most_threads = self.most_threads.max(other.most_threads);
        for (verb, more) in self.verbs.iter_mut().zip(other.verbs) {
            *verb += more;
        }
    }

    /// How many in a hundred of the events have this verb.
    #[must_use]
    pub fn share(&self, verb: Verb) -> f64 {
        percent(self.verbs[verb as usize], self.events)
    }
}

#[expect(clippy::cast_precision_loss, reason = "a share is told with one digit")]
fn percent(part: u64, whole: u64) -> f64 {
    100.0 * part as f64 / whole.max(1) as f64
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{} histories of {} events, at most {} threads",
            self.traces, self.events, self.most_threads
        )?;
        writeln!(
            f,
            "{:.1} % race ({} pairs of events), {:.1} % do not; {:.1} % have races that an \
             earlier one may explain",
            percent(self.racy, self.traces),
            self.races,
            percent(self.traces - self.racy, self.traces),
            percent(self.unconfirmed, self.traces)
        )?;
        let shares = Verb::ALL
            .iter()
            .map(|verb| format!("{verb:?} {:.1} %", self.share(*verb)));
        write!(f, "{}", shares.collect::<Vec<_>>().join(", "))
    }
}
