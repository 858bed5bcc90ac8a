use super::*;

#[path = "../../../../build/facade.rs"]
mod packing;

use packing::Facade as Sources;

fn sources() -> Sources {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    Sources::collect(&root).expect("the repository")
}

/// The build script packed them at another time, in another process.
#[test]
fn what_is_carried_is_what_packing_the_sources_makes() {
    let packed = sources().packed().expect("packed");
    assert!(packed == CARRIED, "not the same {} bytes", packed.len());
}

/// The documentation says how large it is.
#[test]
fn what_is_carried_is_small() {
    let kilobytes = CARRIED.len() / 1000;
    assert!((400..1000).contains(&kilobytes), "{kilobytes} kB");
}

#[test]
fn what_only_commands_are_made_of_is_not_watched() {
    let watched = sources().watched;
    let is_watched = |path: &str| watched.iter().any(|it| it.ends_with(path));
    for path in ["detector/src/lib.rs", "instrument/loom/v05/Cargo.toml"] {
        assert!(is_watched(path), "{path}");
    }
    for path in ["detector/src", "detector/src/cli", "detector/src/bin"] {
        assert!(!is_watched(path), "{path}");
    }
}

#[test]
fn a_command_that_carries_nothing_says_so() {
    let refused = Facade::carried(b"", Path::new("target"));
    let failure = refused.expect_err("nothing is carried");
    assert!(format!("{failure:?}").contains("cargo install --git"));
}
