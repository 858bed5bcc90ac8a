//! What a log lost, in sentences that say what follows from it.

use racegate_eventlog::Integrity;

use super::LoadedLog;

/// A note for every kind of loss, and for what the symboliser could not name.
pub(super) fn of(log: &LoadedLog) -> Vec<String> {
    let mut notes = losses(log.trace.integrity());
    for cut in &log.trace.integrity().cuts {
        notes.push(format!(
            "{} of T{} left out, because what they follow is missing: {}; races in them cannot be seen",
            counted(cut.unused, "last event"),
            cut.thread.number(),
            cut.what
        ));
    }
    notes.extend_from_slice(log.symbols.notes());
    notes
}

fn losses(integrity: &Integrity) -> Vec<String> {
    let mut notes = Vec::new();
    if integrity.dropped_accesses > 0 {
        let accesses = counted(integrity.dropped_accesses, "access");
        notes.push(format!(
            "{accesses} dropped: races with them cannot be seen"
        ));
    }
    if integrity.dropped_sync > 0 {
        let events = counted(integrity.dropped_sync, "synchronisation event");
        notes.push(format!(
            "{events} dropped: each thread is used only up to the first event that needs one of them"
        ));
    }
    if integrity.outside > 0 {
        let operations = counted(integrity.outside, "operation");
        notes.push(format!(
            "{operations} by threads outside the session: they are not in the log, nor are their races"
        ));
    }
    for damage in &integrity.damage {
        notes.push(format!(
            "{}: unreadable from byte {} on: {}; what stood there is not judged",
            damage.file, damage.offset, damage.what
        ));
    }
    notes
}

fn counted(count: u64, what: &str) -> String {
    let (verb, ending) = match (count, what.ends_with('s')) {
        (1, _) => ("was", ""),
        (_, true) => ("were", "es"),
        (_, false) => ("were", "s"),
    };
    if what == "operation" {
        return format!("{count} {what}{ending}");
    }
    format!("{count} {what}{ending} {verb}")
}
