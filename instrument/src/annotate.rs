//! Words for the recorder: home-made synchronisation, and what to leave out.

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
