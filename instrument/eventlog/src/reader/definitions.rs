//! What the ids of a log stand for: definitions from all streams become one
//! [`Tables`]. Of several definitions of one id the first wins.

mod ids;

pub(crate) use ids::Ids;

use super::keys::KeyMap;
use super::memory::Memory;
use crate::id::{Extent, Location, NameId, ObjectId, StackId, ThreadId};
use crate::record::{Definition, MalformedRecord, ObjectKey, Record};
use crate::stack::{Site, StackNode};
use crate::tables::{Module, ObjectClass, ObjectInfo, Tables, ThreadInfo, ThreadOrigin};

/// Parts that the cells of a log may have, whatever its length: one definition
/// may ask for four thousand million.
const SPARE_PARTS: usize = 1 << 24;

/// The definitions of a log.
#[derive(Clone, Debug)]
pub(crate) struct Definitions {
    tables: Tables,
    /// Which threads were defined; others are known by their number alone.
    defined_threads: Vec<bool>,
    /// From keys to locations.
    locations: KeyMap,
    objects: KeyMap,
    /// By [`ObjectId`]: the partner's key.
    partners: Vec<Option<ObjectKey>>,
    /// From recorded stack ids to places in `nodes`, and once resolved to ids.
    stacks: KeyMap,
    nodes: Vec<RecordedNode>,
    /// By place in `nodes`.
    resolved: Vec<StackId>,
    /// The same by recorded stack id.
    resolved_by_id: Vec<StackId>,
    spare_parts: usize,
    memory: Memory,
}

/// A node under the recorded process's ids.
#[derive(Clone, Debug)]
struct RecordedNode {
    id: StackId,
    parent: StackId,
    node: NodeKind,
}

#[derive(Clone, Debug)]
enum NodeKind {
    Cut,
    Site(Site),
    Address(u64),
}

impl Definitions {
    /// None yet, for a log of `words` words.
    pub(crate) fn new(words: usize) -> Self {
        Self {
            tables: Tables::default(),
            defined_threads: Vec::new(),
            locations: KeyMap::new(words),
            objects: KeyMap::new(words),
            partners: Vec::new(),
            stacks: KeyMap::new(words),
            nodes: Vec::new(),
            resolved: Vec::new(),
            resolved_by_id: Vec::new(),
            spare_parts: words + SPARE_PARTS,
            memory: Memory::default(),
        }
    }

    /// Takes one definition.
    pub(crate) fn define(&mut self, definition: Definition) -> Result<(), MalformedRecord> {
        match definition {
            Definition::Site {
                id,
                parent,
                file,
                line,
                column,
            } => {
                let site = Site { file, line, column };
                self.define_stack(id, parent, NodeKind::Site(site));
            }
            Definition::Frame {
                id,
                parent,
                address,
            } => self.define_stack(id, parent, NodeKind::Address(address)),
            Definition::Cut { id } => self.define_stack(id, StackId::EMPTY, NodeKind::Cut),
            Definition::Module {
                base,
                end,
                path,
                build_id,
            } => self.tables.modules.push(Module {
                base,
                end,
                path,
                build_id,
            }),
            Definition::Cell {
                key,
                parts,
                created_at,
                name,
                type_name,
            } => {
                return self.define_cell(key, parts, created_at, name, type_name);
            }
            Definition::Object {
                key,
                class,
                partner,
                created_at,
                name,
                type_name,
            } => self.define_object(
                key,
                partner,
                ObjectInfo {
                    class,
                    name: some(name),
                    type_name: some(type_name),
                    created_at,
                    partner: None,
                },
            ),
            Definition::Thread {
                thread,
                origin,
                name,
            } => self.define_thread(thread, some(name), origin),
            Definition::Memory {
                address,
                length,
                named_at,
                name,
            } => self.memory.name(address, length, named_at, name),
            Definition::Name { name, text } => self.define_name(name, text),
        }
        Ok(())
    }

    /// Makes room for a name that may never be defined.
    pub(crate) fn meet_name(&mut self, name: NameId) {
        let names = &mut self.tables.names;
        if names.len() <= name.index() {
            names.resize(name.index() + 1, String::new());
        }
    }

    /// Ends the collecting: partners and stacks become dense ids, and `threads`
    /// threads have an entry.
    pub(crate) fn resolve(&mut self, threads: usize) {
        self.resolve_stacks();
        let modules = &mut self.tables.modules;
        modules.sort_by(|a, b| (a.base, a.end, &a.path).cmp(&(b.base, b.end, &b.path)));
        modules.dedup();
        self.tables
            .threads
            .resize_with(threads, ThreadInfo::default);
        self.defined_threads.resize(threads, false);
        for cell in 0..self.tables.cells.len() {
            self.tables.cells[cell].created_at = self.stack(self.tables.cells[cell].created_at);
        }
        for object in 0..self.tables.objects.len() {
            let created_at = self.stack(self.tables.objects[object].created_at);
            let partner = self.partners[object].and_then(|key| self.objects.get(key.number()));
            let info = &mut self.tables.objects[object];
            info.created_at = created_at;
            info.partner = partner.map(ObjectId::new);
        }
    }

    /// Makes room for what is accessed under a key: an object's memory where it is an
    /// object's, and an anonymous cell where nothing was defined.
    pub(crate) fn meet_location(&mut self, key: ObjectKey) {
        if self.locations.get(key.number()).is_some() {
            return;
        }
        let extent = if let Some(object) = self.objects.get(key.number()) {
            self.tables.add_memory(ObjectId::new(object))
        } else {
            let cell = self.tables.add_cell(None, None, StackId::EMPTY, 1);
            self.tables.cell(cell).extent
        };
        self.locations.insert(key.number(), extent.first().number());
    }

    /// The location of a key that was met.
    pub(crate) fn location(&self, key: ObjectKey) -> Location {
        let location = self.locations.get(key.number());
        Location::new(location.expect("every key is met before it is used"))
    }

    /// Whether anything is known by a key.
    pub(crate) fn is_known(&self, key: ObjectKey) -> bool {
        let key = key.number();
        self.locations.get(key).is_some() || self.objects.get(key).is_some()
    }

    /// The locations that an access of `parts` parts touches: none beyond its cell.
    pub(crate) fn extent(&self, key: ObjectKey, parts: u32) -> Extent {
        let first = self.location(key);
        let (cell, part) = self.tables.cell_of(first);
        let left = self.tables.cell(cell).extent.parts() - part;
        Extent::new(first, parts.min(left))
    }

    /// What is wrong with an access of `parts` parts: it leaves its cell.
    pub(crate) fn beyond(&self, key: ObjectKey, parts: u32) -> Option<String> {
        let first = self.location(key);
        let (cell, part) = self.tables.cell_of(first);
        let info = self.tables.cell(cell);
        let has = info.extent.parts();
        if parts <= has - part {
            return None;
        }
        let end = u64::from(part) + u64::from(parts);
        let name = match &info.name {
            Some(name) => format!("`{name}`"),
            None => format!("the cell of key {}", key.number()),
        };
        Some(format!(
            "expected parts of {name} among its {has}, found {part}..{end}"
        ))
    }

    /// Ends the collecting of what is accessed as bytes; see [`Memory::resolve`].
    pub(crate) fn resolve_memory(&mut self, records: impl Iterator<Item = Record>, whole: bool) {
        let mut memory = std::mem::take(&mut self.memory);
        memory.resolve_names(|recorded| self.stack(recorded));
        memory.resolve(&mut self.tables, records, whole);
        self.memory = memory;
    }

    /// The bytes of the log.
    pub(crate) fn memory(&self) -> &Memory {
        &self.memory
    }

    /// Makes room for the object of a key: an anonymous tag where none was defined.
    pub(crate) fn meet_object(&mut self, key: ObjectKey) {
        let info = ObjectInfo {
            class: ObjectClass::Tag,
            name: None,
            type_name: None,
            created_at: StackId::EMPTY,
            partner: None,
        };
        self.define_object(key, None, info);
    }

    /// The object of a key that was met.
    pub(crate) fn object(&self, key: ObjectKey) -> ObjectId {
        let object = self.objects.get(key.number());
        ObjectId::new(object.expect("every key is met before it is used"))
    }

    /// The dense id of a recorded stack; the root where none was defined.
    pub(crate) fn stack(&self, recorded: StackId) -> StackId {
        match self.stacks.get(u64::from(recorded.number())) {
            Some(place) => self.resolved[place as usize],
            None => StackId::EMPTY,
        }
    }

    /// Whether a thread was defined.
    pub(crate) fn is_defined(&self, thread: ThreadId) -> bool {
        self.defined_threads[thread.index()]
    }

    /// The tables as they stand.
    pub(crate) fn tables(&self) -> &Tables {
        &self.tables
    }

    /// The tables.
    pub(crate) fn into_tables(self) -> Tables {
        self.tables
    }

    fn define_stack(&mut self, id: StackId, parent: StackId, node: NodeKind) {
        let key = u64::from(id.number());
        if id != StackId::EMPTY && self.stacks.get(key).is_none() {
            self.stacks.insert(key, small(self.nodes.len()));
            self.nodes.push(RecordedNode { id, parent, node });
        }
    }

    fn define_name(&mut self, name: NameId, text: String) {
        self.meet_name(name);
        let known = &mut self.tables.names[name.index()];
        if known.is_empty() {
            *known = text;
        }
    }

    fn define_object(&mut self, key: ObjectKey, partner: Option<ObjectKey>, info: ObjectInfo) {
        if self.objects.get(key.number()).is_none() {
            let object = self.tables.add_object(info);
            self.objects.insert(key.number(), object.number());
            self.partners.push(partner);
        }
    }

    fn define_thread(&mut self, thread: ThreadId, name: Option<String>, origin: ThreadOrigin) {
        let needed = thread.index() + 1;
        if self.tables.threads.len() < needed {
            self.tables.threads.resize_with(needed, ThreadInfo::default);
            self.defined_threads.resize(needed, false);
        }
        if !std::mem::replace(&mut self.defined_threads[thread.index()], true) {
            self.tables.threads[thread.index()] = ThreadInfo { name, origin };
        }
    }

    fn define_cell(
        &mut self,
        key: ObjectKey,
        parts: u32,
        created_at: StackId,
        name: String,
        type_name: String,
    ) -> Result<(), MalformedRecord> {
        if self.locations.get(key.number()).is_some() {
            return Ok(());
        }
        self.spare_parts = self
            .spare_parts
            .checked_sub(parts as usize)
            .ok_or(MalformedRecord {
                what: "cells of fewer parts",
            })?;
        // A cell without parts would have no location of its own.
        let parts = parts.max(1);
        let (name, type_name) = (some(name), some(type_name));
        let cell = self.tables.add_cell(name, type_name, created_at, parts);
        let first = self.tables.cell(cell).extent.first().number();
        self.locations.insert_run(key.number(), parts, first);
        Ok(())
    }

    /// Renumbers the stack nodes, so that a parent comes before its children. A
    /// parent that is unknown, or its own descendant, is the root.
    fn resolve_stacks(&mut self) {
        self.resolve_nodes();
        // Stack zero, which is none, is found by one step as well.
        self.resolved_by_id = vec![StackId::EMPTY; self.stacks.dense().len().max(1)];
        for (node, resolved) in self.nodes.iter().zip(&self.resolved) {
            if let Some(stack) = self.resolved_by_id.get_mut(node.id.index()) {
                *stack = *resolved;
            }
        }
    }

    fn resolve_nodes(&mut self) {
        self.resolved = vec![StackId::EMPTY; self.nodes.len()];
        let mut met = vec![false; self.nodes.len()];
        let mut pending = Vec::new();
        for start in 0..self.nodes.len() {
            let mut next = Some(start);
            while let Some(place) = next.filter(|place| !std::mem::replace(&mut met[*place], true))
            {
                pending.push(place);
                let parent = u64::from(self.nodes[place].parent.number());
                next = self.stacks.get(parent).map(|place| place as usize);
            }
            while let Some(place) = pending.pop() {
                let parent = self.stack(self.nodes[place].parent);
                let node = std::mem::replace(&mut self.nodes[place].node, NodeKind::Cut);
                self.resolved[place] = self.tables.stacks.push(match node {
                    NodeKind::Cut => StackNode::Cut,
                    NodeKind::Site(site) => StackNode::Site { parent, site },
                    NodeKind::Address(address) => StackNode::Address { parent, address },
                });
            }
        }
    }
}

fn some(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

fn small(index: usize) -> u32 {
    u32::try_from(index).expect("fewer than 2^32 definitions")
}
