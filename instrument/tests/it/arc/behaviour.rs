//! What std promises of shared ownership.

use std::any::Any;
use std::borrow::Cow;
use std::fmt::Debug;
use std::pin::Pin;

use racegate::sync::{Arc, Weak, unsize};

/// Tells how often it was dropped.
struct Told<'a>(&'a std::cell::Cell<u32>);

impl Drop for Told<'_> {
    fn drop(&mut self) {
        self.0.set(self.0.get() + 1);
    }
}

#[test]
fn the_value_is_dropped_with_its_last_reference() {
    let dropped = std::cell::Cell::new(0);
    let one = Arc::new(Told(&dropped));
    let other = Arc::clone(&one);
    let weak = Arc::downgrade(&one);
    assert_eq!((Arc::strong_count(&one), Arc::weak_count(&one)), (2, 1));
    drop(one);
    assert_eq!(dropped.get(), 0);
    assert!(
        weak.upgrade()
            .is_some_and(|again| Arc::ptr_eq(&again, &other))
    );
    drop(other);
    assert_eq!(dropped.get(), 1);
    assert!(weak.upgrade().is_none());
    assert_eq!((weak.strong_count(), weak.weak_count()), (0, 0));
}

#[test]
fn a_shared_value_cannot_be_taken_out() {
    let one = Arc::new(5);
    let mut other = Arc::clone(&one);
    assert_eq!(Arc::get_mut(&mut other), None);
    let one = Arc::try_unwrap(one).expect_err("there are two");
    assert_eq!(Arc::into_inner(one), None);
    let weak = Arc::downgrade(&other);
    assert_eq!(Arc::get_mut(&mut other), None);
    drop(weak);
    assert_eq!(Arc::get_mut(&mut other), Some(&mut 5));
    assert_eq!(Arc::try_unwrap(other), Ok(5));
}

#[test]
fn an_unwrapped_value_has_no_upgrade() {
    let five = Arc::new(5);
    let weak = Arc::downgrade(&five);
    assert_eq!(Arc::unwrap_or_clone(five), 5);
    assert_eq!(weak.upgrade(), None);
    assert!(!weak.ptr_eq(&Weak::new()));
    assert!(Weak::<i32>::new().upgrade().is_none());
}

#[test]
fn copy_on_write_clones_moves_or_stays() {
    let mut mine = Arc::new(vec![1]);
    let address = Arc::as_ptr(&mine);
    Arc::make_mut(&mut mine).push(2);
    assert_eq!(Arc::as_ptr(&mine), address);

    let theirs = Arc::clone(&mine);
    Arc::make_mut(&mut mine).push(3);
    assert_eq!((mine.len(), theirs.len()), (3, 2));

    let weak = Arc::downgrade(&mine);
    Arc::make_mut(&mut mine).push(4);
    assert!(weak.upgrade().is_none());
    let weak = Arc::downgrade(&mine);
    assert_eq!(weak.upgrade().map(|again| again.len()), Some(4));

    let mut text: Arc<str> = Arc::from("race");
    let kept = Arc::clone(&text);
    Arc::make_mut(&mut text).make_ascii_uppercase();
    assert_eq!((&*text, &*kept), ("RACE", "race"));
}

#[test]
fn a_reference_survives_as_a_pointer() {
    let one = Arc::new(String::from("one"));
    let weak = Arc::downgrade(&one);
    let pointer = Arc::into_raw(one);
    let weak_pointer = weak.into_raw();
    assert_eq!(pointer, weak_pointer);
    // SAFETY: each pointer was made above and becomes a reference once.
    let (one, weak) = unsafe { (Arc::from_raw(pointer), Weak::from_raw(weak_pointer)) };
    assert_eq!(Arc::strong_count(&one), 1);
    assert!(
        weak.upgrade()
            .is_some_and(|again| Arc::ptr_eq(&again, &one))
    );
    drop(one);
    assert!(weak.upgrade().is_none());
    // SAFETY: as above.
    let nothing = unsafe { Weak::<u8>::from_raw(Weak::new().into_raw()) };
    assert!(nothing.upgrade().is_none());
}

#[test]
fn values_of_any_size_convert() {
    let slice: Arc<[i32]> = Arc::from(vec![1, 2, 3]);
    assert_eq!(slice, (1..4).collect());
    assert_eq!(slice, Arc::from([1, 2, 3]));
    let array: Arc<[i32; 3]> = slice.clone().try_into().expect("there are three");
    assert_eq!(*array, [1, 2, 3]);
    let refused = <Arc<[i32; 2]>>::try_from(slice).expect_err("there are three");
    assert_eq!(refused.len(), 3);

    let text: Arc<str> = Arc::from(String::from("race"));
    assert_eq!(text, Arc::from(Cow::Borrowed("race")));
    let bytes: Arc<[u8]> = text.into();
    assert_eq!(*bytes, *b"race");

    let boxed: Box<dyn Debug> = Box::new(5);
    let shown: Arc<dyn Debug> = Arc::from(boxed);
    assert_eq!(format!("{shown:?}"), "5");
    assert_eq!((*<Arc<str>>::default()).len(), 0);
    assert_eq!(*<Pin<Arc<u8>>>::default(), 0);
    assert_eq!(*Arc::pin(5), 5);
}

#[test]
fn a_type_can_be_forgotten_and_found_again() {
    let five = Arc::new(5_i32);
    let any = unsize!(Arc::clone(&five) => dyn Any + Send + Sync);
    assert_eq!(Arc::strong_count(&five), 2);
    let any = any.downcast::<u8>().expect_err("it is an i32");
    let found = any.downcast::<i32>().expect("it is an i32");
    assert!(Arc::ptr_eq(&five, &found));
}

#[test]
fn a_value_can_be_written_late() {
    let mut five = Arc::<i32>::new_uninit();
    Arc::get_mut(&mut five).expect("alone").write(5);
    // SAFETY: written above.
    let five = unsafe { five.assume_init() };
    // SAFETY: zeros are integers.
    let zeros = unsafe { Arc::<[i32]>::new_zeroed_slice(3).assume_init() };
    assert_eq!((*five, &*zeros), (5, &[0, 0, 0][..]));
}

#[test]
fn a_value_may_end_while_it_upgrades_itself() {
    struct Node(Weak<Node>);
    impl Drop for Node {
        fn drop(&mut self) {
            assert!(self.0.upgrade().is_none());
        }
    }
    let node = Arc::new_cyclic(|itself| {
        assert!(itself.upgrade().is_none());
        Node(itself.clone())
    });
    assert_eq!(Arc::weak_count(&node), 1);
}
