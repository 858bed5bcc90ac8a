//! The unwind rows that were needed so far, by address.
//!
//! One table serves all threads: rows are the same for each, a program has some
//! thousands of them, and whoever finds one takes no lock.
//!
//! **Invariant:** a row that is kept is of a binary that stays mapped, so it is never
//! out of date.

use std::sync::{Mutex, PoisonError};

use super::row::Row;
use super::tables;
use crate::recorder::table::{Room, Table, View};

static ROWS: Table<0> = Table::new();
static ROOM: Mutex<Room> = Mutex::new(Room::new());

/// The rows there are by now, to look several up.
#[inline]
pub(super) fn rows() -> Rows {
    Rows(ROWS.view())
}

/// Rows by address.
#[derive(Clone, Copy)]
pub(super) struct Rows(View<0>);

impl Rows {
    /// The row of the instruction that ends before `ip`, looked up if need be.
    #[inline]
    pub(super) fn row(self, ip: usize) -> Row {
        let word = self.0.find(ip as u64, 0).unwrap_or_else(|| look_up(ip));
        Row::from_word(word)
    }
}

#[cold]
#[inline(never)]
fn look_up(ip: usize) -> u64 {
    // A panic while storing leaves a row that is not found, which is no harm.
    let mut room = ROOM.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(word) = ROWS.view().find(ip as u64, 0) {
        return word;
    }
    let Some(row) = ip.checked_sub(1).and_then(tables::row) else {
        return Row::Beyond.to_word();
    };
    // Without memory it is looked up again.
    let _ = ROWS.store(&mut room, ip as u64, row.to_word());
    row.to_word()
}

/// Keeps a row that no binary has.
#[cfg(test)]
pub(super) fn keep(ip: usize, row: Row) {
    let mut room = ROOM.lock().unwrap_or_else(PoisonError::into_inner);
    match ROWS.view().find(ip as u64, 0) {
        Some(word) => assert_eq!(Row::from_word(word), row, "one address has one row"),
        None => assert!(ROWS.store(&mut room, ip as u64, row.to_word())),
    }
}
