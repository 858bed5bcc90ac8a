//! The calling-context tree of this process: every stack is a node, interned once.
//!
//! **Invariant:** a node's parent has a smaller id; ids are never reused. Whoever looks
//! for a node that is there takes no lock.

use std::num::NonZero;
use std::panic::Location;
use std::sync::{Mutex, PoisonError};

use racegate_eventlog::StackId;
use racegate_eventlog::record::{Definition, STACK_BITS};

use super::table::{Room, Table, View};
use nodes::{Nodes, encode};

mod nodes;
// Loom has no statics of ours, and the table a model of its own.
#[cfg(all(test, not(racegate_loom)))]
mod tests;

/// What one frame is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Frame {
    /// A line of the program, the innermost frame of an access.
    Site(&'static Location<'static>),
    /// A return address.
    Address(NonZero<usize>),
    /// The stack went on.
    Cut,
}

/// The most nodes a record's stack field can name, the root included.
const CAPACITY: usize = 1 << STACK_BITS;

static TREE: Tree = Tree::new();

/// The node of `frame` under `parent`. `None` when the tree is full.
#[inline]
pub(super) fn child(parent: StackId, frame: Frame) -> Option<StackId> {
    nodes().child(parent, frame)
}

/// The nodes there are by now, to look several up.
#[inline]
pub(super) fn nodes() -> Known {
    Known(TREE.ids.view())
}

/// Nodes of the tree.
#[derive(Clone, Copy)]
pub(super) struct Known(View<{ !ID }>);

impl Known {
    /// The node of `frame` under `parent`, made if need be. `None` when the tree is full.
    #[inline]
    pub(super) fn child(self, parent: StackId, frame: Frame) -> Option<StackId> {
        let (word, key) = encode(parent, frame);
        match self.0.find(word, key) {
            Some(link) => Some(own_id(link)),
            None => TREE.grow(parent, frame),
        }
    }
}

/// What the tree has of a stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Interned {
    /// All of it.
    Whole(StackId),
    /// The tree is full: the innermost frame that has a node. What another stack has
    /// under that is no part of this one.
    Part(StackId),
}

/// The node of `frames`, outermost first.
pub(super) fn intern(frames: impl Iterator<Item = Frame>) -> Interned {
    let mut node = StackId::EMPTY;
    for frame in frames {
        match child(node, frame) {
            Some(child) => node = child,
            None => return Interned::Part(node),
        }
    }
    Interned::Whole(node)
}

/// The definition of a node, and its parent.
///
/// # Panics
///
/// On the root, which needs none.
pub(super) fn definition(id: StackId) -> (Definition, StackId) {
    let (parent, frame) = TREE.nodes.get(id).expect("an id was handed out");
    let definition = match frame {
        Frame::Site(site) => Definition::Site {
            id,
            parent,
            file: site.file().to_owned(),
            line: site.line(),
            column: site.column(),
        },
        Frame::Address(address) => Definition::Frame {
            id,
            parent,
            address: address.get() as u64,
        },
        Frame::Cut => Definition::Cut { id },
    };
    (definition, parent)
}

/// A tree of frames.
struct Tree {
    /// From a frame and its parent to the node: `link` without `ID` is the key.
    ids: Table<{ !ID }>,
    nodes: Nodes,
    growing: Mutex<Growing>,
}

/// What changes when a node is made.
struct Growing {
    room: Room,
    /// Nodes, the root included.
    nodes: usize,
}

/// The bits of a link that are the node's own id; above them stand its parent's and,
/// above those, what the frame is.
const ID: u64 = (1 << STACK_BITS) - 1;

impl Tree {
    const fn new() -> Self {
        Self {
            ids: Table::new(),
            nodes: Nodes::new(),
            growing: Mutex::new(Growing {
                room: Room::new(),
                nodes: 1,
            }),
        }
    }

    /// The node, made if need be.
    #[cold]
    #[inline(never)]
    fn grow(&self, parent: StackId, frame: Frame) -> Option<StackId> {
        // A panic while growing leaves a node that has no entry, which is no harm.
        let mut growing = self.growing.lock().unwrap_or_else(PoisonError::into_inner);
        let (word, key) = encode(parent, frame);
        if let Some(link) = self.ids.view().find(word, key) {
            return Some(own_id(link));
        }
        if growing.nodes >= CAPACITY {
            return None;
        }
        let id = StackId::new(u32::try_from(growing.nodes).ok()?);
        self.nodes.put(id, parent, frame)?;
        let link = key | u64::from(id.number());
        if !self.ids.store(&mut growing.room, word, link) {
            return None;
        }
        growing.nodes += 1;
        Some(id)
    }
}

/// The id in a link: the node's own, not its parent's.
#[inline]
fn own_id(link: u64) -> StackId {
    let id = u32::try_from(link & ID).expect("an id has 24 bits");
    StackId::new(id)
}
