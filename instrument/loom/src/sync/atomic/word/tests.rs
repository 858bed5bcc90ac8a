use std::panic::{AssertUnwindSafe, Location, catch_unwind};
use std::ptr;
use std::sync::atomic::{AtomicPtr, AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};
use std::thread;

use super::{Initial, Recorded, SHIFT, UPPER, Word};

/// How many there were and are.
#[derive(Default)]
struct Counts {
    made: AtomicUsize,
    named: AtomicUsize,
    alive: AtomicUsize,
}

/// Stands for a recorded atomic, and is counted.
struct Counted {
    counts: Arc<Counts>,
    initial: usize,
    _aligned: u64,
}

impl Counted {
    fn new(counts: &Arc<Counts>, initial: Initial) -> Self {
        for count in [&counts.made, &counts.named, &counts.alive] {
            count.fetch_add(1, Ordering::Relaxed);
        }
        Self {
            counts: Arc::clone(counts),
            initial: initial.value.addr(),
            _aligned: 0,
        }
    }
}

impl Recorded for Counted {
    fn forget_name(&mut self) {
        self.counts.named.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.counts.alive.fetch_sub(1, Ordering::Relaxed);
    }
}

fn of(counts: &Counts) -> [usize; 3] {
    [&counts.made, &counts.named, &counts.alive].map(|count| count.load(Ordering::Relaxed))
}

#[test]
fn of_those_who_come_first_all_find_one_and_the_others_are_gone() {
    for _ in 0..if cfg!(miri) { 5 } else { 200 } {
        let counts = Arc::new(Counts::default());
        let word = Word::<Counted>::of_number(9);
        let all_there = Barrier::new(8);
        let found = thread::scope(|scope| {
            let find = || {
                all_there.wait();
                ptr::from_ref(word.recorded(|initial| Counted::new(&counts, initial))).addr()
            };
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(find)).collect();
            let found = threads.into_iter().map(|thread| thread.join().unwrap());
            found.collect::<Vec<_>>()
        });
        assert!(
            found.iter().all(|address| *address == found[0]),
            "{found:?}"
        );
        assert_eq!(word.recorded(|_| unreachable!()).initial, 9);
        assert_eq!(of(&counts)[1..], [1, 1]);
        drop(word);
        assert_eq!(of(&counts)[1..], [0, 0]);
    }
}

#[test]
fn a_word_that_nobody_used_makes_nothing_and_one_that_is_taken_apart_leaves_nothing() {
    let counts = Arc::new(Counts::default());
    drop(Word::<Counted>::of_number(1));
    let initial = Word::<Counted>::of_number(1).into_recorded().err();
    assert_eq!(initial.map(|initial| initial.value.addr()), Some(1));
    let mut word = Word::<Counted>::of_number(1);
    word.recorded_mut(|initial| Counted::new(&counts, initial))
        .initial = 5;
    let recorded = word.into_recorded().ok();
    assert_eq!(recorded.as_ref().map(|recorded| recorded.initial), Some(5));
    assert_eq!(of(&counts), [1, 1, 1]);
    drop(recorded);
    assert_eq!(of(&counts), [1, 1, 0]);
}

#[test]
fn a_number_comes_back_and_a_small_one_with_its_place() {
    let placed = |number: usize| {
        let here = Location::caller().line() + 1;
        let word = Word::<Counted>::of_number(number);
        let initial = word.into_recorded().err().expect("nobody used it");
        assert_eq!(initial.value.addr(), number);
        let line = initial.made_at.map(Location::line);
        assert!(line.is_none_or(|line| line == here), "{line:?}");
        line.is_some()
    };
    assert!([0, 1, 5, usize::MAX].into_iter().all(placed));
    let large = [6, 7, 8, usize::MAX - 1, 1 << 63, UPPER, SHIFT];
    assert!(!large.into_iter().any(placed));
}

#[test]
fn a_pointer_comes_back_with_what_it_may_reach() {
    let mut value = 7;
    let word = Word::<Counted>::of_pointer((&raw mut value).cast());
    let initial = word.into_recorded().err().expect("nobody used it");
    // SAFETY: it is the pointer that the word was made of.
    assert_eq!(unsafe { *initial.value.cast::<i32>() }, 7);
    let null = Word::<Counted>::of_pointer(ptr::null_mut())
        .into_recorded()
        .err();
    assert_eq!(null.map(|initial| initial.value), Some(ptr::null_mut()));
}

#[test]
fn what_would_look_like_an_address_is_refused_and_nothing_else() {
    let refused = |number: usize| {
        let numbered = catch_unwind(AssertUnwindSafe(|| Word::<Counted>::of_number(number)));
        let pointer = ptr::without_provenance_mut(number);
        let pointed = catch_unwind(AssertUnwindSafe(|| Word::<Counted>::of_pointer(pointer)));
        assert_eq!(numbered.is_err(), pointed.is_err());
        numbered.is_err()
    };
    let lower = usize::MAX & !UPPER;
    // A step that meets the one, too.
    let step = if cfg!(miri) { 0xA96D / 11 } else { 1 };
    for upper in (0..=0xFFFF_usize).step_by(step) {
        let is_refused = upper == 0xA96D;
        assert_eq!(refused(upper << 48 | 7), is_refused, "{upper:x}");
        assert_eq!(refused(upper << 48 | lower), is_refused, "{upper:x}");
    }
}

#[test]
fn memory_that_was_zeroed_is_an_atomic_of_zero() {
    let word = Word::<Counted> {
        word: AtomicPtr::new(ptr::null_mut()),
        recorded: std::marker::PhantomData,
    };
    let initial = word.into_recorded().err().expect("nobody used it");
    assert!(initial.value.is_null() && initial.made_at.is_none());
}
