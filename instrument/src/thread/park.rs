//! Parking: a token for each thread.
//!
//! An unpark synchronises with the park that takes its token; a park that returns
//! for any other reason synchronises with nothing. The real token cannot be seen,
//! so the twin keeps one of its own, which an unpark gives before the real unpark
//! and a park takes after the real park.
//!
//! **Invariant:** a token is given and taken in one step with its event. So the
//! edge is exact for the twin's token, which is a correct one: whoever finds it was
//! ordered by it. Where the two tokens part, the real one is left over and the next
//! real park returns at once, which its contract allows at any time: after a
//! time-out or a real unpark by code that is not instrumented, both between the
//! twin's unpark and the real one.

use std::panic::Location;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use racegate_eventlog::ObjectClass;
use racegate_eventlog::record::SyncVerb;

use super::handle::Thread;
use super::own_parker;
use crate::recorder::Object;

/// Where a thread parks.
#[derive(Clone)]
pub(super) struct Parker(Arc<Token>);

/// A thread's token.
pub(super) struct Token {
    given: AtomicBool,
    object: Object,
}

impl Default for Parker {
    #[track_caller]
    fn default() -> Self {
        Self(Arc::new(Token {
            given: AtomicBool::new(false),
            object: Object::new::<Thread>(ObjectClass::Park),
        }))
    }
}

impl Parker {
    pub(super) fn into_raw(self) -> *const Token {
        Arc::into_raw(self.0)
    }

    /// # Safety
    ///
    /// `raw` must come from [`Parker::into_raw`] and be used once.
    pub(super) unsafe fn from_raw(raw: *const Token) -> Self {
        // SAFETY: the caller's promise is that of `Arc::from_raw`.
        Self(unsafe { Arc::from_raw(raw) })
    }

    /// Gives the token. To be called before the real unpark.
    pub(super) fn give(&self, site: &'static Location<'static>) {
        let Token { given, object } = &*self.0;
        // ORDERING: release, to the park that takes the token; the swap keeps what
        // other unparks released to it.
        let give = || given.swap(true, Ordering::AcqRel);
        object.atomic(site, |_| SyncVerb::ReleaseMerge, give);
    }

    /// Takes the token, if it was given. To be called after the real park.
    fn take(&self, site: &'static Location<'static>) {
        let Token { given, object } = &*self.0;
        // ORDERING: acquire, of every unpark that gave it.
        let take = || given.swap(false, Ordering::AcqRel);
        object.atomic_if(site, |taken| taken.then_some(SyncVerb::Acquire), take);
    }
}

/// Blocks until this thread's token is given, as [`std::thread::park`] does.
///
/// ```
/// let parked = racegate::thread::spawn(racegate::thread::park);
/// parked.thread().unpark();
/// parked.join().unwrap();
/// ```
#[track_caller]
pub fn park() {
    std::thread::park();
    own_parker::get().take(Location::caller());
}

/// As [`park`], at most for as long as `duration`.
#[track_caller]
pub fn park_timeout(duration: Duration) {
    std::thread::park_timeout(duration);
    own_parker::get().take(Location::caller());
}

/// As [`park_timeout`], in milliseconds.
#[deprecated(note = "replaced by `park_timeout`")]
#[track_caller]
pub fn park_timeout_ms(milliseconds: u32) {
    park_timeout(Duration::from_millis(u64::from(milliseconds)));
}
