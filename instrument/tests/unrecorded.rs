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

#[test]
fn the_locks_are_stds() {
    use racegate::sync as twin;
    use std::sync as real;
    one_type::<real::Mutex<u8>, twin::Mutex<u8>>();
    one_type::<real::MutexGuard<'_, u8>, twin::MutexGuard<'_, u8>>();
    one_type::<real::RwLock<u8>, twin::RwLock<u8>>();
    one_type::<real::RwLockReadGuard<'_, u8>, twin::RwLockReadGuard<'_, u8>>();
    one_type::<real::RwLockWriteGuard<'_, u8>, twin::RwLockWriteGuard<'_, u8>>();
    one_type::<real::Condvar, twin::Condvar>();
    one_type::<real::WaitTimeoutResult, twin::WaitTimeoutResult>();
    one_type::<real::Barrier, twin::Barrier>();
    one_type::<real::BarrierWaitResult, twin::BarrierWaitResult>();
    one_type::<real::PoisonError<u8>, twin::PoisonError<u8>>();
}

#[test]
fn one_time_initialisation_is_stds() {
    use racegate::sync as twin;
    use std::sync as real;
    one_type::<real::Once, twin::Once>();
    one_type::<real::OnceState, twin::OnceState>();
    one_type::<real::OnceLock<u8>, twin::OnceLock<u8>>();
    one_type::<real::LazyLock<u8>, twin::LazyLock<u8>>();
}

#[test]
fn a_wait_group_counts_all_the_same() {
    let group = racegate::sync::WaitGroup::new();
    std::thread::scope(|scope| {
        group.add(2);
        scope.spawn(|| group.done());
        scope.spawn(|| group.done());
        group.wait();
    });
    assert!(std::panic::catch_unwind(|| group.done()).is_err());
}

#[test]
fn shared_ownership_is_stds() {
    one_type::<std::sync::Arc<str>, racegate::sync::Arc<str>>();
    one_type::<std::sync::Weak<[u8]>, racegate::sync::Weak<[u8]>>();
    let numbers = racegate::sync::Arc::new([1, 2, 3]);
    let slice = racegate::sync::unsize!(numbers => [i32]);
    assert_eq!(slice.len(), 3);
}

#[cfg(feature = "channel")]
#[test]
fn the_other_channels_are_crossbeams() {
    use crossbeam_channel as real;
    use racegate::channel as twin;
    one_type::<real::Sender<u8>, twin::Sender<u8>>();
    one_type::<real::Receiver<u8>, twin::Receiver<u8>>();
    one_type::<real::Select<'static>, twin::Select<'static>>();
    one_type::<real::SelectedOperation<'static>, twin::SelectedOperation<'static>>();
    one_type::<real::IntoIter<u8>, twin::IntoIter<u8>>();
    let (sender, receiver) = twin::bounded(1);
    twin::select! { send(sender, 1) -> sent => assert_eq!(sent, Ok(())) }
    twin::select_biased! { recv(receiver) -> message => assert_eq!(message, Ok(1)) }
}

#[test]
fn the_threads_are_stds() {
    use racegate::thread as twin;
    use std::thread as real;
    one_type::<real::Thread, twin::Thread>();
    one_type::<real::ThreadId, twin::ThreadId>();
    one_type::<real::Builder, twin::Builder>();
    one_type::<real::JoinHandle<u8>, twin::JoinHandle<u8>>();
    one_type::<real::Scope<'_, '_>, twin::Scope<'_, '_>>();
    one_type::<real::ScopedJoinHandle<'_, u8>, twin::ScopedJoinHandle<'_, u8>>();
    one_type::<real::LocalKey<u8>, twin::LocalKey<u8>>();
    one_type::<real::AccessError, twin::AccessError>();
}

#[test]
fn cells_of_unsafe_code_are_as_large_as_their_values() {
    use racegate::cell::{Cell, UnsafeCell};
    assert_eq!(size_of::<UnsafeCell<u16>>(), 2);
    assert_eq!(size_of::<Cell<u16>>(), 2);
}

#[test]
fn a_race_cell_is_its_value_and_its_gate() {
    assert_eq!(size_of::<racegate::cell::RaceCell<u32>>(), 8);
}

#[test]
fn a_task_and_a_tag_do_nothing() {
    static TAG: racegate::annotate::Tag = racegate::annotate::Tag::new();
    let task = racegate::task::Task::spawn("task");
    let entered = task.enter();
    racegate::annotate::happens_before(&TAG);
    racegate::annotate::happens_after(&TAG);
    drop(entered);
    task.finish();
    task.join();
    let panics = std::panic::AssertUnwindSafe(|| drop(task.enter()));
    assert!(std::panic::catch_unwind(panics).is_err(), "it finished");
}
