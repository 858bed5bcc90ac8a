//! What the ids of a trace stand for.

use crate::id::{CellId, Extent, Location, NameId, ObjectId, StackId, ThreadId};
use crate::stack::StackTable;

/// How a thread of the log came to be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ThreadOrigin {
    /// It opened the session.
    #[default]
    Root,
    /// Spawned through an instrumented `spawn`.
    Spawned,
    /// A logical task: not an OS thread.
    Task,
    /// The thread-local destructors of a thread whose closure had returned.
    Destructors,
    /// It appeared by itself: spawned by code that is not instrumented, so that
    /// no edge orders it after its parent.
    Foreign,
}

/// What is known of a thread.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ThreadInfo {
    /// The name the program gave it.
    pub name: Option<String>,
    /// How it came to be.
    pub origin: ThreadOrigin,
}

/// What is known of a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellInfo {
    /// The name the program gave it.
    pub name: Option<String>,
    /// Its Rust type.
    pub type_name: Option<String>,
    /// Where it was made.
    pub created_at: StackId,
    /// Its locations.
    pub extent: Extent,
    /// What it is the memory of.
    pub place: CellPlace,
}

/// What a cell is the memory of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum CellPlace {
    /// Of a cell that the program made as one.
    #[default]
    Cell,
    /// Of a synchronisation object that is also accessed as plain memory, such as an
    /// atomic without atomic operations, or as a thing that must not be used in two ways
    /// at once, such as a channel that is closed.
    Object(ObjectId),
    /// Of bytes that are no cell. These are the addresses at which its parts begin, and
    /// one past the last.
    Memory(Vec<u64>),
}

/// Which primitive an object belongs to. Engines do not ask; reports do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ObjectClass {
    /// A mutex: an acquire takes it, a release gives it back.
    Mutex,
    /// An rwlock's writers' clock: taken by readers and writers.
    RwLock,
    /// The same lock's readers' clock: merged into by readers, taken by writers.
    RwLockReaders,
    /// An atomic.
    Atomic,
    /// A channel's slot.
    ChannelSlot,
    /// A channel's close: what its last sender released.
    ChannelClose,
    /// One generation of a barrier.
    Barrier,
    /// One-time initialisation.
    Once,
    /// A wait group.
    WaitGroup,
    /// A thread scope: its threads' closures release, its end acquires.
    Scope,
    /// A thread's park token.
    Park,
    /// A reference count.
    Arc,
    /// A user's annotation.
    Tag,
}

/// What is known of a synchronisation object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectInfo {
    /// Which primitive it belongs to.
    pub class: ObjectClass,
    /// The name the program gave it.
    pub name: Option<String>,
    /// The Rust type it belongs to.
    pub type_name: Option<String>,
    /// Where it was made.
    pub created_at: StackId,
    /// For the two clocks of one rwlock, the other one.
    pub partner: Option<ObjectId>,
}

/// A binary that was mapped into the recorded process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Module {
    /// The address that its first byte had.
    pub base: u64,
    /// One past its last address.
    pub end: u64,
    /// Its file.
    pub path: String,
    /// The linker's build id; empty where there is none.
    pub build_id: Vec<u8>,
}

/// The names of everything in a trace.
#[derive(Clone, Debug, Default)]
pub struct Tables {
    /// By [`ThreadId`].
    pub threads: Vec<ThreadInfo>,
    /// By [`CellId`].
    pub cells: Vec<CellInfo>,
    /// By [`Location`]: the cell that it is a part of.
    pub locations: Vec<CellId>,
    /// By [`ObjectId`].
    pub objects: Vec<ObjectInfo>,
    /// By [`ObjectId`], as far as any has one: its memory.
    pub memories: Vec<Option<CellId>>,
    /// By [`NameId`].
    pub names: Vec<String>,
    /// Every stack.
    pub stacks: StackTable,
    /// Sorted by base.
    pub modules: Vec<Module>,
}

impl Tables {
    /// What is known of a thread.
    #[must_use]
    pub fn thread(&self, id: ThreadId) -> &ThreadInfo {
        &self.threads[id.index()]
    }

    /// What is known of an object.
    #[must_use]
    pub fn object(&self, id: ObjectId) -> &ObjectInfo {
        &self.objects[id.index()]
    }

    /// What is known of a cell.
    #[must_use]
    pub fn cell(&self, id: CellId) -> &CellInfo {
        &self.cells[id.index()]
    }

    /// The cell that a location is a part of, and which part of it.
    #[must_use]
    pub fn cell_of(&self, location: Location) -> (CellId, u32) {
        let cell = self.locations[location.index()];
        let first = self.cell(cell).extent.first();
        (cell, location.number() - first.number())
    }

    /// The text of a name.
    #[must_use]
    pub fn name(&self, id: NameId) -> &str {
        &self.names[id.index()]
    }

    /// Adds a cell of `parts` consecutive locations.
    pub fn add_cell(
        &mut self,
        name: Option<String>,
        type_name: Option<String>,
        created_at: StackId,
        parts: u32,
    ) -> CellId {
        let cell = CellId::new(small(self.cells.len()));
        let extent = Extent::new(Location::new(small(self.locations.len())), parts);
        self.locations
            .extend(std::iter::repeat_n(cell, parts as usize));
        self.cells.push(CellInfo {
            name,
            type_name,
            created_at,
            extent,
            place: CellPlace::Cell,
        });
        cell
    }

    /// The memory of an object that is accessed as plain memory somewhere in the log.
    /// The object's own operations then conflict with those accesses:
    /// [atomic ones](crate::EventKind::Load), and [waits](crate::EventKind::Request).
    #[must_use]
    pub fn memory(&self, object: ObjectId) -> Option<Extent> {
        let cell = (*self.memories.get(object.index())?)?;
        Some(self.cell(cell).extent)
    }

    /// Gives an object memory, unless it has some: a cell of one part.
    pub fn add_memory(&mut self, object: ObjectId) -> Extent {
        if let Some(memory) = self.memory(object) {
            return memory;
        }
        let info = self.object(object);
        let (name, type_name) = (info.name.clone(), info.type_name.clone());
        let cell = self.add_cell(name, type_name, info.created_at, 1);
        self.cells[cell.index()].place = CellPlace::Object(object);
        if self.memories.len() <= object.index() {
            self.memories.resize(object.index() + 1, None);
        }
        self.memories[object.index()] = Some(cell);
        self.cell(cell).extent
    }

    /// Adds an object.
    pub fn add_object(&mut self, info: ObjectInfo) -> ObjectId {
        self.objects.push(info);
        ObjectId::new(small(self.objects.len() - 1))
    }
}

/// A table index; a log with 2^32 of anything is beyond every stated limit.
fn small(index: usize) -> u32 {
    u32::try_from(index).expect("fewer than 2^32 ids of one kind")
}
