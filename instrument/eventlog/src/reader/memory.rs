//! The bytes of a recorded process that are no cell.
//!
//! The process counts how often memory was forgotten, and every access to bytes says
//! how often that was. Memory that is freed by one thread and allocated again by another
//! is handed over by the allocator, of which the log knows nothing: the count alone says
//! that the first thread's accesses came before.
//!
//! **Invariant:** an access is used only if the log holds every forgetting that it says
//! came before it, unless those are known to be another log's.

use crate::id::{Extent, Location, StackId};
use crate::memory::{Bytes, MemoryMap, NamedBytes};
use crate::record::{MemoryVerb, Record};
use crate::tables::Tables;

/// What a log says of bytes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Memory {
    names: Vec<NamedBytes>,
    map: MemoryMap,
    /// The counts at which memory was forgotten, in ascending order.
    forgotten: Vec<u64>,
    /// The highest count that can be believed.
    believed: u64,
    anchor: Option<Location>,
}

impl Memory {
    /// Takes one name.
    pub(super) fn name(&mut self, address: u64, length: u64, named_at: StackId, name: String) {
        self.names.push(NamedBytes {
            bytes: Bytes::new(address, length),
            name,
            named_at,
        });
    }

    /// The stacks of the names become those of the trace.
    pub(super) fn resolve_names(&mut self, stack: impl Fn(StackId) -> StackId) {
        for named in &mut self.names {
            named.named_at = stack(named.named_at);
        }
    }

    /// Looks at all records; `whole` when none was lost.
    pub(super) fn resolve(
        &mut self,
        tables: &mut Tables,
        records: impl Iterator<Item = Record>,
        whole: bool,
    ) {
        let mut ranges = Vec::new();
        for record in records {
            if let Record::Memory {
                verb,
                address,
                length,
                generation,
                ..
            } = record
            {
                ranges.push(Bytes::new(address, length));
                if verb == MemoryVerb::Forget {
                    self.forgotten.push(generation);
                }
            }
        }
        self.forgotten.sort_unstable();
        self.forgotten.dedup();
        let unbroken = (1..).zip(&self.forgotten);
        let unbroken = unbroken.take_while(|(count, forgotten)| count == *forgotten);
        self.believed = if whole {
            u64::MAX
        } else {
            unbroken.count() as u64
        };
        // What is named and never accessed is no cell of the log.
        if !ranges.is_empty() {
            self.map = MemoryMap::new(tables, ranges, &self.names);
        }
        self.anchor = self.map.anchor(tables);
    }

    /// The parts that an access touches; none where it cannot be used.
    pub(super) fn extent(
        &self,
        tables: &Tables,
        address: u64,
        length: u64,
        generation: u64,
    ) -> Option<Extent> {
        let extent = self.map.extent(tables, Bytes::new(address, length))?;
        (generation <= self.believed).then_some(extent)
    }

    /// How often memory was forgotten in this log, up to a count of the process.
    pub(super) fn version(&self, generation: u64) -> u64 {
        let up_to = self
            .forgotten
            .partition_point(|forgotten| *forgotten <= generation);
        up_to as u64
    }

    /// The location whose versions these are.
    pub(super) fn anchor(&self) -> Option<Location> {
        self.anchor
    }
}
