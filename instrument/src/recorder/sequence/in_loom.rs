//! Whoever holds a sequence is alone, and follows all who held it before.

use loom::cell::UnsafeCell;
use loom::sync::Arc;
use loom::thread;

use super::Sequence;

#[test]
fn stamps_are_taken_one_after_another_and_each_taker_follows_the_last() {
    loom::model(|| {
        let shared = Arc::new((Sequence::new(), UnsafeCell::new(1)));
        shared.0.lock().next(1);
        let take = |log: u32| {
            let shared = Arc::clone(&shared);
            move || {
                let mut locked = shared.0.lock();
                let stamp = locked.next(log).sequence;
                // SAFETY: the sequence is locked, which loom holds it to.
                shared.1.with_mut(|last| unsafe {
                    assert_eq!(stamp, *last + 1);
                    *last = stamp;
                });
            }
        };
        let other = thread::spawn(take(2));
        take(3)();
        other.join().expect("its assertions hold");
        assert_eq!(shared.0.lock().next(1).sequence, 4);
    });
}
