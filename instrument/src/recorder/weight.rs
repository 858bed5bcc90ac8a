//! What losing an event can do to a verdict.

/// What kind of event a probe stands for, should it have to be dropped.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    /// Losing it can only hide a race.
    Access,
    /// Losing it can invent one.
    Sync,
}
