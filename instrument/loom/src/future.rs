//! Futures in a model.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

use crate::execution;
use crate::sync::Notify;

mod atomic_waker;

pub use atomic_waker::AtomicWaker;

/// Wakes the thread that runs a future.
struct Woken(Notify);

impl Wake for Woken {
    #[track_caller]
    fn wake(self: Arc<Self>) {
        self.0.notify();
    }

    #[track_caller]
    fn wake_by_ref(self: &Arc<Self>) {
        self.0.notify();
    }
}

/// Runs a future to its end on this thread.
///
/// # Panics
///
/// When the future does.
#[track_caller]
pub fn block_on<F: Future>(future: F) -> F::Output {
    let woken = Arc::new(Woken(Notify::new()));
    let waker = Waker::from(Arc::clone(&woken));
    let mut context = Context::from_waker(&waker);
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
        let waiting = execution::waiting("a wake of its future");
        woken.0.wait();
        drop(waiting);
    }
}
