//! Cases of `sync_test.go` that are about plain accesses.

use racegate::cell::RaceCell;
use racegate::channel::{self, Sender};
use racegate::thread::{self, Scope};

use crate::suite::cases;

/// What every goroutine shares.
#[derive(Clone)]
struct Shared<'env> {
    x: &'env RaceCell<i32>,
    done: Sender<()>,
}

impl<'env> Shared<'env> {
    fn finish(&self) {
        self.done.send(()).expect("all are awaited");
    }

    fn spawn_a_writer<'scope>(&self, scope: &'scope Scope<'scope, 'env>) {
        let shared = self.clone();
        scope.spawn(move || {
            shared.x.set(1);
            shared.finish();
        });
    }

    fn root<'scope>(self, scope: &'scope Scope<'scope, 'env>) {
        self.x.set(1);
        self.x.set(2);
        let shared = self.clone();
        scope.spawn(move || shared.branch(scope));
        self.finish();
    }

    fn branch<'scope>(self, scope: &'scope Scope<'scope, 'env>) {
        self.x.set(1);
        let shared = self.clone();
        scope.spawn(move || shared.twigs(scope));
        self.spawn_a_writer(scope);
        self.x.set(2);
        self.finish();
    }

    fn twigs<'scope>(self, scope: &'scope Scope<'scope, 'env>) {
        for _ in 0..2 {
            self.spawn_a_writer(scope);
            self.finish();
        }
    }
}

cases! { GO;

/// What two branches of a tree of goroutines write is unordered, however deep.
fn race_announce_threads() {
    let x = RaceCell::named("x", 0);
    let (done, finished) = channel::bounded(7);
    thread::scope(|scope| {
        let shared = Shared { x: &x, done };
        scope.spawn(move || shared.root(scope));
        assert_eq!(finished.iter().take(7).count(), 7);
    });
}

}
