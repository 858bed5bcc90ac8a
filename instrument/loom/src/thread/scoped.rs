//! Threads that may borrow, which loom has not.
//!
//! **Invariant:** a thread of a scope is in the run to the end of its thread-locals, as every
//! other one is, although the scope ends before that.

use std::fmt;
use std::ptr;

use racegate::thread as recorded;
use racegate::thread::ScopedJoinHandle;

use crate::execution::{self, Execution};

/// A scope to spawn threads in.
#[repr(transparent)]
pub struct Scope<'scope, 'env: 'scope>(recorded::Scope<'scope, 'env>);

/// Runs `f`, which may spawn threads that borrow, and waits for their closures.
///
/// ```
/// use loom::sync::atomic::{AtomicUsize, Ordering};
///
/// loom::model(|| {
///     let count = AtomicUsize::new(0);
///     loom::thread::scope(|scope| {
///         scope.spawn(|| count.fetch_add(1, Ordering::Relaxed));
///     });
///     assert_eq!(count.load(Ordering::Relaxed), 1);
/// });
/// ```
///
/// # Panics
///
/// When `f` does, and when a thread of the scope did that was not joined.
#[track_caller]
pub fn scope<'env, F, T>(f: F) -> T
where
    F: for<'scope> FnOnce(&'scope Scope<'scope, 'env>) -> T,
{
    recorded::scope(|scope| {
        let scope = ptr::from_ref(scope).cast::<Scope<'_, 'env>>();
        // SAFETY: it is the same type by another name, and lives as long.
        f(unsafe { &*scope })
    })
}

impl<'scope> Scope<'scope, '_> {
    /// Spawns a thread that ends before the scope does.
    ///
    /// # Panics
    ///
    /// When the system cannot make a thread.
    #[track_caller]
    pub fn spawn<F, T>(&'scope self, f: F) -> ScopedJoinHandle<'scope, T>
    where
        F: FnOnce() -> T + Send + 'scope,
        T: Send + 'scope,
    {
        let running = execution::current().map(Execution::spawns);
        self.0.spawn(move || {
            if let Some(running) = running {
                running.stays_here();
            }
            f()
        })
    }
}

impl fmt::Debug for Scope<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
