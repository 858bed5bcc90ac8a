//! Random histories of well-formed programs, over every verb of the log.
//!
//! Each step lets one thread do one thing that a program could do there: take a lock
//! that is free, send where there is room, leave a barrier once all have come. About
//! half of the programs guard their cells, nearly always, so that many histories are
//! free of races; in the others every edge decides about some pair.
//!
//! **Invariant:** `validate` accepts what comes out.

mod action;
mod actor;
mod atomics;
mod channels;
mod draft;
mod locks;
mod meetings;
mod memory;
mod notes;
mod world;

use racegate_eventlog::Trace;

use crate::random::Random;
use world::{Shape, World};

/// How many threads the largest programs have.
pub const MOST_THREADS: usize = 300;

/// The history of a seed. Sizes grow with the last digits of the seed, so that the
/// first seed to fail is likely to be that of a short one.
///
/// ```
/// use oracle::generator::trace;
///
/// assert_eq!(trace(7).events(), trace(7).events());
/// ```
#[must_use]
pub fn trace(seed: u64) -> Trace {
    let mut random = Random::new(seed);
    let shape = Shape::of(seed, &mut random);
    World::new(&shape, random).run(shape.steps)
}
