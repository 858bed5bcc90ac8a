//! The objects of a text: what a verb's operand stands for.

use std::collections::{HashMap, HashSet};

use super::line::Line;
use super::orderings;
use crate::event::{EventKind, LockMode};
use crate::id::{Extent, ObjectId, StackId};
use crate::tables::{ObjectClass, ObjectInfo, Tables};

/// The half of an rwlock that readers leave and writers wait for has a name of
/// its own: the lock's, and this.
pub(super) const READERS: &str = ".readers";

/// What a declaration calls a class.
const CLASSES: [(&str, ObjectClass); 13] = [
    ("mutex", ObjectClass::Mutex),
    ("writers", ObjectClass::RwLock),
    ("readers", ObjectClass::RwLockReaders),
    ("atomic", ObjectClass::Atomic),
    ("slot", ObjectClass::ChannelSlot),
    ("closed", ObjectClass::ChannelClose),
    ("barrier", ObjectClass::Barrier),
    ("once", ObjectClass::Once),
    ("waitgroup", ObjectClass::WaitGroup),
    ("park", ObjectClass::Park),
    ("arc", ObjectClass::Arc),
    ("scope", ObjectClass::Scope),
    ("tag", ObjectClass::Tag),
];
/// What a declaration calls both halves of an rwlock.
pub(super) const RWLOCK: &str = "rwlock";

/// What a declaration calls a class.
pub(super) fn class_name(class: ObjectClass) -> &'static str {
    CLASSES
        .iter()
        .find(|(_, other)| *other == class)
        .map_or("tag", |(name, _)| name)
}

/// How an object is taken and given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LockKind {
    /// By one thread at a time, again and again.
    Mutex,
    /// The same, once the readers have left.
    RwLock {
        /// What they leave by.
        readers: ObjectId,
    },
    /// It is no lock.
    Other,
}

impl LockKind {
    /// The kind of an object.
    pub(super) fn of(tables: &Tables, object: ObjectId) -> Self {
        let info = tables.object(object);
        match (info.class, info.partner) {
            (ObjectClass::Mutex, _) => Self::Mutex,
            (ObjectClass::RwLock, Some(readers)) => Self::RwLock { readers },
            (
                ObjectClass::RwLock
                | ObjectClass::RwLockReaders
                | ObjectClass::Atomic
                | ObjectClass::ChannelSlot
                | ObjectClass::ChannelClose
                | ObjectClass::Barrier
                | ObjectClass::Once
                | ObjectClass::WaitGroup
                | ObjectClass::Park
                | ObjectClass::Arc
                | ObjectClass::Scope
                | ObjectClass::Tag,
                _,
            ) => Self::Other,
        }
    }
}

/// The objects of a text that is being read.
pub(super) struct Objects {
    by_name: HashMap<String, ObjectId>,
    /// Names of locks that are read-locked somewhere.
    shared: HashSet<String>,
}

impl Objects {
    /// None yet. A lock that any line takes shared is an rwlock in every line.
    pub(super) fn new(lines: &[Line<'_>]) -> Self {
        let shared = lines
            .iter()
            .filter(|line| ["racq", "rrel", "rreq"].contains(&line.verb))
            .filter_map(|line| line.operands.first().map(|name| line.plain(name)))
            .collect();
        Self {
            by_name: HashMap::new(),
            shared,
        }
    }

    /// The object of this name; the first verb that names it decides its class.
    fn named(&mut self, tables: &mut Tables, name: String, class: ObjectClass) -> ObjectId {
        if let Some(object) = self.by_name.get(&name) {
            return *object;
        }
        let object = tables.add_object(info(&name, class, StackId::EMPTY, None));
        self.by_name.insert(name, object);
        object
    }

    /// The lock of this name: a mutex, or the first half of an rwlock.
    pub(super) fn lock(&mut self, tables: &mut Tables, name: String) -> ObjectId {
        if self.shared.contains(&name) && !self.by_name.contains_key(&name) {
            return self.add_rwlock(tables, &name, StackId::EMPTY, None);
        }
        self.named(tables, name, ObjectClass::Mutex)
    }

    /// What a verb of an object does; `None` for other verbs.
    pub(super) fn event(
        &mut self,
        tables: &mut Tables,
        line: &Line<'_>,
    ) -> Result<Option<EventKind>, String> {
        let kind = match line.verb {
            "racq" => EventKind::Acquire(self.shared(tables, line)?.0),
            "rrel" => EventKind::ReleaseMerge(self.shared(tables, line)?.1),
            "req" => EventKind::Request(self.lock(tables, line.name()?), LockMode::Write),
            "rreq" => EventKind::Request(self.lock(tables, line.name()?), LockMode::Read),
            "wait" => EventKind::Acquire(self.named(tables, line.name()?, ObjectClass::Tag)),
            "post" => EventKind::Release(self.named(tables, line.name()?, ObjectClass::Tag)),
            "signal" => EventKind::ReleaseMerge(self.named(tables, line.name()?, ObjectClass::Tag)),
            "xchg" => EventKind::Exchange(self.named(tables, line.name()?, ObjectClass::Tag)),
            "ld" => {
                let (name, ordering) = line.name_and("ordering")?;
                let ordering = orderings::load(ordering)?;
                EventKind::Load(self.named(tables, name, ObjectClass::Atomic), ordering)
            }
            "st" => {
                let (name, ordering) = line.name_and("ordering")?;
                let ordering = orderings::store(ordering)?;
                EventKind::Store(self.named(tables, name, ObjectClass::Atomic), ordering)
            }
            "rmw" => {
                let (name, ordering) = line.name_and("ordering")?;
                let ordering = orderings::rmw(ordering)?;
                EventKind::Rmw(self.named(tables, name, ObjectClass::Atomic), ordering)
            }
            "ruse" => EventKind::Read(self.memory(tables, line)?),
            "wuse" => EventKind::Write(self.memory(tables, line)?),
            "fence" => EventKind::Fence(orderings::fence(line.one()?)?),
            _ => return Ok(None),
        };
        Ok(Some(kind))
    }

    /// The memory of the object that a line names.
    fn memory(&mut self, tables: &mut Tables, line: &Line<'_>) -> Result<Extent, String> {
        let object = self.named(tables, line.name()?, ObjectClass::Tag);
        Ok(tables.add_memory(object))
    }

    /// Both halves of the rwlock that a line names.
    fn shared(
        &mut self,
        tables: &mut Tables,
        line: &Line<'_>,
    ) -> Result<(ObjectId, ObjectId), String> {
        let name = line.name()?;
        let lock = self.lock(tables, name.clone());
        match LockKind::of(tables, lock) {
            LockKind::RwLock { readers } => Ok((lock, readers)),
            LockKind::Mutex | LockKind::Other => Err(format!("expected `{name}` to be an rwlock")),
        }
    }

    /// Declares an object.
    pub(super) fn declare(
        &mut self,
        tables: &mut Tables,
        line: &Line<'_>,
        created_at: StackId,
    ) -> Result<(), String> {
        let (name, class, type_name) = match line.operands.as_slice() {
            [name, class] => (line.plain(name), *class, None),
            [name, class, of] => (line.plain(name), *class, Some(line.plain(of))),
            _ => {
                return Err("expected `object(name,class)` or `object(name,class,type)`".to_owned());
            }
        };
        if self.by_name.contains_key(&name) {
            return Err(format!(
                "expected one declaration of `{name}`, before its use"
            ));
        }
        if class == RWLOCK {
            self.add_rwlock(tables, &name, created_at, type_name);
            return Ok(());
        }
        let known = CLASSES.iter().find(|(known, _)| *known == class);
        let Some((_, class)) = known else {
            let names: Vec<&str> = CLASSES.iter().map(|(name, _)| *name).collect();
            return Err(format!(
                "expected a class, {RWLOCK} or one of {}, found `{class}`",
                names.join(", ")
            ));
        };
        let object = tables.add_object(info(&name, *class, created_at, type_name));
        self.by_name.insert(name, object);
        Ok(())
    }

    fn add_rwlock(
        &mut self,
        tables: &mut Tables,
        name: &str,
        created_at: StackId,
        type_name: Option<String>,
    ) -> ObjectId {
        let of = type_name.clone();
        let writers = tables.add_object(info(name, ObjectClass::RwLock, created_at, type_name));
        let readers = tables.add_object(info(name, ObjectClass::RwLockReaders, created_at, of));
        tables.objects[writers.index()].partner = Some(readers);
        tables.objects[readers.index()].partner = Some(writers);
        self.by_name.insert(name.to_owned(), writers);
        self.by_name.insert(format!("{name}{READERS}"), readers);
        writers
    }
}

fn info(
    name: &str,
    class: ObjectClass,
    created_at: StackId,
    type_name: Option<String>,
) -> ObjectInfo {
    ObjectInfo {
        class,
        name: Some(name.to_owned()),
        type_name,
        created_at,
        partner: None,
    }
}
