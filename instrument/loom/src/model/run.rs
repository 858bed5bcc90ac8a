//! One run of a model: on a fresh thread, recorded, awaited, judged.

use std::any::Any;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use racegate::__private::{Glance, Recording};
use racegate::Verdict;

use super::stuck;
use crate::execution::{Execution, InProgress};

/// How long threads may take to end once the model has panicked, and values once all threads
/// have: they may well wait for what will not come.
const GRACE: Duration = Duration::from_secs(1);

/// A run that went well.
#[derive(Default)]
pub(super) struct Passed {
    /// What it touched.
    pub(super) seen: Glance,
    /// The report of what is not certain, if there is any.
    pub(super) doubt: Option<String>,
}

/// A run that failed.
pub(super) struct Failed {
    pub(super) why: Failure,
    /// What it touched, if it ended.
    pub(super) seen: Option<Glance>,
}

/// Why a run failed.
pub(super) enum Failure {
    /// It raced, or not all of it was recorded. With the report, and what it panicked with.
    Verdict(String, Option<Box<dyn Any + Send>>),
    /// It panicked.
    Panic(Box<dyn Any + Send>),
    /// It did not free this.
    Leak(Vec<String>),
    /// It did not end. With who waits for whom.
    Stuck(String),
}

/// What the run's main thread came to.
enum Ended {
    Well,
    Badly(Box<dyn Any + Send>),
    /// Some of its threads have not ended.
    NotAll,
}

/// Runs the model once.
pub(super) fn once(
    f: &Arc<dyn Fn() + Send + Sync>,
    seed: u64,
    timeout: Duration,
) -> Result<Passed, Failed> {
    let recording = Recording::with_yields(seed);
    let execution = Arc::new(Execution::default());
    let (tell, told) = mpsc::sync_channel(1);
    let run = {
        let (f, recording) = (Arc::clone(f), recording.clone());
        let execution = Arc::clone(&execution);
        move || {
            let ended = within(&recording, &execution, timeout, &*f);
            // Nobody asks any more once the run has counted as one that hangs.
            drop(tell.send(ended));
        }
    };
    let here = std::thread::current();
    let builder = std::thread::Builder::new().name(here.name().unwrap_or("model").to_owned());
    let thread = builder.spawn(run).expect("failed to spawn thread");
    let ended = match told.recv_timeout(timeout.saturating_add(2 * GRACE)) {
        Ok(ended) => ended,
        Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => Ended::NotAll,
    };
    if matches!(ended, Ended::NotAll) {
        let why = Failure::Stuck(stuck::tell(&recording, &execution, timeout));
        return Err(Failed { why, seen: None });
    }
    // It has told what it came to, and has nothing left to do that could fail.
    drop(thread.join());
    let seen = recording.glance();
    let report = (!seen.is_clean).then(|| recording.report());
    let (doubt, racy) = match report {
        // What is not certain fails nothing.
        Some(report) if report.verdict() == Verdict::Clean => (Some(report.to_string()), None),
        Some(report) => (None, Some(report.to_string())),
        None => (None, None),
    };
    match failure(&recording, &execution, ended, racy) {
        None => Ok(Passed { seen, doubt }),
        Some(why) => Err(Failed {
            why,
            seen: Some(seen),
        }),
    }
}

fn within(
    recording: &Recording,
    execution: &Arc<Execution>,
    timeout: Duration,
    f: &(dyn Fn() + Send + Sync),
) -> Ended {
    recording.within(|| {
        let in_progress = InProgress::begin(recording, Arc::clone(execution));
        let result = panic::catch_unwind(AssertUnwindSafe(f));
        let limit = if result.is_ok() { timeout } else { GRACE };
        let all = execution.await_threads(limit);
        let ended = match (result, all) {
            (Err(payload), _) => Ended::Badly(payload),
            (Ok(()), true) => Ended::Well,
            (Ok(()), false) => Ended::NotAll,
        };
        if all {
            drop(execution.take_lazies());
            drop(in_progress);
        } else {
            // Threads that have not ended may use statics still.
            std::mem::forget(in_progress);
        }
        ended
    })
}

/// Why a run that ended failed, if it did.
fn failure(
    recording: &Recording,
    execution: &Execution,
    ended: Ended,
    racy: Option<String>,
) -> Option<Failure> {
    let panic = match ended {
        Ended::Badly(payload) => Some(payload),
        Ended::Well | Ended::NotAll => execution.take_panic(),
    };
    if let Some(report) = racy {
        return Some(Failure::Verdict(report, panic));
    }
    if let Some(payload) = panic {
        return Some(Failure::Panic(payload));
    }
    let leaks = leaks(recording, execution);
    (!leaks.is_empty()).then_some(Failure::Leak(leaks))
}

/// What a run that is over has not freed.
fn leaks(recording: &Recording, execution: &Execution) -> Vec<String> {
    let memory = execution.leaks().into_iter();
    // A thread that the facade did not spawn is not awaited, and may be about to end one.
    let values = recording.living(GRACE).into_iter();
    let memory = memory.map(|site| format!("what was allocated at {site}"));
    let values = values.map(|site| format!("the value of the `Arc` made at {site}"));
    memory.chain(values).collect()
}

impl Failure {
    /// Fails the test with this.
    #[track_caller]
    pub(super) fn tell(self, seed: u64) -> ! {
        let again = format!(
            "RACEGATE_LOOM_SEED={seed} begins with this run's noise again; threads are real, so \
             what is met seldom may take more runs"
        );
        match self {
            Self::Panic(payload) => {
                eprintln!("racegate: the model panicked: {again}");
                panic::resume_unwind(payload)
            }
            Self::Verdict(report, Some(payload)) => {
                eprintln!("{report}\nracegate: the model panicked, too: {again}");
                panic::resume_unwind(payload)
            }
            Self::Verdict(report, None) => panic!("{report}\nracegate: {again}"),
            Self::Leak(leaks) => {
                panic!(
                    "racegate: not freed: {}\nracegate: {again}",
                    leaks.join(", ")
                )
            }
            Self::Stuck(who) => panic!("{who}racegate: {again}"),
        }
    }
}
