//! What a reader sees of a stream that is being written.

use std::fs::File;
use std::hint::spin_loop;
use std::sync::{Arc, Barrier};
use std::thread;

use super::*;
use crate::recorder::log::Log;
use crate::recorder::options::LogOptions;
use crate::recorder::sink::{Blocks, Sealed};
use crate::recorder::window::Window;

/// Windows that are filled.
const WINDOWS: u32 = 100;

impl Stream {
    /// Accesses and synchronisation events that were dropped.
    fn dropped(&mut self) -> (u64, u64) {
        // ORDERING: relaxed; counts.
        let words = self.pen.words();
        let load = |field: usize| words[field].load(Ordering::Relaxed);
        (load(field::DROPPED_ACCESSES), load(field::DROPPED_SYNC))
    }
}

/// A name as long as may be, so that it takes a while to store.
fn long_name() -> Definition {
    Definition::Name {
        name: NameId::new(0),
        text: "x".repeat(4000),
    }
}

#[test]
fn whoever_sees_the_first_word_of_a_record_sees_the_last() {
    let mut words = Vec::new();
    encode_definition(&long_name(), &mut words);
    let length = words.len();
    let last = length - 1;
    assert!(words[0] != 0 && words[last] != 0);
    let records = (FILLED_WORDS - HEADER_WORDS) / length;
    assert!(records > 10);

    let log = Log::in_memory(LogOptions::default());
    for number in 0..WINDOWS {
        let mut stream = Stream::new(
            (0, Tellers::of_log(1)),
            number,
            Pen::of(Window::in_memory()),
        );
        let (window, both) = (Arc::clone(stream.pen.window()), Barrier::new(2));
        thread::scope(|scope| {
            scope.spawn(|| {
                both.wait();
                for _ in 0..records {
                    stream.define(log.sink(), &long_name());
                }
            });
            both.wait();
            for record in 0..records {
                let words = &window.words()[HEADER_WORDS + record * length..];
                // ORDERING: acquire, of the words after it.
                while words[0].load(Ordering::Acquire) == 0 {
                    spin_loop();
                }
                // ORDERING: relaxed; ordered by the load before.
                assert_ne!(words[last].load(Ordering::Relaxed), 0, "record {record}");
            }
        });
    }
}

#[test]
fn a_chunk_that_cannot_be_written_is_counted_and_its_definitions_come_again() {
    let parent = std::env::temp_dir().join(format!("racegate-refused-{}", std::process::id()));
    let log = Log::in_folder(LogOptions::default(), &parent).expect("the folder is writable");
    let mut stream = log.take_stream().expect("there is room for it");
    let access = record::Record::Access {
        write: true,
        stack: StackId::EMPTY,
        cell: ObjectKey::new(2),
        parts: 1,
        version: None,
        more: false,
    };
    let step = record::Record::Sync {
        verb: record::SyncVerb::Release,
        stack: StackId::EMPTY,
        object: ObjectKey::new(1),
        stamp: Some(record::Stamp {
            sequence: 1,
            gap: false,
        }),
    };
    let name = |stream: &mut Stream| {
        let before = stream.position;
        stream.define_name(log.sink(), NameId::new(1), "referred to");
        stream.position != before
    };
    assert!(name(&mut stream) && !name(&mut stream));
    stream.append(log.sink(), &step);
    // A file that is open for reading takes nothing.
    let path = log.folder().expect("it has one").join("log.rgl");
    let unwritable = File::open(&path).expect("it is there");
    let unwritable = Sealed::File(Blocks::of(unwritable, 128));
    let writable = std::mem::replace(&mut *log.sink().sealed(), unwritable);
    let mut accesses = 0;
    while accesses < FILLED_WORDS as u64 && stream.dropped() == (0, 0) {
        stream.append(log.sink(), &access);
        accesses += 1;
    }
    // The last one stands in the chunk that follows.
    assert_eq!(stream.dropped(), (accesses - 1, 1));
    assert!(name(&mut stream), "it is defined anew");
    *log.sink().sealed() = writable;
    stream.seal(log.sink());
    assert_eq!(
        (stream.header.sequence, stream.dropped()),
        (1, (accesses - 1, 1))
    );
    std::fs::remove_dir_all(&parent).expect("it is ours");
}

#[test]
fn every_generation_of_a_stream_defines_what_it_refers_to() {
    let log = Log::in_memory(LogOptions::default());
    let mut stream = Stream::new((0, Tellers::of_log(1)), 0, Pen::of(Window::in_memory()));
    let mut definitions = 0;
    while stream.header.generation < 2 {
        let before = stream.position;
        stream.define_name(log.sink(), NameId::new(1), "referred to");
        definitions += u32::from(stream.position != before);
        stream.define(log.sink(), &long_name());
    }
    assert_eq!(definitions, 2);
}

#[test]
fn a_line_is_at_hand_while_it_is_defined_and_every_generation_is_an_era() {
    let log = Log::in_memory(LogOptions::default());
    let mut stream = Stream::new((0, Tellers::of_log(1)), 0, Pen::of(Window::in_memory()));
    let site = Location::caller();
    let mut eras = Vec::new();
    while eras.len() < 3 {
        let era = stream.era();
        assert!(!eras.contains(&era));
        eras.push(era);
        assert_eq!(stream.line_at_hand(site), None);
        let line = stream.line(log.sink(), site);
        assert!(stream.defined.stacks.contains(u64::from(line.number())));
        let generation = stream.header.generation;
        while stream.header.generation == generation {
            assert_eq!(stream.line_at_hand(site), Some(line));
            stream.define(log.sink(), &long_name());
        }
    }
    assert_eq!(stream.header.generation, 3);
}
