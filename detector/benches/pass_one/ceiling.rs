//! What any detector must do at least: the machine's own limit, in the same run.

use racegate_eventlog::{Event, EventKind, Location, Trace};

/// As much as a detector keeps for a location.
pub(crate) type State = [u64; 2];

/// Nothing is known of any location.
pub(crate) fn states(trace: &Trace) -> Vec<State> {
    vec![[0; 2]; trace.tables().locations.len()]
}

/// Reads every event, and that is all.
pub(crate) fn stream(events: &[Event]) -> u64 {
    let words = events.iter().map(|event| {
        let location = accessed(event).map_or(0, |(location, _)| location.number());
        u64::from(location ^ event.thread.number() ^ event.stack.number())
    });
    words.fold(0, u64::wrapping_add)
}

/// Loads every event and the state of its location, compares, and stores half of it. No
/// clocks and no synchronisation: nothing that keeps a state a location can do less.
pub(crate) fn touch(events: &[Event], states: &mut [State]) -> u64 {
    let mut differ = 0;
    for event in events {
        let Some((location, half)) = accessed(event) else {
            continue;
        };
        let state = &mut states[location.index()];
        let now = u64::from(event.thread.number());
        differ += u64::from((state[0] != now) & (state[1] != now));
        state[half] = now;
    }
    differ
}

/// What an access touches, and which half of the state is its own.
#[inline]
fn accessed(event: &Event) -> Option<(Location, usize)> {
    if let EventKind::Read(extent) = event.kind {
        Some((extent.first(), 1))
    } else if let EventKind::Write(extent) = event.kind {
        Some((extent.first(), 0))
    } else {
        None
    }
}
