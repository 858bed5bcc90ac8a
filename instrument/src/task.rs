//! Logical threads, for executors.
//!
//! A task is a thread of the log that is not a thread of the system: two tasks that
//! one OS thread runs in turn are ordered by nothing but their executor's whim, and
//! race as two threads do. The executor says when a task starts, when it runs, when
//! it ends, and who waits for it.
//!
//! **Invariant:** a task is entered on at most one OS thread at a time, and not
//! after it finished.

#[cfg(not(feature = "enabled"))]
mod silent;

use std::fmt;
use std::marker::PhantomData;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::ThreadId;

#[cfg(feature = "enabled")]
use crate::recorder::{Entry, Logical};
#[cfg(not(feature = "enabled"))]
use silent::{Entry, Logical};

/// A logical thread.
///
/// ```
/// use racegate::cell::RaceCell;
/// use racegate::task::Task;
///
/// let cell = RaceCell::new(0);
/// let report = racegate::check(|| {
///     // An executor of one OS thread.
///     let tasks = [Task::spawn("ping"), Task::spawn("pong")];
///     for task in &tasks {
///         let _entered = task.enter();
///         cell.update(|count| count + 1);
///     }
///     for task in &tasks {
///         task.finish();
///         task.join();
///     }
///     assert_eq!(cell.get(), 2);
/// });
/// # #[cfg(feature = "enabled")]
/// assert_eq!(report.verdict(), racegate::Verdict::Racy);
/// ```
pub struct Task {
    name: String,
    state: Mutex<State>,
    /// `None` when nothing was recorded where it was spawned.
    logical: Option<Logical>,
}

/// What may be done with a task now.
#[derive(Clone, Copy)]
enum State {
    /// It can be entered or finished.
    Away,
    /// It is entered on this OS thread, so many times.
    Entered(ThreadId, u32),
    /// It can be joined.
    Finished,
}

/// A task that is entered: what this OS thread does until this is dropped is the
/// task's.
///
/// Guards are dropped in the reverse order as a rule. Where they are not, dropping
/// one leaves the tasks entered after it, too.
#[must_use = "the task is left when this is dropped"]
pub struct Entered<'task> {
    task: &'task Task,
    entry: Option<Entry>,
    /// It stays on its OS thread.
    _local: PhantomData<*const ()>,
}

impl Task {
    /// Starts a task: all that the caller did is ordered before all that it does.
    #[track_caller]
    #[must_use]
    pub fn spawn(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            state: Mutex::new(State::Away),
            logical: Logical::fork(name),
        }
    }

    /// From here on this OS thread is the task, until the guard is dropped. The
    /// task may have been on another OS thread before. Entering makes no edge:
    /// the task goes on where it was.
    ///
    /// # Panics
    ///
    /// When the task is entered on another OS thread, and when it has finished.
    pub fn enter(&self) -> Entered<'_> {
        let here = std::thread::current().id();
        let mut state = self.state();
        let name = &self.name;
        *state = match *state {
            State::Away => State::Entered(here, 1),
            State::Entered(thread, times) if thread == here => State::Entered(here, times + 1),
            State::Entered(..) => {
                drop(state);
                panic!("the task `{name}` is entered on another thread");
            }
            State::Finished => {
                drop(state);
                panic!("the task `{name}` has finished");
            }
        };
        Entered {
            task: self,
            entry: self.logical.as_ref().and_then(Logical::enter),
            _local: PhantomData,
        }
    }

    /// The task ends.
    ///
    /// # Panics
    ///
    /// When it is entered, and when it has finished before.
    pub fn finish(&self) {
        let mut state = self.state();
        let name = &self.name;
        match *state {
            State::Away => *state = State::Finished,
            State::Entered(..) => {
                drop(state);
                panic!("the task `{name}` is entered");
            }
            State::Finished => {
                drop(state);
                panic!("the task `{name}` has finished before");
            }
        }
        self.logical.as_ref().inspect(|logical| logical.finish());
    }

    /// All that the task did is ordered before what the caller does next.
    ///
    /// # Panics
    ///
    /// When it has not finished.
    #[track_caller]
    pub fn join(&self) {
        let finished = matches!(*self.state(), State::Finished);
        assert!(finished, "the task `{}` has not finished", self.name);
        if let Some(logical) = &self.logical {
            logical.joined();
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing panics while it is locked.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Entered<'_> {
    fn drop(&mut self) {
        if let Some(entry) = self.entry.take() {
            Logical::leave(entry);
        }
        let mut state = self.task.state();
        *state = match *state {
            State::Entered(thread, times) if times > 1 => State::Entered(thread, times - 1),
            State::Entered(..) | State::Away => State::Away,
            State::Finished => State::Finished,
        };
    }
}

impl fmt::Debug for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Task")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Entered<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Entered").field(&self.task).finish()
    }
}
