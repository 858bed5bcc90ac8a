//! A lane: what one OS thread needs to record.
//!
//! **Invariant:** a lane is reached only by its own thread and only through
//! [`with`], which lets no probe run inside another.

use std::cell::Cell;
use std::ffi::c_void;
use std::panic::Location;
use std::ptr;
use std::sync::{Arc, OnceLock};

use racegate_eventlog::record::Record;
use racegate_eventlog::{StackId, ThreadId, ThreadOrigin};

use super::door::{self, Door, Shut};
use super::log::{self, Log};
use super::log_thread::LogThread;
use super::process;
use super::sink::Sink;
use super::stack::Unwinder;
use super::stream::Stream;
use super::weight::Weight;
use super::yields;

/// What one OS thread needs to record into one log.
pub(crate) struct Lane {
    log: Arc<Log>,
    stream: Stream,
    /// The thread of the log that this OS thread now is.
    current: Arc<LogThread>,
    /// Ended by the OS thread's own end, not by a task.
    ends: bool,
    unwinder: Unwinder,
    /// The log that this thread was recording into before this one.
    outer: Option<Box<Lane>>,
}

thread_local! {
    // No destructor, so that probes work to the very end of a thread.
    static LANE: Cell<*mut Lane> = const { Cell::new(ptr::null_mut()) };
    /// The log of that lane, for a probe inside another one, to which the lane belongs.
    static LOG: Cell<*const Log> = const { Cell::new(ptr::null()) };
    /// Its log had no room for it.
    static REFUSED: Cell<bool> = const { Cell::new(false) };
    static SYNCHRONISED: Cell<u64> = const { Cell::new(0) };
}

/// Runs `probe` on this thread's lane; `None` when nothing is recorded here.
///
/// A probe inside a probe (an instrumented allocator, a signal handler) is not
/// run, but counted.
#[inline]
pub(super) fn with<R>(weight: Weight, probe: impl FnOnce(&mut Lane) -> R) -> Option<R> {
    if !process::recording() {
        return None;
    }
    run(weight, probe)
}

#[inline(never)]
fn run<R>(weight: Weight, probe: impl FnOnce(&mut Lane) -> R) -> Option<R> {
    if weight == Weight::Access && door::is_ignoring() {
        return None;
    }
    match door::state() {
        Door::Open => {}
        Door::Probing => {
            count_nested(weight);
            return None;
        }
        Door::Closed => return None,
    }
    let _probing = Shut::new(Door::Probing);
    if LANE.get().is_null() && !adopt(weight) {
        return None;
    }
    // SAFETY: the pointer is this thread's own lane, made by `install`, and
    // the door keeps any other reference to it from being made meanwhile.
    let lane = unsafe { &mut *LANE.get() };
    lane.log.is_open().then(|| {
        lane.give_way();
        probe(lane)
    })
}

/// A number that changes whenever this thread records a synchronisation event.
pub(crate) fn synchronised() -> u64 {
    SYNCHRONISED.get()
}

/// Whether a probe of this thread would be recorded into `log`.
pub(super) fn records_into(log: &Log) -> bool {
    let lane = LANE.get();
    // SAFETY: this thread's own lane; no probe is running that has a reference to it.
    door::state() == Door::Open && !lane.is_null() && unsafe { &*lane }.log.number() == log.number()
}

#[cold]
fn count_nested(weight: Weight) {
    // SAFETY: null, or the log of this thread's lane, which shares it and is not
    // removed while a probe runs. The lane itself is the outer probe's alone.
    if let Some(log) = unsafe { LOG.get().as_ref() } {
        log.count_lost(weight);
    }
}

/// A thread that no instrumented spawn made joins the log of the whole process,
/// if there is one.
#[cold]
fn adopt(weight: Weight) -> bool {
    let Some(log) = process::process_log() else {
        log::count_outside();
        return false;
    };
    if REFUSED.get() {
        log.count_lost(weight);
        return false;
    }
    let main = process::is_main_thread();
    let (name, origin) = if main {
        (Some("main".to_owned()), ThreadOrigin::Root)
    } else {
        (
            std::thread::current().name().map(str::to_owned),
            ThreadOrigin::Foreign,
        )
    };
    let id = if main {
        ThreadId::ROOT
    } else {
        log.new_thread()
    };
    let thread = LogThread::new(id, name, origin);
    install(log, Arc::new(thread), true)
}

/// Makes this OS thread speak for `thread` in `log`. False when the log has no
/// room for another stream, which is counted; then nothing of this OS thread is
/// recorded any more, since it would come without the edges of what was lost.
pub(super) fn install(log: Arc<Log>, thread: Arc<LogThread>, begin: bool) -> bool {
    let Some(stream) = log.take_stream() else {
        log.count_lost(Weight::Sync);
        REFUSED.set(true);
        return false;
    };
    let outer = take_lane();
    let unwinder = Unwinder::new();
    let mut lane = Lane {
        log,
        stream,
        current: Arc::clone(&thread),
        ends: begin,
        unwinder,
        outer,
    };
    lane.become_thread(thread);
    if begin {
        lane.begin();
    }
    put_lane(Box::new(lane));
    watch_for_exit();
    true
}

fn put_lane(lane: Box<Lane>) {
    LOG.set(Arc::as_ptr(&lane.log));
    LANE.set(Box::into_raw(lane));
}

fn take_lane() -> Option<Box<Lane>> {
    LOG.set(ptr::null());
    let lane = LANE.replace(ptr::null_mut());
    // SAFETY: a lane's pointer comes from `Box::into_raw` above and was taken out of its
    // only place; no probe is running that has a reference to it.
    (!lane.is_null()).then(|| unsafe { Box::from_raw(lane) })
}

/// Ends this thread's innermost lane: its stream goes back to its log.
pub(super) fn remove() {
    let Some(mut lane) = take_lane() else {
        return;
    };
    if lane.ends && lane.log.is_open() {
        lane.end();
    }
    if let Some(outer) = lane.outer.take() {
        put_lane(outer);
    }
    let Lane { log, stream, .. } = *lane;
    log.return_stream(stream);
}

/// Sees to it that the lane is removed when this OS thread ends: after the
/// thread-locals' destructors, whose events belong to the thread.
fn watch_for_exit() {
    static KEY: OnceLock<libc::pthread_key_t> = OnceLock::new();
    let key = KEY.get_or_init(|| {
        let mut key = 0;
        // SAFETY: `key` is valid for the write.
        let status = unsafe { libc::pthread_key_create(&raw mut key, Some(thread_exits)) };
        assert_eq!(status, 0, "a process has keys for its threads");
        key
    });
    // SAFETY: the key was created above; any non-null value asks for the call.
    unsafe { libc::pthread_setspecific(*key, ptr::without_provenance(1)) };
}

extern "C" fn thread_exits(_: *mut c_void) {
    door::closed_to_probes(|| {
        while !LANE.get().is_null() {
            remove();
        }
    });
}

impl Lane {
    /// The log's number.
    pub(super) fn log_number(&self) -> u32 {
        self.log.number()
    }

    /// The log.
    pub(super) fn log(&self) -> &Arc<Log> {
        &self.log
    }

    /// The stream and where its chunks go.
    pub(super) fn stream(&mut self) -> (&mut Stream, &Sink) {
        (&mut self.stream, self.log.sink())
    }

    /// The thread of the log that this OS thread now is.
    pub(super) fn current(&self) -> &Arc<LogThread> {
        &self.current
    }

    /// Lets others go first, at random, where the log asks for that.
    #[inline]
    fn give_way(&self) {
        if let Some(seed) = self.log.yields() {
            let thread = self.current.id().number();
            yields::give_way(seed, thread, self.current.next_probe());
        }
    }

    /// The stack of an access at `site`, defined in this lane's stream.
    pub(super) fn capture(&mut self, site: &'static Location<'static>) -> StackId {
        let stack = self.unwinder.capture(self.log.stacks(), site);
        self.stream.define_stack(self.log.sink(), stack);
        stack
    }

    /// Appends a record whose ids are defined.
    pub(super) fn append(&mut self, record: &Record) {
        match record {
            Record::Sync { .. } | Record::Fence { .. } | Record::Thread { .. } => {
                SYNCHRONISED.set(SYNCHRONISED.get() + 1);
            }
            Record::Access { .. }
            | Record::Memory { .. }
            | Record::Forget { .. }
            | Record::Note { .. } => {}
        }
        self.stream.append(self.log.sink(), record);
    }

    /// From here on this OS thread is `thread`.
    pub(super) fn become_thread(&mut self, thread: Arc<LogThread>) {
        self.stream
            .define_thread(self.log.sink(), &thread.definition(), thread.id());
        self.stream
            .switch(self.log.sink(), thread.id(), thread.next_segment());
        self.current = thread;
    }

    fn begin(&mut self) {
        let begin = self.current.begin();
        self.append(&begin);
    }

    fn end(&mut self) {
        let end = self.current.end();
        self.append(&end);
    }
}
