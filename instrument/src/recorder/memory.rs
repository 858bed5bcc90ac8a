//! Bytes that are no cell: they have addresses, and an address is used again.
//!
//! **Invariant:** the process counts how often memory was forgotten, before it is
//! really given away, and an access is recorded with the count it finds. So whoever is
//! handed the memory by the allocator finds a higher count than who had it before.

use std::panic::Location;
use std::sync::atomic::{AtomicU64, Ordering};

use racegate_eventlog::StackId;
use racegate_eventlog::record::{Definition, MemoryVerb, OBJECT_BITS, Record};

use super::lane;
use super::weight::Weight;

/// How often memory was forgotten.
static GENERATION: AtomicU64 = AtomicU64::new(0);

/// The most bytes that one record can tell of.
const LONGEST: u64 = (1 << OBJECT_BITS) - 1;
/// No process has memory above.
const ADDRESSES: u64 = (1 << 60) - 1;

/// Records an access to bytes at `site`.
#[inline]
pub(crate) fn access_bytes(
    write: bool,
    start: *const u8,
    length: usize,
    site: &'static Location<'static>,
) {
    let verb = match write {
        true => MemoryVerb::Write,
        false => MemoryVerb::Read,
    };
    lane::with(Weight::Access, |lane| {
        let stack = lane.capture(site);
        // ORDERING: relaxed; the allocator, or whatever else handed the memory over, has
        // ordered this after the forgetting of it, and a later read of one word finds no
        // earlier value.
        let generation = GENERATION.load(Ordering::Relaxed);
        for_ranges(start, length, |address, length| {
            lane.append(&record(verb, stack, address, length, generation));
        });
    });
}

/// Records that bytes are new memory from here on. To be called before they are given
/// away.
pub(crate) fn forget_bytes(start: *const u8, length: usize, site: &'static Location<'static>) {
    for_ranges(start, length, |address, length| {
        // ORDERING: relaxed, as above; an RMW never returns one count twice.
        let generation = GENERATION.fetch_add(1, Ordering::Relaxed) + 1;
        lane::with(Weight::Sync, |lane| {
            let stack = lane.capture(site);
            let verb = MemoryVerb::Forget;
            lane.append(&record(verb, stack, address, length, generation));
        });
    });
}

/// Gives bytes a name for reports.
pub(crate) fn name_bytes(
    start: *const u8,
    length: usize,
    name: &str,
    site: &'static Location<'static>,
) {
    lane::with(Weight::Access, |lane| {
        let named_at = lane.capture(site);
        let (stream, sink) = lane.stream();
        stream.define(
            sink,
            &Definition::Memory {
                address: start.addr() as u64 & ADDRESSES,
                length: length as u64,
                named_at,
                name: name.to_owned(),
            },
        );
    });
}

fn record(verb: MemoryVerb, stack: StackId, address: u64, length: u64, generation: u64) -> Record {
    Record::Memory {
        verb,
        stack,
        address,
        length,
        generation,
    }
}

/// Ranges that one record can tell of. No bytes are no range.
fn for_ranges(start: *const u8, length: usize, mut act: impl FnMut(u64, u64)) {
    let mut address = start.addr() as u64 & ADDRESSES;
    let mut left = length as u64;
    while left > 0 {
        let taken = left.min(LONGEST);
        act(address, taken);
        address += taken;
        left -= taken;
    }
}
