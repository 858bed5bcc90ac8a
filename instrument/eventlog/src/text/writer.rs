//! From events to lines.

use super::escape::{escape_field, escape_name};
use super::names::Names;
use super::objects::{LockKind, RWLOCK, class_name};
use super::orderings::{fence_name, load_name, rmw_name, store_name};
use super::parser::ORIGINS;
use super::{TextForm, WriteError, stacks};
use crate::event::{Event, EventKind, LockMode};
use crate::id::{CellId, Extent, ObjectId, StackId, ThreadId};
use crate::memory::bytes_of;
use crate::tables::{CellPlace, ObjectClass, Tables, ThreadOrigin};
use crate::trace::Trace;

/// The text that tells a trace.
pub(super) fn write(trace: &Trace, form: TextForm) -> Result<String, WriteError> {
    let mut writer = Writer::new(trace);
    writer.names = Names::of(trace.tables(), form);
    let events = trace.events();
    let mut index = 0;
    while let Some(event) = events.get(index) {
        let told = match form {
            TextForm::Std => writer
                .plain(event)
                .map_err(|what| WriteError { event: index, what })?,
            TextForm::Rgt => {
                writer.declare(event);
                let taken = writer.is_write_lock(event, events.get(index + 1));
                index += usize::from(taken);
                writer.any(event, taken)
            }
        };
        match form {
            TextForm::Std => writer.std_line(event, &told),
            TextForm::Rgt => {
                let thread = writer.names.thread(event.thread).to_owned();
                writer.line(&thread, &told, event.stack);
            }
        }
        index += 1;
    }
    Ok(writer.text)
}

/// A text that is being written.
struct Writer<'a> {
    tables: &'a Tables,
    names: Names,
    text: String,
    /// By thread: whether it is forked somewhere.
    forked: Vec<bool>,
    /// By thread, cell and object: whether it was named before.
    met_threads: Vec<bool>,
    met_cells: Vec<bool>,
    met_objects: Vec<bool>,
    /// By object: asked for by readers though it is no rwlock.
    shared: Vec<bool>,
}

impl<'a> Writer<'a> {
    fn new(trace: &'a Trace) -> Self {
        let tables = trace.tables();
        let mut forked = vec![false; tables.threads.len()];
        let mut shared = vec![false; tables.objects.len()];
        for event in trace.events() {
            if let EventKind::Fork(child) = event.kind {
                forked[child.index()] = true;
            } else if let EventKind::Request(object, LockMode::Read) = event.kind {
                shared[object.index()] = true;
            }
        }
        Self {
            tables,
            names: Names::of(tables, TextForm::Rgt),
            text: String::new(),
            forked,
            met_threads: vec![false; tables.threads.len()],
            met_cells: vec![false; tables.cells.len()],
            met_objects: vec![false; tables.objects.len()],
            shared,
        }
    }

    fn line(&mut self, thread: &str, told: &str, stack: StackId) {
        let (site, frames) = stacks::fields(&self.tables.stacks, stack);
        self.text.push_str(thread);
        self.text.push('|');
        self.text.push_str(told);
        if !site.is_empty() || !frames.is_empty() {
            self.text.push('|');
            self.text.push_str(&site);
        }
        if !frames.is_empty() {
            self.text.push('|');
            self.text.push_str(&frames);
        }
        self.text.push('\n');
    }

    /// STD has a site, which may not be empty, and no frames.
    fn std_line(&mut self, event: &Event, told: &str) {
        let site = self.tables.stacks.site(event.stack);
        let site = site.map_or("0".to_owned(), |site| {
            escape_field(&stacks::site_text(site))
        });
        let site = if site.is_empty() { "0" } else { &site };
        let thread = self.names.thread(event.thread);
        self.text.push_str(&format!("{thread}|{told}|{site}\n"));
    }

    /// An event of STD.
    fn plain(&self, event: &Event) -> Result<String, String> {
        let lacks = |what: &str| Err(format!("STD has no {what}"));
        let lock = |verb: &str, object: ObjectId| match self.tables.object(object).class {
            ObjectClass::Mutex => Ok(format!("{verb}({})", self.names.object(object))),
            class @ (ObjectClass::RwLock
            | ObjectClass::RwLockReaders
            | ObjectClass::Atomic
            | ObjectClass::ChannelSlot
            | ObjectClass::ChannelClose
            | ObjectClass::Barrier
            | ObjectClass::Once
            | ObjectClass::WaitGroup
            | ObjectClass::Park
            | ObjectClass::Arc
            | ObjectClass::Scope
            | ObjectClass::Tag) => Err(format!(
                "STD has no synchronisation but mutexes, this is `{}` ({})",
                self.names.object(object),
                class_name(class)
            )),
        };
        let access = |verb: &str, extent: Extent| match extent.parts() {
            _ if self.place(extent) != &CellPlace::Cell => lacks("memory that is no variable"),
            1 => Ok(format!(
                "{verb}({})",
                self.names.extent(self.tables, extent)
            )),
            parts => Err(format!("STD has no access of {parts} parts")),
        };
        let thread =
            |verb: &str, thread: ThreadId| Ok(format!("{verb}({})", self.names.thread(thread)));
        match event.kind {
            EventKind::Read(extent) => access("r", extent),
            EventKind::Write(extent) => access("w", extent),
            EventKind::Acquire(object) => lock("acq", object),
            EventKind::Release(object) => lock("rel", object),
            EventKind::Fork(child) => thread("fork", child),
            EventKind::Join(child) => thread("join", child),
            EventKind::Begin => thread("begin", event.thread),
            EventKind::End => thread("end", event.thread),
            EventKind::ReleaseMerge(_) => lacks("release-merge"),
            EventKind::Exchange(_) => lacks("exchange"),
            EventKind::Load(..) | EventKind::Store(..) | EventKind::Rmw(..) => lacks("atomics"),
            EventKind::Forget(_) => lacks("memory that is forgotten"),
            EventKind::Fence(_) => lacks("fences"),
            EventKind::Request(..) => lacks("lock requests"),
            EventKind::BlockBegin(_) | EventKind::BlockEnd(_) => lacks("atomic blocks"),
            EventKind::Mark(_) => lacks("marks"),
        }
    }

    /// Any event; with `taken`, the first of the two that take an rwlock.
    fn any(&self, event: &Event, taken: bool) -> String {
        let object = |verb: &str, id: ObjectId| format!("{verb}({})", self.names.object(id));
        let atomic = |verb: &str, id: ObjectId, ordering: &str| {
            format!("{verb}({},{ordering})", self.names.object(id))
        };
        let thread = |verb: &str, id: ThreadId| format!("{verb}({})", self.names.thread(id));
        let access = |verb: &str, extent: Extent| match self.place(extent) {
            CellPlace::Cell => format!("{verb}({})", self.names.extent(self.tables, extent)),
            CellPlace::Object(id) => format!("{verb}use({})", self.names.object(*id)),
            CellPlace::Memory(_) => {
                let suffix = if verb == "forget" { "" } else { "mem" };
                let (address, length) = bytes_of(self.tables, extent).unwrap_or_default();
                format!("{verb}{suffix}({address:#x},{length})")
            }
        };
        let named = |verb: &str, text: &str| format!("{verb}({})", escape_name(text));
        let kind = |id: ObjectId| LockKind::of(self.tables, id);
        match event.kind {
            EventKind::Read(extent) => access("r", extent),
            EventKind::Write(extent) => access("w", extent),
            EventKind::Forget(extent) => access("forget", extent),
            EventKind::Acquire(id) => match kind(id) {
                LockKind::Mutex => object("acq", id),
                LockKind::RwLock { .. } if taken => object("acq", id),
                LockKind::RwLock { .. } => object("racq", id),
                LockKind::Other => object("wait", id),
            },
            EventKind::Release(id) => match kind(id) {
                LockKind::Mutex | LockKind::RwLock { .. } => object("rel", id),
                LockKind::Other => object("post", id),
            },
            EventKind::ReleaseMerge(id) => match self.lock_of_readers(id) {
                Some(lock) => object("rrel", lock),
                None => object("signal", id),
            },
            EventKind::Exchange(id) => object("xchg", id),
            EventKind::Load(id, ordering) => atomic("ld", id, load_name(ordering)),
            EventKind::Store(id, ordering) => atomic("st", id, store_name(ordering)),
            EventKind::Rmw(id, ordering) => atomic("rmw", id, rmw_name(ordering)),
            EventKind::Fence(ordering) => format!("fence({})", fence_name(ordering)),
            EventKind::Fork(child) => thread("fork", child),
            EventKind::Join(child) => thread("join", child),
            EventKind::Begin => "begin".to_owned(),
            EventKind::End => "end".to_owned(),
            EventKind::Request(id, LockMode::Write) => object("req", id),
            EventKind::Request(id, LockMode::Read) => object("rreq", id),
            EventKind::BlockBegin(name) => named("tbegin", self.tables.name(name)),
            EventKind::BlockEnd(name) => named("tend", self.tables.name(name)),
            EventKind::Mark(name) => named("mark", self.tables.name(name)),
        }
    }

    /// What is accessed.
    fn place(&self, extent: Extent) -> &CellPlace {
        let (cell, _) = self.tables.cell_of(extent.first());
        &self.tables.cell(cell).place
    }

    fn lock_of_readers(&self, readers: ObjectId) -> Option<ObjectId> {
        let lock = self.tables.object(readers).partner?;
        (LockKind::of(self.tables, lock) == LockKind::RwLock { readers }).then_some(lock)
    }

    /// Whether this event and the next are one taking of an rwlock.
    fn is_write_lock(&self, event: &Event, next: Option<&Event>) -> bool {
        let EventKind::Acquire(lock) = event.kind else {
            return false;
        };
        let LockKind::RwLock { readers } = LockKind::of(self.tables, lock) else {
            return false;
        };
        let second = Event {
            kind: EventKind::Acquire(readers),
            ..*event
        };
        next == Some(&second)
    }

    /// Declares what an event names first, where its verb does not say it all.
    fn declare(&mut self, event: &Event) {
        self.declare_thread(event.thread);
        match event.kind {
            EventKind::Read(extent) | EventKind::Write(extent) | EventKind::Forget(extent) => {
                self.declare_memory(extent);
            }
            EventKind::Fork(child) | EventKind::Join(child) => self.declare_thread(child),
            EventKind::Acquire(id) | EventKind::Release(id) => self.declare_object(
                id,
                matches!(
                    self.tables.object(id).class,
                    ObjectClass::Mutex | ObjectClass::Tag
                ),
            ),
            EventKind::ReleaseMerge(id) | EventKind::Exchange(id) => {
                self.declare_object(id, self.tables.object(id).class == ObjectClass::Tag);
            }
            EventKind::Load(id, _) | EventKind::Store(id, _) | EventKind::Rmw(id, _) => {
                self.declare_object(id, self.tables.object(id).class == ObjectClass::Atomic);
            }
            EventKind::Request(id, _) => {
                self.declare_object(id, self.tables.object(id).class == ObjectClass::Mutex);
            }
            EventKind::Fence(_)
            | EventKind::Begin
            | EventKind::End
            | EventKind::BlockBegin(_)
            | EventKind::BlockEnd(_)
            | EventKind::Mark(_) => {}
        }
    }

    fn declare_thread(&mut self, thread: ThreadId) {
        let origin = self.tables.thread(thread).origin;
        let plain = if self.forked[thread.index()] {
            ThreadOrigin::Spawned
        } else {
            ThreadOrigin::Root
        };
        if !std::mem::replace(&mut self.met_threads[thread.index()], true) && origin != plain {
            let known = ORIGINS.iter().find(|(_, known)| *known == origin);
            let origin = known.map_or("root", |(name, _)| name);
            let told = format!("thread({},{origin})", self.names.thread(thread));
            self.line("", &told, StackId::EMPTY);
        }
    }

    fn declare_memory(&mut self, extent: Extent) {
        let (cell, _) = self.tables.cell_of(extent.first());
        let info = self.tables.cell(cell);
        match &info.place {
            CellPlace::Cell => self.declare_cell(cell),
            CellPlace::Object(id) => {
                let implied = self.tables.object(*id).class == ObjectClass::Tag;
                self.declare_object(*id, implied);
            }
            CellPlace::Memory(_) => {
                let met = std::mem::replace(&mut self.met_cells[cell.index()], true);
                if let (Some(name), false) = (&info.name, met) {
                    let (address, length) = bytes_of(self.tables, info.extent).unwrap_or_default();
                    let told = format!("memory({address:#x},{length},{})", escape_name(name));
                    self.line("", &told, StackId::EMPTY);
                }
            }
        }
    }

    fn declare_cell(&mut self, cell: CellId) {
        let info = self.tables.cell(cell);
        let plain = info.extent.parts() == 1
            && info.created_at == StackId::EMPTY
            && info.type_name.is_none();
        if !std::mem::replace(&mut self.met_cells[cell.index()], true) && !plain {
            let (name, parts) = (self.names.cell(cell.index()), info.extent.parts());
            let told = match &info.type_name {
                Some(of) => format!("cell({name},{parts},{})", escape_name(of)),
                None => format!("cell({name},{parts})"),
            };
            self.line("", &told, info.created_at);
        }
    }

    /// `implied`: the verb says its class.
    fn declare_object(&mut self, object: ObjectId, implied: bool) {
        let lock = self.lock_of_readers(object).unwrap_or(object);
        let info = self.tables.object(lock);
        let plain = implied
            && info.created_at == StackId::EMPTY
            && info.type_name.is_none()
            && !self.shared[lock.index()];
        if !std::mem::replace(&mut self.met_objects[lock.index()], true) && !plain {
            let class = match LockKind::of(self.tables, lock) {
                LockKind::RwLock { .. } => RWLOCK,
                LockKind::Mutex | LockKind::Other => class_name(info.class),
            };
            let name = self.names.object(lock);
            let told = match &info.type_name {
                Some(of) => format!("object({name},{class},{})", escape_name(of)),
                None => format!("object({name},{class})"),
            };
            self.line("", &told, info.created_at);
        }
    }
}
