//! Cells of many parts: each part has a version of its own.
//!
//! **Invariant:** an access is recorded with the versions that its parts have at one
//! moment, and is one event, however many records tell of it.

use std::panic::Location;

use racegate_eventlog::record::{ObjectKey, Record, Run, Runs};

use super::cell::About;
use super::lane::{self, AtHand, Event, Lane};
use super::stack::{self, Place};
use super::version::Version;
use super::weight::Weight;

/// What the recorder knows of a cell of many parts.
pub(crate) struct ArrayIdentity {
    about: About,
    /// By part.
    versions: Box<[Version]>,
}

impl ArrayIdentity {
    /// A new cell of `parts` parts holding `T`s, made by the caller.
    #[track_caller]
    pub(crate) fn new<T: ?Sized>(parts: u32) -> Self {
        Self {
            about: About::new::<T>(),
            versions: (0..parts).map(|_| Version::new()).collect(),
        }
    }

    /// How many parts it has.
    pub(crate) fn parts(&self) -> u32 {
        u32::try_from(self.versions.len()).expect("it was made of as many")
    }

    /// Gives it a name for reports.
    pub(crate) fn set_name(&mut self, name: &str) {
        self.about.set_name(name);
    }

    /// Records an access to one part that is alone with it, as a cell's may be.
    pub(crate) fn access_part_alone(
        &self,
        write: bool,
        part: u32,
        site: &'static Location<'static>,
    ) {
        let array = self;
        lane::record(site, &PartAlone { array, write, part });
    }

    /// Records an access to `parts` parts from `first` on. None are recorded as nothing.
    pub(crate) fn access_range(
        &self,
        write: bool,
        first: u32,
        parts: u32,
        site: &'static Location<'static>,
    ) {
        stack::here(site, |place| {
            self.access_range_at(write, first, parts, place)
        });
    }

    fn access_range_at(&self, write: bool, first: u32, parts: u32, place: Place<'_>) {
        let versions = &self.versions[first as usize..][..parts as usize];
        if versions.is_empty() {
            return;
        }
        lane::with(Weight::Access, |lane| {
            let (stack, first_key) = self.about.prepare(lane, self.parts(), place)?;
            let record = |run: Run| Record::Access {
                write,
                stack,
                cell: run.first,
                parts: run.parts,
                version: run.version,
                more: run.more,
            };
            let first_key = first_key.number() + u64::from(first);
            let who = lane.writer();
            let mut runs = Runs::default();
            // In ascending order, as every access does, so that no two that write wait
            // for each other.
            for (key, version) in (first_key..).zip(versions) {
                let told = if write {
                    version.begin_write(who)
                } else {
                    version.read(who)
                };
                if let Some(run) = runs.part(ObjectKey::new(key), told) {
                    lane.append(&record(run));
                }
            }
            if let Some(run) = runs.last() {
                lane.append(&record(run));
            }
            if write {
                versions.iter().for_each(Version::end_write);
            }
            Some(())
        });
    }
}

/// An access that is alone with one part of an array.
struct PartAlone<'array> {
    array: &'array ArrayIdentity,
    write: bool,
    part: u32,
}

impl Event<()> for PartAlone<'_> {
    #[inline(always)]
    fn object(&self) -> ObjectKey {
        self.array.about.key.known()
    }

    #[inline(always)]
    fn at_hand(&self, lane: &mut Lane, at_hand: AtHand) -> Option<()> {
        let Self { array, write, part } = *self;
        let version = &array.versions[part as usize];
        let told = if write {
            version.write_alone(lane.writer())
        } else {
            version.read_alone(lane.writer())
        };
        lane.put_access(write, at_hand.of_part(part), told);
        Some(())
    }

    #[cold]
    fn any_way(&self, place: Place<'_>) {
        let Self { array, write, part } = *self;
        array.access_range_at(write, part, 1, place);
    }
}
