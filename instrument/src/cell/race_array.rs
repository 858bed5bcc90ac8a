//! The safe shared cell of many parts.

use std::cell::UnsafeCell;
use std::fmt;
use std::ops::{Bound, Range, RangeBounds};
use std::panic::Location;

use super::gate::{self, Gate, Mode};
use super::hold;
use super::identity::{ArrayIdentity, Lasting, count_lost_access};
use crate::annotate::Named;

/// A [`RaceCell`](super::RaceCell) of many parts, such as an array, or a header of
/// several words.
///
/// Each part has a history and a gate of its own: accesses to different parts do
/// not race, and an access to a range is one access to each part of it. With the feature
/// `enabled` a part takes sixteen bytes more than in a program that is not recorded, for
/// its version and its last writer.
///
/// ```
/// use racegate::cell::RaceArray;
///
/// let header = RaceArray::named("header", [0x1000, 0, 0]);
/// header.set(1, 10);
/// header.write_range(1, &[20, 40]);
/// assert_eq!(header.read_range(..2), [0x1000, 20]);
/// assert_eq!(header.get(2), 40);
/// ```
///
/// # Panics
///
/// Each access panics as a [`RaceCell`](super::RaceCell)'s does, and, as a slice
/// does, on an index out of bounds.
pub struct RaceArray<T> {
    identity: ArrayIdentity,
    gates: Box<[Gate]>,
    parts: Box<[UnsafeCell<T>]>,
}

// SAFETY: a part's gate lets one writer or many readers at it; a writer may be any
// thread (`Send`), and readers may be many at once (`Sync`).
unsafe impl<T: Send + Sync> Sync for RaceArray<T> {}

impl<T> RaceArray<T> {
    /// A new array of `len` parts, each `value`.
    #[track_caller]
    #[must_use]
    pub fn new(len: usize, value: T) -> Self
    where
        T: Clone,
    {
        Self::from(vec![value; len])
    }

    /// A new array of these parts with a name for reports.
    #[track_caller]
    #[must_use]
    pub fn named(name: &str, parts: impl Into<Vec<T>>) -> Self {
        Self::from(parts.into()).named(name)
    }

    /// How many parts there are. They cannot become more or fewer, so this is no
    /// access.
    #[must_use]
    pub fn len(&self) -> usize {
        self.parts.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// Reads a part.
    #[track_caller]
    #[must_use]
    pub fn get(&self, index: usize) -> T
    where
        T: Copy,
    {
        self.once(Mode::Shared, index, Location::caller(), |place| {
            // SAFETY: the pass keeps writers out.
            unsafe { *place }
        })
    }

    /// Writes a part; the value before is dropped afterwards.
    #[track_caller]
    pub fn set(&self, index: usize, value: T) {
        drop(self.replace(index, value));
    }

    /// Writes a part and returns the value before: one write.
    #[track_caller]
    pub fn replace(&self, index: usize, value: T) -> T {
        self.once(Mode::Exclusive, index, Location::caller(), |place| {
            // SAFETY: the pass is for writing, so nothing else refers to the part.
            std::mem::replace(unsafe { &mut *place }, value)
        })
    }

    /// Reads a part and then writes what `change` makes of it: two accesses, and
    /// whatever another thread writes in between is lost.
    #[track_caller]
    pub fn update(&self, index: usize, change: impl FnOnce(T) -> T)
    where
        T: Copy,
    {
        self.set(index, change(self.get(index)));
    }

    /// Reads a range of parts.
    #[track_caller]
    #[must_use]
    pub fn read_range(&self, range: impl RangeBounds<usize>) -> Vec<T>
    where
        T: Copy,
    {
        let range = self.bounds(&range);
        let site = Location::caller();
        let lost = || self.lost(Mode::Shared, &range, site);
        let _passes = gate::enter_range(&self.gates, range.clone(), Mode::Shared, site, lost);
        self.record(Mode::Shared, &range, site);
        // SAFETY: the passes keep writers out of these parts.
        let read = |part: &UnsafeCell<T>| unsafe { *part.get() };
        self.parts[range.clone()].iter().map(read).collect()
    }

    /// Writes as many parts as there are values, from `start` on.
    #[track_caller]
    pub fn write_range(&self, start: usize, values: &[T])
    where
        T: Copy,
    {
        let range = self.bounds(&(start..start.saturating_add(values.len())));
        let site = Location::caller();
        let lost = || self.lost(Mode::Exclusive, &range, site);
        let _passes = gate::enter_range(&self.gates, range.clone(), Mode::Exclusive, site, lost);
        self.record(Mode::Exclusive, &range, site);
        for (part, value) in self.parts[range.clone()].iter().zip(values) {
            // SAFETY: the passes are for writing, so nothing else refers to the part.
            unsafe { *part.get() = *value };
        }
    }

    /// Reads all parts for as long as `read` runs. Recorded when it begins and, when
    /// this thread synchronises meanwhile, again when it ends.
    #[track_caller]
    pub fn with_all<R>(&self, read: impl FnOnce(&[T]) -> R) -> R {
        self.during(Mode::Shared, Location::caller(), |parts| {
            // SAFETY: the passes keep writers out until `read` has returned.
            read(unsafe { &*parts })
        })
    }

    /// Writes all parts for as long as `write` runs. Recorded when it begins and,
    /// when this thread synchronises meanwhile, again when it ends.
    #[track_caller]
    pub fn with_all_mut<R>(&self, write: impl FnOnce(&mut [T]) -> R) -> R {
        self.during(Mode::Exclusive, Location::caller(), |parts| {
            // SAFETY: the passes keep everyone else out until `write` has returned.
            write(unsafe { &mut *parts })
        })
    }

    /// The parts. Nothing is recorded: that the array is owned proves that nobody
    /// else has access to it.
    #[must_use]
    pub fn into_inner(self) -> Vec<T> {
        let parts = self.parts.into_vec().into_iter();
        parts.map(UnsafeCell::into_inner).collect()
    }

    /// One access to one part that is over in an instant.
    #[track_caller]
    #[inline]
    fn once<R>(
        &self,
        mode: Mode,
        index: usize,
        site: &'static Location<'static>,
        access: impl FnOnce(*mut T) -> R,
    ) -> R {
        let part = &self.parts[index];
        let Some(_alone) = self.gates[index].try_alone() else {
            return self.once_among_others(mode, index, site, access);
        };
        let write = mode == Mode::Exclusive;
        self.identity.access_part_alone(write, small(index), site);
        access(part.get())
    }

    /// The same where others are inside, or wait.
    #[track_caller]
    #[cold]
    fn once_among_others<R>(
        &self,
        mode: Mode,
        index: usize,
        site: &'static Location<'static>,
        access: impl FnOnce(*mut T) -> R,
    ) -> R {
        let range = index..index + 1;
        let lost = || self.lost(mode, &range, site);
        let _pass = gate::enter(&self.gates, index, mode, site, lost);
        self.record(mode, &range, site);
        access(self.parts[index].get())
    }

    /// One access to all parts that lasts as long as a closure of the program.
    #[track_caller]
    fn during<R>(
        &self,
        mode: Mode,
        site: &'static Location<'static>,
        access: impl FnOnce(*mut [T]) -> R,
    ) -> R {
        let all = 0..self.len();
        let lost = || self.lost(mode, &all, site);
        let _passes = gate::enter_range(&self.gates, all.clone(), mode, site, lost);
        hold::during(&self.gates, mode, site, || {
            let _lasting = Lasting::begin(&self.identity, mode, site);
            // An `UnsafeCell<T>` is laid out as a `T`, so the parts are a slice of it.
            let first = UnsafeCell::raw_get(self.parts.as_ptr());
            access(std::ptr::slice_from_raw_parts_mut(first, self.len()))
        })
    }

    fn record(&self, mode: Mode, range: &Range<usize>, site: &'static Location<'static>) {
        let write = mode == Mode::Exclusive;
        self.identity
            .access_range(write, small(range.start), small(range.len()), site);
    }

    /// An access that waited in vain.
    fn lost(&self, mode: Mode, range: &Range<usize>, site: &'static Location<'static>) {
        let gates = &self.gates[range.clone()];
        if !gate::record_lost(gates, || self.record(mode, range, site)) {
            count_lost_access();
        }
    }

    /// The range in numbers, inside of the array.
    #[track_caller]
    fn bounds(&self, range: &impl RangeBounds<usize>) -> Range<usize> {
        let start = match range.start_bound() {
            Bound::Included(first) => *first,
            Bound::Excluded(before) => before + 1,
            Bound::Unbounded => 0,
        };
        let end = match range.end_bound() {
            Bound::Included(last) => last + 1,
            Bound::Excluded(past) => *past,
            Bound::Unbounded => self.len(),
        };
        let len = self.len();
        assert!(
            start <= end && end <= len,
            "range {start}..{end} out of range for an array of {len} parts"
        );
        start..end
    }
}

/// A number of parts; `From` has seen to it that it is small enough.
fn small(parts: usize) -> u32 {
    u32::try_from(parts).expect("an array has fewer than 2^32 parts")
}

impl<T> From<Vec<T>> for RaceArray<T> {
    #[track_caller]
    fn from(parts: Vec<T>) -> Self {
        Self {
            identity: ArrayIdentity::new::<T>(small(parts.len())),
            gates: parts.iter().map(|_| Gate::new()).collect(),
            parts: parts.into_iter().map(UnsafeCell::new).collect(),
        }
    }
}

impl<T, const N: usize> From<[T; N]> for RaceArray<T> {
    #[track_caller]
    fn from(parts: [T; N]) -> Self {
        Self::from(Vec::from(parts))
    }
}

impl<T> Named for RaceArray<T> {
    fn named(mut self, name: &str) -> Self {
        self.identity.set_name(name);
        self
    }
}

/// Shows the parts, which is a read of all of them.
impl<T: fmt::Debug> fmt::Debug for RaceArray<T> {
    #[track_caller]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.with_all(|parts| f.debug_tuple("RaceArray").field(&parts).finish())
    }
}
