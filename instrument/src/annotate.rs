//! Words for the recorder: names, home-made synchronisation, and what to leave out.

mod memory;
#[cfg(not(feature = "enabled"))]
mod silent;

pub(crate) use memory::sealed;
pub use memory::{PlainMemory, forget, name_memory, plain_read, plain_write, read, write};

use std::panic::Location;

#[cfg(feature = "enabled")]
use racegate_eventlog::ObjectClass;

#[cfg(feature = "enabled")]
use crate::recorder::{Object, block_begin, block_end, ignoring, mark as record_mark, recording};
#[cfg(not(feature = "enabled"))]
use silent::{Object, ObjectClass, block_begin, block_end, ignoring, record_mark, recording};

/// Names for reports.
///
/// ```
/// use racegate::annotate::Named;
/// use racegate::cell::RaceCell;
///
/// let balance = RaceCell::new(0).named("balance");
/// # let _ = balance;
/// ```
pub trait Named: Sized {
    /// The same value, under this name in reports.
    #[must_use]
    fn named(self, name: &str) -> Self;
}

/// What home-made synchronisation is told by: what happened before a
/// [`happens_before`] of it is ordered before what follows a later
/// [`happens_after`].
///
/// ```
/// use racegate::annotate::{Tag, happens_after, happens_before};
/// use racegate::cell::RaceCell;
/// use racegate::thread;
/// use std::sync::atomic::{AtomicBool, Ordering};
///
/// static PUBLISHED: Tag = Tag::new();
///
/// // Made of parts that racegate does not know.
/// let flag = AtomicBool::new(false);
/// let cake = RaceCell::new("raw");
/// thread::scope(|scope| {
///     scope.spawn(|| {
///         cake.set("baked");
///         happens_before(&PUBLISHED);
///         flag.store(true, Ordering::Release);
///     });
///     scope.spawn(|| {
///         while !flag.load(Ordering::Acquire) {
///             thread::yield_now();
///         }
///         happens_after(&PUBLISHED);
///         assert_eq!(cake.get(), "baked");
///     });
/// });
/// ```
pub struct Tag {
    object: Object,
}

impl Tag {
    /// A new tag.
    #[track_caller]
    #[must_use]
    pub const fn new() -> Self {
        Self {
            object: Object::new::<Self>(ObjectClass::Tag),
        }
    }
}

/// Says that what this thread did so far happens before what follows a
/// [`happens_after`] of the tag. To be called before the release that makes it so.
#[track_caller]
#[inline]
pub fn happens_before(tag: &Tag) {
    tag.object.release_merge();
}

/// Says that what follows happens after what came before each
/// [`happens_before`] of the tag so far. To be called after the acquire that makes
/// it so.
#[track_caller]
#[inline]
pub fn happens_after(tag: &Tag) {
    tag.object.acquire();
}

/// Says that what the tag stands for is put to a use that others like it may overlap,
/// such as a send into a channel. Uses that exclude it conflict with it.
///
/// ```
/// use racegate::annotate::{Named, Tag, use_exclusive, use_shared};
///
/// let channel = Tag::new().named("channel");
/// let report = racegate::check(|| {
///     racegate::thread::scope(|scope| {
///         scope.spawn(|| use_shared(&channel)); // a send
///         scope.spawn(|| use_exclusive(&channel)); // its close
///     });
/// });
/// # #[cfg(feature = "enabled")]
/// assert_eq!(report.findings().len(), 1);
/// ```
#[track_caller]
#[inline]
pub fn use_shared(tag: &Tag) {
    tag.object.access(false, Location::caller());
}

/// Says that what the tag stands for is put to a use that no other may overlap, such as
/// the close of a channel. See [`use_shared`].
#[track_caller]
#[inline]
pub fn use_exclusive(tag: &Tag) {
    tag.object.access(true, Location::caller());
}

/// Runs `body` without recording the accesses that this thread makes in it. The
/// log says that something was left out, and why. Synchronisation is recorded all
/// the same.
///
/// ```
/// use racegate::cell::RaceCell;
///
/// static HITS: RaceCell<u32> = RaceCell::new(0);
///
/// racegate::annotate::ignore("an approximate count is enough", || {
///     HITS.update(|hits| hits + 1);
/// });
/// # assert_eq!(HITS.get(), 1);
/// ```
#[track_caller]
pub fn ignore<R>(reason: &str, body: impl FnOnce() -> R) -> R {
    if recording() {
        record_mark(&format!("ignored: {reason}"));
    }
    ignoring(body)
}

/// Records a named point, such as the begin of a phase.
///
/// ```
/// racegate::annotate::mark("warm");
/// ```
#[track_caller]
pub fn mark(name: &str) {
    record_mark(name);
}

/// Declares that `body` is meant to be atomic: as if nothing happened in between.
/// This makes no edge; an analysis of atomicity checks it.
///
/// ```
/// let left = racegate::annotate::atomic_block("withdraw", || 100 - 20);
/// assert_eq!(left, 80);
/// ```
#[track_caller]
pub fn atomic_block<R>(name: &str, body: impl FnOnce() -> R) -> R {
    struct End<'name>(&'name str, &'static Location<'static>);
    impl Drop for End<'_> {
        fn drop(&mut self) {
            block_end(self.0, self.1);
        }
    }
    block_begin(name);
    let _end = End(name, Location::caller());
    body()
}

impl Named for Tag {
    fn named(mut self, name: &str) -> Self {
        self.object.set_name(name);
        self
    }
}

impl Default for Tag {
    #[track_caller]
    fn default() -> Self {
        Self::new()
    }
}

impl std::fmt::Debug for Tag {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tag").finish_non_exhaustive()
    }
}
