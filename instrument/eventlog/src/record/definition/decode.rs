//! From words to a definition.

use super::{Definition, class_of, origin_of};
use crate::id::{NameId, StackId, ThreadId};
use crate::record::{MalformedRecord, ObjectKey};

/// The definition that `payload` holds.
pub(in crate::record) fn decode(code: u64, payload: &[u64]) -> Result<Definition, MalformedRecord> {
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
        9 => Definition::Memory {
            address: words.next()?,
            length: words.next()?,
            named_at: StackId::new(words.pair()?.0),
            name: words.text()?,
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
        let mut bytes = Vec::with_capacity(8 * held.len());
        for word in held {
            bytes.extend_from_slice(&word.to_le_bytes());
        }
        bytes.truncate(length);
        Ok(bytes)
    }

    fn text(&mut self) -> Result<String, MalformedRecord> {
        let text = String::from_utf8(self.bytes()?);
        Ok(text.unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
    }
}
