//! Ids are types, never bare integers, and never convert into one another.
//!
//! **Invariant:** inside one [`Trace`](crate::Trace) every id is a dense index
//! into its table, so an engine may keep its state in plain vectors.

macro_rules! dense_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u32);

        impl $name {
            /// The id with this index.
            #[must_use]
            pub const fn new(index: u32) -> Self {
                Self(index)
            }

            /// Where this id stands in its table.
            #[must_use]
            pub const fn index(self) -> usize {
                self.0 as usize
            }

            /// The same as a fixed-width number, for the log.
            #[must_use]
            pub const fn number(self) -> u32 {
                self.0
            }
        }
    };
}

dense_id! {
    /// A thread of the log (FastTrack's `t`): an OS thread or a logical task.
    /// Number zero is the thread that opened the session.
    ThreadId
}
dense_id! {
    /// A synchronisation object (FastTrack's `l`): what acquires and releases name.
    ObjectId
}
dense_id! {
    /// A shared cell: one or more consecutive [`Location`]s.
    CellId
}
dense_id! {
    /// One part of a cell (FastTrack's `x`): the unit that has a history of its own.
    Location
}
dense_id! {
    /// A node of the calling-context tree; [`StackId::EMPTY`] is its root.
    StackId
}
dense_id! {
    /// A user's name for a mark or an atomic block.
    NameId
}

impl ThreadId {
    /// The thread that opened the session.
    pub const ROOT: Self = Self(0);
}

impl StackId {
    /// No stack is known.
    pub const EMPTY: Self = Self(0);
}

/// Consecutive locations of one cell, touched by one access.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Extent {
    first: Location,
    parts: u32,
}

impl Extent {
    /// `parts` locations from `first` on.
    #[must_use]
    pub const fn new(first: Location, parts: u32) -> Self {
        Self { first, parts }
    }

    /// A single location.
    #[must_use]
    pub const fn one(location: Location) -> Self {
        Self::new(location, 1)
    }

    /// The first location touched.
    #[must_use]
    pub const fn first(self) -> Location {
        self.first
    }

    /// How many locations are touched. Zero touches nothing.
    #[must_use]
    pub const fn parts(self) -> u32 {
        self.parts
    }

    /// Every location touched, in order.
    pub fn locations(self) -> impl Iterator<Item = Location> {
        (self.first.0..self.first.0 + self.parts).map(Location)
    }
}
