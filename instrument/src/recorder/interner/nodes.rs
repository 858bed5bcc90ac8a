//! The nodes of the tree by their ids.
//!
//! **Invariant:** a node is stored before its id is handed out, and never moves.

use std::num::NonZero;
use std::panic::Location;
use std::sync::OnceLock;
use std::sync::atomic::Ordering;

use racegate_eventlog::StackId;
use racegate_eventlog::record::STACK_BITS;

use super::Frame;
use crate::primitive::AtomicU64;
use crate::recorder::zeroed::{Zeroed, zeroed};

/// Nodes of the first array, as a power of two: two pages. Each next one has twice as
/// many.
const FIRST: u32 = 9;
const ARRAYS: usize = (STACK_BITS - FIRST + 1) as usize;

/// Storage for nodes.
pub(super) struct Nodes {
    arrays: [OnceLock<&'static [Stored]>; ARRAYS],
}

struct Stored {
    word: AtomicU64,
    key: AtomicU64,
}

// SAFETY: atomics that hold zero are zeros.
unsafe impl Zeroed for Stored {
    #[cfg(any(miri, racegate_loom))]
    fn zero() -> Self {
        Self {
            word: AtomicU64::new(0),
            key: AtomicU64::new(0),
        }
    }
}

impl Nodes {
    pub(super) const fn new() -> Self {
        Self {
            arrays: [const { OnceLock::new() }; ARRAYS],
        }
    }

    /// Stores a node. `None` when there is no memory for it.
    pub(super) fn put(&self, id: StackId, parent: StackId, frame: Frame) -> Option<()> {
        let (array, place) = locate(id);
        let nodes = self.arrays.get(array)?;
        if nodes.get().is_none() {
            let fresh = zeroed(1 << (FIRST as usize + array))?;
            nodes.get_or_init(|| fresh);
        }
        let node = nodes.get()?.get(place)?;
        let (word, key) = encode(parent, frame);
        // ORDERING: relaxed, both; the table's entry publishes them with the id.
        node.word.store(word, Ordering::Relaxed);
        node.key.store(key, Ordering::Relaxed);
        Some(())
    }

    /// A node's parent and its frame. `None` for the root.
    pub(super) fn get(&self, id: StackId) -> Option<(StackId, Frame)> {
        let (array, place) = locate(id);
        let node = self.arrays.get(array)?.get()?.get(place)?;
        // ORDERING: relaxed, both; whoever knows an id has it from the table, through
        // an acquire, or from someone who has.
        let word = node.word.load(Ordering::Relaxed);
        let key = node.key.load(Ordering::Relaxed);
        decode(word, key)
    }
}

/// Which array a node is in, and where.
fn locate(id: StackId) -> (usize, usize) {
    let number = id.index() + (1 << FIRST);
    let array = number.ilog2() - FIRST;
    (array as usize, number - (1 << (FIRST + array)))
}

const ADDRESS: u64 = 0;
const SITE: u64 = 1;
const CUT: u64 = 2;

/// The bits of a key below what the frame is: the parent, and room for an id.
const KIND: u32 = 2 * STACK_BITS;

/// A node as two words: the first is never zero, and the lowest bits of the second are,
/// as many as an id has.
#[inline]
pub(super) fn encode(parent: StackId, frame: Frame) -> (u64, u64) {
    let (word, kind) = match frame {
        Frame::Address(address) => (address.get() as u64, ADDRESS),
        Frame::Site(site) => (std::ptr::from_ref(site).expose_provenance() as u64, SITE),
        Frame::Cut => (1, CUT),
    };
    let parent = u64::from(parent.number()) << STACK_BITS;
    (word, kind << KIND | parent)
}

fn decode(word: u64, key: u64) -> Option<(StackId, Frame)> {
    let address = NonZero::new(usize::try_from(word).ok()?)?;
    let frame = match key >> KIND {
        ADDRESS => Frame::Address(address),
        SITE => {
            let site = std::ptr::with_exposed_provenance::<Location<'static>>(address.get());
            // SAFETY: `encode` stored the address of a site that lives as long as the
            // program, and exposed it.
            Frame::Site(unsafe { &*site })
        }
        CUT => Frame::Cut,
        _ => return None,
    };
    let parent = (key >> STACK_BITS) & ((1 << STACK_BITS) - 1);
    Some((StackId::new(u32::try_from(parent).ok()?), frame))
}
