//! Whole chunks of nonsense: every checksum is right, and nothing else need be.

use proptest::prelude::*;
use racegate_eventlog::chunk::{self, ChunkHeader};
use racegate_eventlog::reader::LogImage;
use racegate_eventlog::record::encode_definition;
use racegate_eventlog::record::{Definition, ObjectKey};
use racegate_eventlog::text::{TextForm, parse, write};
use racegate_eventlog::writer::write_log;
use racegate_eventlog::{StackId, ThreadId};

use crate::opinions::read_image;
use crate::recorded::{header, image};

/// A first word with small fields, and a second one with small values: most of
/// them are records, and many belong to one another.
pub(crate) fn words() -> impl Strategy<Value = Vec<u64>> {
    let short = prop_oneof![3 => Just(None), 1 => (0..6_u64).prop_map(Some)];
    let first = (1..15_u64, 0..4_u64, 0..6_u64, short).prop_map(|(kind, stack, object, short)| {
        let version = short.map_or(0, |version| 1 << 63 | version << 51);
        kind | stack << 4 | object << 28 | version
    });
    let second = prop_oneof![4 => 0..20_u64, 1 => any::<u64>()];
    let pair = (first, second).prop_map(|(first, second)| vec![first, second]);
    let stack = (0..5_u32, 0..5_u32).prop_map(|(id, parent)| {
        words_of(&Definition::Frame {
            id: StackId::new(id),
            parent: StackId::new(parent),
            address: 7,
        })
    });
    let cell = (0..6_u64, any::<u32>()).prop_map(|(key, parts)| {
        words_of(&Definition::Cell {
            key: ObjectKey::new(key),
            parts: if parts % 2 == 0 { parts % 4 } else { parts },
            created_at: StackId::new(parts % 5),
            name: String::new(),
            type_name: String::new(),
        })
    });
    let one = prop_oneof![8 => pair, 1 => stack, 1 => cell, 1 => any::<u64>().prop_map(|word| vec![word])];
    prop::collection::vec(one, 0..30).prop_map(|all| all.concat())
}

fn words_of(definition: &Definition) -> Vec<u64> {
    let mut words = Vec::new();
    encode_definition(definition, &mut words);
    words
}

/// A whole chunk of them.
pub(crate) fn chunk() -> impl Strategy<Value = Vec<u8>> {
    let place = (0..3_u32, 0..3_u64, 0..4_u32, 0..3_u64);
    (place, words()).prop_map(|((stream, sequence, thread, segment), words)| {
        let header = ChunkHeader {
            log: header().tag(),
            stream,
            sequence,
            thread: ThreadId::new(thread),
            segment,
            generation: 0,
            dropped_accesses: 0,
            dropped_sync: 0,
            outside: 0,
        };
        chunk::encode(&header, &words)
    })
}

proptest! {
    #[test]
    fn nonsense_is_read_or_refused(chunks in prop::collection::vec(chunk(), 0..8)) {
        if let Ok(trace) = read_image(&image(chunks, [])) {
            let text = write(&trace, TextForm::Rgt).expect("every verb has a text");
            let _ = parse(text.as_bytes(), TextForm::Rgt);
            let sealed = write_log(&trace);
            let _ = read_image(&LogImage { sealed, windows: Vec::new() });
        }
    }

    #[test]
    fn bytes_after_a_header_are_read_or_refused(bytes in any::<Vec<u8>>()) {
        let trace = read_image(&image([bytes.clone()], [])).expect("the header is right");
        prop_assert!(bytes.is_empty() || !trace.integrity().damage.is_empty());
    }
}
