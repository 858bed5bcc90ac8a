//! Which structures there are, and how many builds of each are judged: one that is left
//! out is a failure.

use crate::structure::{Structure, Tally};
use crate::{arc, hazard, michael_scott, receiver, rwlock, seqlock, spsc, treiber};

/// Each structure's file, the structure, and its builds that are clean, that race, and
/// that are wrong unseen.
const MANIFEST: [(&str, &Structure, [usize; 3]); 8] = [
    ("arc", &arc::STRUCTURE, [1, 2, 0]),
    ("hazard", &hazard::STRUCTURE, [2, 4, 1]),
    ("michael_scott", &michael_scott::STRUCTURE, [2, 2, 0]),
    ("receiver", &receiver::STRUCTURE, [3, 4, 0]),
    ("rwlock", &rwlock::STRUCTURE, [2, 4, 0]),
    ("seqlock", &seqlock::STRUCTURE, [1, 2, 1]),
    ("spsc", &spsc::STRUCTURE, [1, 4, 0]),
    ("treiber", &treiber::STRUCTURE, [1, 2, 0]),
];

/// Judges the builds of a structure, all of them.
fn judge(file: &str) {
    let row = MANIFEST.iter().find(|(name, ..)| *name == file);
    let (_, structure, [clean, races, unseen]) = *row.expect("it has a row");
    let expected = Tally {
        clean,
        races,
        unseen,
    };
    assert_eq!(structure.judged(), expected, "{}", structure.name);
}

#[test]
fn a_counted_reference_orders_every_use_before_the_destruction() {
    judge("arc");
}

#[test]
fn a_hazard_pointer_orders_a_read_before_the_retirement() {
    judge("hazard");
}

#[test]
fn a_queue_of_michael_and_scott_hands_values_over() {
    judge("michael_scott");
}

#[test]
fn a_receiver_that_goes_has_dropped_its_waker() {
    judge("receiver");
}

#[test]
fn a_spinning_lock_orders_who_was_inside_before_who_comes_next() {
    judge("rwlock");
}

#[test]
fn a_sequence_lock_hands_payloads_over() {
    judge("seqlock");
}

#[test]
fn a_ring_hands_slots_over_and_back() {
    judge("spsc");
}

#[test]
fn a_stack_of_treiber_hands_nodes_over() {
    judge("treiber");
}

#[test]
fn every_structure_is_judged() {
    let judged = include_str!("manifest.rs");
    for (file, structure, [clean, races, _]) in MANIFEST {
        let call = format!("judge(\"{file}\")");
        assert_eq!(judged.matches(&call).count(), 1, "{call}");
        assert!(structure.file.ends_with(&format!("{file}.rs")), "{file}");
        assert!(clean > 0 && races > 0, "{file} has no twin");
    }
}
