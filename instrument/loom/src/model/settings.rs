//! What the environment says of runs.
//!
//! **Invariant:** a setting is used as it was given, or refused by name.

use std::env;
use std::ffi::OsStr;
use std::time::Duration;

/// Longer than anybody waits, and within what every clock can be set to.
const MOST_SECONDS: f64 = 1e9;

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
    /// On a setting that is not what it is to be.
    #[track_caller]
    pub(super) fn of_environment() -> Self {
        Self {
            runs: setting("RACEGATE_LOOM_RUNS", count).unwrap_or(200),
            seconds: setting("RACEGATE_LOOM_SECONDS", seconds),
            seed: setting("RACEGATE_LOOM_SEED", seed).unwrap_or(1),
            timeout: setting("RACEGATE_LOOM_TIMEOUT", seconds).unwrap_or(Duration::from_secs(30)),
        }
    }
}

/// What a text is to be, or why it is not.
type Meaning<T> = fn(&str) -> Result<T, &'static str>;

#[track_caller]
fn setting<T>(name: &str, meaning: Meaning<T>) -> Option<T> {
    let value = env::var_os(name)?;
    match meant(name, &value, meaning) {
        Ok(meant) => Some(meant),
        Err(complaint) => panic!("{complaint}"),
    }
}

fn meant<T>(name: &str, value: &OsStr, meaning: Meaning<T>) -> Result<T, String> {
    let text = value.to_string_lossy();
    meaning(text.trim()).map_err(|expected| format!("{name} is `{text}`: expected {expected}"))
}

fn count(text: &str) -> Result<u64, &'static str> {
    let count = text.parse().ok().filter(|count| *count > 0);
    count.ok_or("a whole number, one at least")
}

fn seed(text: &str) -> Result<u64, &'static str> {
    text.parse()
        .map_err(|_| "a whole number of at most 64 bits, none below zero")
}

fn seconds(text: &str) -> Result<Duration, &'static str> {
    let seconds = text.parse::<f64>().ok();
    let fit = seconds.filter(|seconds| (0.0..=MOST_SECONDS).contains(seconds));
    let duration = fit.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    let some = duration.filter(|duration| !duration.is_zero());
    some.ok_or("seconds, more than none and at most 1000000000, such as 0.5")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_more_than_none_and_no_more_than_a_clock_can_add() {
        let name = "RACEGATE_LOOM_TIMEOUT";
        let told = |value: &str| meant(name, OsStr::new(value), seconds);
        assert_eq!(told("0.5"), Ok(Duration::from_millis(500)));
        assert_eq!(told(" 1e9 "), Ok(Duration::from_secs(1_000_000_000)));
        let refused = [
            "", "0", "-0", "-1", "NaN", "inf", "-inf", "1e10", "1e300", "1e-300", "1s",
        ];
        for value in refused {
            let complaint = told(value).expect_err(value);
            let wanted = format!("RACEGATE_LOOM_TIMEOUT is `{value}`: expected seconds, more");
            assert!(complaint.starts_with(&wanted), "{complaint}");
        }
        let longest = Duration::from_secs_f64(MOST_SECONDS);
        assert!(std::time::Instant::now().checked_add(longest).is_some());
    }

    #[test]
    fn runs_are_one_at_least_and_a_seed_is_any_number() {
        assert_eq!(count("1"), Ok(1));
        assert_eq!(seed("0"), Ok(0));
        for value in ["", "0", "-1", "1.5", "1e3", "18446744073709551616"] {
            assert!(count(value).is_err(), "{value}");
        }
        for value in ["", "-1", "0x10", "18446744073709551616"] {
            assert!(seed(value).is_err(), "{value}");
        }
    }
}
