//! The definitions of everything in a trace's tables.

use super::{location_key, object_key, stack};
use crate::event::EventKind;
use crate::id::{NameId, ObjectId, StackId, ThreadId};
use crate::memory::bytes_of;
use crate::record::{Definition, encode_definition};
use crate::stack::StackNode;
use crate::tables::{CellInfo, CellPlace, Tables, ThreadOrigin};
use crate::trace::Trace;

/// The words of every definition, what is referred to first.
pub(super) fn write(trace: &Trace) -> Vec<Vec<u64>> {
    let tables = trace.tables();
    let mut all = modules(tables);
    all.extend(stacks(tables));
    all.extend(names(tables));
    all.extend(threads(trace));
    all.extend(cells_and_objects(tables));
    all.iter()
        .map(|definition| {
            let mut words = Vec::new();
            encode_definition(definition, &mut words);
            words
        })
        .collect()
}

fn modules(tables: &Tables) -> Vec<Definition> {
    let modules = tables.modules.iter();
    modules
        .map(|module| Definition::Module {
            base: module.base,
            end: module.end,
            path: module.path.clone(),
            build_id: module.build_id.clone(),
        })
        .collect()
}

/// A frame that is a text becomes a site without a line.
fn stacks(tables: &Tables) -> Vec<Definition> {
    let count = u32::try_from(tables.stacks.len()).expect("stacks have 32-bit ids");
    let ids = (1..count).map(StackId::new);
    ids.filter(|id| stack(*id) == *id)
        .filter_map(|id| match tables.stacks.node(id) {
            StackNode::Root => None,
            StackNode::Cut => Some(Definition::Cut { id }),
            StackNode::Site { parent, site } => Some(Definition::Site {
                id,
                parent: *parent,
                file: site.file.clone(),
                line: site.line,
                column: site.column,
            }),
            StackNode::Address { parent, address } => Some(Definition::Frame {
                id,
                parent: *parent,
                address: *address,
            }),
            StackNode::Text { parent, text } => Some(Definition::Site {
                id,
                parent: *parent,
                file: text.clone(),
                line: 0,
                column: 0,
            }),
        })
        .collect()
}

fn names(tables: &Tables) -> Vec<Definition> {
    let names = tables.names.iter().zip(0..);
    names
        .map(|(text, index)| Definition::Name {
            name: NameId::new(index),
            text: text.clone(),
        })
        .collect()
}

/// A thread that must have been forked, and in this trace was not, came by itself.
fn threads(trace: &Trace) -> Vec<Definition> {
    let mut forked = vec![false; trace.tables().threads.len()];
    for event in trace.events() {
        if let EventKind::Fork(child) = event.kind {
            forked[child.index()] = true;
        }
    }
    let threads = trace.tables().threads.iter().zip(0..).zip(forked);
    threads
        .map(|((info, index), forked)| Definition::Thread {
            thread: ThreadId::new(index),
            origin: match info.origin {
                ThreadOrigin::Spawned | ThreadOrigin::Task if !forked => ThreadOrigin::Foreign,
                origin @ (ThreadOrigin::Root
                | ThreadOrigin::Spawned
                | ThreadOrigin::Task
                | ThreadOrigin::Destructors
                | ThreadOrigin::Foreign) => origin,
            },
            name: info.name.clone().unwrap_or_default(),
        })
        .collect()
}

/// An object's memory is defined with the object, and bytes only by a name.
fn cell(tables: &Tables, info: &CellInfo) -> Option<Definition> {
    let created_at = stack(info.created_at);
    match info.place {
        CellPlace::Cell => Some(Definition::Cell {
            key: location_key(info.extent.first()),
            parts: info.extent.parts(),
            created_at,
            name: info.name.clone().unwrap_or_default(),
            type_name: info.type_name.clone().unwrap_or_default(),
        }),
        CellPlace::Object(_) => None,
        CellPlace::Memory(_) => {
            let (address, length) = bytes_of(tables, info.extent)?;
            Some(Definition::Memory {
                address,
                length,
                named_at: created_at,
                name: info.name.clone()?,
            })
        }
    }
}

fn cells_and_objects(tables: &Tables) -> Vec<Definition> {
    let cells = tables.cells.iter().filter_map(|info| cell(tables, info));
    let objects = tables.objects.iter().zip(0..);
    let objects = objects.map(|(info, index)| Definition::Object {
        key: object_key(tables, ObjectId::new(index)),
        class: info.class,
        partner: info.partner.map(|partner| object_key(tables, partner)),
        created_at: stack(info.created_at),
        name: info.name.clone().unwrap_or_default(),
        type_name: info.type_name.clone().unwrap_or_default(),
    });
    cells.chain(objects).collect()
}
