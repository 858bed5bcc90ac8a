//! Threads of a model.

use std::any::Any;
use std::fmt;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

mod scoped;

pub use racegate::thread::{
    AccessError, LocalKey, Result, ScopedJoinHandle, Thread, ThreadId, current, panicking, sleep,
    yield_now,
};
pub use scoped::{Scope, scope};

use crate::execution::{self, Execution};

/// The right to join a thread.
pub struct JoinHandle<T>(racegate::thread::JoinHandle<Outcome<T>>);

/// What a thread came to.
enum Outcome<T> {
    Returned(Unsent<T>),
    Panicked(Payload),
}

/// What a thread panicked with. Where nobody joins the thread, the run has it.
struct Payload {
    payload: Option<Box<dyn Any + Send>>,
    execution: Option<Arc<Execution>>,
}

impl Drop for Payload {
    fn drop(&mut self) {
        if let (Some(payload), Some(execution)) = (self.payload.take(), &self.execution) {
            execution.panicked(payload);
        }
    }
}

/// What loom takes from thread to thread although it may not be sent.
struct Unsent<T>(T);

// SAFETY: loom's threads are one thread of the system, so that its `spawn` asks for no
// `Send`, and models rely on that. What it would have kept apart, such as the count of an
// `Rc`, is what this model is asked about: whoever runs it here vouches for the rest.
unsafe impl<T> Send for Unsent<T> {}

impl<T> Unsent<T> {
    fn into_inner(self) -> T {
        self.0
    }
}

/// Spawns a thread. As in loom, what it takes along need not be [`Send`].
///
/// # Panics
///
/// When the system cannot make a thread.
#[track_caller]
pub fn spawn<F, T>(f: F) -> JoinHandle<T>
where
    F: FnOnce() -> T + 'static,
    T: 'static,
{
    start(racegate::thread::Builder::new(), f).expect("failed to spawn thread")
}

#[track_caller]
fn start<F, T>(builder: racegate::thread::Builder, f: F) -> io::Result<JoinHandle<T>>
where
    F: FnOnce() -> T + 'static,
    T: 'static,
{
    let execution = execution::current();
    let running = execution.clone().map(Execution::spawns);
    let f = Unsent(f);
    let run = move || {
        if let Some(running) = running {
            running.stays_here();
        }
        match catch_unwind(AssertUnwindSafe(f.into_inner())) {
            Ok(value) => Outcome::Returned(Unsent(value)),
            Err(payload) => Outcome::Panicked(Payload {
                payload: Some(payload),
                execution,
            }),
        }
    };
    builder.spawn(run).map(JoinHandle)
}

impl<T> JoinHandle<T> {
    /// Waits for the thread to end. All that it did is ordered before what follows.
    ///
    /// # Errors
    ///
    /// The payload, when the thread panicked.
    #[track_caller]
    pub fn join(self) -> Result<T> {
        let waiting = execution::waiting(&format!("the end of {}", self.told()));
        let outcome = self.0.join();
        drop(waiting);
        match outcome? {
            Outcome::Returned(value) => Ok(value.into_inner()),
            Outcome::Panicked(mut panic) => match panic.payload.take() {
                Some(payload) => Err(payload),
                None => unreachable!("a payload is taken once"),
            },
        }
    }

    /// What reports call the thread.
    fn told(&self) -> String {
        let thread = match self.0.number() {
            Some(number) => format!("thread {number}"),
            None => "a thread".to_owned(),
        };
        match self.0.thread().name() {
            Some(name) => format!("{thread} `{name}`"),
            None => thread,
        }
    }

    /// The thread.
    #[must_use]
    pub fn thread(&self) -> &Thread {
        self.0.thread()
    }

    /// Whether its closure has returned.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.0.is_finished()
    }
}

/// Waits until the thread is unparked, or for no reason.
#[track_caller]
pub fn park() {
    let waiting = execution::waiting("being unparked");
    racegate::thread::park();
    drop(waiting);
}

/// What to spawn a thread with.
#[derive(Debug)]
pub struct Builder(racegate::thread::Builder);

impl Builder {
    /// A builder of threads without a name and with the default stack.
    #[expect(clippy::new_without_default, reason = "loom's has none")]
    #[must_use]
    pub fn new() -> Self {
        Self(racegate::thread::Builder::new())
    }

    /// Names the thread.
    #[must_use]
    pub fn name(self, name: String) -> Self {
        Self(self.0.name(name))
    }

    /// Sets the size of its stack, in bytes.
    #[must_use]
    pub fn stack_size(self, size: usize) -> Self {
        Self(self.0.stack_size(size))
    }

    /// Spawns the thread. As in loom, what it takes along need not be [`Send`].
    ///
    /// # Errors
    ///
    /// When the system cannot make a thread.
    #[track_caller]
    pub fn spawn<F, T>(self, f: F) -> io::Result<JoinHandle<T>>
    where
        F: FnOnce() -> T + 'static,
        T: 'static,
    {
        start(self.0, f)
    }
}

impl<T> fmt::Debug for JoinHandle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JoinHandle").finish_non_exhaustive()
    }
}
