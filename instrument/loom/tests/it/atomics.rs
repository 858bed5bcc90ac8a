//! Atomics are a word each, and are otherwise what racegate's are.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;

use loom::cell::UnsafeCell;
use loom::sync::Arc;
use loom::sync::atomic::{
    AtomicBool, AtomicI8, AtomicI16, AtomicI32, AtomicI64, AtomicIsize, AtomicPtr, AtomicU8,
    AtomicU16, AtomicU32, AtomicU64, AtomicUsize, Ordering,
};
use loom::thread;

use crate::models::failure;

#[test]
fn every_atomic_is_a_word() {
    fn is_word<A>() {
        assert_eq!((size_of::<A>(), align_of::<A>()), (8, 8));
    }
    is_word::<AtomicBool>();
    is_word::<AtomicI8>();
    is_word::<AtomicI16>();
    is_word::<AtomicI32>();
    is_word::<AtomicI64>();
    is_word::<AtomicIsize>();
    is_word::<AtomicPtr<[u64; 3]>>();
    is_word::<AtomicU8>();
    is_word::<AtomicU16>();
    is_word::<AtomicU32>();
    is_word::<AtomicU64>();
    is_word::<AtomicUsize>();
}

/// Asserts that an atomic has its initial value, whichever use is its first.
macro_rules! assert_initial {
    ($name:ident, $value:expr) => {{
        let value = $value;
        let new = || $name::new(value);
        assert_eq!(new().load(Ordering::Relaxed), value);
        assert_eq!(new().into_inner(), value);
        assert_eq!(*new().get_mut(), value);
        assert_eq!(new().with_mut(|held| *held), value);
        let used = new();
        assert_eq!(
            used.compare_exchange(value, value, Ordering::AcqRel, Ordering::Acquire),
            Ok(value)
        );
        assert_eq!(used.into_inner(), value);
    }};
}

#[test]
fn an_atomic_has_its_initial_value_whichever_use_is_its_first() {
    for value in [false, true] {
        assert_initial!(AtomicBool, value);
    }
    macro_rules! numbers {
        ($($name:ident $number:ident)*) => { $(
            for value in [$number::MIN, $number::MAX, 0, 1, 5, 6, 7, 100, $number::MAX - 1, !0] {
                assert_initial!($name, value);
            }
        )* };
    }
    numbers! {
        AtomicI8 i8 AtomicI16 i16 AtomicI32 i32 AtomicI64 i64 AtomicIsize isize
        AtomicU8 u8 AtomicU16 u16 AtomicU32 u32 AtomicU64 u64 AtomicUsize usize
    }
    let mut pointee = 3;
    for value in [ptr::null_mut(), &raw mut pointee, ptr::dangling_mut()] {
        assert_initial!(AtomicPtr, value);
    }
}

#[test]
fn a_value_that_could_not_be_told_from_an_address_is_refused_in_words() {
    fn refused<A>(make: impl FnOnce() -> A) {
        let made = catch_unwind(AssertUnwindSafe(make)).map(drop);
        let payload = made.expect_err("it is refused");
        let text = payload.downcast::<&str>().expect("it has words");
        assert!(text.contains("upper sixteen bits are 0xA96D"), "{text}");
    }
    let value = 0xA96D_0123_4567_89AB_u64;
    refused(|| AtomicU64::new(value));
    refused(|| AtomicI64::from(value.cast_signed()));
    refused(|| AtomicUsize::new(0xA96D << 48));
    refused(|| AtomicPtr::<u8>::new(ptr::without_provenance_mut(0xA96D << 48)));
    // It may be stored.
    let atomic = AtomicU64::new(0);
    atomic.store(value, Ordering::Relaxed);
    assert_eq!(atomic.into_inner(), value);
}

#[test]
fn atomics_are_made_in_a_const_and_each_copy_is_one_of_its_own() {
    #[expect(
        clippy::declare_interior_mutable_const,
        reason = "that is what is tried"
    )]
    const FRESH: AtomicUsize = AtomicUsize::new(40);
    static COUNTS: [AtomicUsize; 2] = [FRESH; 2];
    static NOWHERE: AtomicPtr<u8> = AtomicPtr::new(ptr::null_mut());
    static READY: AtomicBool = AtomicBool::new(true);
    assert_eq!(COUNTS[0].fetch_add(1, Ordering::Relaxed), 40);
    assert_eq!(COUNTS[0].fetch_add(1, Ordering::Relaxed), 41);
    assert_eq!(COUNTS[1].load(Ordering::Relaxed), 40);
    assert!(NOWHERE.load(Ordering::Relaxed).is_null());
    assert!(READY.fetch_not(Ordering::Relaxed));
    assert!(!READY.load(Ordering::Relaxed));
}

#[test]
fn pointers_are_counted_in_what_they_point_to() {
    let mut values = [1_u32, 2, 3];
    let first = values.as_mut_ptr();
    let pointer = AtomicPtr::new(first);
    assert_eq!(pointer.fetch_ptr_add(2, Ordering::Relaxed), first);
    assert_eq!(
        pointer.fetch_ptr_sub(1, Ordering::Relaxed),
        first.wrapping_add(2)
    );
    assert_eq!(
        pointer.fetch_byte_add(4, Ordering::Relaxed),
        first.wrapping_add(1)
    );
    // SAFETY: it points into the array.
    assert_eq!(unsafe { *pointer.load(Ordering::Relaxed) }, 3);
}

#[test]
fn a_value_may_point_to_what_ends_with_it() {
    struct Node<'n> {
        next: AtomicPtr<Node<'n>>,
        other: Cell<Option<&'n Node<'n>>>,
    }
    let node = Node {
        next: AtomicPtr::new(ptr::null_mut()),
        other: Cell::new(None),
    };
    node.other.set(Some(&node));
    assert!(node.next.load(Ordering::Relaxed).is_null());
}

#[test]
fn an_atomic_that_is_moved_keeps_what_was_released_into_it() {
    loom::model(|| {
        let cell = Arc::new(UnsafeCell::new(0));
        let other = Arc::clone(&cell);
        // Unrecorded: it orders nothing in the log.
        let handed_over = std::sync::Arc::new(std::sync::Mutex::new(None));
        let hand = handed_over.clone();
        let thread = thread::spawn(move || {
            let flag = AtomicUsize::new(8);
            // SAFETY: the other thread waits for the flag.
            other.with_mut(|value| unsafe { *value = 7 });
            flag.store(9, Ordering::Release);
            *hand.lock().expect("nobody panics") = Some(flag);
        });
        let flag = loop {
            let taken = handed_over.lock().expect("nobody panics").take();
            match taken {
                Some(flag) => break Box::new(flag),
                None => std::thread::yield_now(),
            }
        };
        assert_eq!(flag.load(Ordering::Acquire), 9);
        // SAFETY: it was written before the flag was set.
        cell.with(|value| assert_eq!(unsafe { *value }, 7));
        thread.join().expect("it does not panic");
    });
}

/// What is told of an atomic that is read plainly while another thread stores to it.
fn told_of<A>(new: fn() -> A, store: fn(&A), read: fn(&A)) -> String
where
    A: Send + Sync + 'static,
{
    failure(move || {
        let shared = Arc::new(new());
        let other = Arc::clone(&shared);
        let thread = thread::spawn(move || store(&other));
        read(&shared);
        thread.join().expect("it does not panic");
    })
}

#[test]
fn a_report_says_where_an_atomic_was_made_or_else_where_it_was_used_first() {
    let small = told_of(
        || AtomicUsize::new(1),
        |atomic| atomic.store(2, Ordering::Relaxed),
        // SAFETY: that another thread stores is to be found.
        |atomic| assert_ne!(unsafe { atomic.unsync_load() }, 3),
    );
    assert!(small.contains("`AtomicUsize created at "), "{small}");
    let large = told_of(
        || AtomicU64::new(77),
        |atomic| atomic.store(2, Ordering::Relaxed),
        // SAFETY: as above.
        |atomic| assert_ne!(unsafe { atomic.unsync_load() }, 3),
    );
    assert!(large.contains("`AtomicU64 first used at "), "{large}");
}
