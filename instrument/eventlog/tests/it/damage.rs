//! A damaged log never lies: cut it off at any byte, flip any bit.

use racegate_eventlog::Trace;
use racegate_eventlog::reader::ReadError;

use crate::opinions::read;
use crate::packed::all_packed;
use crate::program::{Choice, Deed, Run};

/// The same random program each time.
fn program(choices: usize) -> Vec<Choice> {
    let mut state = 7_u32;
    let mut byte = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_le_bytes()[3]
    };
    (0..choices).map(|_| (byte(), byte(), byte())).collect()
}

/// A log in one file, written again and again.
struct OneFile(tempfile::TempDir);

impl OneFile {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder"))
    }

    fn read(&self, bytes: &[u8]) -> Result<Trace, ReadError> {
        let path = self.0.path().join("some.rgl");
        std::fs::write(&path, bytes).expect("it can be written");
        read(&path)
    }
}

fn told(trace: &Trace) -> Vec<(usize, Deed)> {
    let events = trace.events().iter();
    events.map(|event| Run::deed(event, trace)).collect()
}

/// What is left is what every thread did up to some point.
fn assert_honest(trace: &Trace, whole: &[(usize, Deed)]) {
    let part = told(trace);
    for thread in 0..8 {
        let of = |deeds: &[(usize, Deed)]| -> Vec<Deed> {
            let deeds = deeds.iter().filter(|(who, _)| *who == thread);
            deeds.map(|(_, deed)| *deed).collect()
        };
        assert!(of(whole).starts_with(&of(&part)), "thread {thread}");
    }
}

#[test]
fn a_log_cut_off_at_any_byte_says_so() {
    let run = Run::of(&program(40));
    let deeds = run.deeds.clone();
    cut_off_anywhere(&run.file(), &deeds);
}

#[test]
fn a_packed_log_cut_off_at_any_byte_says_so() {
    let run = Run::of(&program(40));
    let deeds = run.deeds.clone();
    cut_off_anywhere(&all_packed(&run.file()), &deeds);
}

fn cut_off_anywhere(bytes: &[u8], deeds: &[(usize, Deed)]) {
    let file = OneFile::new();
    let whole = file.read(bytes).expect("a possible history");
    assert!(whole.integrity().is_complete());
    for length in 0..bytes.len() {
        let Ok(trace) = file.read(&bytes[..length]) else {
            assert!(length < 128, "a log with a header is read");
            continue;
        };
        let nothing = trace.events().is_empty();
        assert!(
            nothing || !trace.integrity().is_complete(),
            "{length} of {} bytes",
            bytes.len()
        );
        assert_honest(&trace, deeds);
    }
}

#[test]
fn a_log_with_any_bit_flipped_says_so() {
    let run = Run::of(&program(12));
    let deeds = run.deeds.clone();
    flipped_anywhere(run.file(), &deeds);
}

#[test]
fn a_packed_log_with_any_bit_flipped_says_so() {
    let run = Run::of(&program(6));
    let deeds = run.deeds.clone();
    flipped_anywhere(all_packed(&run.file()), &deeds);
}

fn flipped_anywhere(mut bytes: Vec<u8>, deeds: &[(usize, Deed)]) {
    let file = OneFile::new();
    for bit in 0..bytes.len() * 8 {
        bytes[bit / 8] ^= 1 << (bit % 8);
        match file.read(&bytes) {
            Err(_) => assert!(bit / 8 < 128, "only the header is needed"),
            Ok(trace) => {
                assert!(!trace.integrity().is_complete(), "bit {bit}");
                assert_honest(&trace, deeds);
            }
        }
        bytes[bit / 8] ^= 1 << (bit % 8);
    }
}
