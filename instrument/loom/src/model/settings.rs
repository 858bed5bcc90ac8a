//! What the environment says of runs.

use std::env;
use std::str::FromStr;
use std::time::Duration;

/// How often and how long models are run.
#[derive(Clone, Copy, Debug)]
pub(super) struct Settings {
    /// How many runs a model has at most.
    pub(super) runs: u64,
    /// How long they take at most, together.
    pub(super) seconds: Option<Duration>,
    /// The first run's seed; the next one's is one more.
    pub(super) seed: u64,
    /// How long a run may take before it counts as one that hangs.
    pub(super) timeout: Duration,
}

impl Settings {
    /// # Panics
    ///
    /// On a setting that is no number.
    pub(super) fn of_environment() -> Self {
        Self {
            runs: number("RACEGATE_LOOM_RUNS").unwrap_or(200),
            seconds: number("RACEGATE_LOOM_SECONDS").map(seconds),
            seed: number("RACEGATE_LOOM_SEED").unwrap_or(1),
            timeout: number("RACEGATE_LOOM_TIMEOUT").map_or(Duration::from_secs(30), seconds),
        }
    }
}

fn seconds(seconds: f64) -> Duration {
    Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX / 4)
}

fn number<N: FromStr>(name: &str) -> Option<N> {
    let value = env::var_os(name)?;
    let number = value.to_str().and_then(|text| text.trim().parse().ok());
    assert!(
        number.is_some(),
        "{name} is {}, which is no number that it can be",
        value.display()
    );
    number
}
