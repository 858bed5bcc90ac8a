//! Definitions: what an id stands for, written into a stream before its first use there.
//!
//! The first word's stack field is the number of words that follow, its object
//! field the kind of definition. A string is a word with its length in bytes and
//! its bytes padded with zeros to whole words.

use super::encode::first;
use super::{MalformedRecord, ObjectKey, STACK_BITS, kind};
use crate::id::{NameId, StackId, ThreadId};
use crate::tables::{ObjectClass, ThreadOrigin};

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
    /// A name of a mark or a block.
    Name {
        /// The id.
        name: NameId,
        /// Its text.
        text: String,
    },
}

/// Appends the words of a definition. Strings are cut at 4 KiB.
pub fn encode_definition(definition: &Definition, out: &mut Vec<u64>) {
    let start = out.len();
    out.push(0);
    let code = match definition {
        Definition::Site {
            id,
            parent,
            file,
            line,
            column,
        } => {
            out.push(pair(id.number(), parent.number()));
            out.push(pair(*line, *column));
            push_bytes(out, file.as_bytes());
            1
        }
        Definition::Frame {
            id,
            parent,
            address,
        } => {
            out.push(pair(id.number(), parent.number()));
            out.push(*address);
            2
        }
        Definition::Cut { id } => {
            out.push(pair(id.number(), 0));
            3
        }
        Definition::Module {
            base,
            end,
            path,
            build_id,
        } => {
            out.extend([*base, *end]);
            push_bytes(out, path.as_bytes());
            push_bytes(out, build_id);
            4
        }
        Definition::Cell {
            key,
            parts,
            created_at,
            name,
            type_name,
        } => {
            out.extend([key.number(), pair(*parts, created_at.number())]);
            push_bytes(out, name.as_bytes());
            push_bytes(out, type_name.as_bytes());
            5
        }
        Definition::Object {
            key,
            class,
            partner,
            created_at,
            name,
            type_name,
        } => {
            out.push(key.number());
            out.push(partner.map_or(0, ObjectKey::number));
            out.push(pair(class_code(*class), created_at.number()));
            push_bytes(out, name.as_bytes());
            push_bytes(out, type_name.as_bytes());
            6
        }
        Definition::Thread {
            thread,
            origin,
            name,
        } => {
            out.push(pair(thread.number(), origin_code(*origin)));
            push_bytes(out, name.as_bytes());
            7
        }
        Definition::Name { name, text } => {
            out.push(pair(name.number(), 0));
            push_bytes(out, text.as_bytes());
            8
        }
    };
    let following = u32::try_from(out.len() - start - 1).expect("strings are capped");
    out[start] = first(kind::DEFINITION, StackId::new(following), code);
    debug_assert!(following < 1 << STACK_BITS, "strings are capped");
}

/// The longest string a definition keeps, in bytes.
const STRING_CAP: usize = 4096;

fn pair(low: u32, high: u32) -> u64 {
    u64::from(low) | u64::from(high) << 32
}

fn push_bytes(out: &mut Vec<u64>, bytes: &[u8]) {
    let bytes = &bytes[..bytes.len().min(STRING_CAP)];
    out.push(bytes.len() as u64);
    for chunk in bytes.chunks(8) {
        let mut word = [0; 8];
        word[..chunk.len()].copy_from_slice(chunk);
        out.push(u64::from_le_bytes(word));
    }
}

/// The definition that `payload` holds.
pub(super) fn decode(code: u64, payload: &[u64]) -> Result<Definition, MalformedRecord> {
    let mut words = Payload { words: payload };
    let definition = match code {
        1 => {
            let (id, parent) = words.pair()?;
            let (line, column) = words.pair()?;
            let file = words.text()?;
            Definition::Site {
                id: StackId::new(id),
                parent: StackId::new(parent),
                file,
                line,
                column,
            }
        }
        2 => {
            let (id, parent) = words.pair()?;
            let address = words.next()?;
            Definition::Frame {
                id: StackId::new(id),
                parent: StackId::new(parent),
                address,
            }
        }
        3 => Definition::Cut {
            id: StackId::new(words.pair()?.0),
        },
        4 => Definition::Module {
            base: words.next()?,
            end: words.next()?,
            path: words.text()?,
            build_id: words.bytes()?,
        },
        5 => {
            let key = ObjectKey::new(words.next()?);
            let (parts, created_at) = words.pair()?;
            let created_at = StackId::new(created_at);
            let (name, type_name) = (words.text()?, words.text()?);
            Definition::Cell {
                key,
                parts,
                created_at,
                name,
                type_name,
            }
        }
        6 => {
            let key = ObjectKey::new(words.next()?);
            let partner = Some(words.next()?)
                .filter(|key| *key != 0)
                .map(ObjectKey::new);
            let (class, created_at) = words.pair()?;
            let (class, created_at) = (class_of(class)?, StackId::new(created_at));
            let (name, type_name) = (words.text()?, words.text()?);
            Definition::Object {
                key,
                class,
                partner,
                created_at,
                name,
                type_name,
            }
        }
        7 => {
            let (thread, origin) = words.pair()?;
            let (thread, origin) = (ThreadId::new(thread), origin_of(origin)?);
            Definition::Thread {
                thread,
                origin,
                name: words.text()?,
            }
        }
        8 => Definition::Name {
            name: NameId::new(words.pair()?.0),
            text: words.text()?,
        },
        _ => {
            return Err(MalformedRecord {
                what: "a known definition",
            });
        }
    };
    if words.words.is_empty() {
        Ok(definition)
    } else {
        Err(MalformedRecord {
            what: "the definition to fill its words",
        })
    }
}

/// The words of a definition that are still to be read.
struct Payload<'a> {
    words: &'a [u64],
}

impl Payload<'_> {
    fn next(&mut self) -> Result<u64, MalformedRecord> {
        let (first, rest) = self.words.split_first().ok_or(MalformedRecord {
            what: "a longer definition",
        })?;
        self.words = rest;
        Ok(*first)
    }

    fn pair(&mut self) -> Result<(u32, u32), MalformedRecord> {
        let word = self.next()?;
        let low = u32::try_from(word & u64::from(u32::MAX)).expect("masked to 32 bits");
        let high = u32::try_from(word >> 32).expect("shifted to 32 bits");
        Ok((low, high))
    }

    fn bytes(&mut self) -> Result<Vec<u8>, MalformedRecord> {
        let length = usize::try_from(self.next()?)
            .ok()
            .filter(|length| length.div_ceil(8) <= self.words.len())
            .ok_or(MalformedRecord {
                what: "a string inside its definition",
            })?;
        let (held, rest) = self.words.split_at(length.div_ceil(8));
        self.words = rest;
        let mut bytes: Vec<u8> = held.iter().flat_map(|word| word.to_le_bytes()).collect();
        bytes.truncate(length);
        Ok(bytes)
    }

    fn text(&mut self) -> Result<String, MalformedRecord> {
        Ok(String::from_utf8_lossy(&self.bytes()?).into_owned())
    }
}

const CLASSES: [ObjectClass; 13] = [
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

const ORIGINS: [ThreadOrigin; 5] = [
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
