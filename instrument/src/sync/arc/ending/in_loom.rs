//! One reference is the last, it finds all others' steps done, and none comes back.

use std::sync::Arc;

use loom::sync::atomic::{AtomicUsize, Ordering, fence};
use loom::thread;

use super::{Ending, Strong};

struct Shared {
    ending: Ending,
    /// The real count of strong references.
    strong: AtomicUsize,
    /// The stamps of the steps.
    steps: AtomicUsize,
    /// How often the value ended.
    ends: AtomicUsize,
}

/// A reference whose count has the orderings of std's.
struct Reference(Arc<Shared>);

impl Strong for Reference {
    fn is_only(&self) -> bool {
        self.0.strong.load(Ordering::Relaxed) == 1
    }
}

impl Drop for Reference {
    fn drop(&mut self) {
        if self.0.strong.fetch_sub(1, Ordering::Release) == 1 {
            fence(Ordering::Acquire);
            self.0.ends.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl Shared {
    fn with(references: usize) -> Arc<Self> {
        Arc::new(Self {
            ending: Ending::not_yet(),
            strong: AtomicUsize::new(references),
            steps: AtomicUsize::new(0),
            ends: AtomicUsize::new(0),
        })
    }

    fn upgrade(self: &Arc<Self>) -> Option<Reference> {
        self.ending.upgrade(|| {
            let more = |count| (count > 0).then_some(count + 1);
            let strong = &self.strong;
            let upgraded = strong.fetch_update(Ordering::Acquire, Ordering::Relaxed, more);
            upgraded.is_ok().then(|| Reference(Arc::clone(self)))
        })
    }

    /// What the last one finds: all `releases`, and no other reference ever after.
    fn finds(&self, releases: usize) {
        // ORDERING: relaxed; that they are found is to be shown.
        assert_eq!(self.steps.load(Ordering::Relaxed), releases);
        assert_eq!(self.strong.load(Ordering::Relaxed), 1);
    }

    fn release(&self) {
        self.steps.fetch_add(1, Ordering::Relaxed);
    }
}

impl Reference {
    /// As a drop does; whether it was the last of so many.
    fn give_up(self, references: usize) -> bool {
        let shared = Arc::clone(&self.0);
        let last = shared.ending.give_up(self, || shared.release());
        let Some(last) = last else { return false };
        shared.finds(references);
        drop(last);
        true
    }
}

#[test]
fn of_references_given_up_at_once_one_is_the_last_and_finds_the_others_done() {
    loom::model(|| {
        let shared = Shared::with(2);
        let (ours, theirs) = (
            Reference(Arc::clone(&shared)),
            Reference(Arc::clone(&shared)),
        );
        let theirs = thread::spawn(move || theirs.give_up(2));
        let ours = ours.give_up(2);
        assert!(ours != theirs.join().expect("its assertions hold"));
        assert_eq!(shared.ends.load(Ordering::Relaxed), 1);
    });
}

#[test]
fn no_reference_comes_back_once_the_last_was_given_up() {
    loom::model(|| {
        let shared = Shared::with(1);
        let strong = Reference(Arc::clone(&shared));
        let weak = Arc::clone(&shared);
        let upgrading = thread::spawn(move || match weak.upgrade() {
            Some(again) => Some(again.give_up(2)),
            None => None,
        });
        let ended = {
            let last = shared.ending.give_up(strong, || shared.release());
            last.inspect(|_| {
                assert_eq!(shared.strong.load(Ordering::Relaxed), 1);
                // While it is taken apart nobody else may have one.
                thread::yield_now();
                assert_eq!(shared.strong.load(Ordering::Relaxed), 1);
            })
            .is_some()
        };
        let upgraded = upgrading.join().expect("its assertions hold");
        assert!(ended != (upgraded == Some(true)));
        assert_eq!(shared.ends.load(Ordering::Relaxed), 1);
    });
}

impl Reference {
    /// Claims the value; if it can, nobody else has a reference from then on.
    fn claim(self, releases: usize, references: usize) {
        let shared = Arc::clone(&self.0);
        if shared.ending.claim(&self) {
            shared.finds(releases);
            thread::yield_now();
            shared.finds(releases);
        } else {
            self.give_up(references);
        }
    }
}

#[test]
fn who_claims_a_value_finds_the_others_done() {
    loom::model(|| {
        let shared = Shared::with(2);
        let (ours, theirs) = (
            Reference(Arc::clone(&shared)),
            Reference(Arc::clone(&shared)),
        );
        // Loom's reads find more when their thread is the later one.
        let theirs = thread::spawn(move || theirs.claim(1, 2));
        ours.give_up(2);
        theirs.join().expect("its assertions hold");
    });
}

#[test]
fn a_claimed_value_has_no_reference_but_one() {
    loom::model(|| {
        let shared = Shared::with(1);
        let strong = Reference(Arc::clone(&shared));
        let weak = Arc::clone(&shared);
        let upgrading = thread::spawn(move || drop(weak.upgrade()));
        let claimed = shared.ending.claim(&strong);
        if claimed {
            thread::yield_now();
            let strong = shared.strong.load(Ordering::Relaxed);
            assert_eq!(strong, 1);
        }
        upgrading.join().expect("its assertions hold");
    });
}
