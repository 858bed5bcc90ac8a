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

/// Appends the words of a definition: its numbers, then its strings. Strings are
/// cut at 4 KiB.
pub fn encode_definition(definition: &Definition, out: &mut Vec<u64>) {
    let start = out.len();
    out.push(0);
    let code = push_numbers(definition, out);
    for string in strings(definition).into_iter().flatten() {
        push_bytes(out, string);
    }
    let following = u32::try_from(out.len() - start - 1).expect("strings are capped");
    out[start] = first(kind::DEFINITION, StackId::new(following), code);
    debug_assert!(following < 1 << STACK_BITS, "strings are capped");
}

/// Appends the numbers of a definition and returns its code.
fn push_numbers(definition: &Definition, out: &mut Vec<u64>) -> u64 {
    match definition {
        Definition::Site {
            id,
            parent,
            line,
            column,
            ..
        } => {
            out.extend([pair(id.number(), parent.number()), pair(*line, *column)]);
            1
        }
        Definition::Frame {
            id,
            parent,
            address,
        } => {
            out.extend([pair(id.number(), parent.number()), *address]);
            2
        }
        Definition::Cut { id } => {
            out.push(pair(id.number(), 0));
            3
        }
        Definition::Module { base, end, .. } => {
            out.extend([*base, *end]);
            4
        }
        Definition::Cell {
            key,
            parts,
            created_at,
            ..
        } => {
            out.extend([key.number(), pair(*parts, created_at.number())]);
            5
        }
        Definition::Object {
            key,
            class,
            partner,
            created_at,
            ..
        } => {
            let partner = partner.map_or(0, ObjectKey::number);
            let class = pair(class_code(*class), created_at.number());
            out.extend([key.number(), partner, class]);
            6
        }
        Definition::Thread { thread, origin, .. } => {
            out.push(pair(thread.number(), origin_code(*origin)));
            7
        }
        Definition::Name { name, .. } => {
            out.push(pair(name.number(), 0));
            8
        }
    }
}

/// The strings of a definition.
fn strings(definition: &Definition) -> [Option<&[u8]>; 2] {
    match definition {
        Definition::Site { file, .. } => [Some(file.as_bytes()), None],
        Definition::Frame { .. } | Definition::Cut { .. } => [None, None],
        Definition::Module { path, build_id, .. } => [Some(path.as_bytes()), Some(build_id)],
        Definition::Cell {
            name, type_name, ..
        }
        | Definition::Object {
            name, type_name, ..
        } => [Some(name.as_bytes()), Some(type_name.as_bytes())],
        Definition::Thread { name, .. } => [Some(name.as_bytes()), None],
        Definition::Name { text, .. } => [Some(text.as_bytes()), None],
    }
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
        1 => words.site()?,
        2 => words.frame()?,
        3 => Definition::Cut {
            id: StackId::new(words.pair()?.0),
        },
        4 => Definition::Module {
            base: words.next()?,
            end: words.next()?,
            path: words.text()?,
            build_id: words.bytes()?,
        },
        5 => words.cell()?,
        6 => words.object()?,
        7 => words.thread()?,
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
    fn site(&mut self) -> Result<Definition, MalformedRecord> {
        let (id, parent) = self.pair()?;
        let (line, column) = self.pair()?;
        Ok(Definition::Site {
            id: StackId::new(id),
            parent: StackId::new(parent),
            file: self.text()?,
            line,
            column,
        })
    }

    fn frame(&mut self) -> Result<Definition, MalformedRecord> {
        let (id, parent) = self.pair()?;
        Ok(Definition::Frame {
            id: StackId::new(id),
            parent: StackId::new(parent),
            address: self.next()?,
        })
    }

    fn cell(&mut self) -> Result<Definition, MalformedRecord> {
        let key = ObjectKey::new(self.next()?);
        let (parts, created_at) = self.pair()?;
        Ok(Definition::Cell {
            key,
            parts,
            created_at: StackId::new(created_at),
            name: self.text()?,
            type_name: self.text()?,
        })
    }

    fn object(&mut self) -> Result<Definition, MalformedRecord> {
        let key = ObjectKey::new(self.next()?);
        let partner = Some(self.next()?).filter(|key| *key != 0);
        let (class, created_at) = self.pair()?;
        Ok(Definition::Object {
            key,
            class: class_of(class)?,
            partner: partner.map(ObjectKey::new),
            created_at: StackId::new(created_at),
            name: self.text()?,
            type_name: self.text()?,
        })
    }

    fn thread(&mut self) -> Result<Definition, MalformedRecord> {
        let (thread, origin) = self.pair()?;
        Ok(Definition::Thread {
            thread: ThreadId::new(thread),
            origin: origin_of(origin)?,
            name: self.text()?,
        })
    }

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
