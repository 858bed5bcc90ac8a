//! The format as it was released: old logs stay readable, and a change of the
//! format without a new version is noticed.

use std::path::{Path, PathBuf};

use racegate_eventlog::header::VERSION;
use racegate_eventlog::text::{TextForm, write};

use crate::everything::everything;
use crate::opinions::read;
use crate::packed::all_packed;
use crate::recorded::Stream;

/// By version: the checksum of a log and a window that hold one of everything.
const SCHEMAS: [((u16, u16), u32); 5] = [
    ((1, 0), 0x946e_0666),
    ((2, 0), 0x3303_79b0),
    ((2, 1), 0x59e0_4495),
    ((3, 0), 0x7f1a_c3d4),
    ((4, 0), 0xb5bb_50bc),
];

/// The golden logs, oldest first.
const GOLDEN: [&str; 5] = ["v1", "v2", "v2.1", "v3", "v4"];

fn golden(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden")
        .join(name)
}

#[test]
fn the_format_does_not_change_without_its_version() {
    let mut window = Stream::new(3);
    window.switch(4, 5).access(true, 6, Some(7));
    window.header.dropped_accesses = 8;
    window.header.dropped_sync = 9;
    let mut bytes = everything();
    bytes.extend(window.window().iter().flat_map(|word| word.to_le_bytes()));
    let found = crc32fast::hash(&bytes);
    let version = (VERSION.major, VERSION.minor);
    let known = SCHEMAS.iter().find(|(known, _)| *known == version);
    assert_eq!(
        known.map(|(_, schema)| *schema),
        Some(found),
        "the format changed: raise `header::VERSION`, add a row to `SCHEMAS` and a golden log, \
         and tell it in docs/event-log-format.md (the checksum is now {found:#010x})"
    );
}

#[test]
fn logs_of_every_version_stay_readable() {
    for version in GOLDEN {
        let trace = read(&golden(&format!("{version}.rgl"))).unwrap();
        assert!(trace.integrity().is_complete(), "{:?}", trace.integrity());
        assert_eq!(trace.integrity().outside, 2);
        let expected = std::fs::read_to_string(golden(&format!("{version}.rgt"))).unwrap();
        assert_eq!(write(&trace, TextForm::Rgt).unwrap(), expected);
        assert_eq!(trace.tables().modules[0].build_id, [0xde, 0xad, 0xbe]);
    }
}

#[test]
fn packed_logs_stay_readable() {
    // The newest is made by `RACEGATE_BLESS=1 cargo test golden`.
    if std::env::var_os("RACEGATE_BLESS").is_some() {
        std::fs::write(golden("packed-v4.rgl"), all_packed(&everything())).unwrap();
    }
    for (packed, text) in [("packed", "v2"), ("packed-v3", "v3"), ("packed-v4", "v4")] {
        let trace = read(&golden(&format!("{packed}.rgl"))).unwrap();
        assert!(trace.integrity().is_complete(), "{:?}", trace.integrity());
        let expected = std::fs::read_to_string(golden(&format!("{text}.rgt"))).unwrap();
        assert_eq!(write(&trace, TextForm::Rgt).unwrap(), expected);
    }
}

#[test]
fn the_newest_golden_log_holds_one_of_everything() {
    // A new version's golden log is made by `RACEGATE_BLESS=1 cargo test golden`.
    if std::env::var_os("RACEGATE_BLESS").is_some() {
        std::fs::write(golden("v4.rgl"), everything()).unwrap();
        let trace = read(&golden("v4.rgl")).unwrap();
        let text = write(&trace, TextForm::Rgt).unwrap();
        std::fs::write(golden("v4.rgt"), text).unwrap();
    }
    let newest = std::fs::read(golden("v4.rgl")).unwrap();
    assert!(newest == everything(), "see `SCHEMAS`");
}
