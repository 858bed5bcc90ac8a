//! Packed chunks: the very words come back, and a damaged one never lies.

use proptest::collection::vec;
use proptest::prelude::*;
use racegate_eventlog::chunk::{self, ChunkError, ChunkHeader};
use racegate_eventlog::header::{HEADER_BYTES, KNOWN_INCOMPATIBLE, LogHeader, PACKED};
use racegate_eventlog::packed::{self, Form, rewrite};
use racegate_eventlog::reader::LogImage;
use racegate_eventlog::record::Definition;
use racegate_eventlog::window::{HEADER_WORDS, WINDOW_WORDS};
use racegate_eventlog::{ThreadId, ThreadOrigin};

use crate::everything::everything;
use crate::nonsense;
use crate::opinions::{read, read_image};
use crate::program::{Choice, Run};
use crate::recorded::{Stream, header, image};

/// The same log, every chunk of which is packed, be it shorter or not.
pub(crate) fn all_packed(log: &[u8]) -> Vec<u8> {
    let mut header = LogHeader::decode(log).expect("a log");
    header.incompatible |= PACKED;
    let mut bytes = header.encode().to_vec();
    let mut at = HEADER_BYTES;
    while at < log.len() {
        let (chunk, length) = chunk::decode(&log[at..]).expect("a whole log");
        bytes.extend(packed::encode(&chunk.header, &chunk.words));
        at += length;
    }
    bytes
}

fn rewritten(log: &[u8], form: Form) -> Vec<u8> {
    let mut bytes = Vec::new();
    rewrite(log, &mut bytes, form).expect("a log with a header");
    bytes
}

/// All that is read from a log: events, tables and integrity.
fn read_whole(log: &[u8]) -> String {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("some.rgl");
    std::fs::write(&path, log).expect("it can be written");
    format!("{:?}", read(&path).expect("a possible history"))
}

fn chunk_header() -> ChunkHeader {
    ChunkHeader {
        log: header().tag(),
        stream: 1,
        sequence: 2,
        thread: ThreadId::new(3),
        segment: 4,
        generation: 5,
        dropped_accesses: 6,
        dropped_sync: 7,
        outside: u64::MAX,
    }
}

/// Any words, words with few different fields, and both in turn.
fn words() -> impl Strategy<Value = Vec<u64>> {
    let fields = (0..16_u64, 0..5_u64, 0..9_u64, 0..3_u32);
    let field = fields
        .prop_map(|(kind, stack, object, wide)| kind | stack << 4 | object << (28 + 8 * wide));
    let word = prop_oneof![6 => field, 2 => 0..600_u64, 1 => any::<u64>()];
    prop_oneof![
        vec(word, 0..300),
        vec(any::<u64>(), 0..50),
        nonsense::words()
    ]
}

proptest! {
    #[test]
    fn a_packed_chunk_gives_back_its_header_and_the_very_words(words in words()) {
        let bytes = packed::encode(&chunk_header(), &words);
        let (chunk, length) = packed::decode(&bytes).expect("what was packed");
        prop_assert_eq!(length, bytes.len());
        prop_assert_eq!(chunk.header, chunk_header());
        prop_assert_eq!(chunk.words, words);
    }

    #[test]
    fn a_packed_log_reads_as_the_log_does(choices in vec(any::<Choice>(), 0..300)) {
        let log = Run::of(&choices).file();
        let plain = read_whole(&log);
        prop_assert_eq!(&read_whole(&all_packed(&log)), &plain);
        prop_assert_eq!(&read_whole(&rewritten(&log, Form::Packed)), &plain);
    }

    #[test]
    fn any_log_is_packed_and_unpacked_to_the_very_bytes(
        chunks in vec(nonsense::chunk(), 0..6),
        cut in any::<prop::sample::Index>(),
        flips in vec((any::<prop::sample::Index>(), 0..8_u32), 0..4),
        garbage in any::<Vec<u8>>(),
    ) {
        let mut log = image(chunks.into_iter().chain([garbage]), []).sealed;
        log.truncate(HEADER_BYTES + cut.index(log.len()));
        let end = log.len();
        for (at, bit) in flips {
            let at = at.index(end);
            if at >= HEADER_BYTES {
                log[at] ^= 1 << bit;
            }
        }
        let packed = rewritten(&log, Form::Packed);
        prop_assert_eq!(rewritten(&packed, Form::Plain), log);
    }

    #[test]
    fn packed_nonsense_with_a_right_checksum_is_refused(
        fields in vec(0..40_u32, 9),
        rest in vec(any::<u8>(), 0..600),
    ) {
        let mut bytes = packed::encode(&chunk_header(), &[]);
        bytes.extend(&rest);
        let length = u32::try_from(rest.len()).expect("short");
        for (place, value) in [72, 84, 88, 92, 96, 100, 104, 108, 112].into_iter().zip(fields) {
            bytes[place..place + 4].copy_from_slice(&value.to_le_bytes());
        }
        bytes[80..84].copy_from_slice(&length.to_le_bytes());
        if let Ok((chunk, _)) = packed::decode(&checksummed(bytes)) {
            prop_assert!(chunk.words.len() < 40);
        }
    }
}

/// The same chunk with the checksum that it ought to have.
fn checksummed(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes[76..80].fill(0);
    let checksum = crc32fast::hash(&bytes);
    bytes[76..80].copy_from_slice(&checksum.to_le_bytes());
    bytes
}

#[test]
fn numbers_at_the_edge_of_a_width_come_back() {
    for width in 1..=3 {
        let edge = 1_u64 << (8 * width - 1);
        for distance in [edge - 1, edge, edge + 1] {
            // Reads of one place. Most are so far from the one before that they need
            // this width, and one is at its edge.
            let far = |at: u64| (1 << 30) + (at % 2) * (edge - 2);
            let mut objects: Vec<u64> = (0..200).map(far).collect();
            objects.push(objects[199] - distance);
            let words: Vec<u64> = objects.iter().map(|object| 1 | object << 28).collect();
            let bytes = packed::encode(&chunk_header(), &words);
            let (chunk, _) = packed::decode(&bytes).expect("what was packed");
            assert!(chunk.words == words, "{distance}");
        }
    }
}

#[test]
fn the_largest_chunk_is_packed_and_unpacked() {
    // Every word at a place of its own, and far from the one before.
    let word = |at: u64| (1 + at % 2) | (at % 70_000) << 4 | (at * 0x1357_9bdf) << 28;
    let words: Vec<u64> = (0..u64::from(chunk::MAX_WORDS)).map(word).collect();
    let bytes = packed::encode(&chunk_header(), &words);
    assert!(packed::decode(&bytes).expect("what was packed").0.words == words);
}

#[test]
fn after_damage_reading_goes_on_at_the_next_packed_chunk() {
    let (mut one, mut two) = (Stream::new(0), Stream::new(1));
    one.switch(0, 0).access(true, 1, Some(1));
    // A thread of which nothing is known would wait for its fork.
    two.define(&Definition::Thread {
        thread: ThreadId::new(1),
        origin: ThreadOrigin::Root,
        name: String::new(),
    });
    two.switch(1, 0).access(true, 2, Some(1));
    let chunks = [one.seal(), two.seal(), one.seal(), two.seal()];
    let mut log = all_packed(&image(chunks, []).sealed);
    log[HEADER_BYTES + 90] ^= 1;
    let windows = Vec::new();
    let damaged = LogImage {
        sealed: log,
        windows,
    };
    let trace = read_image(&damaged).expect("a possible history");
    assert_eq!(trace.events().len(), 1);
    assert_eq!(trace.integrity().damage[0].offset, HEADER_BYTES as u64);
}

#[test]
fn a_chunk_that_would_become_too_large_is_refused_before_room_is_made() {
    let bytes = packed::encode(&chunk_header(), &[1 << 28; 64]);
    let claims = [
        (72, chunk::MAX_WORDS + 1),
        (84, 65),
        (88, 65),
        (92, 65),
        (92, u32::MAX),
        (96, u32::MAX),
        (80, 1 << 20),
    ];
    for (place, claim) in claims {
        let mut bytes = bytes.clone();
        bytes[place..place + 4].copy_from_slice(&claim.to_le_bytes());
        let refused = packed::decode(&checksummed(bytes)).map(|_| ());
        assert_eq!(refused, Err(ChunkError::Length), "{claim} at {place}");
    }
}

#[test]
fn a_block_that_becomes_more_than_the_chunk_says_is_refused() {
    let (header, long) = (chunk_header(), [1 | 1 << 28; 4096]);
    let mut bomb = packed::encode(&header, &long);
    assert!(bomb.len() < packed::HEADER_BYTES + 100, "it is compressed");
    let honest = packed::encode(&header, &long[..2048]);
    // The layout of half as many words, over the block of all of them.
    bomb[72..80].copy_from_slice(&honest[72..80]);
    bomb[84..packed::HEADER_BYTES].copy_from_slice(&honest[84..packed::HEADER_BYTES]);
    let refused = packed::decode(&checksummed(bomb)).map(|_| ());
    assert_eq!(refused, Err(ChunkError::Packed));
}

#[test]
fn a_log_with_packed_chunks_names_the_feature_and_other_features_are_refused() {
    let packed = rewritten(&everything(), Form::Packed);
    let header = LogHeader::decode(&packed).expect("a header");
    assert_eq!(header.incompatible, PACKED);
    let plain = LogHeader::decode(&rewritten(&packed, Form::Plain)).expect("a header");
    assert_eq!(plain.incompatible, 0);
    let newer = LogHeader {
        incompatible: KNOWN_INCOMPATIBLE + 1,
        ..header
    };
    let refused = LogHeader::decode(&newer.encode()).map_err(|error| error.to_string());
    assert!(refused.is_err_and(|error| error.contains("features 0x2")));
}

#[test]
fn accesses_in_a_loop_take_a_fraction_of_their_words() {
    let mut stream = Stream::new(0);
    stream.switch(0, 0);
    let mut events = 0;
    while events < (WINDOW_WORDS - HEADER_WORDS) / 2 {
        // A counter, and a table that is gone through.
        let cell = 10 + events as u64 % 500;
        stream.access(false, cell, Some(events as u64 / 500));
        stream.access(true, 7, None);
        events += 2;
    }
    let plain = stream.seal();
    let (chunk, _) = chunk::decode(&plain).expect("a chunk");
    let packed = packed::encode(&chunk.header, &chunk.words);
    assert!(
        packed.len() * 2 < events,
        "{} bytes, {events} events",
        packed.len()
    );
}
