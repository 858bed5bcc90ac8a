//! What crossbeam promises of selection.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use super::channel::{
    Receiver, RecvError, Select, SendError, after, bounded, never, select, select_biased, unbounded,
};
use super::{session, thread};

const BRIEF: Duration = Duration::from_millis(2);

#[test]
fn what_can_go_ahead_is_selected() {
    session(|| {
        let (sender, receiver) = unbounded();
        let (full, _kept) = bounded(1);
        full.send(0).expect("there is room");
        sender.send("hello").expect("it is received");
        select! {
            recv(receiver) -> message => assert_eq!(message, Ok("hello")),
            send(full, 1) -> _ => unreachable!("there is no room"),
            recv(never::<u8>()) -> _ => unreachable!(),
        }
        select! {
            recv(receiver) -> _ => unreachable!("it is empty"),
            send(full, 1) -> _ => unreachable!("there is no room"),
            default => {}
        }
    });
}

#[test]
fn a_selection_gives_up_in_time_and_not_before() {
    session(|| {
        let (sender, receiver) = bounded::<u8>(0);
        let start = Instant::now();
        let told = select! {
            recv(receiver) -> _ => unreachable!("nobody sends"),
            send(sender, 1) -> _ => unreachable!("nobody receives"),
            default(BRIEF) => "late",
        };
        assert_eq!(told, "late");
        assert!(start.elapsed() >= BRIEF);
        select! {
            recv(receiver) -> _ => unreachable!("nobody sends"),
            recv(after(BRIEF)) -> when => assert!(when.is_ok_and(|when| when >= start + BRIEF)),
        }
    });
}

#[test]
fn a_disconnected_channel_can_go_ahead() {
    for capacity in [0, 1, 2] {
        session(|| {
            let (sender, receiver) = bounded::<usize>(capacity);
            drop(sender);
            let told = select! { recv(receiver) -> message => message };
            assert_eq!(told, Err(RecvError));
            let (sender, receiver) = bounded(capacity);
            drop(receiver);
            let told = select! { send(sender, capacity) -> sent => sent, default => Ok(()) };
            assert_eq!(told, Err(SendError(capacity)));
        });
    }
}

#[test]
fn a_message_is_made_only_for_the_send_that_is_selected() {
    session(|| {
        let made = Cell::new(0);
        let make = |message: u8| {
            made.set(made.get() + 1);
            message
        };
        let (sender, receiver) = bounded(1);
        for expected in [true, false] {
            let sent = select! {
                send(sender, make(1)) -> sent => sent.is_ok(),
                default => false,
            };
            assert_eq!(sent, expected);
        }
        assert_eq!(made.get(), 1);
        assert_eq!(receiver.try_iter().collect::<Vec<_>>(), [1]);
    });
}

/// Every form of a case: a block with and without a comma, an expression, commas
/// that trail, patterns, and more than eight.
#[test]
fn a_case_may_be_written_in_every_way_of_crossbeams() {
    session(|| {
        let (sender, receiver) = bounded::<(u8, u8)>(1);
        let nobody: Receiver<u8> = never();
        let absent = [None::<&Receiver<u8>>];
        let senders = [sender];
        for round in 0..2 {
            let told: u8 = select! {
                recv(nobody) -> _ => 1,
                recv(&nobody) -> message => { message.unwrap_or(2) }
                recv(absent[0].unwrap_or(&never())) -> mut _message => { 3 },
                recv({ &nobody },) -> message => match message {
                    Ok(message) => message + 4,
                    Err(RecvError) => 4,
                },
                recv(nobody) -> _ => { 5 + round }.min(6),
                recv(nobody) -> _ => { 6 }
                recv(nobody) -> _ => { 7 }
                recv(nobody) -> _ => if round == 0 { 8 } else { 9 },
                send(senders[0], (10 + round, 1),) -> sent => { sent.map_or(11, |()| 12) }
                recv(receiver) -> pair => pair.map_or(13, |(first, second)| first + second),
                default(Duration::from_secs(600)) => 14
            };
            assert_eq!(told, [12, 11][usize::from(round)]);
        }
        let told = select! { default() => 1 };
        let told = told + select_biased! { default => 2, };
        assert_eq!(told, 3);
    });
}

/// Adds up what comes until the first zero; the error is the function's.
fn sum_until_zero(receiver: &Receiver<u8>) -> Result<u8, RecvError> {
    let mut sum = 0;
    loop {
        select! {
            recv(receiver) -> message => match message? {
                0 => break,
                5 => return Ok(100),
                1 => continue,
                more => sum += more,
            },
            default => return Ok(200),
        }
    }
    Ok(sum)
}

#[test]
fn a_body_may_leave_in_every_way() {
    for (messages, told) in [
        (&[2, 1, 3, 0][..], Ok(5)),
        (&[2, 5], Ok(100)),
        (&[2], Err(RecvError)),
    ] {
        session(|| {
            let (sender, receiver) = unbounded();
            for message in messages {
                sender.send(*message).expect("it is received");
            }
            drop(sender);
            assert_eq!(sum_until_zero(&receiver), told);
        });
    }
}

#[test]
fn a_body_may_replace_or_drop_the_channel() {
    session(|| {
        let (sender, mut receiver) = bounded(1);
        sender.send(1).expect("it is received");
        let mut rounds = Vec::new();
        for _ in 0..2 {
            select! {
                recv(receiver) -> message => {
                    rounds.push(message.ok());
                    receiver = never();
                }
                default => rounds.push(None),
            }
        }
        assert_eq!(rounds, [Some(1), None]);
        select! {
            send(sender, 2) -> sent => {
                drop(sender);
                assert_eq!(sent, Err(SendError(2)));
            }
        }
    });
}

#[test]
fn of_several_the_biased_selection_takes_the_first() {
    session(|| {
        let (sender, receiver) = unbounded();
        for message in 0..20 {
            sender.send(message).expect("it is received");
        }
        for _ in 0..10 {
            select_biased! {
                recv(receiver) -> message => assert!(message.is_ok()),
                recv(receiver) -> _ => unreachable!("the first one could"),
            }
        }
        let mut select = Select::new_biased();
        let first = select.recv(&receiver);
        select.recv(&receiver);
        let selected = select.select();
        assert_eq!(selected.index(), first);
        assert_eq!(selected.recv(&receiver), Ok(10));
    });
}

#[test]
fn of_several_any_may_be_selected() {
    session(|| {
        let (sender, receiver) = unbounded();
        let mut selected = [false; 2];
        // A thousand coins that all fall on one side are one in 2^999.
        for _ in 0..1000 {
            sender.send(()).expect("it is received");
            select! {
                recv(receiver) -> _ => selected[0] = true,
                recv(receiver) -> _ => selected[1] = true,
            }
            if selected == [true; 2] {
                break;
            }
        }
        assert_eq!(selected, [true; 2]);
    });
}

#[test]
fn a_list_of_operations_may_change() {
    session(|| {
        let (sender, receiver) = bounded(1);
        let nobody = never::<u8>();
        let mut select = Select::default();
        let sends = select.send(&sender);
        let other = select.recv(&nobody);
        let receives = select.recv(&receiver);
        assert_eq!((sends, other, receives), (0, 1, 2));
        assert_eq!(select.try_ready(), Ok(sends));
        let selected = select.clone().select();
        assert_eq!(selected.send(&sender, 1_u8), Ok(()));
        assert_eq!(select.ready(), receives);
        select.remove(receives);
        assert!(select.try_select().is_err());
        assert!(select.ready_timeout(BRIEF).is_err());
        assert!(select.select_timeout(BRIEF).is_err());
        let deadline = Instant::now() + BRIEF;
        assert!(select.select_deadline(deadline).is_err());
        assert!(select.ready_deadline(deadline).is_err());
        assert!(Instant::now() >= deadline);
        let gone = catch_unwind(AssertUnwindSafe(|| select.remove(receives)));
        assert!(gone.is_err());
        assert_eq!(format!("{select:?}"), "Select { .. }");
    });
}

#[test]
fn a_selection_that_waits_is_woken() {
    for capacity in [None, Some(0), Some(1)] {
        session(|| {
            let (sender, receiver) = capacity.map_or_else(unbounded, bounded);
            let (back, answers) = bounded(0);
            thread::scope(|scope| {
                scope.spawn(move || {
                    for _ in 0..20 {
                        select! {
                            recv(receiver) -> message => {
                                let message: u8 = message.expect("it was sent");
                                select! { send(back, message) -> sent => assert!(sent.is_ok()) }
                            }
                            recv(never::<u8>()) -> _ => unreachable!(),
                        }
                    }
                });
                for message in 0..20 {
                    select! { send(sender, message) -> sent => assert!(sent.is_ok()) }
                    assert_eq!(select! { recv(answers) -> answer => answer }, Ok(message));
                }
            });
        });
    }
}

#[test]
fn every_message_arrives_once_through_selections() {
    const MESSAGES: usize = 60;
    for capacities in [[0, 0], [0, 1], [1, 2], [3, 1]] {
        session(|| {
            let channels = capacities.map(bounded);
            let [(first, first_queue), (second, second_queue)] = channels;
            let count = thread::scope(|scope| {
                for _ in 0..3 {
                    let (first, second) = (first.clone(), second.clone());
                    scope.spawn(move || {
                        for message in 0..MESSAGES {
                            select! {
                                send(first, message) -> sent => sent.expect("it is received"),
                                send(second, message) -> sent => sent.expect("it is received"),
                            }
                        }
                    });
                }
                drop((first, second));
                let receive = || {
                    let (mut first, mut second) = (first_queue.clone(), second_queue.clone());
                    let mut sums = [0; 2];
                    let mut open = 2;
                    while open > 0 {
                        select! {
                            recv(first) -> message => match message {
                                Ok(message) => sums[0] += message + 1,
                                Err(RecvError) => { first = never(); open -= 1; }
                            },
                            recv(second) -> message => match message {
                                Ok(message) => sums[1] += message + 1,
                                Err(RecvError) => { second = never(); open -= 1; }
                            },
                        }
                    }
                    sums.into_iter().sum::<usize>()
                };
                let others = scope.spawn(receive);
                receive() + others.join().expect("nothing panics")
            });
            assert_eq!(count, 3 * (1..=MESSAGES).sum::<usize>());
        });
    }
}
