//! The bytes of a text: `rmem(4096,8)`, `wmem(4096,8)` and `forget(4096,8)` touch
//! eight bytes from an address on, and `memory(4096,64,buffer)` names some.

use super::line::Line;
use crate::event::EventKind;
use crate::id::StackId;
use crate::memory::{Bytes, MemoryMap, NamedBytes};
use crate::tables::Tables;

/// The bytes of a text that is being read.
#[derive(Default)]
pub(super) struct Memory {
    map: MemoryMap,
}

impl Memory {
    /// Cuts what all the lines touch into parts. A line that is wrong is told when it
    /// is read.
    pub(super) fn of(lines: &[Line<'_>], tables: &mut Tables) -> Self {
        let touches = |line: &&Line<'_>| ["rmem", "wmem", "forget"].contains(&line.verb);
        let touched = lines.iter().filter(touches);
        let ranges: Vec<Bytes> = touched
            .filter_map(|line| range(&line.operands).ok())
            .collect();
        let named = lines.iter().filter(|line| line.verb == "memory");
        let names: Vec<NamedBytes> = named.filter_map(|line| name(line).ok()).collect();
        if ranges.is_empty() {
            return Self::default();
        }
        Self {
            map: MemoryMap::new(tables, ranges, &names),
        }
    }

    /// What a verb of bytes does; `None` for other verbs.
    pub(super) fn event(
        &self,
        tables: &Tables,
        line: &Line<'_>,
    ) -> Result<Option<EventKind>, String> {
        let kind = match (line.verb, line.operands.len()) {
            ("rmem", _) => EventKind::Read,
            ("wmem", _) => EventKind::Write,
            ("forget", 2) => EventKind::Forget,
            _ => return Ok(None),
        };
        let extent = self.map.extent(tables, range(&line.operands)?);
        Ok(extent.map(kind))
    }
}

/// Whether a line names bytes rightly.
pub(super) fn check_name(line: &Line<'_>) -> Result<(), String> {
    name(line).map(|_| ())
}

fn name(line: &Line<'_>) -> Result<NamedBytes, String> {
    let [address, length, name] = line.operands.as_slice() else {
        return Err("expected `memory(address,length,name)`".to_owned());
    };
    Ok(NamedBytes {
        bytes: range(&[address, length])?,
        name: line.plain(name),
        named_at: StackId::EMPTY,
    })
}

fn range(operands: &[&str]) -> Result<Bytes, String> {
    let [address, length] = operands else {
        return Err("expected an address and a length".to_owned());
    };
    let address = number(address)?;
    let length = number(length)?;
    if length == 0 || address.checked_add(length).is_none() {
        return Err(format!("expected a length from 1 on, found `{length}`"));
    }
    Ok(Bytes::new(address, length))
}

fn number(text: &str) -> Result<u64, String> {
    let parsed = match text.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16),
        None => text.parse(),
    };
    parsed.map_err(|_| format!("expected a number such as 64 or 0x40, found `{text}`"))
}
