//! Without the feature `enabled` every name is std's own.
#![cfg(not(feature = "enabled"))]

use std::any::{TypeId, type_name};

fn one_type<Real: 'static, Twin: 'static>() {
    let (real, twin) = (type_name::<Real>(), type_name::<Twin>());
    assert_eq!(TypeId::of::<Real>(), TypeId::of::<Twin>(), "{real} {twin}");
}

#[test]
fn the_atomics_are_stds() {
    use racegate::sync::atomic as twin;
    use std::sync::atomic as real;
    one_type::<real::AtomicBool, twin::AtomicBool>();
    one_type::<real::AtomicU64, twin::AtomicU64>();
    one_type::<real::AtomicPtr<u8>, twin::AtomicPtr<u8>>();
    one_type::<real::Ordering, twin::Ordering>();
}

#[test]
fn the_channels_are_stds() {
    use racegate::sync::mpsc as twin;
    use std::sync::mpsc as real;
    one_type::<real::Sender<u8>, twin::Sender<u8>>();
    one_type::<real::SyncSender<u8>, twin::SyncSender<u8>>();
    one_type::<real::Receiver<u8>, twin::Receiver<u8>>();
    one_type::<real::IntoIter<u8>, twin::IntoIter<u8>>();
}
