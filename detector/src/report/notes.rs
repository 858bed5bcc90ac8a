//! What a log lost, in sentences that say what follows from it.

use racegate_eventlog::Integrity;

/// What a log lacks and what follows from that, in sentences.
#[must_use]
pub fn losses(integrity: &Integrity) -> Vec<String> {
    let mut notes = Vec::new();
    let mut note = |count: u64, one: &str, many: &str, what_follows: &str| {
        if count > 0 {
            let what = if count == 1 { one } else { many };
            notes.push(format!("{count} {what}: {what_follows}"));
        }
    };
    note(
        integrity.dropped_accesses,
        "access was dropped",
        "accesses were dropped",
        "races with what was dropped cannot be seen",
    );
    note(
        integrity.dropped_sync,
        "synchronisation event was dropped",
        "synchronisation events were dropped",
        "each thread is used only up to the first event that needs one that is missing",
    );
    note(
        integrity.outside,
        "operation was made by a thread outside the session",
        "operations were made by threads outside the session",
        "their races cannot be seen",
    );
    notes.extend(integrity.damage.iter().map(|damage| {
        format!(
            "{}: unreadable from byte {} on: {}; what stood there is not judged",
            damage.file, damage.offset, damage.what
        )
    }));
    notes.extend(integrity.cuts.iter().map(|cut| {
        let thread = cut.thread.number();
        format!(
            "the last {} events of T{thread} are not judged, because what they follow is missing: {}",
            cut.unused, cut.what
        )
    }));
    notes
}

#[cfg(test)]
mod tests {
    use racegate_eventlog::ThreadId;
    use racegate_eventlog::integrity::{Cut, Damage};

    use super::*;

    #[test]
    fn every_loss_is_told_with_what_follows_from_it() {
        let integrity = Integrity {
            dropped_accesses: 1,
            dropped_sync: 2,
            outside: 3,
            damage: vec![Damage {
                file: "log.rgl".to_owned(),
                offset: 4096,
                what: "a chunk".to_owned(),
            }],
            cuts: vec![Cut {
                thread: ThreadId::new(4),
                unused: 5,
                what: "a release".to_owned(),
            }],
        };
        assert_eq!(
            losses(&integrity),
            [
                "1 access was dropped: races with what was dropped cannot be seen",
                "2 synchronisation events were dropped: each thread is used only up to the first event that needs one that is missing",
                "3 operations were made by threads outside the session: their races cannot be seen",
                "log.rgl: unreadable from byte 4096 on: a chunk; what stood there is not judged",
                "the last 5 events of T4 are not judged, because what they follow is missing: a release",
            ]
        );
    }

    #[test]
    fn nothing_is_told_of_a_whole_log() {
        assert!(losses(&Integrity::default()).is_empty());
    }
}
