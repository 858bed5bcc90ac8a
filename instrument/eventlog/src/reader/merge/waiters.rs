//! Who waits for what: a list of threads for each place, threaded through the
//! threads themselves, since a thread waits at one place at a time.

/// No thread, or no place.
const NONE: u32 = u32::MAX;

/// Threads that wait, by place.
pub(super) struct Waiters {
    /// By place: the first thread of its list.
    heads: Vec<u32>,
    /// By thread: its neighbours in its list.
    links: Vec<Links>,
}

#[derive(Clone, Copy)]
struct Links {
    place: Option<usize>,
    next: u32,
    previous: u32,
}

impl Waiters {
    /// No one waits yet.
    pub(super) fn new(places: usize, threads: usize) -> Self {
        let alone = Links {
            place: None,
            next: NONE,
            previous: NONE,
        };
        Self {
            heads: vec![NONE; places],
            links: vec![alone; threads],
        }
    }

    /// The thread waits at this place from now on.
    pub(super) fn wait(&mut self, thread: u32, place: usize) {
        debug_assert!(
            self.links[thread as usize].place.is_none(),
            "a thread waits at one place"
        );
        let next = std::mem::replace(&mut self.heads[place], thread);
        if next != NONE {
            self.links[next as usize].previous = thread;
        }
        self.links[thread as usize] = Links {
            place: Some(place),
            next,
            previous: NONE,
        };
    }

    /// One thread that waits at this place, which waits no longer.
    pub(super) fn wake(&mut self, place: usize) -> Option<u32> {
        let thread = self.heads[place];
        if thread == NONE {
            return None;
        }
        self.leave(thread);
        Some(thread)
    }

    /// The thread waits no longer.
    pub(super) fn leave(&mut self, thread: u32) {
        let links = &mut self.links[thread as usize];
        let Some(place) = links.place.take() else {
            return;
        };
        let (next, previous) = (links.next, links.previous);
        if previous == NONE {
            self.heads[place] = next;
        } else {
            self.links[previous as usize].next = next;
        }
        if next != NONE {
            self.links[next as usize].previous = previous;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn waiters_are_a_list_for_each_place(steps in prop::collection::vec((0..3_u8, 0..6_u32, 0..3_usize), 0..60)) {
            let mut waiters = Waiters::new(3, 6);
            // By place: its threads, the last to come first.
            let mut model = vec![Vec::new(); 3];
            for (what, thread, place) in steps {
                let at = model.iter().position(|list| list.contains(&thread));
                match (what, at) {
                    (0, None) => {
                        waiters.wait(thread, place);
                        model[place].insert(0, thread);
                    }
                    (1, _) => {
                        waiters.leave(thread);
                        model.iter_mut().for_each(|list| list.retain(|one| *one != thread));
                    }
                    _ => {
                        let first = (!model[place].is_empty()).then(|| model[place].remove(0));
                        prop_assert_eq!(waiters.wake(place), first);
                    }
                }
            }
        }
    }
}
