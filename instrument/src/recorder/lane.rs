//! A lane: what one OS thread needs to record.
//!
//! **Invariant:** a lane is reached only by its own thread and only through
//! [`with`], which lets no probe run inside another.

use std::ffi::c_void;
use std::panic::Location;
use std::ptr;
use std::sync::atomic::{Ordering, fence};
use std::sync::{Arc, OnceLock};

use racegate_eventlog::record::{ObjectKey, OneOrTwo, Record, VerbCode, step_words};
use racegate_eventlog::{StackId, ThreadId, ThreadOrigin};

use super::door::{self, Door, Pace, Probing};
use super::living::Living;
use super::log::{self, Log};
use super::log_thread::LogThread;
use super::options::StackMode;
use super::process;
use super::sequence::Taken;
use super::sink::Sink;
use super::stack::{self, Place, Unwinder};
use super::stream::Stream;
use super::teller::Teller;
use super::version::Writer;
use super::weight::Weight;
use super::yields;

// Too much for Miri, and in loom no lane records.
#[cfg(all(test, not(miri), not(racegate_loom)))]
mod tests;

mod at_hand;

pub(super) use at_hand::{AtHand, Event, record};

/// What one OS thread needs to record into one log.
pub(crate) struct Lane {
    stream: Stream,
    log: Arc<Log>,
    /// Who writes, as versions name it.
    writer: Writer,
    /// How often a log had been closed when this one was last found open. It is not the
    /// number of any closing until the unwinder remembers stacks, where they are whole.
    closings: u64,
    unwinder: Unwinder,
    /// The thread of the log that this OS thread now is.
    current: Arc<LogThread>,
    /// Ended by the OS thread's own end, not by a task.
    ends: bool,
    /// The log that this thread was recording into before this one.
    outer: Option<Box<Lane>>,
}

/// More logs than are ever closed.
const NEVER: u64 = u64::MAX;

/// Runs `probe` on this thread's lane; `None` when nothing is recorded here.
///
/// A probe inside a probe (an instrumented allocator, a signal handler) is not
/// run, but counted.
#[inline]
pub(super) fn with<R>(weight: Weight, probe: impl FnOnce(&mut Lane) -> R) -> Option<R> {
    let probing = match door::enter_at_once() {
        Some(probing) => probing,
        None if process::recording() => enter(weight)?,
        None => return None,
    };
    // SAFETY: the pointer is this thread's own lane, made by `install`, and
    // the door keeps any other reference to it from being made meanwhile.
    let lane = unsafe { &mut *probing.lane() };
    (lane.closings == log::closings() || lane.is_still_open()).then(|| probe(lane))
}

/// Shuts the door for a probe that has to look why it is not let in at once. `None`
/// where it is not to run; else there is a lane.
#[cold]
fn enter(weight: Weight) -> Option<Probing> {
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
    let mut probing = door::enter();
    if probing.lane().is_null() {
        if !adopt(weight) {
            return None;
        }
        probing.look_again();
    }
    // SAFETY: as in `with`; the reference ends before that one is made.
    unsafe { &*probing.lane() }.give_way();
    Some(probing)
}

/// Whether a probe of this thread would be recorded into `log`.
pub(super) fn records_into(log: &Log) -> bool {
    let lane = door::lane();
    // SAFETY: this thread's own lane; no probe is running that has a reference to it.
    door::state() == Door::Open && !lane.is_null() && unsafe { &*lane }.log.number() == log.number()
}

/// The number of the log that this thread records into, if it does.
pub(crate) fn log_here() -> Option<u32> {
    // SAFETY: null, or the log of this thread's lane, which shares it, and which only this
    // thread can take away.
    unsafe { door::log().as_ref() }.map(Log::number)
}

/// The list of what is to end that this thread's log keeps, if it does.
pub(super) fn living_here() -> Option<Arc<Living>> {
    // SAFETY: as in `log_here`.
    let log = unsafe { door::log().as_ref() }?;
    log.living().map(Arc::clone)
}

/// The number of the thread that this one is in the log that it records into.
pub(crate) fn thread_here() -> Option<u32> {
    let lane = door::lane();
    let is_open = door::state() == Door::Open && !lane.is_null();
    // SAFETY: this thread's own lane; no probe is running that has a reference to it.
    is_open.then(|| unsafe { &*lane }.current.id().number())
}

#[cold]
fn count_nested(weight: Weight) {
    // SAFETY: null, or the log of this thread's lane, which shares it and is not
    // removed while a probe runs. The lane itself is the outer probe's alone.
    if let Some(log) = unsafe { door::log().as_ref() } {
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
    if door::is_refused() {
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
        door::refuse();
        return false;
    };
    let outer = take_lane();
    let unwinder = Unwinder::new();
    let mut lane = Lane {
        stream,
        writer: Writer::new(log.number(), thread.id()),
        // The first probe looks.
        closings: NEVER,
        log,
        unwinder,
        current: Arc::clone(&thread),
        ends: begin,
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
    let pace = match (lane.log.yields(), lane.log.stacks()) {
        (Some(_), _) => Pace::Waits,
        (None, StackMode::Full) => Pace::Stacks,
        (None, StackMode::Site) => Pace::Lines,
    };
    let log = Arc::as_ptr(&lane.log);
    door::set_lane(Box::into_raw(lane), log, pace);
}

fn take_lane() -> Option<Box<Lane>> {
    let lane = door::take_lane();
    // SAFETY: a lane's pointer comes from `Box::into_raw` above and was taken out of its
    // only place; no probe is running that has a reference to it.
    (!lane.is_null()).then(|| unsafe { Box::from_raw(lane) })
}

/// Ends this thread's innermost lane: its stream goes back to its log.
pub(super) fn remove() {
    let Some(mut lane) = take_lane() else {
        return;
    };
    if lane.ends && lane.log.is_open() && !door::is_forked() {
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
        while !door::lane().is_null() {
            remove();
        }
    });
}

impl Lane {
    /// The log's number.
    #[inline]
    pub(super) fn log_number(&self) -> u32 {
        self.writer.log_number()
    }

    /// Who takes stamps here.
    #[inline]
    pub(super) fn teller(&self) -> Teller {
        self.stream.teller()
    }

    /// The log.
    pub(super) fn log(&self) -> &Arc<Log> {
        &self.log
    }

    /// Who writes, as versions name it.
    #[inline]
    pub(super) fn writer(&self) -> Writer {
        self.writer
    }

    /// The stream and where its chunks go.
    #[inline]
    pub(super) fn stream(&mut self) -> (&mut Stream, &Sink) {
        (&mut self.stream, self.log.sink())
    }

    /// The thread of the log that this OS thread now is.
    pub(super) fn current(&self) -> &Arc<LogThread> {
        &self.current
    }

    /// Whether the log still takes events, now that some log was closed.
    #[cold]
    fn is_still_open(&mut self) -> bool {
        let closings = log::closings();
        // ORDERING: acquire, of what was closed before it was counted.
        fence(Ordering::Acquire);
        let open = self.log.is_open();
        let is_ready = self.log.stacks() == StackMode::Site || self.unwinder.remembers();
        if open && is_ready {
            self.closings = closings;
        }
        open
    }

    /// Lets others go first, at random, where the log asks for that.
    fn give_way(&self) {
        if let Some(seed) = self.log.yields().filter(|_| self.log.is_open()) {
            let thread = self.current.id().number();
            yields::give_way(seed, thread, self.current.next_probe());
        }
    }

    /// The stack of an event at `site`, told from here on, defined in this lane's stream.
    #[inline]
    pub(super) fn capture(&mut self, site: &'static Location<'static>) -> StackId {
        stack::here(site, |place| self.capture_at(place))
    }

    /// The stack of the event at `place`, defined in this lane's stream.
    #[inline]
    pub(super) fn capture_at(&mut self, place: Place<'_>) -> StackId {
        let sink = self.log.sink();
        match self.log.stacks() {
            StackMode::Site => self.stream.line(sink, place.line()),
            StackMode::Full => {
                let stack = self.unwinder.capture(place, self.stream.era());
                self.stream.define_stack(sink, stack);
                stack
            }
        }
    }

    /// Appends a record whose ids are defined.
    pub(super) fn append(&mut self, record: &Record) {
        match record {
            Record::Sync { .. } | Record::Fence { .. } | Record::Thread { .. } => {
                door::count_synchronised();
            }
            Record::Access { .. }
            | Record::Memory { .. }
            | Record::Forget { .. }
            | Record::Note { .. } => {}
        }
        self.stream.append(self.log.sink(), record);
    }

    /// Appends an access to one part; its ids are defined.
    #[inline]
    pub(super) fn append_access(&mut self, words: OneOrTwo) {
        self.stream.make_room_for_pair(self.log.sink());
        self.put(self.stream.end(), words);
    }

    /// Appends a step of an object, whose stack and object are defined. Its stamp is taken
    /// when it is known which chunk it will stand in.
    #[inline]
    pub(super) fn append_step(
        &mut self,
        verb: VerbCode,
        (stack, object): (StackId, ObjectKey),
        take: impl FnOnce(Teller) -> Taken,
    ) {
        self.stream.make_room_for_pair(self.log.sink());
        let Taken { stamp, follows } = take(self.teller());
        door::count_synchronised();
        let words = step_words(verb, stack, object, (stamp, follows));
        self.put(self.stream.end(), words);
    }

    /// From here on this OS thread is `thread`.
    pub(super) fn become_thread(&mut self, thread: Arc<LogThread>) {
        self.stream
            .define_thread(self.log.sink(), &thread.definition(), thread.id());
        self.stream
            .switch(self.log.sink(), thread.id(), thread.next_segment());
        self.writer = Writer::new(self.log.number(), thread.id());
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
