//! Cases of `io_test.go`.

use std::fs;

use racegate::cell::RaceCell;
use racegate::thread;

use crate::suite::cases;

cases! { GO;

/// Rust promises no edge through a file; who relies on one says so with a `Tag`.
fn no_race_io_file() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("message");
    let x = RaceCell::named("x", 0);
    thread::scope(|scope| {
        scope.spawn(|| {
            x.set(42);
            fs::write(&file, "written").expect("the folder can be written");
        });
        while !fs::read(&file).is_ok_and(|read| !read.is_empty()) {
            thread::yield_now();
        }
        x.get()
    });
}

}
