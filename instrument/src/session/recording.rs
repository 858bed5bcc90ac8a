//! A recording for whoever runs a closure many times, such as the facade of loom.

use std::panic::Location;
use std::sync::Arc;
use std::time::Duration;

use racegate_detector::analysis::pass_one::{Options, raced_locations};
use racegate_eventlog::{ObjectClass, Trace, reader};

use super::Report;
use super::recorded::{judge, read, refused, with_yields};
use crate::recorder::{self, Log};

/// A log in memory: of one closure, judged once that is over.
#[derive(Clone)]
pub struct Recording {
    log: Arc<Log>,
}

/// What a first look at a recording tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Glance {
    /// How many cells were touched.
    pub cells: usize,
    /// How many atomics.
    pub atomics: usize,
    /// How many other synchronisation objects.
    pub others: usize,
    /// Operations by threads that belong to no recording.
    pub outside: u64,
    /// Nothing raced, and nothing was lost.
    pub is_clean: bool,
}

impl Recording {
    /// A new one. Threads give way at random, as this seed says.
    #[must_use]
    pub fn with_yields(seed: u64) -> Self {
        let log = recorder::suspended(|| Arc::new(Log::in_memory(with_yields(seed))));
        log.keep_living();
        Self { log }
    }

    /// Where the `Arc`s were made whose values have not ended, also after so long. To be
    /// asked once it is over.
    #[must_use]
    pub fn living(&self, limit: Duration) -> Vec<&'static Location<'static>> {
        self.log.keep_living().after(limit)
    }

    /// Its number: no two recordings of this process share one.
    #[must_use]
    pub fn number(&self) -> u32 {
        self.log.number()
    }

    /// The number of the recording that this thread is in, if it is in one.
    #[must_use]
    pub fn here() -> Option<u32> {
        recorder::log_here()
    }

    /// The number that this thread has in the recording it is in.
    #[must_use]
    pub fn thread_here() -> Option<u32> {
        recorder::thread_here()
    }

    /// Records what `body` does on this thread, and what threads do that are spawned from
    /// it until it is over. To be called once.
    pub fn within<R>(&self, body: impl FnOnce() -> R) -> R {
        recorder::within(&self.log, "main", body)
    }

    /// A first look, once it is over: cheaper than a report.
    ///
    /// # Panics
    ///
    /// On a log that cannot be read, which is a bug of racegate.
    #[must_use]
    pub fn glance(&self) -> Glance {
        recorder::suspended(|| {
            let image = self.log.image();
            let log = reader::Log::of_image(&image).unwrap_or_else(|error| refused(&error));
            let raced = raced_locations(&log, &Options::default());
            let raced = raced.unwrap_or_else(|error| refused(&error));
            let objects = &log.tables().objects;
            let is_atomic = |class| class == ObjectClass::Atomic;
            let atomics = objects.iter().filter(|object| is_atomic(object.class));
            let atomics = atomics.count();
            Glance {
                cells: log.tables().cells.len(),
                atomics,
                others: objects.len() - atomics,
                outside: raced.integrity.outside,
                is_clean: raced.locations.is_empty() && raced.integrity.is_complete(),
            }
        })
    }

    /// The verdict, once it is over.
    ///
    /// # Panics
    ///
    /// As [`glance`](Self::glance) does.
    #[must_use]
    pub fn report(&self) -> Report {
        judge(&self.log)
    }

    /// What was recorded so far, also while it is not over.
    ///
    /// # Panics
    ///
    /// As [`glance`](Self::glance) does.
    #[must_use]
    pub fn so_far(&self) -> Trace {
        recorder::suspended(|| read(&self.log))
    }
}
