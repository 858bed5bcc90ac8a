//! What a reader sees of a stream that is being written.

use std::hint::spin_loop;
use std::sync::{Arc, Barrier};
use std::thread;

use super::*;
use crate::recorder::log::Log;
use crate::recorder::options::LogOptions;
use crate::recorder::window::Window;

/// Windows that are filled.
const WINDOWS: u32 = 100;

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
    let records = (WINDOW_WORDS - HEADER_WORDS) / length;
    assert!(records > 10);

    let log = Log::in_memory(LogOptions::default());
    for number in 0..WINDOWS {
        let mut stream = Stream::new(0, number, Pen::of(Window::in_memory()));
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
fn every_generation_of_a_stream_defines_what_it_refers_to() {
    let log = Log::in_memory(LogOptions::default());
    let mut stream = Stream::new(0, 0, Pen::of(Window::in_memory()));
    let mut definitions = 0;
    while stream.header.generation < 2 {
        let before = stream.position;
        stream.define_name(log.sink(), NameId::new(1), "referred to");
        definitions += u32::from(stream.position != before);
        stream.define(log.sink(), &long_name());
    }
    assert_eq!(definitions, 2);
}
