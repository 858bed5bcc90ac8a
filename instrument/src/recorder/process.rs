//! What the process as a whole records: the log that the environment asks for.
//!
//! `RACEGATE=1` opens one log for the whole program, in a new folder under
//! `RACEGATE_LOG`; `RACEGATE_STACK=site|full` says how much of a stack it holds, and
//! `RACEGATE_YIELDS` seeds random yields.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use super::log::Log;
use super::options::LogOptions;
use super::{door, gate};

// Miri cannot fork, and in loom nothing is recorded.
#[cfg(all(test, not(miri), not(racegate_loom)))]
mod tests;

/// The log of the whole program.
static PROCESS_LOG: OnceLock<Option<Arc<Log>>> = OnceLock::new();

/// Whether anything is recorded in this process: one relaxed load.
#[inline]
pub(crate) fn recording() -> bool {
    gate::is_open(read_environment)
}

/// Opens the log that the environment asks for; how many that are.
fn read_environment() -> usize {
    door::closed_to_probes(|| {
        complain_of_what_is_not_understood();
        // Miri cannot fork.
        if !cfg!(miri) {
            // SAFETY: the handler only stores to atomics and to its thread's own memory.
            unsafe { libc::pthread_atfork(None, None, Some(silence_forked_child)) };
        }
        usize::from(PROCESS_LOG.get_or_init(open_process_log).is_some())
    })
}

/// A forked child must not write its parent's windows.
extern "C" fn silence_forked_child() {
    gate::shut();
    door::fork();
    if let Some(Some(log)) = PROCESS_LOG.get() {
        log.close();
    }
}

/// A word in the environment that means nothing is told, once, and then ignored:
/// the program is not ours to stop.
fn complain_of_what_is_not_understood() {
    for (variable, known) in [
        ("RACEGATE", ["1", "0"]),
        ("RACEGATE_STACK", ["full", "site"]),
    ] {
        let Some(value) = std::env::var_os(variable) else {
            continue;
        };
        if !value.is_empty() && known.iter().all(|word| value != *word) {
            let [usual, other] = known;
            eprintln!("racegate: {variable}={value:?} is ignored: expected `{usual}` or `{other}`");
        }
    }
    let seed = std::env::var_os("RACEGATE_YIELDS").filter(|seed| !seed.is_empty());
    if let Some(seed) = seed.filter(|_| LogOptions::default().yields.is_none()) {
        eprintln!("racegate: RACEGATE_YIELDS={seed:?} is ignored: expected a number below 2^64");
    }
}

fn open_process_log() -> Option<Arc<Log>> {
    let parent = process_folder()?;
    match Log::in_folder(LogOptions::default(), &parent) {
        Ok(log) => Some(Arc::new(log)),
        Err(error) => {
            // The program goes on unrecorded, and the gate that started it finds no log.
            eprintln!("racegate: cannot record into {}: {error}", parent.display());
            None
        }
    }
}

/// Where the environment asks for logs.
pub(crate) fn process_folder() -> Option<PathBuf> {
    let asked = std::env::var_os("RACEGATE").is_some_and(|value| value == "1");
    asked.then(|| std::env::var_os("RACEGATE_LOG").map_or_else(default_folder, PathBuf::from))
}

fn default_folder() -> PathBuf {
    Path::new("racegate-log").to_owned()
}

/// The log of the whole program, if there is one.
pub(super) fn process_log() -> Option<Arc<Log>> {
    PROCESS_LOG
        .get()
        .cloned()
        .flatten()
        .filter(|log| log.is_open())
}

/// Whether this is the thread that runs `main`.
pub(super) fn is_main_thread() -> bool {
    // SAFETY: plain calls without arguments.
    unsafe { libc::gettid() == libc::getpid() }
}
