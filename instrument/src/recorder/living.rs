//! What is to end before a recording is over: the values that `Arc`s hold.
//!
//! **Invariant:** a value is listed from its making until its end, in the recording that
//! its maker was in, if that keeps a list.

use std::collections::BTreeMap;
use std::panic::Location;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::lane;

type Site = &'static Location<'static>;

/// A list of values that have not ended.
#[derive(Default)]
pub(crate) struct Living {
    list: Mutex<List>,
    /// The list is empty.
    none: Condvar,
}

#[derive(Default)]
struct List {
    made: u64,
    /// Where each was made.
    living: BTreeMap<u64, Site>,
}

/// A value that ends with this at the latest.
pub(crate) struct Listed {
    living: Arc<Living>,
    number: u64,
}

/// A value was made at `site`. `None` where nobody asks for its end.
pub(crate) fn list(site: Site) -> Option<Listed> {
    let living = lane::living_here()?;
    let mut list = living.lock();
    list.made += 1;
    let number = list.made;
    list.living.insert(number, site);
    drop(list);
    Some(Listed { living, number })
}

impl Living {
    fn lock(&self) -> MutexGuard<'_, List> {
        // Nothing panics while it is locked.
        self.list.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where those were made that have not ended after so long.
    pub(crate) fn after(&self, limit: Duration) -> Vec<Site> {
        let since = Instant::now();
        let mut list = self.lock();
        while !list.living.is_empty() {
            let left = limit.saturating_sub(since.elapsed());
            if left.is_zero() {
                break;
            }
            let woken = self.none.wait_timeout(list, left);
            list = woken.unwrap_or_else(PoisonError::into_inner).0;
        }
        list.living.values().copied().collect()
    }
}

impl Listed {
    /// The value ends. It may be said again.
    pub(crate) fn end(&self) {
        let mut list = self.living.lock();
        list.living.remove(&self.number);
        if list.living.is_empty() {
            self.living.none.notify_all();
        }
    }
}

impl Drop for Listed {
    fn drop(&mut self) {
        self.end();
    }
}
