//! A log that is open for as long as a closure runs.

use std::sync::Arc;

use racegate_eventlog::{ThreadId, ThreadOrigin};

use super::log::Log;
use super::log_thread::LogThread;
use super::process::recording;
use super::stack::Rooted;
use super::{door, gate, lane};

/// Runs `body` with this thread as the root of `log`, which is closed afterwards,
/// also when `body` panics.
pub(crate) fn within<R>(log: &Arc<Log>, name: &str, body: impl FnOnce() -> R) -> R {
    // Settles the gate before it is counted up.
    recording();
    gate::open();
    let root = LogThread::new(ThreadId::ROOT, Some(name.to_owned()), ThreadOrigin::Root);
    let installed = door::closed_to_probes(|| lane::install(Arc::clone(log), Arc::new(root), true));
    let _opened = Opened {
        log: Arc::clone(log),
        installed,
    };
    let _rooted = Rooted::here();
    body()
}

/// A log that is open for a while.
struct Opened {
    log: Arc<Log>,
    installed: bool,
}

impl Drop for Opened {
    fn drop(&mut self) {
        if self.installed {
            door::closed_to_probes(lane::remove);
        }
        self.log.close();
        gate::close();
    }
}
