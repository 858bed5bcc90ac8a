//! The calling-context tree of this process: every stack is a node, interned once.
//!
//! **Invariant:** a node's parent has a smaller id; ids are never reused.

use std::collections::HashMap;
use std::panic::Location;
use std::sync::{PoisonError, RwLock};

use racegate_eventlog::StackId;
use racegate_eventlog::record::{Definition, STACK_BITS};

/// What one frame is.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Frame {
    /// A line of the program, the innermost frame of an access.
    Site(&'static Location<'static>),
    /// A return address.
    Address(usize),
    /// The stack went on.
    Cut,
}

/// A frame under the frames that called it.
type Node = (StackId, Frame);

#[derive(Default)]
struct Tree {
    ids: HashMap<Node, StackId>,
    /// By id, less one: the root is not stored.
    nodes: Vec<Node>,
}

static TREE: RwLock<Option<Tree>> = RwLock::new(None);

/// The most nodes a record's stack field can name, the root included.
const CAPACITY: usize = 1 << STACK_BITS;

/// The node of `frames`, outermost first, under `parent`.
///
/// When the tree is full the stack is cut there: its line is then the nearest
/// caller that has a node.
pub(super) fn intern(parent: StackId, frames: impl Iterator<Item = Frame>) -> StackId {
    frames.fold(parent, |parent, frame| {
        child(parent, frame).unwrap_or(parent)
    })
}

fn child(parent: StackId, frame: Frame) -> Option<StackId> {
    let node = (parent, frame);
    let tree = TREE.read().unwrap_or_else(PoisonError::into_inner);
    let known = tree.as_ref().and_then(|tree| tree.ids.get(&node).copied());
    drop(tree);
    known.or_else(|| insert(node))
}

#[cold]
fn insert(node: Node) -> Option<StackId> {
    let mut tree = TREE.write().unwrap_or_else(PoisonError::into_inner);
    let tree = tree.get_or_insert_default();
    if let Some(id) = tree.ids.get(&node) {
        return Some(*id);
    }
    let index = tree.nodes.len() + 1;
    let id = StackId::new(u32::try_from(index).ok().filter(|_| index < CAPACITY)?);
    tree.nodes.push(node);
    tree.ids.insert(node, id);
    Some(id)
}

/// The definition of a node, and its parent.
///
/// # Panics
///
/// On the root, which needs none.
pub(super) fn definition(id: StackId) -> (Definition, StackId) {
    let tree = TREE.read().unwrap_or_else(PoisonError::into_inner);
    let nodes = &tree.as_ref().expect("an id was handed out").nodes;
    let (parent, frame) = nodes[id.index() - 1];
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
            address: address as u64,
        },
        Frame::Cut => Definition::Cut { id },
    };
    (definition, parent)
}
