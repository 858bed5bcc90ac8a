//! Packed logs of every kind of history read as the logs themselves do.

use oracle::generator;
use racegate_eventlog::packed::{self, Form, rewrite};
use racegate_eventlog::reader::{LogImage, read_image};
use racegate_eventlog::writer::write_log;
use racegate_eventlog::{Trace, chunk, header};

const TRACES: u64 = 1_000;

#[test]
fn a_packed_log_of_any_history_reads_as_the_log_does() {
    for seed in 0..TRACES {
        let log = write_log(&generator::trace(seed));
        let plain = read(log.clone());
        let packed = read(every_chunk_packed(&log));
        assert_eq!(packed.events(), plain.events(), "seed {seed}");
        assert_eq!(packed.integrity(), plain.integrity(), "seed {seed}");
        let tables = [&packed, &plain].map(|trace| format!("{:?}", trace.tables()));
        assert_eq!(tables[0], tables[1], "seed {seed}");
        let (mut shorter, mut again) = (Vec::new(), Vec::new());
        rewrite(&log[..], &mut shorter, Form::Packed).expect("a log");
        rewrite(&shorter[..], &mut again, Form::Plain).expect("a log");
        assert!(shorter.len() <= log.len(), "seed {seed}");
        assert!(again == log, "seed {seed}");
    }
}

fn read(sealed: Vec<u8>) -> Trace {
    let windows = Vec::new();
    read_image(&LogImage { sealed, windows }).expect("a possible history")
}

/// Also those that are shorter as they are.
fn every_chunk_packed(log: &[u8]) -> Vec<u8> {
    let (head, mut rest) = log.split_at(header::HEADER_BYTES);
    let mut packed = head.to_vec();
    while !rest.is_empty() {
        let (chunk, length) = chunk::decode(rest).expect("a whole log");
        packed.extend(packed::encode(&chunk.header, &chunk.words));
        rest = &rest[length..];
    }
    packed
}
