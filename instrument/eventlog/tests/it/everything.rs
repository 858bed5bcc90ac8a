//! A log with one of everything: every record, every definition.

use racegate_eventlog::record::{
    Definition, MemoryVerb, NoteVerb, ObjectKey, Record, Stamp, SyncVerb, ThreadVerb,
};
use racegate_eventlog::{
    FenceOrdering, LoadOrdering, LockMode, NameId, ObjectClass, RmwOrdering, StackId,
    StoreOrdering, ThreadId, ThreadOrigin,
};

use crate::recorded::{Stream, image};

const CLASSES: [ObjectClass; 13] = [
    ObjectClass::Mutex,
    ObjectClass::RwLock,
    ObjectClass::RwLockReaders,
    ObjectClass::Atomic,
    ObjectClass::ChannelSlot,
    ObjectClass::ChannelClose,
    ObjectClass::Barrier,
    ObjectClass::Once,
    ObjectClass::WaitGroup,
    ObjectClass::Park,
    ObjectClass::Arc,
    ObjectClass::Scope,
    ObjectClass::Tag,
];

/// The objects' keys: one of each class, from ten on.
fn key(class: ObjectClass) -> ObjectKey {
    let at = CLASSES.iter().position(|other| *other == class);
    ObjectKey::new(10 + at.expect("every class is listed") as u64)
}

/// The first key that leaves no room for a version in an access's first word.
const FAR: u64 = 1 << 23;

fn define_everything(stream: &mut Stream) {
    let site = |id: u32, parent: u32, line| Definition::Site {
        id: StackId::new(id),
        parent: StackId::new(parent),
        file: "src/golden.rs".to_owned(),
        line,
        column: 9,
    };
    let cell = |key, parts, name: &str, type_name: &str| Definition::Cell {
        key: ObjectKey::new(key),
        parts,
        created_at: StackId::new(4 * u32::from(parts > 1)),
        name: name.to_owned(),
        type_name: type_name.to_owned(),
    };
    stream
        .define(&Definition::Module {
            base: 0x5555_0000,
            end: 0x5556_0000,
            path: "/bin/golden".to_owned(),
            build_id: vec![0xde, 0xad, 0xbe],
        })
        .define(&Definition::Cut {
            id: StackId::new(1),
        })
        .define(&Definition::Frame {
            id: StackId::new(2),
            parent: StackId::new(1),
            address: 0x5555_1234,
        })
        .define(&site(3, 2, 30))
        .define(&site(4, 0, 40))
        .define(&cell(1, 3, "table", "[u8; 3]"))
        .define(&cell(4, 1, "", ""))
        .define(&cell(FAR, 1, "far", ""))
        .define(&Definition::Memory {
            address: 0x7000,
            length: 32,
            named_at: StackId::new(4),
            name: "arena".to_owned(),
        })
        .define(&Definition::Name {
            name: NameId::new(0),
            text: "golden mark".to_owned(),
        });
    for class in CLASSES {
        let (writers, readers) = (ObjectClass::RwLock, ObjectClass::RwLockReaders);
        let partners = [(writers, readers), (readers, writers)];
        let partner = partners.iter().find(|(one, _)| *one == class);
        stream.define(&Definition::Object {
            key: key(class),
            class,
            partner: partner.map(|(_, other)| key(*other)),
            created_at: StackId::EMPTY,
            name: format!("{class:?}"),
            type_name: String::new(),
        });
    }
    for (thread, origin) in [(0, ThreadOrigin::Root), (1, ThreadOrigin::Spawned)] {
        stream.define(&Definition::Thread {
            thread: ThreadId::new(thread),
            origin,
            name: format!("thread {thread}"),
        });
    }
}

/// What stands behind each object's stamps.
#[derive(Default)]
struct Stamps {
    last: [u64; CLASSES.len()],
    /// Stamps are left out.
    left_out: bool,
}

impl Stamps {
    /// The next step of the object of this class.
    fn step(&mut self, verb: SyncVerb, class: ObjectClass) -> Record {
        let at = CLASSES.iter().position(|other| *other == class);
        let sequence = &mut self.last[at.expect("every class is listed")];
        *sequence += 1;
        let stamp = Stamp {
            sequence: *sequence,
            gap: false,
        };
        Record::Sync {
            verb,
            stack: StackId::new(3),
            object: key(class),
            stamp: (!self.left_out).then_some(stamp),
        }
    }
}

/// One record of every kind, as a possible history of thread 0.
fn record_everything(stream: &mut Stream) {
    stream
        .thread(ThreadVerb::Begin, 0)
        .thread(ThreadVerb::Fork, 1);
    let accesses = [
        (true, 4, 1, Some(1), false),
        (false, 4, 1, None, false),
        (true, 4, 1, None, false),
        (false, FAR, 1, Some(0), false),
        (true, FAR, 1, Some(1), false),
        (false, 1, 3, Some(0), false),
        (true, 2, 2, Some(1), false),
        (true, 1, 1, Some(1), true),
        (true, 2, 2, None, false),
        (false, 1, 3, None, false),
    ];
    for (write, cell, parts, version, more) in accesses {
        stream.record(Record::Access {
            write,
            stack: StackId::new(3),
            cell: ObjectKey::new(cell),
            parts,
            version,
            more,
        });
    }
    record_memory(stream);
    let mut stamps = Stamps::default();
    for left_out in [false, true] {
        stamps.left_out = left_out;
        record_locks(stream, &mut stamps);
        record_atomics(stream, &mut stamps);
        for class in &CLASSES[5..] {
            stream.record(stamps.step(SyncVerb::ReleaseMerge, *class));
        }
    }
    let notes = [
        NoteVerb::Request(key(ObjectClass::Mutex), LockMode::Write),
        NoteVerb::Request(key(ObjectClass::RwLock), LockMode::Read),
        NoteVerb::BlockBegin(NameId::new(0)),
        NoteVerb::Mark(NameId::new(0)),
        NoteVerb::BlockEnd(NameId::new(0)),
    ];
    for verb in notes {
        let stack = StackId::EMPTY;
        stream.record(Record::Note { verb, stack });
    }
    stream
        .thread(ThreadVerb::Join, 1)
        .thread(ThreadVerb::End, 0);
}

/// Bytes, an atomic as plain memory, and parts of a cell that are new memory.
fn record_memory(stream: &mut Stream) {
    let stack = StackId::new(3);
    let bytes = [
        (MemoryVerb::Write, 0x7000, 8, 0),
        (MemoryVerb::Read, 0x7004, 8, 0),
        (MemoryVerb::Forget, 0x7000, 16, 1),
        (MemoryVerb::Read, 0x7000, 4, 1),
    ];
    for (verb, address, length, generation) in bytes {
        stream.record(Record::Memory {
            verb,
            stack,
            address,
            length,
            generation,
        });
    }
    stream.record(Record::Access {
        write: true,
        stack,
        cell: key(ObjectClass::Atomic),
        parts: 1,
        version: None,
        more: false,
    });
    for (cell, version, more) in [(1, 2, true), (2, 3, false)] {
        stream.record(Record::Forget {
            stack,
            cell: ObjectKey::new(cell),
            parts: 1,
            version,
            more,
        });
    }
}

fn record_locks(stream: &mut Stream, stamps: &mut Stamps) {
    let (writers, readers) = (ObjectClass::RwLock, ObjectClass::RwLockReaders);
    let steps = [
        (SyncVerb::Acquire, ObjectClass::Mutex),
        (SyncVerb::Release, ObjectClass::Mutex),
        (SyncVerb::Acquire, writers),
        (SyncVerb::ReleaseMerge, readers),
        (SyncVerb::Acquire, writers),
        (SyncVerb::Acquire, readers),
        (SyncVerb::Release, writers),
        (SyncVerb::Exchange, ObjectClass::ChannelSlot),
    ];
    for (verb, class) in steps {
        stream.record(stamps.step(verb, class));
    }
}

fn record_atomics(stream: &mut Stream, stamps: &mut Stamps) {
    let atomics = [
        SyncVerb::Load(LoadOrdering::Relaxed),
        SyncVerb::Load(LoadOrdering::Acquire),
        SyncVerb::Load(LoadOrdering::SeqCst),
        SyncVerb::Store(StoreOrdering::Relaxed),
        SyncVerb::Store(StoreOrdering::Release),
        SyncVerb::Store(StoreOrdering::SeqCst),
        SyncVerb::Rmw(RmwOrdering::Relaxed),
        SyncVerb::Rmw(RmwOrdering::Acquire),
        SyncVerb::Rmw(RmwOrdering::Release),
        SyncVerb::Rmw(RmwOrdering::AcqRel),
        SyncVerb::Rmw(RmwOrdering::SeqCst),
    ];
    for verb in atomics {
        stream.record(stamps.step(verb, ObjectClass::Atomic));
    }
    let fences = [
        FenceOrdering::Acquire,
        FenceOrdering::Release,
        FenceOrdering::AcqRel,
        FenceOrdering::SeqCst,
    ];
    for ordering in fences {
        let stack = StackId::new(4);
        stream.record(Record::Fence { stack, ordering });
    }
}

/// A whole log with one of everything.
pub(crate) fn everything() -> Vec<u8> {
    let (mut one, mut two) = (Stream::new(0), Stream::new(1));
    define_everything(&mut one);
    record_everything(one.switch(0, 0));
    two.header.generation = 1;
    two.header.outside = 2;
    two.switch(1, 0).thread(ThreadVerb::Begin, 1);
    let first = two.seal();
    // It knows the version then, and makes the next one without telling it.
    two.access(false, 4, Some(2))
        .access(true, 4, None)
        .stamped(SyncVerb::Acquire, 99, 7, true)
        .switch(1, 1)
        .thread(ThreadVerb::End, 1);
    let chunks = vec![first, one.seal(), two.seal(), one.seal(), two.seal()];
    image(chunks, []).sealed
}
