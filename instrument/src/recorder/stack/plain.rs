//! The plain walk: every frame, anew. The second opinion of the incremental one, and
//! what captures where that cannot: on stacks that are not the thread's own, and on very
//! deep ones.
//!
//! **Invariant:** it remembers nothing.

use super::addresses::Addresses;
use super::registers::Registers;
use super::rows;
use super::step::{Step, step};

/// The stack from `frame` on. `None` where only the system's unwinder can go on.
///
/// # Safety
///
/// `frame` is of this thread, is active, and stays so during the call.
pub(super) unsafe fn walk(mut frame: Registers) -> Option<Addresses> {
    if !frame.is_aligned() {
        return None;
    }
    let mut addresses = Addresses::none();
    let rows = rows::rows();
    while addresses.push(frame.ip) {
        // SAFETY: the first frame is active by the caller's promise, and any other one
        // is the caller of one that is.
        match unsafe { step(frame, rows) } {
            Step::Outward(caller, _) if caller.ip == 0 => break,
            Step::Outward(caller, _) => frame = caller,
            Step::Outermost => break,
            Step::Beyond => return None,
        }
    }
    Some(addresses)
}
