//! A scan by two threads: one finds the chunks, the caller's takes them.
//!
//! **Invariant:** what is taken and what is said is what the scan by one thread would.

use std::mem;
use std::panic;
use std::sync::mpsc::{channel, sync_channel};
use std::thread;

use super::scan::{Ending, Found, Stopped, scan};
use super::sealed::Sealed;
use crate::chunk::ChunkHeader;

/// How many chunks may wait to be taken.
const WAITING: usize = 32;

/// A chunk on its way from the one thread to the other.
struct Sent {
    offset: u64,
    length: u32,
    header: ChunkHeader,
    words: Vec<u64>,
}

/// Nobody takes chunks any more.
struct Left;

/// As [`scan`].
pub(super) fn scan_beside<E>(
    sealed: &Sealed<'_>,
    mut take: impl FnMut(Found<'_>) -> Result<(), E>,
) -> Result<Ending, Stopped<E>> {
    thread::scope(|scope| {
        let (outbox, inbox) = sync_channel(WAITING);
        let (used, unused) = channel();
        let send = move |found: Found<'_>| {
            let buffer = unused.try_recv().unwrap_or_default();
            let sent = Sent {
                offset: found.offset,
                length: found.length,
                header: found.header,
                words: mem::replace(found.words, buffer),
            };
            outbox.send(sent).map_err(|_| Left)
        };
        let finder = scope.spawn(move || scan(sealed, send));
        for mut sent in inbox {
            let found = Found {
                offset: sent.offset,
                length: sent.length,
                header: sent.header,
                words: &mut sent.words,
            };
            // The finder ends, too, when nobody takes what it sends.
            take(found).map_err(Stopped::By)?;
            // It has ended when it takes no buffer back.
            let _ = used.send(sent.words);
        }
        match finder.join() {
            Ok(Ok(ending)) => Ok(ending),
            Ok(Err(Stopped::Io(error))) => Err(Stopped::Io(error)),
            Ok(Err(Stopped::By(Left))) => unreachable!("all that was sent was taken"),
            Err(panic) => panic::resume_unwind(panic),
        }
    })
}
