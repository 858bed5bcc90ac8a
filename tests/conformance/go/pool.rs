//! Cases of `pool_test.go`.

use racegate::cell::RaceArray;
use racegate::sync::{Arc, Mutex};

use super::language::pair::pair;
use crate::suite::cases;

/// Values that are used again.
struct Pool {
    unused: Mutex<Vec<Arc<RaceArray<u8>>>>,
}

impl Pool {
    fn get(&self) -> Arc<RaceArray<u8>> {
        let unused = self.unused.lock().expect("nothing panics under it").pop();
        unused.unwrap_or_else(|| Arc::new(RaceArray::named("x", [0])))
    }

    fn put(&self, value: Arc<RaceArray<u8>>) {
        self.unused
            .lock()
            .expect("nothing panics under it")
            .push(value);
    }
}

cases! { GO;

/// Who gets a value comes after who put it back, but not after who kept it, too.
fn race_pool() {
    let pool = Pool {
        unused: Mutex::new(Vec::new()),
    };
    let kept = pool.get();
    kept.set(0, 1);
    pool.put(Arc::clone(&kept));
    let user = || {
        let used = pool.get();
        used.set(0, 2);
    };
    pair(user, || kept.set(0, 3));
}

}
