//! The beginning of a history.

use racegate_eventlog::validate::validate;
use racegate_eventlog::{Integrity, Trace};

use super::verdict::{Verdict, label, same};
use super::{Checked, Outcome};
use crate::panel::Panel;
use crate::random::Random;

/// What follows changes nothing about what was.
pub(super) fn prefix(panel: &Panel, trace: &Trace, random: &mut Random) -> Outcome {
    let length = random.below(trace.events().len());
    let events = trace.events()[..length].to_vec();
    let beginning = validate(events, trace.tables().clone(), Integrity::default());
    let beginning = beginning.map_err(|error| format!("a prefix is refused: {error}"))?;
    let inside = (0..length)
        .map(|event| label(trace, event))
        .collect::<Vec<_>>();
    let mut expected = Verdict::of(panel, trace);
    expected.retain(|label| inside.contains(&label));
    same(panel, &expected, &Verdict::of(panel, &beginning))?;
    Ok(Checked::Holds)
}
