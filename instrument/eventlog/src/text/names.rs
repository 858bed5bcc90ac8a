//! A name for everything in a trace, each once, fit to stand in a line.

use std::collections::HashSet;

use super::TextForm;
use super::escape::{escape_field, escape_name};
use super::objects::{LockKind, READERS, class_name};
use crate::id::{Extent, ObjectId, ThreadId};
use crate::tables::Tables;

/// The names of a trace's threads, cells and objects.
pub(super) struct Names {
    threads: Vec<String>,
    cells: Vec<String>,
    objects: Vec<String>,
}

impl Names {
    /// Names for these tables. What the program did not name is numbered; a name
    /// that is taken gets its number behind it.
    pub(super) fn of(tables: &Tables, form: TextForm) -> Self {
        let mut taken = Taken::new(form);
        let threads = tables.threads.iter().enumerate();
        let threads = threads
            .map(|(index, info)| taken.name(info.name.as_deref(), "T", index, None))
            .collect();
        let mut taken = Taken::new(form);
        let cells = tables.cells.iter().enumerate();
        let cells = cells
            .map(|(index, info)| taken.name(info.name.as_deref(), "cell", index, None))
            .collect();
        Self {
            threads,
            cells,
            objects: object_names(tables, form),
        }
    }

    /// A thread's name.
    pub(super) fn thread(&self, thread: ThreadId) -> &str {
        &self.threads[thread.index()]
    }

    /// An object's name.
    pub(super) fn object(&self, object: ObjectId) -> &str {
        &self.objects[object.index()]
    }

    /// The name of a cell.
    pub(super) fn cell(&self, cell: usize) -> &str {
        &self.cells[cell]
    }

    /// The name of consecutive parts of a cell.
    pub(super) fn extent(&self, tables: &Tables, extent: Extent) -> String {
        let (cell, part) = tables.cell_of(extent.first());
        let name = self.cell(cell.index());
        match extent.parts() {
            _ if extent == tables.cell(cell).extent => name.to_owned(),
            1 => format!("{name}[{part}]"),
            parts => format!("{name}[{part}..{}]", part + parts),
        }
    }
}

/// An rwlock's second half is named after its first, and has no name of its own.
fn object_names(tables: &Tables, form: TextForm) -> Vec<String> {
    let mut taken = Taken::new(form);
    let mut names = vec![String::new(); tables.objects.len()];
    let mut halves = Vec::new();
    for index in 0..tables.objects.len() {
        let id = ObjectId::new(u32::try_from(index).expect("objects have 32-bit ids"));
        if let LockKind::RwLock { readers } = LockKind::of(tables, id) {
            halves.push((index, readers.index()));
        }
    }
    let mut is_half = vec![false; tables.objects.len()];
    for (_, readers) in &halves {
        is_half[*readers] = true;
    }
    for (lock, readers) in halves {
        let name = tables.objects[lock].name.as_deref();
        names[lock] = taken.name(name, "rwlock", lock, Some(READERS));
        names[readers] = format!("{}{READERS}", names[lock]);
    }
    for (index, info) in tables.objects.iter().enumerate() {
        if names[index].is_empty() {
            names[index] = taken.name(info.name.as_deref(), class_name(info.class), index, None);
        }
    }
    names
}

/// The names of one kind of thing that are used.
struct Taken {
    form: TextForm,
    names: HashSet<String>,
}

impl Taken {
    fn new(form: TextForm) -> Self {
        Self {
            form,
            names: HashSet::new(),
        }
    }

    /// A free name, and with `half` another one free that ends in it.
    fn name(&mut self, name: Option<&str>, kind: &str, index: usize, half: Option<&str>) -> String {
        let mut candidate = match (name.filter(|name| !name.is_empty()), self.form) {
            (Some(name), TextForm::Rgt) => escape_name(name),
            (Some(name), TextForm::Std) => escape_field(name),
            (None, _) => format!("{kind}{index}"),
        };
        let with_half = |name: &str| half.map(|half| format!("{name}{half}"));
        while self.names.contains(&candidate)
            || with_half(&candidate).is_some_and(|half| self.names.contains(&half))
        {
            candidate = format!("{candidate}~{index}");
        }
        self.names.extend(with_half(&candidate));
        self.names.insert(candidate.clone());
        candidate
    }
}
