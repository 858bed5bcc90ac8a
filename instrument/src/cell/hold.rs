//! Who is inside which gate for as long as a closure of the program runs.
//!
//! Only such a hold can keep another access out for long, and only it can meet a
//! second access of its own thread; an access that is over in an instant is not
//! listed here.
//!
//! **Invariant:** a node is in its shard's list exactly while [`during`] runs its
//! closure, so whatever a list leads to is alive for as long as its shard is
//! locked.

use std::cell::Cell;
use std::panic::Location;
use std::ptr::{self, NonNull};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::gate::{Gate, Mode};

type Site = &'static Location<'static>;

const SHARDS: usize = 64;
static HOLDS: [Mutex<List>; SHARDS] = [const { Mutex::new(List(None)) }; SHARDS];

thread_local! {
    /// Its address tells threads apart; no destructor, so it works to the very end.
    static HERE: Cell<u32> = const { Cell::new(0) };
}

/// The holds of a shard's gates, the latest first.
struct List(Option<NonNull<Node>>);

// SAFETY: nodes are reached only under the shard's lock, see the module's invariant,
// and hold nothing that belongs to a thread.
unsafe impl Send for List {}

/// One hold, of all gates of a cell.
struct Node {
    gates: *const Gate,
    thread: *const Cell<u32>,
    mode: Mode,
    site: Site,
    next: Cell<Option<NonNull<Node>>>,
}

/// A node that is in its list.
struct Listed<'node>(&'node Node);

/// Runs `body`, which is inside all these gates of a cell, where others can find out about it.
pub(super) fn during<R>(gates: &[Gate], mode: Mode, site: Site, body: impl FnOnce() -> R) -> R {
    let node = Node {
        gates: gates.as_ptr(),
        thread: here(),
        mode,
        site,
        next: Cell::new(None),
    };
    let _listed = Listed::new(&node);
    body()
}

/// Whether this thread runs such a closure.
pub(super) fn holds_any() -> bool {
    HERE.with(Cell::get) > 0
}

/// Whether this thread is itself inside, in a way that conflicts with `mode`.
pub(super) fn stands_in_own_way(gates: &[Gate], mode: Mode) -> bool {
    find(gates, mode, |node| node.thread == here()).is_some()
}

/// Fails an access that cannot be made.
#[track_caller]
pub(super) fn fail(gates: &[Gate], mode: Mode, site: Site) -> ! {
    let asked = mode.noun();
    if let Some((held, at)) = find(gates, mode, |node| node.thread == here()) {
        let held = held.noun();
        panic!("racegate: the {asked} at {site} is inside this thread's own {held} at {at}");
    }
    match find(gates, mode, |_| true) {
        Some((held, at)) => {
            let held = held.noun();
            panic!(
                "racegate: data race: the {asked} at {site} overlaps the {held} at {at}, which does not end"
            )
        }
        None => {
            panic!("racegate: data race: the {asked} at {site} overlaps others, which do not end")
        }
    }
}

/// The latest hold of the gates that conflicts with `mode` and is as asked for.
fn find(gates: &[Gate], mode: Mode, is_it: impl Fn(&Node) -> bool) -> Option<(Mode, Site)> {
    let list = lock(gates.as_ptr());
    let mut next = list.0;
    while let Some(node) = next {
        // SAFETY: the list is locked, so what it leads to is alive.
        let node = unsafe { node.as_ref() };
        let conflicts = mode == Mode::Exclusive || node.mode == Mode::Exclusive;
        if ptr::eq(node.gates, gates.as_ptr()) && conflicts && is_it(node) {
            return Some((node.mode, node.site));
        }
        next = node.next.get();
    }
    None
}

fn here() -> *const Cell<u32> {
    HERE.with(ptr::from_ref)
}

fn lock(gates: *const Gate) -> MutexGuard<'static, List> {
    let shard = (gates.addr() >> 3) % SHARDS;
    // Nothing panics while it is locked.
    HOLDS[shard].lock().unwrap_or_else(PoisonError::into_inner)
}

impl<'node> Listed<'node> {
    fn new(node: &'node Node) -> Self {
        let mut list = lock(node.gates);
        node.next.set(list.0);
        list.0 = Some(NonNull::from_ref(node));
        HERE.with(|holds| holds.set(holds.get() + 1));
        Self(node)
    }
}

impl Drop for Listed<'_> {
    fn drop(&mut self) {
        HERE.with(|holds| holds.set(holds.get() - 1));
        let mut list = lock(self.0.gates);
        if list.0.is_some_and(|first| ptr::eq(first.as_ptr(), self.0)) {
            list.0 = self.0.next.get();
            return;
        }
        let mut next = list.0;
        while let Some(node) = next {
            // SAFETY: the list is locked, so what it leads to is alive.
            let node = unsafe { node.as_ref() };
            next = node.next.get();
            if next.is_some_and(|next| ptr::eq(next.as_ptr(), self.0)) {
                node.next.set(self.0.next.get());
                return;
            }
        }
    }
}
