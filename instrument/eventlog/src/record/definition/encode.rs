//! From a definition to words.

use super::{Definition, class_code, origin_code};
use crate::id::StackId;
use crate::record::encode::first;
use crate::record::{ObjectKey, STACK_BITS, kind};

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
        Definition::Memory {
            address,
            length,
            named_at,
            ..
        } => {
            out.extend([*address, *length, pair(named_at.number(), 0)]);
            9
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
        Definition::Thread { name, .. } | Definition::Memory { name, .. } => {
            [Some(name.as_bytes()), None]
        }
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
