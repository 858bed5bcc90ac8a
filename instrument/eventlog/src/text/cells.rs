//! The cells of a text: `x` is a whole cell, `x[2]` a part and `x[2..5]` three
//! parts of a cell that was declared with its number of parts.

use std::collections::HashMap;

use super::line::Line;
use crate::id::{CellId, Extent, Location, StackId};
use crate::tables::Tables;

/// The most parts that all cells of a text may have.
const MAX_PARTS: usize = 1 << 24;

/// The cells of a text that is being read.
#[derive(Default)]
pub(super) struct Cells {
    by_name: HashMap<String, CellId>,
}

impl Cells {
    /// Declares a cell.
    pub(super) fn declare(
        &mut self,
        tables: &mut Tables,
        line: &Line<'_>,
        created_at: StackId,
    ) -> Result<(), String> {
        let (name, parts, type_name) = match line.operands.as_slice() {
            [name, parts] => (line.plain(name), *parts, None),
            [name, parts, of] => (line.plain(name), *parts, Some(line.plain(of))),
            _ => return Err("expected `cell(name,parts)` or `cell(name,parts,type)`".to_owned()),
        };
        if self.by_name.contains_key(&name) {
            return Err(format!(
                "expected one declaration of `{name}`, before its use"
            ));
        }
        let left = MAX_PARTS.saturating_sub(tables.locations.len());
        let known = parts
            .parse::<u32>()
            .ok()
            .filter(|parts| *parts > 0 && *parts as usize <= left);
        let Some(parts) = known else {
            return Err(format!("expected 1 to {left} parts, found `{parts}`"));
        };
        let cell = tables.add_cell(Some(name.clone()), type_name, created_at, parts);
        self.by_name.insert(name, cell);
        Ok(())
    }

    /// What an access touches.
    pub(super) fn extent(
        &mut self,
        tables: &mut Tables,
        line: &Line<'_>,
    ) -> Result<Extent, String> {
        let operand = line.one()?;
        if let Some((name, parts)) = operand
            .strip_suffix(']')
            .and_then(|operand| operand.rsplit_once('['))
            && let Some(cell) = self.by_name.get(&line.plain(name))
        {
            let whole = tables.cell(*cell).extent;
            return part(whole, parts).ok_or_else(|| {
                format!(
                    "expected a part or parts of `{name}`, 0..{}, found `{parts}`",
                    whole.parts()
                )
            });
        }
        let name = line.plain(operand);
        if let Some(cell) = self.by_name.get(&name) {
            return Ok(tables.cell(*cell).extent);
        }
        if tables.locations.len() >= MAX_PARTS {
            return Err(format!("expected at most {MAX_PARTS} variables"));
        }
        let cell = tables.add_cell(Some(name.clone()), None, StackId::EMPTY, 1);
        self.by_name.insert(name, cell);
        Ok(tables.cell(cell).extent)
    }
}

/// `2` or `2..5` of a cell.
fn part(whole: Extent, parts: &str) -> Option<Extent> {
    let (first, end) = match parts.split_once("..") {
        Some((first, end)) => (first.parse::<u32>().ok()?, end.parse::<u32>().ok()?),
        None => {
            let first = parts.parse::<u32>().ok()?;
            (first, first.checked_add(1)?)
        }
    };
    let parts = end.checked_sub(first)?;
    let location = Location::new(whole.first().number() + first.min(whole.parts() - 1));
    (end <= whole.parts()).then(|| Extent::new(location, parts))
}
