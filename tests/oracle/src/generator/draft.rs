//! A history in the making: its events so far, what its ids stand for, and the dice
//! it is thrown with.

use racegate_eventlog::validate::validate;
use racegate_eventlog::{
    CellPlace, Event, EventKind, Extent, Integrity, ObjectClass, ObjectId, ObjectInfo, Site,
    StackId, StackNode, Tables, ThreadId, ThreadInfo, ThreadOrigin, Trace,
};

use crate::random::Random;

/// How many lines of source the events come from, so that pairs of lines repeat.
const LINES: u32 = 4;

/// A history in the making.
pub(super) struct Draft {
    pub(super) random: Random,
    events: Vec<Event>,
    tables: Tables,
    lines: Vec<StackId>,
}

impl Draft {
    pub(super) fn new(random: Random) -> Self {
        let mut tables = Tables::default();
        let site = |line| Site {
            file: "main.rs".to_owned(),
            line,
            column: 1,
        };
        let lines = (1..=LINES).map(|line| {
            let (parent, site) = (StackId::EMPTY, site(line));
            tables.stacks.push(StackNode::Site { parent, site })
        });
        Self {
            random,
            events: Vec::new(),
            lines: lines.collect(),
            tables,
        }
    }

    /// A thread, which mostly says that it begins.
    pub(super) fn thread(&mut self, origin: ThreadOrigin, forked_by: Option<ThreadId>) -> ThreadId {
        let number = u32::try_from(self.tables.threads.len()).expect("few threads");
        let thread = ThreadId::new(number);
        self.tables.threads.push(ThreadInfo { name: None, origin });
        if let Some(parent) = forked_by {
            self.push(parent, EventKind::Fork(thread));
        }
        // Traces that people write need not say so.
        if !self.random.once_in(12) {
            self.push(thread, EventKind::Begin);
        }
        thread
    }

    /// How many threads there are so far.
    pub(super) fn threads(&self) -> usize {
        self.tables.threads.len()
    }

    pub(super) fn cell(&mut self, parts: u32) -> Extent {
        let cell = self.tables.add_cell(None, None, StackId::EMPTY, parts);
        self.tables.cell(cell).extent
    }

    /// Bytes that are no cell: as many words as it has parts.
    pub(super) fn bytes(&mut self, parts: u32) -> Extent {
        let extent = self.cell(parts);
        let first = u64::from(extent.first().number());
        let words = first..=first + u64::from(parts);
        let place = CellPlace::Memory(words.map(|word| 0x1000 + 8 * word).collect());
        let (cell, _) = self.tables.cell_of(extent.first());
        self.tables.cells[cell.index()].place = place;
        extent
    }

    /// The memory of an object, which has some from here on.
    pub(super) fn memory(&mut self, object: ObjectId) -> Extent {
        self.tables.add_memory(object)
    }

    pub(super) fn object(&mut self, class: ObjectClass) -> ObjectId {
        self.tables.add_object(ObjectInfo {
            class,
            name: None,
            type_name: None,
            created_at: StackId::EMPTY,
            partner: None,
        })
    }

    /// The clocks of a reader-writer lock: its writers' and its readers'.
    pub(super) fn rwlock(&mut self) -> (ObjectId, ObjectId) {
        let writers = self.object(ObjectClass::RwLock);
        let readers = self.object(ObjectClass::RwLockReaders);
        self.tables.objects[writers.index()].partner = Some(readers);
        self.tables.objects[readers.index()].partner = Some(writers);
        (writers, readers)
    }

    pub(super) fn name(&mut self, name: &str) -> racegate_eventlog::NameId {
        let number = u32::try_from(self.tables.names.len()).expect("few names");
        self.tables.names.push(name.to_owned());
        racegate_eventlog::NameId::new(number)
    }

    pub(super) fn push(&mut self, thread: ThreadId, kind: EventKind) {
        let stack = self.random.one_of(&self.lines);
        self.events.push(Event {
            thread,
            stack,
            kind,
        });
    }

    pub(super) fn trace(self) -> Trace {
        validate(self.events, self.tables, Integrity::default())
            .expect("what the generator does, a program can do")
    }
}
