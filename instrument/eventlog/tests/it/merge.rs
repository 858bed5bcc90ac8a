//! Random programs, recorded in many streams: merging gives back what they did.

use std::fs;

use proptest::prelude::*;
use racegate_eventlog::Trace;

use crate::opinions::{read, read_image};
use crate::program::{Choice, Deed, PARTS, Run};

fn choices() -> impl Strategy<Value = Vec<Choice>> {
    prop::collection::vec(any::<Choice>(), 0..120)
}

fn told(trace: &Trace) -> Vec<(usize, Deed)> {
    let events = trace.events().iter();
    events.map(|event| Run::deed(event, trace)).collect()
}

/// The deeds that `keep` keeps, in their order.
fn only(deeds: &[(usize, Deed)], keep: impl Fn(&(usize, Deed)) -> bool) -> Vec<(usize, Deed)> {
    deeds.iter().copied().filter(keep).collect()
}

fn object_of(deed: Deed) -> Option<usize> {
    match deed {
        Deed::Acquire(object) | Deed::Release(object) | Deed::Exchange(object) => Some(object),
        Deed::Begin
        | Deed::End
        | Deed::Fork(_)
        | Deed::Join(_)
        | Deed::Read(..)
        | Deed::Write(..) => None,
    }
}

/// Of every access: whose, and the number of writes of this part up to it.
pub(crate) fn versions(deeds: &[(usize, Deed)], part: usize) -> Vec<(usize, bool, usize)> {
    let touches = |first: usize, parts: usize| (first..first + parts).contains(&part);
    let mut version = 0;
    let mut told = Vec::new();
    for (thread, deed) in deeds {
        match *deed {
            Deed::Write(first, parts) if touches(first, parts) => {
                version += 1;
                told.push((*thread, true, version));
            }
            Deed::Read(first, parts) if touches(first, parts) => {
                told.push((*thread, false, version));
            }
            Deed::Write(..)
            | Deed::Read(..)
            | Deed::Begin
            | Deed::End
            | Deed::Fork(_)
            | Deed::Join(_)
            | Deed::Acquire(_)
            | Deed::Release(_)
            | Deed::Exchange(_) => {}
        }
    }
    told.sort_unstable();
    told
}

/// Everything that both orders must agree on.
fn assert_agrees(merged: &[(usize, Deed)], real: &[(usize, Deed)]) {
    for thread in 0..8 {
        let of = |deeds| only(deeds, |(who, _)| *who == thread);
        assert_eq!(of(merged), of(real), "the order of thread {thread}");
    }
    for object in 0..4 {
        let of = |deeds| only(deeds, |(_, deed)| object_of(*deed) == Some(object));
        assert_eq!(of(merged), of(real), "the order of object {object}");
    }
    for part in 0..PARTS {
        assert_eq!(
            versions(merged, part),
            versions(real, part),
            "who read from whom in part {part}"
        );
    }
    for (at, (_, deed)) in merged.iter().enumerate() {
        let before = |wanted: (usize, Deed)| merged[..at].contains(&wanted);
        match deed {
            Deed::Begin => {
                let (child, _) = merged[at];
                let forked = |(_, deed): &(usize, Deed)| *deed == Deed::Fork(child);
                assert!(child == 0 || merged[..at].iter().any(forked));
            }
            Deed::Join(child) => assert!(before((*child, Deed::End))),
            Deed::End
            | Deed::Fork(_)
            | Deed::Read(..)
            | Deed::Write(..)
            | Deed::Acquire(_)
            | Deed::Release(_)
            | Deed::Exchange(_) => {}
        }
    }
}

proptest! {
    #[test]
    fn merging_gives_back_what_happened(choices in choices()) {
        let run = Run::of(&choices);
        let trace = read_image(&run.image()).unwrap();
        prop_assert!(trace.integrity().is_complete(), "{:?}", trace.integrity());
        assert_agrees(&told(&trace), &run.deeds);
    }

    #[test]
    fn a_sealed_file_tells_the_same_as_the_live_log(choices in choices()) {
        let run = Run::of(&choices);
        let live = read_image(&run.image()).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("packed.rgl");
        fs::write(&path, run.file()).unwrap();
        let sealed = read(&path).unwrap();
        prop_assert!(sealed.integrity().is_complete(), "{:?}", sealed.integrity());
        prop_assert_eq!(sealed.events(), live.events());
    }

    #[test]
    fn the_order_of_chunks_and_windows_changes_nothing(choices in choices(), seed in any::<u64>()) {
        let run = Run::of(&choices);
        let ordered = read_image(&run.image()).unwrap();
        let mut run = run;
        shuffle(&mut run.chunks, seed);
        let mut image = run.image();
        shuffle(&mut image.windows, seed);
        let shuffled = read_image(&image).unwrap();
        prop_assert_eq!(shuffled.events(), ordered.events());
        prop_assert_eq!(shuffled.integrity(), ordered.integrity());
    }

    #[test]
    fn a_lost_chunk_is_told_and_nothing_is_invented(choices in choices(), which in any::<prop::sample::Index>()) {
        let mut run = Run::of(&choices);
        if run.chunks.is_empty() {
            return Ok(());
        }
        let lost = which.index(run.chunks.len());
        run.chunks.remove(lost);
        let trace = read_image(&run.image()).unwrap();
        prop_assert!(!trace.integrity().is_complete());
        let merged = told(&trace);
        for thread in 0..8 {
            let of = |deeds| only(deeds, |(who, _)| *who == thread);
            let (part, whole) = (of(&merged), of(&run.deeds));
            prop_assert_eq!(&whole[..part.len()], part.as_slice());
        }
        for object in 0..4 {
            let of = |deeds| only(deeds, |(_, deed)| object_of(*deed) == Some(object));
            let (part, whole) = (of(&merged), of(&run.deeds));
            prop_assert_eq!(&whole[..part.len()], part.as_slice());
        }
    }
}

/// A permutation that depends on the seed alone.
fn shuffle<T>(items: &mut [T], seed: u64) {
    let mut state = seed | 1;
    for at in (1..items.len()).rev() {
        state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
        items.swap(at, (state >> 33) as usize % (at + 1));
    }
}
