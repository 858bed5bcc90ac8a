//! What orders nothing at all.

use std::time::Duration;

use racegate::Verdict;
use racegate::cell::RaceCell;
use racegate::channel::{Select, TryRecvError, TrySendError, after, bounded, never, select, tick};
use racegate_eventlog::ObjectClass;

use super::in_turn;
use crate::objects;

#[test]
fn a_full_or_empty_channel_and_its_size_order_nothing() {
    let (sender, receiver) = bounded(1);
    let send = |cell: &RaceCell<u8>| {
        cell.set(1);
        sender.send(0).expect("there is room");
    };
    let look = |cell: &RaceCell<u8>| {
        assert_eq!(sender.try_send(1), Err(TrySendError::Full(1)));
        assert_eq!((receiver.len(), receiver.is_full()), (1, true));
        let mut select = Select::new();
        select.recv(&receiver);
        assert_eq!(select.ready(), 0);
        cell.set(2);
    };
    assert_eq!(in_turn(send, look), Verdict::Racy);
}

#[test]
fn clocks_order_nothing() {
    let alarm = after(Duration::ZERO);
    let other = tick(Duration::from_millis(1));
    let wait = |cell: &RaceCell<u8>| {
        select! {
            recv(alarm) -> _ => {}
            recv(other) -> _ => {}
            recv(never::<u8>()) -> _ => {}
        }
        cell.set(1);
    };
    assert_eq!(in_turn(wait, wait), Verdict::Racy);
}

#[test]
fn failed_attempts_leave_no_event_on_a_slot() {
    let report = racegate::check(|| {
        let brief = Duration::from_millis(1);
        let (sender, receiver) = bounded(0);
        assert_eq!(sender.try_send(1), Err(TrySendError::Full(1)));
        assert!(sender.send_timeout(1, brief).is_err());
        assert_eq!(receiver.try_recv(), Err(TryRecvError::Empty));
        assert!(select! { send(sender, 1) -> _ => false, default => true });
    });
    assert_eq!(objects::events(&report, ObjectClass::ChannelSlot), []);
}
