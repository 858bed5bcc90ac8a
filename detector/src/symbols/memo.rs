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

/// Moves the frames of known addresses of a module into `frames`, and returns the
/// addresses that are not known.
pub(super) fn recall(
    module: &Module,
    root: Option<&SourceRoot>,
    addresses: &[u64],
    frames: &mut BTreeMap<u64, Vec<Frame>>,
) -> Vec<u64> {
    let known = known();
    let Some(known) = known.get(&Binary::of(module, root)) else {
        return addresses.to_vec();
    };
    let mut unknown = Vec::new();
    for &address in addresses {
        match known.get(&(address - module.base)) {
            Some(told) if told.is_empty() => {}
            Some(told) => {
                frames.insert(address, told.clone());
            }
            None => unknown.push(address),
        }
    }
    unknown
}

/// Remembers the frames of some addresses of a module.
pub(super) fn remember(
    module: &Module,
    root: Option<&SourceRoot>,
    addresses: &[u64],
    frames: &BTreeMap<u64, Vec<Frame>>,
) {
    // Another build of a binary without an id would be taken for it.
    if module.build_id.is_empty() {
        return;
    }
    let mut known = known();
    if known.values().map(BTreeMap::len).sum::<usize>() + addresses.len() > MOST {
        known.clear();
    }
    let of_binary = known.entry(Binary::of(module, root)).or_default();
    for address in addresses {
        // Nothing told is worth remembering, too.
        let told = frames.get(address).cloned().unwrap_or_default();
        of_binary.insert(address - module.base, told);
    }
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
