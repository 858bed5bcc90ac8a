//! Go's `select`: one of several operations on channels that can be closed.
//!
//! Of those that can go ahead the first is chosen, so that a case need not leave to
//! luck what Go leaves to it.
//!
//! **Invariant:** to be woken by a close orders nothing; what is then done may.

use std::mem;
use std::time::Duration;

use racegate::annotate::use_shared;
use racegate::channel::{self, SelectedOperation};

use super::chan::Chan;
use super::panic::panic_quietly;

/// Long enough for any machine: a case that is wrong shall fail and not hang.
const PATIENCE: Duration = Duration::from_secs(60);

/// Operations to choose from.
pub(crate) struct Select<'a> {
    real: channel::Select<'a>,
    /// The real operations: whose they are, and whether one is only to be woken.
    added: Vec<(usize, bool)>,
    cases: usize,
}

/// The operation that can go ahead, and has to be done next.
#[must_use]
pub(crate) struct Chosen<'a> {
    case: usize,
    /// None when the channel is closed.
    real: Option<SelectedOperation<'a>>,
}

impl<'a> Select<'a> {
    /// Nothing to choose from yet.
    pub(crate) fn new() -> Self {
        Self {
            real: channel::Select::new_biased(),
            added: Vec::new(),
            cases: 0,
        }
    }

    /// Adds a send.
    pub(crate) fn send<T>(mut self, chan: &'a Chan<T>) -> Self {
        self.real.recv(&chan.closed);
        self.real.send(&chan.sender);
        self.add([true, false])
    }

    /// Adds a receive.
    pub(crate) fn recv<T>(mut self, chan: &'a Chan<T>) -> Self {
        self.real.recv(&chan.receiver);
        self.real.recv(&chan.closed);
        self.add([false, true])
    }

    fn add(mut self, is_closed: [bool; 2]) -> Self {
        self.added
            .extend(is_closed.map(|is_closed| (self.cases, is_closed)));
        self.cases += 1;
        self
    }

    /// Waits for the first that can go ahead.
    pub(crate) fn wait(mut self) -> Chosen<'a> {
        let selected = self.real.select_timeout(PATIENCE);
        self.chosen(selected.expect("an operation can go ahead at some time"))
    }

    /// The first that can go ahead now: Go's `default` is for none.
    pub(crate) fn poll(mut self) -> Option<Chosen<'a>> {
        let selected = self.real.try_select().ok()?;
        Some(self.chosen(selected))
    }

    fn chosen(self, selected: SelectedOperation<'a>) -> Chosen<'a> {
        let (case, is_closed) = self.added[selected.index()];
        let real = if is_closed {
            // Its completion would be an edge from the close.
            mem::forget(selected);
            None
        } else {
            Some(selected)
        };
        Chosen { case, real }
    }
}

impl Chosen<'_> {
    /// Which of the cases it is, counted from zero.
    pub(crate) fn case(&self) -> usize {
        self.case
    }

    /// Sends. Panics when the channel is closed.
    pub(crate) fn send<T>(self, chan: &Chan<T>, message: T) {
        use_shared(&chan.usage);
        match self.real {
            Some(selected) => {
                let sent = selected.send(&chan.sender, message);
                assert!(sent.is_ok(), "the channel keeps its receiver");
            }
            None => panic_quietly("send on closed channel"),
        }
    }

    /// Receives; none when the channel is empty and closed.
    pub(crate) fn recv<T>(self, chan: &Chan<T>) -> Option<T> {
        match self.real {
            Some(selected) => selected.recv(&chan.receiver).ok(),
            // It may have been sent just before the close.
            None => chan.receiver.try_recv().ok().or_else(|| {
                chan.closed.recv().err();
                None
            }),
        }
    }
}
