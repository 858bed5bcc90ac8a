//! Logs in files, written record by record as a recorder would.

use std::path::{Path, PathBuf};

use racegate_eventlog::chunk::{self, ChunkHeader};
use racegate_eventlog::header::{LogHeader, VERSION, Version};
use racegate_eventlog::record::{
    Definition, ObjectKey, Record, ThreadVerb, encode, encode_definition,
};
use racegate_eventlog::{StackId, ThreadId, ThreadOrigin};

const CELL: ObjectKey = ObjectKey::new(1);
const CHILD: ThreadId = ThreadId::new(1);

/// Each thread has one site, which every one of its events is at.
fn site(thread: ThreadId) -> StackId {
    StackId::new(thread.number() + 1)
}

/// The name of the cell in every log here.
pub(crate) const NAME: &str = "balance";

pub(crate) fn header() -> LogHeader {
    LogHeader {
        version: VERSION,
        incompatible: 0,
        compatible: 0,
        instance: 0x5eed,
        pid: 42,
        session: 0,
        opened_at: 0,
        recorder: "racegate tests".to_owned(),
    }
}

/// A log in which the main thread and its child both write the cell. Joined: the
/// main thread waits for the child before its own write.
pub(crate) fn bytes(joined: bool) -> Vec<u8> {
    named(joined, "child", NAME, "src/main.rs")
}

/// The same with these names.
pub(crate) fn named(joined: bool, thread: &str, cell: &str, file: &str) -> Vec<u8> {
    let mut parent = definitions(ThreadId::ROOT, thread, cell, file, 7);
    let main = ThreadId::ROOT;
    life(&mut parent, main, ThreadVerb::Begin, main);
    life(&mut parent, main, ThreadVerb::Fork, CHILD);
    if joined {
        life(&mut parent, main, ThreadVerb::Join, CHILD);
    }
    write(&mut parent, main, 2);
    life(&mut parent, main, ThreadVerb::End, main);
    let mut child = definitions(CHILD, thread, cell, file, 3);
    life(&mut child, CHILD, ThreadVerb::Begin, CHILD);
    write(&mut child, CHILD, 1);
    life(&mut child, CHILD, ThreadVerb::End, CHILD);
    let mut bytes = header().encode().to_vec();
    bytes.extend(stream(0, main, &parent));
    bytes.extend(stream(1, CHILD, &child));
    bytes
}

/// The racy log without the child's write, and cut inside a chunk.
pub(crate) fn truncated() -> Vec<u8> {
    let mut bytes = bytes(false);
    // The child's chunk is the last but one, and an end is a header alone.
    bytes.truncate(bytes.len() - chunk::HEADER_BYTES - 1);
    bytes
}

/// A log that no reader of this version may read.
pub(crate) fn newer() -> Vec<u8> {
    let mut header = header();
    header.version = Version {
        major: 999,
        minor: 0,
    };
    header.encode().to_vec()
}

/// A log's folder, as the recorder lays it out.
pub(crate) fn folder(parent: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let folder = parent.join(name);
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::write(folder.join("log.rgl"), bytes).expect("a file");
    folder
}

/// A log in a file by itself.
pub(crate) fn file(folder: &Path, name: &str, bytes: &[u8]) -> String {
    std::fs::write(folder.join(name), bytes).expect("a file");
    name.to_owned()
}

fn definitions(thread: ThreadId, name: &str, cell: &str, file: &str, line: u32) -> Vec<u64> {
    let child = thread == CHILD;
    let origin = if child {
        ThreadOrigin::Spawned
    } else {
        ThreadOrigin::Root
    };
    let name = if child { name } else { "main" };
    let mut words = Vec::new();
    let all = [
        Definition::Thread {
            thread,
            origin,
            name: name.to_owned(),
        },
        Definition::Site {
            id: site(thread),
            parent: StackId::EMPTY,
            file: file.to_owned(),
            line,
            column: 5,
        },
        Definition::Cell {
            key: CELL,
            parts: 1,
            created_at: site(thread),
            name: cell.to_owned(),
            type_name: "i64".to_owned(),
        },
    ];
    for definition in &all {
        encode_definition(definition, &mut words);
    }
    words
}

fn life(words: &mut Vec<u64>, by: ThreadId, verb: ThreadVerb, thread: ThreadId) {
    let record = Record::Thread {
        verb,
        stack: site(by),
        thread,
    };
    words.extend(encode(&record).as_slice());
}

fn write(words: &mut Vec<u64>, by: ThreadId, version: u64) {
    let record = Record::Access {
        write: true,
        stack: site(by),
        cell: CELL,
        parts: 1,
        version: Some(version),
        more: false,
    };
    words.extend(encode(&record).as_slice());
}

fn stream(stream: u32, thread: ThreadId, words: &[u64]) -> Vec<u8> {
    let header = ChunkHeader {
        log: header().tag(),
        stream,
        sequence: 0,
        thread,
        segment: 0,
        generation: 0,
        dropped_accesses: 0,
        dropped_sync: 0,
        outside: 0,
    };
    let mut bytes = chunk::encode(&header, words);
    // A chunk without records is the end of its stream.
    let end = ChunkHeader {
        sequence: 1,
        ..header
    };
    bytes.extend(chunk::encode(&end, &[]));
    bytes
}
