//! What a thread may do next, and how often.
//!
//! A program that does everything synchronises so much that no single edge decides
//! anything. Most programs therefore do a few kinds of things only, and those often
//! (swarm testing: Groce and others, ISSTA 2012).

use crate::random::Random;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    Access,
    Forget,
    DropCell,
    Lock,
    CondvarWait,
    Atomic,
    Fence,
    Send,
    Receive,
    DropSender,
    Barrier,
    WaitGroup,
    Once,
    Park,
    Unpark,
    Shared,
    Annotate,
    Fork,
    Foreign,
    Scope,
    End,
    Join,
    Note,
}

/// What programs may leave out as a whole: actions, and how likely each is.
const KINDS: [&[(Action, usize)]; 10] = [
    &[(Action::Lock, 22), (Action::CondvarWait, 3)],
    &[(Action::Atomic, 30)],
    &[(Action::Atomic, 18), (Action::Fence, 16)],
    &[
        (Action::Send, 10),
        (Action::Receive, 9),
        (Action::DropSender, 1),
    ],
    &[(Action::Barrier, 6), (Action::WaitGroup, 6)],
    &[
        (Action::Once, 6),
        (Action::Park, 5),
        (Action::Unpark, 5),
        (Action::Shared, 4),
    ],
    &[(Action::Annotate, 12)],
    &[(Action::Fork, 6), (Action::Foreign, 1), (Action::Scope, 4)],
    &[(Action::End, 10), (Action::Join, 18)],
    &[(Action::Note, 18), (Action::DropCell, 3)],
];

/// What no program leaves out.
const ALWAYS: [(Action, usize); 2] = [(Action::Access, 20), (Action::Forget, 4)];

/// What the threads of one program do.
pub(super) struct Actions {
    likely: Vec<(Action, usize)>,
    all: usize,
}

impl Actions {
    /// Those of some program.
    pub(super) fn of_some_program(random: &mut Random) -> Self {
        let mut likely = ALWAYS.to_vec();
        // A program in three does everything, the others about a third of it.
        let everything = random.once_in(3);
        for kind in KINDS {
            if everything || random.once_in(3) {
                likely.extend(kind);
            }
        }
        let all = likely.iter().map(|(_, weight)| weight).sum();
        Self { likely, all }
    }

    /// One of them.
    pub(super) fn any(&self, random: &mut Random) -> Action {
        let mut choice = random.below(self.all);
        for &(action, weight) in &self.likely {
            match choice.checked_sub(weight) {
                Some(left) => choice = left,
                None => return action,
            }
        }
        Action::Access
    }
}
