//! What takes loom's place is carried by the command: no other source is read.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use tempfile::{TempDir, tempdir};

use super::loom;
use crate::Ended;

/// A package that depends on both versions.
const MANIFEST: &str = "\
[package]
name = \"counter\"
version = \"0.1.0\"
edition = \"2021\"

[target.'cfg(loom)'.dependencies]
loom = \"0.7\"
loom-five = { package = \"loom\", version = \"0.5\" }

[lints.rust]
unexpected_cfgs = \"allow\"

# Cargo takes it for the root of all that is in its folder and does not say otherwise.
[workspace]
";

const TEST: &str = "
#![cfg(loom)]
use loom::sync::{Arc, Mutex};

#[test]
fn counts() {
    loom::model(|| {
        let counter = Arc::new(Mutex::new(0));
        let other = Arc::clone(&counter);
        let thread = loom::thread::spawn(move || *other.lock().unwrap() += 1);
        *counter.lock().unwrap() += 1;
        thread.join().unwrap();
        assert_eq!(*counter.lock().unwrap(), 2);
    });
}

#[test]
fn counts_by_the_other_version() {
    loom_five::model(|| loom_five::thread::spawn(|| ()).join().unwrap());
}

#[test]
fn races() {
    loom::model(|| {
        let counter = Arc::new(loom::cell::UnsafeCell::new(0));
        let other = Arc::clone(&counter);
        let thread = loom::thread::spawn(move || other.with_mut(|it| unsafe { *it += 1 }));
        counter.with_mut(|it| unsafe { *it += 1 });
        thread.join().unwrap();
    });
}
";

fn counter() -> TempDir {
    let folder = tempdir().expect("a folder");
    for name in ["src", "tests"] {
        fs::create_dir(folder.path().join(name)).expect("a folder");
    }
    for (path, text) in [
        ("Cargo.toml", MANIFEST),
        ("src/lib.rs", ""),
        ("tests/loom.rs", TEST),
    ] {
        fs::write(folder.path().join(path), text).expect("a file");
    }
    folder
}

fn is_clean(ended: &Ended) -> bool {
    ended.code == Some(0) && ended.stderr.contains("in all ")
}

/// Where the command unpacked what it carries.
fn unpacked(folder: &Path) -> PathBuf {
    let entries = fs::read_dir(folder.join("target/racegate/facade")).expect("a folder");
    let mut trees = entries.map(|entry| entry.expect("an entry").path());
    let tree = trees.next().expect("a tree");
    assert_eq!(trees.next(), None, "there is one tree");
    tree
}

/// What the compiler read, as it says beside what it made.
fn read_by_the_compiler(folder: &Path) -> String {
    let deps = fs::read_dir(folder.join("target/racegate/loom/debug/deps")).expect("a folder");
    let files = deps.map(|entry| entry.expect("an entry").path());
    files
        .filter(|file| file.extension().is_some_and(|extension| extension == "d"))
        .map(|file| fs::read_to_string(file).expect("a list of files"))
        .collect()
}

#[test]
fn the_command_needs_no_sources_but_those_it_carries() {
    let counter = counter();
    let folder = counter.path();
    let run = |test: &str| loom(folder, &["--debug", "--runs", "3", "--", test]);
    // Two at once: the second one finds a whole tree, or makes it itself.
    let both = thread::scope(|scope| {
        [(); 2]
            .map(|()| scope.spawn(|| run("counts")))
            .map(|run| run.join().expect("a run"))
    });
    for ended in &both {
        assert!(is_clean(ended), "{ended:?}");
    }
    let tree = unpacked(folder);
    let read = read_by_the_compiler(folder);
    // Cargo names what is in the package's folder from there on.
    let tree_there = tree
        .strip_prefix(folder)
        .expect("it is in the target folder");
    for source in ["instrument/loom/v05/src/lib.rs", "detector/src/lib.rs"] {
        let source = tree_there.join(source).display().to_string();
        assert!(read.contains(&source), "{source}: {read}");
    }
    let clone = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
    let clone = clone.expect("the repository").display().to_string();
    assert!(!read.contains(&clone), "{read}");

    let source = tree.join("instrument/loom/src/lib.rs");
    let before = fs::read(&source).expect("a source");
    fs::write(&source, "compile_error!(\"damaged\");").expect("written");
    let again = run("races");
    assert_eq!(again.code, Some(1), "{again:?}");
    // What was unpacked is not the program's own code.
    let own = "note: (1) closure at tests/loom.rs:";
    assert!(again.stdout.contains(own), "{again:?}");
    assert!(again.stderr.contains("it is made anew"), "{again:?}");
    assert_eq!(fs::read(&source).expect("a source"), before);
    assert!(!folder.join("Cargo.lock").exists());
}
