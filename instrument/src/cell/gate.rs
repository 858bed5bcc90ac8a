//! The gate of a cell: it lets one writer or many readers at the value, so that
//! no program, however racy, touches it in two conflicting ways at once.
//!
//! **Invariant:** while a [`Pass`] for writing lives no other pass of its gate
//! does, and while an [`Alone`] lives nothing else of its gate does. The gate makes no
//! edge in the log.
//!
//! Most accesses are over in an instant and find nobody at the gate. Such a one goes in
//! alone, whether it reads or writes, by one exchange, and leaves by one store; and it
//! is alone with the cell's version too, which it counts without a lock. Whoever else
//! records an access to the cell either has a pass, which is not to be had meanwhile, or
//! gave up waiting for one, and then puts up the same mark first.
//!
//! Finding the gate held is proof of a race: nothing orders two accesses that
//! overlap in time. The later one waits all the same, so that the program goes on
//! and the report tells the rest; but the holder may itself be waiting for it, and
//! so the wait is bounded. The bound is counted in naps and not read off a clock,
//! so that a machine that was suspended has not used it up. Five seconds is long
//! against the pauses of a loaded scheduler (tens of milliseconds), and short
//! against the time after which test runners call a test slow (a minute).

use std::ops::Range;
use std::panic::Location;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::hold;
use crate::primitive::{AtomicU32, sleep, spin_loop, yield_now};

#[cfg(all(test, racegate_loom))]
mod in_loom;

/// A writer is inside.
const WRITER: u32 = 1 << 31;
/// A writer waits: readers that come now let it go first.
const WANTED: u32 = 1 << 30;
/// An access is inside that is over in an instant, or one is recorded that failed.
const INSTANT: u32 = 1 << 29;
/// The readers inside.
const READERS: u32 = INSTANT - 1;

/// Tries before the first nap.
const TRIES: u32 = 128;
const NAP: Duration = Duration::from_millis(1);
/// How many naps an access waits for a conflicting one to end; the crate's own tests
/// have less time.
const PATIENCE: u32 = if cfg!(test) { 1_000 } else { 5_000 };
/// How many naps a reader lets waiting writers go first. They need no more than the
/// time to be scheduled; without this, readers in a loop could keep them out.
const COURTESY: u32 = 20;

/// How an access is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// A read: with others.
    Shared,
    /// A write: alone.
    Exclusive,
}

impl Mode {
    /// The word for such an access.
    pub(super) fn noun(self) -> &'static str {
        match self {
            Mode::Shared => "read",
            Mode::Exclusive => "write",
        }
    }
}

/// A cell's gate.
pub(super) struct Gate(AtomicU32);

/// The right to access the value; given back when dropped.
pub(super) struct Pass<'gate> {
    gate: &'gate Gate,
    mode: Mode,
}

/// The right to an access that is over in an instant, alone; given back when dropped.
pub(super) struct Alone<'gate>(&'gate Gate);

/// Waits for a pass of one of a cell's gates. An access that must fail is recorded
/// by `lost` before.
///
/// # Panics
///
/// When this thread itself is inside in a conflicting way, and when another thread
/// is and stays there too long.
#[track_caller]
#[inline]
pub(super) fn enter<'gate>(
    gates: &'gate [Gate],
    index: usize,
    mode: Mode,
    site: &'static Location<'static>,
    lost: impl FnOnce(),
) -> Pass<'gate> {
    let gate = &gates[index];
    if !gate.try_enter(mode) && !gate.wait(mode, || hold::stands_in_own_way(gates, mode)) {
        // ORDERING: relaxed; a wish. Others who wait put theirs up again.
        gate.0.fetch_and(!WANTED, Ordering::Relaxed);
        lost();
        hold::fail(gates, mode, site);
    }
    Pass { gate, mode }
}

/// Waits for a pass of each of these gates. In ascending order, so that no two
/// accesses that are over in an instant wait for each other.
#[track_caller]
pub(super) fn enter_range<'gate>(
    gates: &'gate [Gate],
    range: Range<usize>,
    mode: Mode,
    site: &'static Location<'static>,
    lost: impl Fn(),
) -> Vec<Pass<'gate>> {
    let mut passes = Vec::with_capacity(range.len());
    for index in range {
        passes.push(enter(gates, index, mode, site, &lost));
    }
    passes
}

/// Records an access that has no pass, while no access that is over in an instant is
/// inside any of these gates. False when such a one stays inside, which nothing but this
/// thread's own can: a signal handler's access in the midst of another.
pub(super) fn record_lost(gates: &[Gate], record: impl FnOnce()) -> bool {
    let marked = gates.iter().take_while(|gate| gate.mark_lost()).count();
    let all = marked == gates.len();
    if all {
        record();
    }
    for gate in &gates[..marked] {
        // ORDERING: release, so that the next one inside follows what was recorded.
        gate.0.fetch_and(!INSTANT, Ordering::Release);
    }
    all
}

impl Gate {
    pub(super) const fn new() -> Self {
        Self(AtomicU32::new(0))
    }

    /// Goes in for an instant if nobody is inside and nobody waits.
    #[inline]
    pub(super) fn try_alone(&self) -> Option<Alone<'_>> {
        self.exchange(0, INSTANT).then(|| Alone(self))
    }

    /// Keeps accesses that are over in an instant out, whoever has a pass; false when one
    /// does not leave.
    fn mark_lost(&self) -> bool {
        (0..TRIES + PATIENCE).any(|tries| {
            // ORDERING: relaxed; only a guess for the exchange.
            let seen = self.0.load(Ordering::Relaxed);
            let marked = seen & INSTANT == 0 && self.exchange(seen, seen | INSTANT);
            if !marked {
                rest(tries);
            }
            marked
        })
    }

    /// Goes in if nobody is in the way.
    #[inline]
    fn try_enter(&self, mode: Mode) -> bool {
        // ORDERING: relaxed; only a guess for the exchange.
        let seen = self.0.load(Ordering::Relaxed);
        match mode {
            Mode::Shared => {
                seen & (WRITER | WANTED | INSTANT) == 0 && self.exchange(seen, seen + 1)
            }
            // The writer takes the wish down; another who waits puts it up again.
            Mode::Exclusive => {
                seen & (WRITER | READERS | INSTANT) == 0 && self.exchange(seen, WRITER)
            }
        }
    }

    /// Goes in beside readers although a writer waits.
    fn try_barge(&self) -> bool {
        // ORDERING: relaxed; only a guess for the exchange.
        let seen = self.0.load(Ordering::Relaxed);
        seen & (WRITER | INSTANT) == 0 && self.exchange(seen, seen + 1)
    }

    #[inline]
    fn exchange(&self, seen: u32, next: u32) -> bool {
        // ORDERING: acquire, to follow what the last holder did to the value.
        self.0
            .compare_exchange(seen, next, Ordering::Acquire, Ordering::Relaxed)
            .is_ok()
    }

    /// Waits in line; false when it was in vain.
    #[cold]
    fn wait(&self, mode: Mode, in_own_way: impl Fn() -> bool) -> bool {
        // Who is inside already must not wait for those who wait for him.
        let courtesy = if hold::holds_any() { 0 } else { COURTESY };
        let mut tries = 0;
        loop {
            if self.try_enter(mode) {
                return true;
            }
            let naps = u32::saturating_sub(tries, TRIES);
            if mode == Mode::Shared && (courtesy == 0 || naps >= courtesy) && self.try_barge() {
                return true;
            }
            if naps == PATIENCE || (tries == TRIES && in_own_way()) {
                return false;
            }
            self.pause(mode, tries);
            tries += 1;
        }
    }

    fn pause(&self, mode: Mode, tries: u32) {
        if mode == Mode::Exclusive {
            // ORDERING: relaxed; a wish, which orders nothing.
            self.0.fetch_or(WANTED, Ordering::Relaxed);
        }
        rest(tries);
    }
}

/// Waits a little, longer after many tries.
fn rest(tries: u32) {
    if tries < TRIES / 2 {
        spin_loop();
    } else if tries < TRIES {
        yield_now();
    } else {
        sleep(NAP);
    }
}

impl Drop for Alone<'_> {
    #[inline]
    fn drop(&mut self) {
        // Nobody else came in or left meanwhile. A wish may have come: whoever waits puts
        // it up again.
        // ORDERING: release, so that the next one inside follows what was done.
        self.0.0.store(0, Ordering::Release);
    }
}

impl Drop for Pass<'_> {
    #[inline]
    fn drop(&mut self) {
        // ORDERING: release, so that the next holder follows what was done inside.
        match self.mode {
            Mode::Shared => self.gate.0.fetch_sub(1, Ordering::Release),
            Mode::Exclusive => self.gate.0.fetch_and(!WRITER, Ordering::Release),
        };
    }
}
