//! Which locations an engine looks after: all of them, or one worker's share.
//!
//! **Invariant:** every location is in exactly one of the shares, where it has a place
//! of its own.

use racegate_eventlog::Location;

/// Locations, and where their shadows lie.
pub(super) trait Share: Copy + Send {
    /// Where the location lies; none where it is somebody else's.
    fn place(&self, location: Location) -> Option<usize>;

    /// The location that lies there.
    fn location(&self, place: usize) -> Location;

    /// How many places so many locations need.
    fn places(&self, locations: usize) -> usize;
}

/// All locations.
#[derive(Clone, Copy, Debug)]
pub(super) struct Whole;

impl Share for Whole {
    #[inline]
    fn place(&self, location: Location) -> Option<usize> {
        Some(location.index())
    }

    fn location(&self, place: usize) -> Location {
        Location::new(number(place))
    }

    fn places(&self, locations: usize) -> usize {
        locations
    }
}

/// One of several equal shares: of each stretch of consecutive locations some, so that
/// what is used together is judged by all.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    /// By place in a stretch: the place among this share's own.
    ranks: [Option<u8>; STRETCH],
    /// How many of a stretch are in this share.
    own: usize,
}

/// The most shares there can be.
pub(super) const STRETCH: usize = 64;

impl Part {
    /// The share with this number, of so many.
    pub(super) fn new(number: usize, of: usize) -> Self {
        let mut ranks = [None; STRETCH];
        let own = ranks.iter_mut().skip(number).step_by(of);
        let own = own.zip(0..).map(|(rank, place)| *rank = Some(place));
        let own = own.count();
        Self { ranks, own }
    }
}

impl Share for Part {
    #[inline]
    fn place(&self, location: Location) -> Option<usize> {
        let rank = self.ranks[location.index() % STRETCH]?;
        Some(location.index() / STRETCH * self.own + usize::from(rank))
    }

    fn location(&self, place: usize) -> Location {
        let (stretch, own) = (place / self.own, place % self.own);
        let rank = |rank: &Option<u8>| rank.map(usize::from) == Some(own);
        let within = self.ranks.iter().position(rank).expect("a rank of its own");
        Location::new(number(stretch * STRETCH + within))
    }

    fn places(&self, locations: usize) -> usize {
        locations.div_ceil(STRETCH) * self.own
    }
}

fn number(index: usize) -> u32 {
    u32::try_from(index).expect("locations are numbered in 32 bits")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_location_has_a_place_in_one_share() {
        for shares in [1, 2, 3, 5, STRETCH] {
            let parts: Vec<Part> = (0..shares).map(|it| Part::new(it, shares)).collect();
            let mut taken = std::collections::BTreeSet::new();
            for location in (0..200).map(Location::new) {
                let mut places = parts.iter().enumerate();
                let places = places.by_ref().filter_map(|(share, part)| {
                    let place = part.place(location)?;
                    assert_eq!(part.location(place), location);
                    assert!(place < part.places(200));
                    Some((share, place))
                });
                let places: Vec<_> = places.collect();
                assert_eq!(places.len(), 1, "{location:?} of {shares}");
                assert!(taken.insert(places[0]), "{location:?} of {shares}");
            }
        }
    }
}
