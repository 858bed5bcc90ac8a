//! What things are called in a report: names, never addresses.

use std::collections::BTreeSet;

use racegate_eventlog::{CellId, CellInfo, CellPlace, Location, ObjectId, Tables, ThreadId};

use super::locks::lock_of;
use super::stacks::Stacks;
use super::{Cell, Site, words};

impl Stacks<'_> {
    /// A cell, or the part of it at this location.
    pub(super) fn cell(self, location: Location) -> Cell {
        let (id, part) = self.tables.cell_of(location);
        if let CellPlace::Memory(bounds) = &self.tables.cell(id).place {
            return self.bytes(id, bounds, &BTreeSet::from([part]));
        }
        let mut cell = self.whole_cell(id);
        if self.tables.cell(id).extent.parts() > 1 {
            cell.name = format!("{}[{part}]", cell.name);
        }
        cell
    }

    /// Some of the parts of memory that is no cell: which of its bytes they are.
    pub(super) fn bytes(self, id: CellId, bounds: &[u64], parts: &BTreeSet<u32>) -> Cell {
        let mut cell = self.whole_cell(id);
        let part = |index: u32| bounds.get(index as usize).copied();
        let first = parts.first().and_then(|&first| part(first));
        let end = parts.last().and_then(|&last| part(last + 1));
        if let ([start, ..], Some(first), Some(end), true) = (bounds, first, end, cell.named) {
            cell.name = format!("{}[{}..{}]", cell.name, first - start, end - start);
        }
        cell
    }

    /// A cell of however many parts.
    pub(super) fn whole_cell(self, id: CellId) -> Cell {
        let info = self.tables.cell(id);
        let created_at = self.site(info.created_at);
        let name = info.name.clone().unwrap_or_else(|| match info.place {
            CellPlace::Cell => self.made_of_type(info, created_at.as_ref()),
            CellPlace::Object(object) => self.object(object),
            CellPlace::Memory(_) => "memory that is no cell".to_owned(),
        });
        Cell {
            name,
            named: info.name.is_some(),
            type_name: info.type_name.clone(),
            created_at,
        }
    }

    fn made_of_type(self, info: &CellInfo, created_at: Option<&Site>) -> String {
        let type_name = info.type_name.as_deref();
        made_at(&type_name.map_or("cell".to_owned(), short_type), created_at)
    }

    /// What stands for an object in a report: its name, or its class, type and birthplace.
    pub(super) fn object(self, id: ObjectId) -> String {
        let info = self.tables.object(id);
        if let Some(name) = &info.name {
            return name.clone();
        }
        let created_at = self.site(info.created_at);
        let class = words::class(info.class);
        let type_name = info.type_name.as_deref().map(short_type);
        let what = match type_name.filter(|_| words::type_tells(info.class)) {
            Some(type_name) if type_name.contains(class) => type_name,
            Some(type_name) => format!("{class}<{type_name}>"),
            None => class.to_owned(),
        };
        made_at(&what, created_at.as_ref())
    }

    /// The same in a sentence.
    pub(super) fn quoted(self, id: ObjectId) -> String {
        format!("`{}`", self.object(id))
    }

    /// The same where it was told already: a name, or "it".
    pub(super) fn quoted_again(self, id: ObjectId) -> String {
        let is_lock = lock_of(self.tables, id).is_some();
        match self.tables.object(id).name {
            // A lock gets the name of the variable it is in, once there is source.
            None if !is_lock => "it".to_owned(),
            Some(_) | None => self.quoted(id),
        }
    }

    /// The same where there is little room.
    pub(super) fn object_in_brief(self, id: ObjectId) -> String {
        let info = self.tables.object(id);
        let name = info.name.as_deref();
        name.unwrap_or_else(|| words::class(info.class)).to_owned()
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

/// A type without the modules in front of it and of its arguments.
fn short_type(type_name: &str) -> String {
    let mut short = String::new();
    let mut segment = String::new();
    for sign in type_name.chars() {
        if sign.is_alphanumeric() || sign == '_' {
            segment.push(sign);
        } else if sign == ':' {
            segment.clear();
        } else {
            short.push_str(&segment);
            segment.clear();
            short.push(sign);
        }
    }
    short + &segment
}

#[cfg(test)]
mod tests {
    use super::short_type;

    #[test]
    fn types_are_told_without_their_modules() {
        for (type_name, short) in [
            ("i64", "i64"),
            ("alloc::string::String", "String"),
            ("racegate::sync::Mutex<bank::Account>", "Mutex<Account>"),
            (
                "(u8, alloc::vec::Vec<core::option::Option<a::B>>)",
                "(u8, Vec<Option<B>>)",
            ),
            ("&'static [u8]", "&'static [u8]"),
        ] {
            assert_eq!(short_type(type_name), short);
        }
    }
}
