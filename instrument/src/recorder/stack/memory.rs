//! What a thread needs to capture stacks, handed on from thread to thread.
//!
//! **Invariant:** one unwinder has it at a time, and finds nothing of another's in it.

use std::sync::{Mutex, PoisonError};

use super::incremental::Kept;
use super::memo::Memo;
use crate::recorder::zeroed::{Zeroed, zeroed};

/// What one thread needs.
pub(super) struct Memory {
    pub(super) kept: Kept,
    pub(super) memo: Memo,
    /// Where none is in use: the next one that is idle.
    next: Option<&'static mut Memory>,
}

// SAFETY: so are its parts; zero is no next one.
unsafe impl Zeroed for Memory {}

static IDLE: Mutex<Option<&'static mut Memory>> = Mutex::new(None);

/// Memory that was used before, or new. `None` when the system has none.
pub(super) fn take() -> Option<&'static mut Memory> {
    let mut idle = IDLE.lock().unwrap_or_else(PoisonError::into_inner);
    match idle.take() {
        Some(memory) => {
            *idle = memory.next.take();
            Some(memory)
        }
        None => {
            drop(idle);
            zeroed(1)?.first_mut()
        }
    }
}

/// Gives it back.
pub(super) fn give_back(memory: &'static mut Memory) {
    memory.kept.forget();
    memory.memo.forget();
    let mut idle = IDLE.lock().unwrap_or_else(PoisonError::into_inner);
    memory.next = idle.take();
    *idle = Some(memory);
}
