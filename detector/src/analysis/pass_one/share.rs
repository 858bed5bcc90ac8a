//! Which locations an engine looks after: all of them, or one worker's share.
//!
//! **Invariant:** every location is in exactly one of the shares, where it has a place
//! of its own.

use racegate_eventlog::Location;

/// Locations, and where their shadows lie.
pub(super) trait Share: Copy + Send {
    /// Where the location lies; [nowhere](Self::is_own) where it is somebody else's. To
    /// tell takes no branch, for whose an access is cannot be foretold.
    fn place(&self, location: Location) -> usize;

    /// Whether anything of this share lies there.
    fn is_own(&self, place: usize) -> bool;

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
    fn place(&self, location: Location) -> usize {
        location.index()
    }

    #[inline]
    fn is_own(&self, _place: usize) -> bool {
        true
    }

    fn location(&self, place: usize) -> Location {
        Location::new(number(place))
    }

    fn places(&self, locations: usize) -> usize {
        locations
    }
}

/// One of several equal shares: of each stretch of consecutive locations some, so that
/// what is used together is judged by all. The place zero is nowhere.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    /// By place in a stretch.
    seats: [Seat; STRETCH],
    /// How many of a stretch are in this share.
    own: usize,
}

/// Where the locations at one place of all stretches lie.
#[derive(Clone, Copy, Debug, Default)]
struct Seat {
    /// How many places there are to a stretch; none where they are somebody else's.
    stretch: usize,
    /// Where that of the first stretch lies.
    first: usize,
}

/// The most shares there can be.
pub(super) const STRETCH: usize = 64;

impl Part {
    /// The share with this number, of so many.
    pub(super) fn new(number: usize, of: usize) -> Self {
        let mut seats = [Seat::default(); STRETCH];
        let own = (number..STRETCH).step_by(of).count();
        let of_share = seats.iter_mut().skip(number).step_by(of);
        for (first, seat) in of_share.enumerate() {
            *seat = Seat {
                stretch: own,
                first: first + 1,
            };
        }
        Self { seats, own }
    }
}

impl Share for Part {
    #[inline]
    fn place(&self, location: Location) -> usize {
        let seat = &self.seats[location.index() % STRETCH];
        location.index() / STRETCH * seat.stretch + seat.first
    }

    #[inline]
    fn is_own(&self, place: usize) -> bool {
        place != 0
    }

    fn location(&self, place: usize) -> Location {
        let (stretch, first) = ((place - 1) / self.own, (place - 1) % self.own + 1);
        let seat = self.seats.iter().position(|seat| seat.first == first);
        let seat = seat.expect("every place of a stretch is a seat");
        Location::new(number(stretch * STRETCH + seat))
    }

    fn places(&self, locations: usize) -> usize {
        locations.div_ceil(STRETCH) * self.own + 1
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
                    let place = Some(part.place(location)).filter(|&place| part.is_own(place))?;
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
