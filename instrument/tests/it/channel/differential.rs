//! The twins against crossbeam: whatever one thread does, both say the same.

/// One step of a script. Numbers choose among the handles there are.
#[derive(Clone, Copy, Debug)]
enum Step {
    Send(usize),
    TrySend(usize),
    SendInNoTime(usize),
    Receive(usize),
    TryReceive(usize),
    ReceiveInNoTime(usize),
    TakeAll(usize),
    SelectReceive(usize),
    SelectSend(usize),
    SelectEither(usize, usize),
    CloneSender(usize),
    CloneReceiver(usize),
    DropSender(usize),
    DropReceiver(usize),
}

/// Random numbers, the same in every run (Steele, Lea and Flood's SplitMix64).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let small = (mixed ^ (mixed >> 31)) % bound as u64;
        usize::try_from(small).expect("it is below a usize")
    }

    fn step(&mut self) -> Step {
        let which = self.below(64);
        match self.below(30) {
            0..4 => Step::Send(which),
            4..8 => Step::TrySend(which),
            8 => Step::SendInNoTime(which),
            9..13 => Step::Receive(which),
            13..16 => Step::TryReceive(which),
            16 => Step::ReceiveInNoTime(which),
            17 => Step::TakeAll(which),
            18 | 19 => Step::SelectReceive(which),
            20 | 21 => Step::SelectSend(which),
            22 => Step::SelectEither(which, self.below(64)),
            23 | 24 => Step::CloneSender(which),
            25 | 26 => Step::CloneReceiver(which),
            27 | 28 => Step::DropSender(which),
            _ => Step::DropReceiver(which),
        }
    }

    fn script(&mut self) -> Vec<Step> {
        let length = self.below(40);
        (0..length).map(|_| self.step()).collect()
    }
}

/// Runs scripts on one of the two.
macro_rules! player {
    ($name:ident, $channel:path) => {
        mod $name {
            use std::time::Duration;

            use super::Step;
            use $channel as channel;

            /// What a script's steps yield, and what the channel then says of itself.
            pub(super) fn play(capacity: Option<usize>, script: &[Step]) -> Vec<String> {
                let (sender, receiver) = capacity.map_or_else(channel::unbounded, channel::bounded);
                let mut player = Player {
                    senders: vec![sender],
                    receivers: vec![receiver],
                };
                let numbered = script.iter().enumerate();
                numbered
                    .map(|(number, step)| {
                        let said = player.step(*step, number);
                        format!("{said:?} {}", player.state())
                    })
                    .collect()
            }

            struct Player {
                senders: Vec<channel::Sender<usize>>,
                receivers: Vec<channel::Receiver<usize>>,
            }

            fn choose<Handle>(handles: &[Handle], which: usize) -> Option<&Handle> {
                (!handles.is_empty()).then(|| &handles[which % handles.len()])
            }

            impl Player {
                /// None when there is no such handle, or the step would never end.
                fn step(&mut self, step: Step, message: usize) -> Option<String> {
                    match step {
                        Step::Send(which)
                        | Step::TrySend(which)
                        | Step::SendInNoTime(which)
                        | Step::SelectSend(which) => {
                            let sender = choose(&self.senders, which)?;
                            let blocks = sender.is_full() && !self.receivers.is_empty();
                            send(step, sender, message, blocks)
                        }
                        Step::Receive(which)
                        | Step::TryReceive(which)
                        | Step::ReceiveInNoTime(which)
                        | Step::TakeAll(which)
                        | Step::SelectReceive(which) => {
                            let receiver = choose(&self.receivers, which)?;
                            let blocks = receiver.is_empty() && !self.senders.is_empty();
                            receive(step, receiver, blocks)
                        }
                        Step::SelectEither(sender, receiver) => {
                            let sender = choose(&self.senders, sender)?;
                            let receiver = choose(&self.receivers, receiver)?;
                            Some(select(sender, receiver, message))
                        }
                        Step::CloneSender(which) => {
                            self.senders.push(choose(&self.senders, which)?.clone());
                            None
                        }
                        Step::CloneReceiver(which) => {
                            self.receivers.push(choose(&self.receivers, which)?.clone());
                            None
                        }
                        Step::DropSender(which) => {
                            choose(&self.senders, which)?;
                            self.senders.remove(which % self.senders.len());
                            None
                        }
                        Step::DropReceiver(which) => {
                            choose(&self.receivers, which)?;
                            self.receivers.remove(which % self.receivers.len());
                            None
                        }
                    }
                }

                fn state(&self) -> String {
                    let sender = self.senders.first();
                    let receiver = self.receivers.first();
                    format!(
                        "{:?} {:?}",
                        sender.map(|it| (it.len(), it.is_empty(), it.is_full(), it.capacity())),
                        receiver.map(|it| (it.len(), it.is_empty(), it.is_full(), it.capacity())),
                    )
                }
            }

            fn send(
                step: Step,
                sender: &channel::Sender<usize>,
                message: usize,
                blocks: bool,
            ) -> Option<String> {
                Some(match step {
                    Step::Send(_) if blocks => return None,
                    Step::Send(_) => format!("{:?}", sender.send(message)),
                    Step::TrySend(_) => format!("{:?}", sender.try_send(message)),
                    Step::SendInNoTime(_) => {
                        format!("{:?}", sender.send_timeout(message, Duration::ZERO))
                    }
                    _ => {
                        let mut select = channel::Select::new();
                        select.send(sender);
                        let selected = select.try_select();
                        format!("{:?}", selected.map(|it| it.send(sender, message)))
                    }
                })
            }

            fn receive(
                step: Step,
                receiver: &channel::Receiver<usize>,
                blocks: bool,
            ) -> Option<String> {
                Some(match step {
                    Step::Receive(_) if blocks => return None,
                    Step::Receive(_) => format!("{:?}", receiver.recv()),
                    Step::TryReceive(_) => format!("{:?}", receiver.try_recv()),
                    Step::ReceiveInNoTime(_) => {
                        format!("{:?}", receiver.recv_timeout(Duration::ZERO))
                    }
                    Step::TakeAll(_) => {
                        format!("{:?}", receiver.try_iter().collect::<Vec<_>>())
                    }
                    _ => {
                        let mut select = channel::Select::new();
                        select.recv(receiver);
                        let selected = select.try_select();
                        format!("{:?}", selected.map(|it| it.recv(receiver)))
                    }
                })
            }

            fn select(
                sender: &channel::Sender<usize>,
                receiver: &channel::Receiver<usize>,
                message: usize,
            ) -> String {
                channel::select_biased! {
                    recv(receiver) -> received => format!("received {received:?}"),
                    send(sender, message) -> sent => format!("sent {sent:?}"),
                    default => "neither".to_owned(),
                }
            }
        }
    };
}

player!(real, crossbeam_channel);
player!(twin, racegate::channel);

/// Plays random scripts on both.
fn compare(scripts: usize, seed: u64) {
    let mut random = Random(seed);
    for capacity in [None, Some(0), Some(1), Some(2), Some(3)] {
        for _ in 0..scripts {
            let script = random.script();
            let (real, twin) = (real::play(capacity, &script), twin::play(capacity, &script));
            assert_eq!(real, twin, "capacity {capacity:?}, {script:?}");
        }
    }
}

#[test]
fn one_thread_cannot_tell_the_twins_from_crossbeam() {
    compare(400, 1);
}

#[test]
fn one_thread_cannot_tell_the_recorded_twins_from_crossbeam() {
    let report = racegate::check(|| compare(40, 2));
    assert!(report.findings().is_empty(), "{report}");
}
