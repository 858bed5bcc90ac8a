//! Definitions: what an id stands for, written into a stream before its first use there.
//!
//! The first word's stack field is the number of words that follow, its object
//! field the kind of definition. A string is a word with its length in bytes and
//! its bytes padded with zeros to whole words.

use super::{MalformedRecord, ObjectKey};
use crate::id::{NameId, StackId, ThreadId};
use crate::tables::{ObjectClass, ThreadOrigin};

mod decode;
mod encode;

pub(super) use decode::decode;
pub use encode::encode_definition;

/// What an id stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Definition {
    /// A source line as the innermost frame of a stack.
    Site {
        /// The node defined.
        id: StackId,
        /// The frame that called it.
        parent: StackId,
        /// The file as the compiler was given it.
        file: String,
        /// Counted from one.
        line: u32,
        /// Counted from one.
        column: u32,
    },
    /// A return address.
    Frame {
        /// The node defined.
        id: StackId,
        /// The frame that called it.
        parent: StackId,
        /// The address in the recorded process.
        address: u64,
    },
    /// The node below which a stack was not captured.
    Cut {
        /// The node defined.
        id: StackId,
    },
    /// A binary mapped into the process.
    Module {
        /// The address that its first byte has.
        base: u64,
        /// One past its last address.
        end: u64,
        /// Its file.
        path: String,
        /// The linker's build id.
        build_id: Vec<u8>,
    },
    /// A cell.
    Cell {
        /// Its first part.
        key: ObjectKey,
        /// How many parts.
        parts: u32,
        /// Where it was made.
        created_at: StackId,
        /// The program's name for it; empty where it has none.
        name: String,
        /// Its Rust type.
        type_name: String,
    },
    /// A synchronisation object.
    Object {
        /// The object.
        key: ObjectKey,
        /// Which primitive it belongs to.
        class: ObjectClass,
        /// For the two clocks of one rwlock, the other one.
        partner: Option<ObjectKey>,
        /// Where it was made.
        created_at: StackId,
        /// The program's name for it; empty where it has none.
        name: String,
        /// The Rust type it belongs to.
        type_name: String,
    },
    /// A thread.
    Thread {
        /// The thread.
        thread: ThreadId,
        /// How it came to be.
        origin: ThreadOrigin,
        /// The program's name for it; empty where it has none.
        name: String,
    },
    /// What bytes that are no cell are called.
    Memory {
        /// The first byte's address.
        address: u64,
        /// How many bytes.
        length: u64,
        /// Where they were given the name.
        named_at: StackId,
        /// The name.
        name: String,
    },
    /// A name of a mark or a block.
    Name {
        /// The id.
        name: NameId,
        /// Its text.
        text: String,
    },
}

pub(super) const CLASSES: [ObjectClass; 13] = [
    ObjectClass::Mutex,
    ObjectClass::RwLock,
    ObjectClass::RwLockReaders,
    ObjectClass::Atomic,
    ObjectClass::ChannelSlot,
    ObjectClass::ChannelClose,
    ObjectClass::Barrier,
    ObjectClass::Once,
    ObjectClass::WaitGroup,
    ObjectClass::Park,
    ObjectClass::Arc,
    ObjectClass::Tag,
    ObjectClass::Scope,
];

pub(super) const ORIGINS: [ThreadOrigin; 5] = [
    ThreadOrigin::Root,
    ThreadOrigin::Spawned,
    ThreadOrigin::Task,
    ThreadOrigin::Destructors,
    ThreadOrigin::Foreign,
];

fn class_code(class: ObjectClass) -> u32 {
    code(&CLASSES, class)
}

fn class_of(code: u32) -> Result<ObjectClass, MalformedRecord> {
    let what = "a known object class";
    CLASSES
        .get(code as usize)
        .copied()
        .ok_or(MalformedRecord { what })
}

fn origin_code(origin: ThreadOrigin) -> u32 {
    code(&ORIGINS, origin)
}

fn origin_of(code: u32) -> Result<ThreadOrigin, MalformedRecord> {
    let what = "a known thread origin";
    ORIGINS
        .get(code as usize)
        .copied()
        .ok_or(MalformedRecord { what })
}

fn code<T: Copy + PartialEq>(all: &[T], one: T) -> u32 {
    let index = all
        .iter()
        .position(|other| *other == one)
        .expect("the list is complete");
    u32::try_from(index).expect("the list is short")
}
