//! Models: a closure that is run many times, each run recorded and judged.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

mod run;
mod settings;
mod stuck;
mod summary;

use settings::Settings;
use summary::Summary;

/// Runs `f` many times on real threads, each time under other noise, and fails when a run
/// races, panics, leaks or hangs. `RACEGATE_LOOM_RUNS`, `RACEGATE_LOOM_SECONDS` and
/// `RACEGATE_LOOM_SEED` say how often and from which seed on, `RACEGATE_LOOM_TIMEOUT` how
/// many seconds a run may take.
///
/// # Panics
///
/// When a run fails, with the report and the seed that shows it again.
#[track_caller]
pub fn model<F>(f: F)
where
    F: Fn() + Sync + Send + 'static,
{
    Builder::new().check(f);
}

/// How a model is run. What concerns loom's search alone has no effect here.
#[derive(Debug)]
#[non_exhaustive]
pub struct Builder {
    /// How many threads loom lets there be. Without effect.
    pub max_threads: usize,
    /// How many branches loom follows. Without effect.
    pub max_branches: usize,
    /// How many runs there are at most.
    pub max_permutations: Option<usize>,
    /// How long the runs take at most, together.
    pub max_duration: Option<Duration>,
    /// How many preemptions loom makes. Without effect.
    pub preemption_bound: Option<usize>,
    /// Where loom keeps how far it came. Without effect.
    pub checkpoint_file: Option<PathBuf>,
    /// How often loom does so. Without effect.
    pub checkpoint_interval: usize,
    /// Whether loom explores only between [`explore`](crate::explore) and
    /// [`stop_exploring`](crate::stop_exploring). Without effect.
    pub expect_explicit_explore: bool,
    /// Whether loom tells places. Without effect: they are always told.
    pub location: bool,
    /// Whether loom tells what it does. Without effect.
    pub log: bool,
    timeout: Option<Duration>,
}

impl Default for Builder {
    fn default() -> Self {
        Self::new()
    }
}

impl Builder {
    /// As loom's defaults; as many runs as the environment says.
    #[must_use]
    pub fn new() -> Self {
        Self {
            max_threads: crate::MAX_THREADS,
            max_branches: 1_000,
            max_permutations: None,
            max_duration: None,
            preemption_bound: None,
            checkpoint_file: None,
            checkpoint_interval: 20_000,
            expect_explicit_explore: false,
            location: false,
            log: false,
            timeout: None,
        }
    }

    /// Sets where loom keeps how far it came. Without effect.
    pub fn checkpoint_file(&mut self, file: &str) -> &mut Self {
        self.checkpoint_file = Some(file.into());
        self
    }

    /// Sets how long a run may take before it counts as one that hangs, whatever the
    /// environment says. loom has no such setting: it sees when nothing can go on.
    ///
    /// # Panics
    ///
    /// When it may take no time at all.
    #[track_caller]
    pub fn timeout(&mut self, timeout: Duration) -> &mut Self {
        assert!(
            !timeout.is_zero(),
            "Builder::timeout is 0 s: expected a time that a run can take"
        );
        self.timeout = Some(timeout);
        self
    }

    /// Runs `f` as [`model`](model()) does.
    ///
    /// # Panics
    ///
    /// As [`model`](model()) does.
    #[track_caller]
    pub fn check<F>(&self, f: F)
    where
        F: Fn() + Sync + Send + 'static,
    {
        let settings = Settings::of_environment();
        let mut summary = Summary::of_test();
        let runs = self.max_permutations.unwrap_or(usize::MAX);
        // As with loom, there is always one.
        let runs = settings.runs.min(runs as u64).max(1);
        let seconds = [settings.seconds, self.max_duration];
        let until = seconds.into_iter().flatten().min();
        // What no clock can be set to is no limit.
        let until = until.and_then(|duration| Instant::now().checked_add(duration));
        let timeout = self.timeout.unwrap_or(settings.timeout);
        let f: Arc<dyn Fn() + Send + Sync> = Arc::new(f);
        for run in 0..runs {
            if run > 0 && until.is_some_and(|until| Instant::now() >= until) {
                break;
            }
            let seed = settings.seed.wrapping_add(run);
            match run::once(&f, seed, timeout) {
                Ok(passed) => summary.add(passed),
                Err(failed) => {
                    summary.fail(&failed);
                    failed.why.tell(seed);
                }
            }
        }
        summary.end();
    }
}
