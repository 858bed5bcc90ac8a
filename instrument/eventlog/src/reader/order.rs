//! The chunks of all streams in order, each once.

use std::collections::HashSet;

use super::chunks::RawLog;
use crate::chunk::Chunk;
use crate::integrity::Damage;

/// By stream, then by place in the stream. A window whose chunk was sealed is
/// stale; a chunk that is there twice counts once; of two that differ and claim
/// one place, neither can be believed.
pub(super) fn order(raw: RawLog) -> (Vec<Chunk>, Vec<Damage>) {
    let place = |chunk: &Chunk| (chunk.header.stream, chunk.header.sequence);
    let mut damage = raw.damage;
    let has_windows = !raw.windows.is_empty();
    let sealed: HashSet<(u32, u64)> = raw.sealed.iter().map(place).collect();
    let mut chunks = raw.sealed;
    let live = raw.windows.into_iter();
    chunks.extend(live.filter(|chunk| !sealed.contains(&place(chunk))));
    chunks.sort_by_key(place);
    if let Some(torn) = raw.torn {
        // Whatever was being written, its window has not been reused.
        let whole = torn.place.map_or(has_windows, |torn| {
            chunks.binary_search_by_key(&torn, place).is_ok()
        });
        if whole {
            damage.remove(torn.damage);
        }
    }
    chunks.dedup();
    let mut conflicts: Vec<(u32, u64)> = chunks
        .windows(2)
        .filter(|pair| place(&pair[0]) == place(&pair[1]))
        .map(|pair| place(&pair[0]))
        .collect();
    conflicts.dedup();
    for (stream, sequence) in &conflicts {
        damage.push(Damage {
            file: raw.file.clone(),
            offset: raw.length,
            what: format!(
                "expected one chunk {sequence} of stream {stream}, found two that differ"
            ),
        });
    }
    chunks.retain(|chunk| conflicts.binary_search(&place(chunk)).is_err());
    (chunks, damage)
}
