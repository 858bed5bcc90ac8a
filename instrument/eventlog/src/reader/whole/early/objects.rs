//! Objects of a log that has no index yet, numbered as they come.
//!
//! **Invariant:** a step happens when its stamp is the object's next one, counted from
//! one; what else may come first is not known so early.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;

use super::GaveUp;
use crate::id::{ObjectId, ThreadId};
use crate::reader::whole::marks::Marks;
use crate::reader::whole::waiting::Mixed;
use crate::record::ObjectKey;
use crate::tables::ObjectClass;
use crate::validate::{Checker, Role};

/// All objects so far.
pub(super) struct Objects {
    /// By key: one more than the number.
    numbers: Marks<u32>,
    objects: Vec<Object>,
    /// Who waits for an object's stamp.
    waiting: HashMap<(u32, u64), ThreadId, BuildHasherDefault<Mixed>>,
}

struct Object {
    key: ObjectKey,
    /// The stamp that comes next.
    next: u64,
    waiting: u32,
    /// Some definition of it was met: it is the first in the file.
    defined: bool,
}

impl Objects {
    /// None yet, whose keys are mostly below `limit`.
    pub(super) fn new(limit: u64) -> Self {
        Self {
            numbers: Marks::new(limit),
            objects: Vec::new(),
            waiting: HashMap::default(),
        }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.objects.len()
    }

    /// The keys of all, by number.
    pub(super) fn keys(&self) -> impl Iterator<Item = ObjectKey> {
        self.objects.iter().map(|object| object.key)
    }

    /// The object of a key.
    pub(super) fn meet(&mut self, key: ObjectKey, checker: &mut Checker<'_>) -> ObjectId {
        let number = self.numbers.at(key.number());
        if *number == 0 {
            self.objects.push(Object {
                key,
                next: 1,
                waiting: 0,
                defined: false,
            });
            *number = u32::try_from(self.objects.len()).expect("fewer objects than words");
            checker.add_object();
        }
        ObjectId::new(*number - 1)
    }

    /// Takes a definition.
    pub(super) fn define(
        &mut self,
        key: ObjectKey,
        class: ObjectClass,
        partner: Option<ObjectKey>,
        checker: &mut Checker<'_>,
    ) -> Result<(), GaveUp> {
        let object = self.meet(key, checker);
        if self.objects[object.index()].defined {
            return Ok(());
        }
        let partner = partner.map(|key| self.meet(key, checker));
        let role = Role::guessed(class, partner);
        let state = &mut self.objects[object.index()];
        state.defined = true;
        // What was done to it before was not held against it.
        if state.next > 1 && role != Role::None {
            return Err(GaveUp);
        }
        checker.cast(object, role);
        Ok(())
    }

    /// Whether a stamp comes next. If not, the thread waits for it.
    pub(super) fn is_next(&mut self, thread: ThreadId, object: ObjectId, sequence: u64) -> bool {
        let state = &mut self.objects[object.index()];
        if state.next == sequence {
            return true;
        }
        state.waiting += 1;
        self.waiting.insert((object.number(), sequence), thread);
        false
    }

    /// The stamp that came next has happened: who waited for the one after it.
    pub(super) fn advance(&mut self, object: ObjectId) -> Option<ThreadId> {
        let state = &mut self.objects[object.index()];
        state.next += 1;
        if state.waiting == 0 {
            return None;
        }
        let thread = self.waiting.remove(&(object.number(), state.next))?;
        state.waiting -= 1;
        Some(thread)
    }
}
