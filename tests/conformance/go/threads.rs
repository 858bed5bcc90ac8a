//! Cases of `sync_test.go` that are about how threads came to be.

use std::collections::BTreeSet;

use racegate::Report;
use racegate::cell::RaceCell;
use racegate::channel::{self, Sender};
use racegate::thread::{self, Scope};
use racegate_detector::finding::Access;

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

/// By which functions the two threads of each finding were spawned.
fn spawners(report: &Report) -> BTreeSet<[&str; 2]> {
    report
        .findings()
        .iter()
        .map(|finding| {
            let mut spawners = [&finding.first, &finding.second].map(spawner_of);
            spawners.sort_unstable();
            spawners
        })
        .collect()
}

/// The name of the function that spawned the thread of an access.
fn spawner_of(access: &Access) -> &str {
    let site = access.thread.spawned_at.as_ref();
    let function = site.and_then(|site| site.function.as_deref());
    let path = function.expect("it was spawned by a function");
    path.rsplit("::").next().unwrap_or(path)
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
} told |report| {
    let (root, writer) = ("root", "spawn_a_writer");
    assert_eq!(
        spawners(report),
        BTreeSet::from([[root, writer], [writer, writer]])
    );
}

}
