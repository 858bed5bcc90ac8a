//! What this process has looked up before. A test that judges many sessions asks for
//! the same addresses of the same binary again and again, and the debug information of
//! a test binary takes a tenth of a second to open.
//!
//! **Invariant:** it holds what binaries with a build id told, by that id: a binary that
//! is built anew is another one.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use racegate_eventlog::Module;

use super::Frame;
use crate::source::SourceRoot;

/// The most addresses that are remembered: some tens of megabytes.
const MOST: usize = 1 << 16;

/// A binary as seen from a source root. Where it is mapped makes no difference.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Binary {
    path: String,
    build_id: Vec<u8>,
    root: Option<SourceRoot>,
}

/// By binary, then by address, counted from its first byte.
type Known = BTreeMap<Binary, BTreeMap<u64, Vec<Frame>>>;

static KNOWN: Mutex<Known> = Mutex::new(BTreeMap::new());

/// The frames of an address of a module, if it was looked up before.
pub(super) fn recall(
    module: &Module,
    root: Option<&SourceRoot>,
    address: u64,
) -> Option<Vec<Frame>> {
    let known = known();
    let of_binary = known.get(&Binary::of(module, root))?;
    of_binary.get(&(address - module.base)).cloned()
}

/// Remembers the frames of an address of a module. Nothing told is worth
/// remembering, too.
pub(super) fn remember(module: &Module, root: Option<&SourceRoot>, address: u64, frames: &[Frame]) {
    // Another build of a binary without an id would be taken for it.
    if module.build_id.is_empty() {
        return;
    }
    let mut known = known();
    if known.values().map(BTreeMap::len).sum::<usize>() >= MOST {
        known.clear();
    }
    let of_binary = known.entry(Binary::of(module, root)).or_default();
    of_binary.insert(address - module.base, frames.to_vec());
}

impl Binary {
    fn of(module: &Module, root: Option<&SourceRoot>) -> Self {
        Self {
            path: module.path.clone(),
            build_id: module.build_id.clone(),
            root: root.cloned(),
        }
    }
}

fn known() -> MutexGuard<'static, Known> {
    // A panic between two insertions leaves whole entries behind.
    KNOWN.lock().unwrap_or_else(PoisonError::into_inner)
}
