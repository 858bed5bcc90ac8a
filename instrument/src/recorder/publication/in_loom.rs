//! A window can be looked at at any moment: what is found is a beginning of what was
//! stored, in whole records.

use loom::sync::Arc;
use loom::sync::atomic::AtomicU64;
use loom::thread;
use racegate_eventlog::StackId;
use racegate_eventlog::record::{self, ObjectKey, Record, Stamp, SyncVerb};
use racegate_eventlog::window::HEADER_WORDS;

use super::{publish, publish_pair, publish_word, snapshot};

fn access() -> Record {
    Record::Access {
        write: true,
        stack: StackId::EMPTY,
        cell: ObjectKey::new(7),
        parts: 1,
        version: None,
        more: false,
    }
}

fn release() -> Record {
    Record::Sync {
        verb: SyncVerb::Release,
        stack: StackId::EMPTY,
        object: ObjectKey::new(8),
        stamp: Some(Stamp {
            sequence: 9,
            gap: false,
        }),
    }
}

#[test]
fn a_snapshot_holds_whole_records_from_the_first_on_and_nothing_else() {
    loom::model(|| {
        let records = [release(), access(), release()].map(|record| record::encode(&record));
        let told: Vec<u64> = records
            .iter()
            .flat_map(|record| record.as_slice())
            .copied()
            .collect();
        let room = HEADER_WORDS + told.len() + 1;
        let window: Arc<Vec<_>> = Arc::new((0..room).map(|_| AtomicU64::new(0)).collect());
        let writing = Arc::clone(&window);
        let lengths = records.each_ref().map(|record| record.as_slice().len());
        let writing = thread::spawn(move || {
            // In each of the ways that there are.
            let [pair, word, any] = records.each_ref().map(|record| record.as_slice());
            let [first, second, third, rest @ ..] = &writing[HEADER_WORDS..] else {
                unreachable!("there is room for all");
            };
            publish_pair(first, second, [pair[0], pair[1]]);
            publish_word(third, word[0]);
            publish(rest, any);
        });
        let found = snapshot(&window)[HEADER_WORDS..].to_vec();
        writing.join().expect("it stores");
        let held = found
            .iter()
            .rposition(|word| *word != 0)
            .map_or(0, |last| last + 1);
        let whole = [0, lengths[0], lengths[0] + lengths[1], told.len()];
        assert!(whole.contains(&held), "{found:x?}");
        assert_eq!(found[..held], told[..held]);
        assert_eq!(snapshot(&window)[HEADER_WORDS..][..told.len()], told);
    });
}
