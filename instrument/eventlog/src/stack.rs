//! Stacks as nodes of a calling-context tree.
//!
//! **Invariant:** a node's parent has a smaller id, so every walk ends.

use crate::id::StackId;

/// A place in source text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Site {
    /// The file as the compiler was given it, or any text from a text trace.
    pub file: String,
    /// Counted from one; zero where `file` is not a file.
    pub line: u32,
    /// Counted from one; zero where unknown.
    pub column: u32,
}

/// One node: a frame and the frames that called it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StackNode {
    /// The root: nothing called it.
    Root,
    /// The stack went on, but capture stopped at its depth limit.
    Cut,
    /// A line that is known without any symboliser (`Location::caller`). It is
    /// the innermost frame of an access; its parent is the captured stack.
    Site {
        /// The frame that called this one.
        parent: StackId,
        /// The line.
        site: Site,
    },
    /// A return address, to be symbolised after the fact.
    Address {
        /// The frame that called this one.
        parent: StackId,
        /// The address in the recorded process.
        address: u64,
    },
    /// A frame from a text trace.
    Text {
        /// The frame that called this one.
        parent: StackId,
        /// The frame's text.
        text: String,
    },
}

/// Every stack of a log.
#[derive(Clone, Debug)]
pub struct StackTable {
    nodes: Vec<StackNode>,
}

impl Default for StackTable {
    fn default() -> Self {
        Self {
            nodes: vec![StackNode::Root],
        }
    }
}

impl StackTable {
    /// Adds a node and returns its id. Equal nodes are not merged.
    ///
    /// # Panics
    ///
    /// On a node whose parent is not in the table, which is a bug of the caller.
    pub fn push(&mut self, node: StackNode) -> StackId {
        if let Some(parent) = node.parent() {
            assert!(
                parent.index() < self.nodes.len(),
                "a stack node's parent comes first"
            );
        }
        let id = StackId::new(u32::try_from(self.nodes.len()).expect("fewer than 2^32 nodes"));
        self.nodes.push(node);
        id
    }

    /// The node with this id.
    #[must_use]
    pub fn node(&self, id: StackId) -> &StackNode {
        &self.nodes[id.index()]
    }

    /// How many nodes there are, the root included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether only the root is there.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.nodes.len() == 1
    }

    /// The nodes of one stack, innermost first, without the root.
    pub fn walk(&self, id: StackId) -> impl Iterator<Item = (StackId, &StackNode)> {
        let mut next = Some(id);
        std::iter::from_fn(move || {
            let id = next?;
            let node = self.node(id);
            next = node.parent();
            (*node != StackNode::Root).then_some((id, node))
        })
    }

    /// The source line of the innermost frame, where it is known without a symboliser.
    #[must_use]
    pub fn site(&self, id: StackId) -> Option<&Site> {
        match self.node(id) {
            StackNode::Site { site, .. } => Some(site),
            StackNode::Root
            | StackNode::Cut
            | StackNode::Address { .. }
            | StackNode::Text { .. } => None,
        }
    }
}

impl StackNode {
    /// The node that called this one; the root and a cut have none.
    #[must_use]
    pub fn parent(&self) -> Option<StackId> {
        match self {
            Self::Root | Self::Cut => None,
            Self::Site { parent, .. }
            | Self::Address { parent, .. }
            | Self::Text { parent, .. } => Some(*parent),
        }
    }
}
