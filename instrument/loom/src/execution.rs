//! One run of a model: its threads, its lazy statics, what it allocated.
//!
//! **Invariant:** a thread is in the run whose recording it is in, so in that of whoever
//! spawned it.

use std::any::Any;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::panic::Location;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use racegate::__private::Recording;

/// A line of the program.
pub(crate) type Site = &'static Location<'static>;

/// A static that is made at its first use.
pub(crate) type Lazy = Arc<dyn Any + Send + Sync>;

/// One run of a model.
#[derive(Default)]
pub(crate) struct Execution {
    state: Mutex<State>,
    /// A thread has ended.
    ended: Condvar,
}

#[derive(Default)]
struct State {
    /// Threads that were spawned and have not ended.
    running: usize,
    /// What a thread panicked with that nobody has joined.
    panic: Option<Box<dyn Any + Send>>,
    /// By the address of the static.
    lazies: BTreeMap<usize, Lazy>,
    /// Allocations that were not freed, by number.
    allocated: BTreeMap<u64, Site>,
    /// Of memory: the number of its allocation, by address.
    memory: BTreeMap<usize, u64>,
    allocations: u64,
    /// What threads are about to wait for, by the number that each has in the recording.
    waits: BTreeMap<u32, String>,
}

/// The runs in progress, by the number of their recording.
static RUNS: Mutex<BTreeMap<u32, Arc<Execution>>> = Mutex::new(BTreeMap::new());

fn runs() -> MutexGuard<'static, BTreeMap<u32, Arc<Execution>>> {
    // Nothing panics while it is locked.
    RUNS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The run that this thread is in.
pub(crate) fn current() -> Option<Arc<Execution>> {
    let here = Recording::here()?;
    runs().get(&here).cloned()
}

/// A run that is in progress until this is dropped.
pub(crate) struct InProgress(u32);

impl InProgress {
    /// The run of this recording begins.
    pub(crate) fn begin(recording: &Recording, execution: Arc<Execution>) -> Self {
        let number = recording.number();
        runs().insert(number, execution);
        Self(number)
    }
}

impl Drop for InProgress {
    fn drop(&mut self) {
        let over = runs().remove(&self.0);
        drop(over);
    }
}

/// A thread of a run, which ends when this is dropped.
pub(crate) struct Running(Arc<Execution>);

std::thread_local! {
    /// What this thread is of a run.
    static RUNNING: Cell<Option<Running>> = const { Cell::new(None) };
}

impl Running {
    /// This thread is it, to its very end. To be called first thing on it: thread-locals end
    /// in the opposite order, so those of the model end before this.
    pub(crate) fn stays_here(self) {
        RUNNING.set(Some(self));
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.lock().running -= 1;
        self.0.ended.notify_all();
    }
}

/// A thread that is about to wait, until this is dropped.
pub(crate) struct Waiting {
    execution: Arc<Execution>,
    thread: u32,
}

/// This thread is about to wait for this, which whoever looks at a run that hangs is told.
pub(crate) fn waiting(what: &str) -> Option<Waiting> {
    let execution = current()?;
    let thread = Recording::thread_here()?;
    execution.lock().waits.insert(thread, what.to_owned());
    Some(Waiting { execution, thread })
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.execution.lock().waits.remove(&self.thread);
    }
}

impl Execution {
    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing panics while it is locked.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A thread is about to be spawned.
    pub(crate) fn spawns(self: Arc<Self>) -> Running {
        self.lock().running += 1;
        Running(self)
    }

    /// A thread panicked: the first one's payload is kept.
    pub(crate) fn panicked(&self, payload: Box<dyn Any + Send>) {
        self.lock().panic.get_or_insert(payload);
    }

    /// What a thread panicked with, if any did.
    pub(crate) fn take_panic(&self) -> Option<Box<dyn Any + Send>> {
        self.lock().panic.take()
    }

    /// Waits until all threads have ended, for so long at most. False if some have not.
    pub(crate) fn await_threads(&self, limit: Duration) -> bool {
        let since = Instant::now();
        let mut state = self.lock();
        while state.running > 0 {
            let left = limit.saturating_sub(since.elapsed());
            if left.is_zero() {
                return false;
            }
            let woken = self.ended.wait_timeout(state, left);
            state = woken.unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }

    /// The static at this address, made if need be.
    pub(crate) fn lazy(&self, address: usize, make: impl FnOnce() -> Lazy) -> Lazy {
        let mut state = self.lock();
        Arc::clone(state.lazies.entry(address).or_insert_with(make))
    }

    /// All statics, which this run no longer has.
    pub(crate) fn take_lazies(&self) -> impl Sized + use<> {
        std::mem::take(&mut self.lock().lazies)
    }

    /// Something was allocated here. Its number.
    pub(crate) fn allocates(&self, site: Site) -> u64 {
        let mut state = self.lock();
        state.allocations += 1;
        let number = state.allocations;
        state.allocated.insert(number, site);
        number
    }

    /// It was freed.
    pub(crate) fn frees(&self, number: u64) {
        self.lock().allocated.remove(&number);
    }

    /// Memory was allocated here.
    pub(crate) fn allocates_memory(&self, address: usize, site: Site) {
        let number = self.allocates(site);
        self.lock().memory.insert(address, number);
    }

    /// Memory was freed. False if it was not allocated in this run.
    pub(crate) fn frees_memory(&self, address: usize) -> bool {
        let number = self.lock().memory.remove(&address);
        number.inspect(|number| self.frees(*number)).is_some()
    }

    /// Where what was allocated that was not freed.
    pub(crate) fn leaks(&self) -> Vec<Site> {
        self.lock().allocated.values().copied().collect()
    }

    /// What threads wait for, by number.
    pub(crate) fn waits(&self) -> BTreeMap<u32, String> {
        self.lock().waits.clone()
    }
}
