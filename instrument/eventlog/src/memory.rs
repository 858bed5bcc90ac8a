//! Bytes of memory that is no cell: the ranges that a log names, cut into parts.
//!
//! **Invariant:** two accesses overlap exactly when their extents share a location:
//! every range of the log begins and ends where a part does.

use crate::id::{CellId, Extent, Location, StackId};
use crate::tables::{CellPlace, Tables};

/// A range of addresses: from the first to one past the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Bytes {
    start: u64,
    end: u64,
}

impl Bytes {
    /// `length` bytes from `address` on, none of them past the last address.
    pub(crate) fn new(address: u64, length: u64) -> Self {
        Self {
            start: address,
            end: address.saturating_add(length),
        }
    }
}

/// What a range is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NamedBytes {
    pub(crate) bytes: Bytes,
    pub(crate) name: String,
    pub(crate) named_at: StackId,
}

/// Where every range of a log lies: cells of consecutive parts, in ascending order.
#[derive(Clone, Debug, Default)]
pub(crate) struct MemoryMap {
    /// The first byte of each cell, and the cell.
    cells: Vec<(u64, CellId)>,
}

impl MemoryMap {
    /// Cells for all of these ranges: one for all that overlap one another, directly or
    /// by way of others.
    pub(crate) fn new(tables: &mut Tables, mut ranges: Vec<Bytes>, names: &[NamedBytes]) -> Self {
        ranges.extend(names.iter().map(|named| named.bytes));
        ranges.retain(|range| range.start < range.end);
        ranges.sort_unstable();
        ranges.dedup();
        let mut cells = Vec::new();
        let mut rest = ranges.as_slice();
        while let Some(first) = rest.first() {
            let mut end = first.end;
            let mut taken = 0;
            while let Some(range) = rest.get(taken).filter(|range| range.start < end) {
                end = end.max(range.end);
                taken += 1;
            }
            let (together, others) = rest.split_at(taken);
            let whole = Bytes {
                start: first.start,
                end,
            };
            cells.push((first.start, add_cell(tables, whole, together, names)));
            rest = others;
        }
        Self { cells }
    }

    /// The parts that a range is made of.
    ///
    /// `None` for a range that the map was not made of.
    pub(crate) fn extent(&self, tables: &Tables, range: Bytes) -> Option<Extent> {
        let after = self
            .cells
            .partition_point(|(start, _)| *start <= range.start);
        let (_, cell) = self.cells.get(after.checked_sub(1)?)?;
        let info = tables.cell(*cell);
        let bounds = bounds(&info.place)?;
        let first = bounds.binary_search(&range.start).ok()?;
        let last = bounds.binary_search(&range.end).ok()?;
        let place = |index: usize| u32::try_from(index).ok();
        let location = Location::new(info.extent.first().number() + place(first)?);
        Some(Extent::new(location, place(last.checked_sub(first)?)?))
    }

    /// A location that stands for all of the memory.
    pub(crate) fn anchor(&self, tables: &Tables) -> Option<Location> {
        let (_, cell) = self.cells.first()?;
        Some(tables.cell(*cell).extent.first())
    }
}

/// The bytes that consecutive parts of a cell are, where they are bytes.
pub(crate) fn bytes_of(tables: &Tables, extent: Extent) -> Option<(u64, u64)> {
    let (cell, part) = tables.cell_of(extent.first());
    let bounds = bounds(&tables.cell(cell).place)?;
    let start = *bounds.get(part as usize)?;
    let end = *bounds.get(part as usize + extent.parts() as usize)?;
    Some((start, end - start))
}

fn bounds(place: &CellPlace) -> Option<&[u64]> {
    match place {
        CellPlace::Memory(bounds) => Some(bounds),
        CellPlace::Cell | CellPlace::Object(_) => None,
    }
}

fn add_cell(tables: &mut Tables, whole: Bytes, ranges: &[Bytes], names: &[NamedBytes]) -> CellId {
    let mut bounds: Vec<u64> = ranges
        .iter()
        .flat_map(|range| [range.start, range.end])
        .collect();
    bounds.sort_unstable();
    bounds.dedup();
    let inside =
        |named: &&NamedBytes| whole.start <= named.bytes.start && named.bytes.end <= whole.end;
    let named = names.iter().find(inside);
    let parts = u32::try_from(bounds.len() - 1).expect("fewer than 2^32 ranges");
    let cell = tables.add_cell(
        named.map(|named| named.name.clone()),
        None,
        named.map_or(StackId::EMPTY, |named| named.named_at),
        parts,
    );
    tables.cells[cell.index()].place = CellPlace::Memory(bounds);
    cell
}

#[cfg(test)]
mod tests {
    use super::*;

    fn overlap(one: Bytes, other: Bytes) -> bool {
        one.start < other.end && other.start < one.end
    }

    fn shares(one: Extent, other: Extent) -> bool {
        one.locations()
            .any(|location| other.locations().any(|it| it == location))
    }

    #[test]
    fn ranges_overlap_exactly_when_their_parts_do() {
        // All ranges of at most four bytes in a window of nine, by twos and by threes.
        let ranges: Vec<Bytes> = (0..9)
            .flat_map(|start| (1..=4).map(move |length| Bytes::new(100 + start, length)))
            .collect();
        let mut overlapping = 0;
        for (index, &one) in ranges.iter().enumerate() {
            for &other in &ranges[index..] {
                let third = ranges[(index * 7) % ranges.len()];
                let mut tables = Tables::default();
                let map = MemoryMap::new(&mut tables, vec![one, other, third], &[]);
                let extent = |range| map.extent(&tables, range).expect("it is in the map");
                assert_eq!(shares(extent(one), extent(other)), overlap(one, other));
                assert_eq!(shares(extent(one), extent(third)), overlap(one, third));
                overlapping += usize::from(overlap(one, other));
            }
        }
        assert!(overlapping > 100, "{overlapping}");
    }

    #[test]
    fn an_extent_of_bytes_is_the_range_it_was_made_of() {
        let mut tables = Tables::default();
        let ranges = [Bytes::new(8, 8), Bytes::new(12, 8), Bytes::new(40, 1)];
        let map = MemoryMap::new(&mut tables, ranges.to_vec(), &[]);
        assert_eq!(tables.cells.len(), 2, "two ranges overlap, one is alone");
        for range in ranges {
            let extent = map.extent(&tables, range).expect("it is in the map");
            let bytes = bytes_of(&tables, extent);
            assert_eq!(bytes, Some((range.start, range.end - range.start)));
        }
        assert_eq!(map.extent(&tables, Bytes::new(9, 1)), None);
    }

    #[test]
    fn a_name_makes_one_cell_of_all_that_lies_in_it() {
        let mut tables = Tables::default();
        let names = [NamedBytes {
            bytes: Bytes::new(0, 64),
            name: "buffer".to_owned(),
            named_at: StackId::EMPTY,
        }];
        let ranges = vec![Bytes::new(0, 4), Bytes::new(60, 4)];
        MemoryMap::new(&mut tables, ranges, &names);
        assert_eq!(tables.cells.len(), 1);
        assert_eq!(tables.cells[0].name.as_deref(), Some("buffer"));
        assert_eq!(tables.cells[0].extent.parts(), 3);
    }

    #[test]
    fn a_name_is_of_the_cell_that_it_lies_in() {
        let mut tables = Tables::default();
        let named = |start, name: &str| NamedBytes {
            bytes: Bytes::new(start, 8),
            name: name.to_owned(),
            named_at: StackId::EMPTY,
        };
        let names = [named(200, "last"), named(100, "middle")];
        let ranges = [0, 100, 200].map(|start| Bytes::new(start, 4)).to_vec();
        MemoryMap::new(&mut tables, ranges, &names);
        let told: Vec<_> = tables
            .cells
            .iter()
            .map(|cell| cell.name.as_deref())
            .collect();
        assert_eq!(told, [None, Some("middle"), Some("last")]);
    }

    #[test]
    fn memory_ends_at_the_last_address() {
        let mut tables = Tables::default();
        let range = Bytes::new(u64::MAX - 2, 100);
        let map = MemoryMap::new(&mut tables, vec![range], &[]);
        assert_eq!(map.extent(&tables, range).map(Extent::parts), Some(1));
    }
}
