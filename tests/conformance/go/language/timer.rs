//! Go's timers: a function that is called on a goroutine of its own when the time is
//! over.

use std::time::{Duration, Instant};

use racegate::channel::{self, RecvTimeoutError, Sender};
use racegate::thread::Scope;

/// A timer that can be stopped and set again.
pub(crate) struct Timer {
    /// When to call the function, if at all; dropped for never again.
    deadlines: Sender<Option<Instant>>,
}

/// Calls a function after some time.
pub(crate) fn after_func<'scope>(
    scope: &'scope Scope<'scope, '_>,
    delay: Duration,
    call: impl FnOnce() + Send + 'scope,
) {
    scope.spawn(move || {
        channel::after(delay).recv().expect("it is sent in time");
        call();
    });
}

impl Timer {
    /// Calls a function after some time, and again when it is reset.
    pub(crate) fn after_func<'scope>(
        scope: &'scope Scope<'scope, '_>,
        delay: Duration,
        call: impl Fn() + Send + 'scope,
    ) -> Self {
        let (deadlines, changed) = channel::unbounded();
        scope.spawn(move || {
            let mut deadline = Some(Instant::now() + delay);
            loop {
                let change = match deadline {
                    Some(deadline) => changed.recv_deadline(deadline),
                    None => changed.recv().map_err(RecvTimeoutError::from),
                };
                match change {
                    Ok(changed) => deadline = changed,
                    Err(RecvTimeoutError::Disconnected) => break,
                    Err(RecvTimeoutError::Timeout) => {
                        deadline = None;
                        call();
                    }
                }
            }
        });
        Self { deadlines }
    }

    /// Calls nothing any more.
    pub(crate) fn stop(&self) {
        self.set(None);
    }

    /// Calls the function after some time.
    pub(crate) fn reset(&self, delay: Duration) {
        self.set(Some(Instant::now() + delay));
    }

    fn set(&self, deadline: Option<Instant>) {
        let sent = self.deadlines.send(deadline);
        sent.expect("the timer has not panicked");
    }
}
