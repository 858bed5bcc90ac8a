//! What a workload is made of.

use racegate_eventlog::{Location, ThreadId};

/// What a workload is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// How the workers live.
    pub lives: Lives,
    /// At least so many events; the last worker to be at work finishes what it does.
    pub events: u64,
    /// Accesses between taking a lock and giving it back.
    pub section: u32,
    /// Locks.
    pub locks: u32,
    /// Cells that each lock guards.
    pub guarded: u32,
    /// Cells that main writes before the first fork, and that are only read from then on.
    pub read_only: u32,
    /// Cells that two workers write without synchronisation.
    pub racy: u32,
    /// Cells of each worker's own. Of a section's accesses, so many in a hundred are theirs.
    pub own: u32,
    /// How many in a hundred.
    pub own_share: u32,
    /// Lines of the program.
    pub sites: u32,
    /// Another seed makes other choices.
    pub seed: u64,
}

/// How the workers live. Main only forks and joins them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lives {
    /// So many threads, from the beginning to the end.
    Threads(u32),
    /// So many short tasks one after the other, of which some live at a time. The log
    /// has as many streams as live tasks.
    Tasks {
        /// All of them.
        total: u32,
        /// At a time.
        live: u32,
    },
}

impl Default for Shape {
    /// Sixteen threads, 95 events of a hundred accesses, 100,000 cells.
    fn default() -> Self {
        Self {
            lives: Lives::Threads(16),
            events: 1_000_000,
            section: 38,
            locks: 128,
            guarded: 750,
            read_only: 4_000,
            racy: 0,
            own: 0,
            own_share: 0,
            sites: 2_000,
            seed: 0,
        }
    }
}

impl Shape {
    /// Nine accesses of ten are of the worker's own hundred cells.
    #[must_use]
    pub fn mostly_own(self) -> Self {
        Self {
            own: 100,
            own_share: 90,
            ..self
        }
    }

    /// Half of the events synchronise.
    #[must_use]
    pub fn half_synchronisation(self) -> Self {
        Self { section: 2, ..self }
    }

    /// The cells that race, by location: one part each.
    pub fn racy_locations(self) -> impl Iterator<Item = Location> {
        let first = self.locks * self.guarded + self.read_only;
        (first..first + self.racy).map(Location::new)
    }

    /// How many threads the history has, main among them.
    #[must_use]
    pub fn threads(self) -> u32 {
        1 + match self.lives {
            Lives::Threads(workers) => workers,
            Lives::Tasks { total, .. } => total,
        }
    }

    /// How many cells, of one part each.
    #[must_use]
    pub fn cells(self) -> u32 {
        self.first_own() + self.own * (self.threads() - 1)
    }

    /// Where the cells of a worker's own begin, given how many workers come before it.
    pub(crate) fn own_cells(self, before: u32) -> u32 {
        self.first_own() + self.own * before
    }

    fn first_own(self) -> u32 {
        self.locks * self.guarded + self.read_only + self.racy
    }

    /// How many workers are at work at once.
    pub(crate) fn live(self) -> u32 {
        match self.lives {
            Lives::Threads(workers) => workers,
            Lives::Tasks { total, live } => live.min(total),
        }
    }

    /// How many events each worker has, at least.
    pub(crate) fn events_each(self) -> u64 {
        self.events / u64::from(self.threads() - 1).max(1)
    }

    pub(crate) fn read_only_cells(self) -> impl Iterator<Item = Location> {
        let first = self.locks * self.guarded;
        (first..first + self.read_only).map(Location::new)
    }

    /// Whether a worker is one of the two that write the racy cells.
    pub(crate) fn races(self, worker: ThreadId) -> bool {
        (1..=2).contains(&worker.number())
    }
}
