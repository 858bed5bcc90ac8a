//! What a workload promises.

use racegate_eventlog::reader::{LogImage, read_image};
use racegate_eventlog::{Event, EventKind, ThreadId, Trace};
use workload::{Lives, Shape, trace, write_log};

const SHAPES: [Shape; 3] = [THREADS, TASKS, MANY];

const THREADS: Shape = Shape {
    lives: Lives::Threads(4),
    events: 60_000,
    section: 38,
    locks: 8,
    guarded: 20,
    read_only: 40,
    racy: 3,
    own: 5,
    own_share: 50,
    sites: 20,
    seed: 1,
};

const TASKS: Shape = Shape {
    lives: Lives::Tasks {
        total: 500,
        live: 7,
    },
    ..THREADS
};

const MANY: Shape = Shape {
    lives: Lives::Threads(300),
    section: 2,
    ..THREADS
};

#[test]
fn a_log_on_disk_tells_what_is_told_in_memory() {
    for shape in SHAPES {
        let mut sealed = Vec::new();
        let written = write_log(shape, &mut sealed).expect("memory takes it");
        assert_eq!(written.bytes, sealed.len() as u64);
        let image = LogImage {
            sealed,
            windows: Vec::new(),
        };
        let (read, made) = (read_image(&image).expect("a whole log"), trace(shape));
        assert!(read.integrity().is_complete());
        assert_eq!(written.events, made.events().len() as u64);
        for thread in (0..shape.threads()).map(ThreadId::new) {
            assert_eq!(told_by(&read, thread), told_by(&made, thread));
        }
    }
}

#[test]
fn a_shape_has_the_mix_that_it_is_described_by() {
    let made = trace(Shape::default());
    let accesses = made.events().iter();
    let accesses =
        accesses.filter(|event| matches!(event.kind, EventKind::Read(_) | EventKind::Write(_)));
    let share = accesses.count() as f64 / made.events().len() as f64;
    assert!((0.94..0.96).contains(&share), "{share}");
}

#[test]
fn the_log_has_a_stream_for_each_task_alive_and_not_for_each_that_ever_was() {
    let mut sealed = Vec::new();
    write_log(TASKS, &mut sealed).expect("memory takes it");
    // Main's, and one for each of the seven.
    let ends = racegate_eventlog::chunk::MAGIC;
    let streams = sealed
        .windows(12)
        .filter(|bytes| bytes.starts_with(&ends))
        .map(|bytes| bytes[8])
        .max();
    assert_eq!(streams, Some(7));
}

fn told_by(trace: &Trace, thread: ThreadId) -> Vec<Event> {
    let events = trace.events().iter();
    events
        .filter(|event| event.thread == thread)
        .copied()
        .collect()
}
