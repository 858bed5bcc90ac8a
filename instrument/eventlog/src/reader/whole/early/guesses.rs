//! What was guessed while a log was not known, held against its index.
//!
//! **Invariant:** where all guesses are right, what was handed over is what a replay hands
//! over, under other numbers.

use super::turn::Turn;
use crate::id::ObjectId;
use crate::reader::definitions::Definitions;
use crate::reader::whole::walk::Facts;
use crate::record::ObjectKey;
use crate::validate::{Foreseen, Role, shares};

/// Whether all of them are right.
pub(super) fn are_right(turn: &Turn<'_>, facts: &[Facts], definitions: &Definitions) -> bool {
    lives_are_right(turn, facts, definitions)
        && keys_are_right(turn, definitions)
        && locks_are_right(turn, definitions)
}

fn lives_are_right(turn: &Turn<'_>, facts: &[Facts], definitions: &Definitions) -> bool {
    let threads = &definitions.tables().threads;
    let mut lives = turn.lives.iter().zip(facts.iter().zip(threads));
    lives.all(|(life, (facts, thread))| {
        let foreseen = |it: Foreseen| (it.fork, it.begin);
        let begun = life.begun.map(foreseen);
        begun.is_none_or(|begun| begun == foreseen(facts.foreseen))
            && life.origin.is_some_and(shares) == shares(thread.origin)
    })
}

/// Whether every key has a location of its own, and is no object.
fn keys_are_right(turn: &Turn<'_>, definitions: &Definitions) -> bool {
    let tables = definitions.tables();
    let in_a_row = |&(first, parts): &(u64, u32)| {
        let key = |part: u32| ObjectKey::new(first + u64::from(part));
        let place = |part: u32| definitions.known_location(key(part));
        let start = definitions.location(key(0)).number();
        definitions.beyond(key(0), parts).is_none()
            && (0..parts).all(|part| place(part).is_some_and(|it| it.number() == start + part))
    };
    tables.memories.is_empty() && turn.ranges.iter().all(in_a_row)
}

fn locks_are_right(turn: &Turn<'_>, definitions: &Definitions) -> bool {
    let objects: Vec<Option<ObjectId>> = turn
        .objects
        .keys()
        .map(|key| definitions.known_object(key))
        .collect();
    let roles = turn.checker.roles().iter();
    roles.zip(&objects).all(|(role, object)| {
        let known = object.map_or(Role::None, |it| Role::of(definitions.tables(), it));
        match *role {
            Role::Readers(writers) => {
                objects[writers.index()].is_some_and(|it| known == Role::Readers(it))
            }
            Role::Mutex | Role::Writers | Role::None => *role == known,
        }
    })
}
