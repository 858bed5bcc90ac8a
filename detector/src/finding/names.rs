//! What things are called in a report: names, never addresses.

use racegate_eventlog::{CellId, Location, Tables, ThreadId};

use super::stacks::Stacks;
use super::{Cell, Site};

impl Stacks<'_> {
    /// A cell, or the part of it at this location.
    pub(super) fn cell(self, location: Location) -> Cell {
        let (id, part) = self.tables.cell_of(location);
        let mut cell = self.whole_cell(id);
        if self.tables.cell(id).extent.parts() > 1 {
            cell.name = format!("{}[{part}]", cell.name);
        }
        cell
    }

    fn whole_cell(self, id: CellId) -> Cell {
        let info = self.tables.cell(id);
        let created_at = self.site(info.created_at);
        let name = info.name.clone().unwrap_or_else(|| {
            let type_name = info.type_name.as_deref().map_or("cell", short_type);
            made_at(type_name, created_at.as_ref())
        });
        Cell {
            name,
            named: info.name.is_some(),
            type_name: info.type_name.clone(),
            created_at,
        }
    }
}

fn made_at(what: &str, site: Option<&Site>) -> String {
    match site {
        Some(site) => format!("{what} created at {}", place(site)),
        None => format!("unnamed {what}"),
    }
}

/// `file:line`, or the text of a site that is none.
pub(super) fn place(site: &Site) -> String {
    match site.line {
        0 => site.file.clone(),
        line => format!("{}:{line}", site.file),
    }
}

/// A thread in a sentence: `` T1 `depositor` ``.
pub(super) fn thread(tables: &Tables, id: ThreadId) -> String {
    let number = id.number();
    match &tables.thread(id).name {
        Some(name) => format!("T{number} `{name}`"),
        None => format!("T{number}"),
    }
}

/// A type without the modules in front of it, where it has no parameters.
fn short_type(type_name: &str) -> &str {
    if type_name.contains(['<', '(', '[', ' ']) {
        return type_name;
    }
    type_name.rsplit("::").next().unwrap_or(type_name)
}
