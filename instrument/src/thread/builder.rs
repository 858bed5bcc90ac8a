//! Spawning.
//!
//! **Invariant:** a fork is recorded before the real spawn, and the child's begin
//! before its closure runs.

use std::io;
use std::panic::Location;

use racegate_eventlog::ThreadOrigin;

use super::handle::Thread;
use super::join::JoinHandle;
use super::outcome::Outcome;
use super::own_parker;
use super::park::Parker;
use super::scoped::{Scope, ScopedJoinHandle};
use crate::recorder::{self, Forked, Joinable, Rooted};

/// Spawns a thread, as [`std::thread::spawn`] does.
///
/// ```
/// let answer = racegate::thread::spawn(|| 6 * 7);
/// assert_eq!(answer.join().unwrap(), 42);
/// ```
///
/// # Panics
///
/// When the system cannot make a thread; [`Builder::spawn`] returns the error.
#[track_caller]
pub fn spawn<F, T>(f: F) -> JoinHandle<T>
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    Builder::new().spawn(f).expect("failed to spawn thread")
}

/// What to spawn a thread with; [`std::thread::Builder`]'s twin.
///
/// ```
/// let builder = racegate::thread::Builder::new().name("baker".to_owned());
/// let baker = builder.spawn(|| racegate::thread::current().name().map(str::to_owned)).unwrap();
/// assert_eq!(baker.join().unwrap().as_deref(), Some("baker"));
/// ```
#[derive(Debug)]
#[must_use = "must eventually spawn the thread"]
pub struct Builder {
    real: std::thread::Builder,
    /// The real builder does not tell.
    name: Option<String>,
}

/// What a new thread takes along.
pub(super) struct Departure {
    forked: Option<Forked>,
    parker: Parker,
}

/// What stays with the one who spawned it.
pub(super) struct Remaining {
    joinable: Option<Joinable>,
    parker: Parker,
}

impl Builder {
    /// A builder of threads without a name and with the default stack.
    #[expect(clippy::new_without_default, reason = "std's has none")]
    pub fn new() -> Self {
        Self {
            real: std::thread::Builder::new(),
            name: None,
        }
    }

    /// Names the thread.
    pub fn name(self, name: String) -> Self {
        Self {
            real: self.real.name(name.clone()),
            name: Some(name),
        }
    }

    /// Sets the size of its stack, in bytes.
    pub fn stack_size(self, size: usize) -> Self {
        Self {
            real: self.real.stack_size(size),
            name: self.name,
        }
    }

    /// Spawns the thread.
    ///
    /// # Errors
    ///
    /// When the system cannot make a thread.
    ///
    /// # Panics
    ///
    /// When the name holds a null byte.
    #[track_caller]
    pub fn spawn<F, T>(self, f: F) -> io::Result<JoinHandle<T>>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        let (departure, remaining) = depart(self.name);
        let site = Location::caller();
        let run = move || departure.run(|| Outcome::of(f, None, site));
        let real = self.real.spawn(run)?;
        Ok(JoinHandle::new(real, remaining))
    }

    /// Spawns the thread without asking that what it borrows lives for ever.
    ///
    /// # Safety
    ///
    /// As [`std::thread::Builder::spawn_unchecked`]: the thread must be joined
    /// before any lifetime in `f` and in its result ends.
    ///
    /// # Errors
    ///
    /// When the system cannot make a thread.
    #[track_caller]
    pub unsafe fn spawn_unchecked<F, T>(self, f: F) -> io::Result<JoinHandle<T>>
    where
        F: FnOnce() -> T + Send,
        T: Send,
    {
        let (departure, remaining) = depart(self.name);
        let site = Location::caller();
        let run = move || departure.run(|| Outcome::of(f, None, site));
        // SAFETY: what is taken along lives for ever; the rest is the caller's promise.
        let real = unsafe { self.real.spawn_unchecked(run) }?;
        Ok(JoinHandle::new(real, remaining))
    }

    /// Spawns a thread of a scope.
    ///
    /// # Errors
    ///
    /// When the system cannot make a thread.
    ///
    /// # Panics
    ///
    /// When the name holds a null byte.
    #[track_caller]
    pub fn spawn_scoped<'scope, 'env, F, T>(
        self,
        scope: &'scope Scope<'scope, 'env>,
        f: F,
    ) -> io::Result<ScopedJoinHandle<'scope, T>>
    where
        F: FnOnce() -> T + Send + 'scope,
        T: Send + 'scope,
    {
        let (departure, remaining) = depart(self.name);
        scope.start(self.real, departure, remaining, f)
    }
}

/// Records the fork. A spawn that fails leaves a thread that never begins.
#[track_caller]
fn depart(name: Option<String>) -> (Departure, Remaining) {
    let forked = recorder::fork(name, ThreadOrigin::Spawned);
    let parker = Parker::default();
    let remaining = Remaining {
        joinable: forked.as_ref().map(Forked::joinable),
        parker: parker.clone(),
    };
    (Departure { forked, parker }, remaining)
}

impl Departure {
    /// The new thread: it begins, and then runs `f`.
    pub(super) fn run<T>(self, f: impl FnOnce() -> T) -> T {
        if let Some(forked) = self.forked {
            forked.begin();
        }
        own_parker::set(self.parker);
        let _rooted = Rooted::here();
        f()
    }
}

impl Remaining {
    /// The handle of the thread, and what its joiner records.
    pub(super) fn with_real(self, real: &std::thread::Thread) -> (Thread, Option<Joinable>) {
        (Thread::new(real.clone(), self.parker), self.joinable)
    }
}
