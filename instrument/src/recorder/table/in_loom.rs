//! Whoever looks finds a whole entry or none, and from then on always, also while the
//! table is outgrown.

use loom::sync::{Arc, Mutex};
use loom::thread;

use super::{Room, Table};

/// What is told of an entry in its second word, no bit of which is a key.
fn told(number: u64) -> u64 {
    number + 5
}

struct Shared {
    table: Table<0>,
    room: Mutex<Room>,
}

impl Shared {
    fn new() -> Arc<Self> {
        let shared = Self {
            table: Table::new(),
            room: Mutex::new(Room::new()),
        };
        shared.touch();
        Arc::new(shared)
    }

    /// loom's atomics are made before there are threads.
    fn touch(&self) {
        for number in 0..2 {
            let buckets = self.table.array(number).expect("there is memory");
            for entry in buckets.iter().flat_map(|bucket| &bucket.0) {
                entry.first.load(std::sync::atomic::Ordering::Relaxed);
                entry.second.load(std::sync::atomic::Ordering::Relaxed);
            }
        }
        self.table
            .current
            .load(std::sync::atomic::Ordering::Relaxed);
    }

    fn store(&self, number: u64) {
        let mut room = self.room.lock().expect("nobody panics");
        assert!(self.table.store(&mut room, number, told(number)));
    }

    fn find(&self, number: u64) -> bool {
        self.table.view().find(number, 0).is_some_and(|found| {
            assert_eq!(found, told(number), "an entry is found whole");
            true
        })
    }
}

#[test]
fn what_is_found_is_whole_and_stays_found_while_the_table_grows() {
    loom::model(|| {
        let shared = Shared::new();
        shared.store(1);
        shared.store(2);
        let looking = Arc::clone(&shared);
        // Started first: it then loads all that the stores below leave it to load.
        let looking = thread::spawn(move || {
            assert!(looking.find(1), "what was there before stays there");
            let last = looking.find(4);
            assert!(
                !last || looking.find(3),
                "what was found is found with all before it"
            );
            assert!(looking.find(1));
        });
        // The third fits into the first array, and the fourth does not.
        shared.store(3);
        shared.store(4);
        looking.join().expect("its assertions hold");
        assert!((1..5).all(|number| shared.find(number)));
    });
}

#[test]
fn what_two_threads_store_is_all_there() {
    loom::model(|| {
        let shared = Shared::new();
        let other = Arc::clone(&shared);
        let other = thread::spawn(move || {
            other.store(1);
            assert!(other.find(1));
        });
        shared.store(2);
        assert!(shared.find(2));
        other.join().expect("its assertions hold");
        assert!(shared.find(1) && shared.find(2));
    });
}
