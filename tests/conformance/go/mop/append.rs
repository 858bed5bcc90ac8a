//! `append`: a read of the elements and, when it is assigned, a write of the words.

use crate::go::language::pair::pair_over;
use crate::go::language::slice::Slice;
use crate::go::parts::racing_parts;
use crate::suite::cases;

cases! { GO;

/// Every element is read to be moved.
fn race_append_rw() {
    let a = Slice::named("a", [0; 10]);
    pair_over(0, || a.view().append(1), || a.set(0, 1));
} told |report| {
    assert_eq!(racing_parts(report), [0]);
}

/// The slice with one more element has another length.
fn race_append_len_rw() {
    let a = Slice::named("a", [0; 10]);
    pair_over(0, || a.assign(a.view().append(1)), || a.len());
}

/// And another capacity.
fn race_append_cap_rw() {
    let a = Slice::named("a", [0; 10]);
    pair_over(0, || a.assign(a.view().append(1)), || a.cap());
}

}
