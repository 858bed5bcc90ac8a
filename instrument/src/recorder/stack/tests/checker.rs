//! A walker, each of whose stacks is compared.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::marker::PhantomData;
use std::panic::Location;

use racegate_eventlog::StackId;
use racegate_eventlog::record::Definition;

use crate::recorder::door::{self, Entrance};
use crate::recorder::era::Era;
use crate::recorder::interner;
use crate::recorder::stack::addresses::DEPTH;
use crate::recorder::stack::by_tables::Walker;
use crate::recorder::stack::place::Place;
use crate::recorder::stack::{Caller, FromCaller, from_caller};

/// A walker and what it told.
pub(super) struct Checker {
    walker: Walker,
    /// What the system's unwinder said where the node was told.
    by_node: HashMap<StackId, u64>,
    by_stack: HashMap<u64, StackId>,
    /// Frames of the system's walk between its own end and the function that captures.
    inner: Option<usize>,
    pub(super) compared: usize,
    /// Different stacks that the tables could not tell.
    pub(super) walked_by_system: usize,
}

impl Checker {
    pub(super) fn new() -> Self {
        Self {
            walker: Walker::new(),
            by_node: HashMap::new(),
            by_stack: HashMap::new(),
            inner: None,
            compared: 0,
            walked_by_system: 0,
        }
    }

    /// How many different stacks there were.
    pub(super) fn stacks(&self) -> usize {
        self.by_node.len()
    }

    /// Captures the caller's stack and compares it with what the system says.
    #[inline(never)]
    #[track_caller]
    pub(super) fn probe(&mut self) -> StackId {
        let asked = Asked {
            walker: RefCell::new(&mut self.walker),
            told: Cell::new(StackId::EMPTY),
        };
        let (entrance, _) = door::entrance();
        from_caller::<Probe<'_>>(&asked, Location::caller(), entrance);
        let stack = asked.told.get();
        let (_, node) = interner::definition(stack);
        let mut system: [usize; 2 * DEPTH] = [0; 2 * DEPTH];
        let mut count = 0;
        // SAFETY: the frames are used only inside the closure, on this thread.
        unsafe {
            backtrace::trace_unsynchronized(|frame| {
                let address = frame.ip() as usize;
                if address != 0 && count < system.len() {
                    system[count] = address;
                    count += 1;
                }
                count < system.len()
            });
        }
        self.compare(node, &system[..count]);
        node
    }

    fn compare(&mut self, node: StackId, system: &[usize]) {
        self.compared += 1;
        let inner = *self.inner.get_or_insert_with(|| {
            let told = addresses(node);
            system.len() + 1 - told.len()
        });
        // This function's own frame is told by another address of it.
        let callers = &system[inner..];
        let callers = &callers[..callers.len().min(DEPTH - 1)];
        let stack = hash(callers);
        let before = *self.by_node.entry(node).or_insert_with(|| {
            self.walked_by_system += usize::from(!agrees(&addresses(node), callers));
            stack
        });
        assert!(before == stack, "the stack captured before is this one");
        let same = *self.by_stack.entry(stack).or_insert(node);
        assert!(same == node, "one stack has one node");
    }
}

/// A walker that is asked for the stack of a caller, and what it told.
struct Asked<'walker> {
    walker: RefCell<&'walker mut Walker>,
    told: Cell<StackId>,
}

/// Asks as an event does.
struct Probe<'walker>(PhantomData<&'walker ()>);

impl<'walker> FromCaller for Probe<'walker> {
    type On = Asked<'walker>;

    fn run(asked: &Asked<'walker>, caller: Caller<'_>, entrance: Entrance) {
        let mut walker = asked.walker.borrow_mut();
        let known = if walker.remembers() {
            // SAFETY: it remembers.
            unsafe { walker.known(caller, Era::FIRST) }
        } else {
            None
        };
        drop(walker);
        match known {
            Some(stack) => asked.told.set(stack),
            None => caller.hand_on::<Self>(asked, entrance),
        }
    }

    fn any_way(asked: &Asked<'walker>, place: Place<'_>) {
        let stack = asked.walker.borrow_mut().capture(place, Era::FIRST);
        asked.told.set(stack);
    }
}

/// Whether a stack that was told is what the system says of this function's callers; and
/// if it is, whether the tables told it, and not the system, which tells of its own
/// frames, too.
fn agrees(told: &[usize], callers: &[usize]) -> bool {
    if told.len() == DEPTH {
        assert_eq!(told[1..], *callers, "the captured stack is the system's");
        return true;
    }
    assert!(told.ends_with(callers), "{told:x?} is not {callers:x?}");
    told.len() == callers.len() + 1
}

fn hash(addresses: &[usize]) -> u64 {
    let mut hasher = DefaultHasher::new();
    addresses.hash(&mut hasher);
    hasher.finish()
}

/// The addresses of a node, innermost first.
pub(super) fn addresses(mut node: StackId) -> Vec<usize> {
    let mut addresses = Vec::new();
    while node != StackId::EMPTY {
        let (definition, parent) = interner::definition(node);
        if let Definition::Frame { address, .. } = definition {
            addresses.push(usize::try_from(address).expect("addresses are words"));
        } else {
            assert_eq!(definition, Definition::Cut { id: node });
        }
        node = parent;
    }
    addresses
}
