//! What a thread may do next, and how often.

use crate::random::Random;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    Access,
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

/// Every action, as many times as it is likely.
const ACTIONS: [(Action, usize); 22] = [
    (Action::Access, 34),
    (Action::DropCell, 2),
    (Action::Lock, 18),
    (Action::CondvarWait, 3),
    (Action::Atomic, 22),
    (Action::Fence, 7),
    (Action::Send, 7),
    (Action::Receive, 6),
    (Action::DropSender, 1),
    (Action::Barrier, 3),
    (Action::WaitGroup, 3),
    (Action::Once, 3),
    (Action::Park, 2),
    (Action::Unpark, 2),
    (Action::Shared, 3),
    (Action::Annotate, 5),
    (Action::Fork, 6),
    (Action::Foreign, 1),
    (Action::Scope, 3),
    (Action::End, 9),
    (Action::Join, 14),
    (Action::Note, 8),
];

impl Action {
    /// One of them.
    pub(super) fn any(random: &mut Random) -> Self {
        let all: usize = ACTIONS.iter().map(|(_, weight)| weight).sum();
        let mut choice = random.below(all);
        for (action, weight) in ACTIONS {
            match choice.checked_sub(weight) {
                Some(left) => choice = left,
                None => return action,
            }
        }
        Self::Access
    }
}
