//! A channel for one message, whose receiver may wait for it by a waker and then go.
//!
//! Whoever goes last frees the channel, and one word says who that is. A published crate
//! (RUSTSEC-2026-0005) let a receiver that had left a waker say first that it was gone,
//! and drop the waker then, while the sender already freed the channel. The mend is to
//! take the waker back before. And a receiver that finds the sender at its waker has to
//! wait until that is done: the crate's next versions took their own mark for the sender's
//! (its issue 87). This is a protocol of our own of that kind.

use loom::cell::UnsafeCell;
use loom::sync::Arc;
use loom::sync::atomic::{AtomicUsize, Ordering};
use loom::thread;

use crate::structure::{Build, Race, Structure, Verdict};

/// There is neither a message nor a waker.
const IDLE: usize = 0;
/// The receiver has left a waker.
const WAITING: usize = 1;
/// The sender is taking the waker.
const WAKING: usize = 2;
/// There is a message, and the sender is gone.
const SENT: usize = 3;
/// The receiver is gone.
const GONE: usize = 4;

const RACE: [&str; 2] = ["drops the waker", "frees the waker"];

pub(crate) const STRUCTURE: Structure = Structure {
    name: "a receiver that waits and then goes",
    file: file!(),
    source: include_str!("receiver.rs"),
    builds: &[
        Build {
            name: "correct, sent when the receiver is gone",
            program: || sent_when_gone(CORRECT),
            verdict: Verdict::Clean,
        },
        Build {
            name: "correct, gone while the waker is taken",
            program: || gone_while_woken(CORRECT),
            verdict: Verdict::Clean,
        },
        Build {
            name: "correct, sent at any time",
            program: || sent_at_any_time(CORRECT),
            verdict: Verdict::Clean,
        },
        Build {
            name: "a receiver that is gone before it drops its waker",
            program: || {
                sent_when_gone(Protocol {
                    takes_the_waker_back: false,
                    ..CORRECT
                });
            },
            verdict: Verdict::Race(Race {
                accesses: RACE,
                too_weak: None,
            }),
        },
        Build {
            name: "a receiver that does not wait until its waker is taken",
            program: || {
                gone_while_woken(Protocol {
                    waits_for_the_sender: false,
                    ..CORRECT
                });
            },
            verdict: Verdict::Race(Race {
                accesses: ["takes the waker", "frees the waker"],
                too_weak: None,
            }),
        },
        Build {
            name: "a receiver that goes without a release",
            program: || {
                sent_when_gone(Protocol {
                    go: Ordering::Acquire,
                    ..CORRECT
                });
            },
            verdict: Verdict::race(RACE, "says that it is gone"),
        },
        Build {
            name: "a sender that does not acquire",
            program: || {
                sent_when_gone(Protocol {
                    find: Ordering::Relaxed,
                    ..CORRECT
                });
            },
            verdict: Verdict::race(RACE, "finds that it is gone"),
        },
    ],
};

#[derive(Clone, Copy)]
struct Protocol {
    /// The receiver takes its waker back before it says that it is gone.
    takes_the_waker_back: bool,
    /// The receiver waits until the sender has taken the waker.
    waits_for_the_sender: bool,
    /// Of the exchange by which the receiver says that it is gone.
    go: Ordering,
    /// Of the sender's load of the word.
    find: Ordering,
}

const CORRECT: Protocol = Protocol {
    takes_the_waker_back: true,
    waits_for_the_sender: true,
    go: Ordering::AcqRel,
    find: Ordering::Acquire,
};

/// What both ends share. Freeing it is writing to its cells, so that no build touches
/// freed memory.
struct Channel {
    word: AtomicUsize,
    waker: UnsafeCell<Option<u32>>,
    message: UnsafeCell<Option<u32>>,
    protocol: Protocol,
}

impl Channel {
    fn new(protocol: Protocol) -> Self {
        Self {
            word: AtomicUsize::new(IDLE),
            waker: UnsafeCell::new(None),
            message: UnsafeCell::new(None),
            protocol,
        }
    }

    /// The receiver, which nobody has asked yet, leaves a waker. Tells whether it waits.
    fn poll(&self) -> bool {
        // SAFETY: the sender touches it once the word says that it is there.
        self.waker.with_mut(|waker| unsafe { *waker = Some(1) }); // leaves a waker
        // ORDERING: releases the waker. A failure says that the message is there; whoever
        // goes acquires it.
        let waits = self
            .word
            .compare_exchange(IDLE, WAITING, Ordering::Release, Ordering::Relaxed);
        waits.is_ok()
    }

    /// The receiver goes.
    fn go(&self) {
        // ORDERING: relaxed; the waker was left by this thread, and the exchange below
        // releases that it is dropped.
        let took_back = self.protocol.takes_the_waker_back
            && self
                .word
                .compare_exchange(WAITING, IDLE, Ordering::Relaxed, Ordering::Relaxed)
                .is_ok();
        if took_back {
            self.drop_the_waker();
        }
        // ORDERING: releases what was done with the waker to the sender, if that has to
        // free the channel, and acquires what that did, if this has to.
        let word = self.word.swap(GONE, self.protocol.go); // says that it is gone
        match word {
            IDLE => (),
            WAITING => self.drop_the_waker(),
            WAKING => {
                // ORDERING: acquires what the sender did with the waker.
                while self.protocol.waits_for_the_sender
                    && self.word.load(Ordering::Acquire) != SENT
                {
                    thread::yield_now();
                }
                self.free();
            }
            SENT => self.free(),
            word => unreachable!("the receiver goes once, and the word was {word}"),
        }
    }

    fn drop_the_waker(&self) {
        // SAFETY: the sender does not take it, which the builds put to the test.
        self.waker.with_mut(|waker| unsafe { *waker = None }); // drops the waker
    }

    /// The sender sends, and does this before it takes a waker.
    fn send(&self, message: u32, before_waking: impl FnOnce()) {
        // SAFETY: the receiver touches it once the word says that it is there.
        self.message.with_mut(|it| unsafe { *it = Some(message) }); // writes the message
        // ORDERING: acquires the waker, or that it is dropped.
        let mut word = self.word.load(self.protocol.find); // finds that it is gone
        loop {
            let next = match word {
                IDLE => SENT,
                WAITING => WAKING,
                GONE => return self.free(),
                word => unreachable!("the sender sends once, and the word was {word}"),
            };
            // ORDERING: releases the message; acquires as the load above does.
            match self
                .word
                .compare_exchange(word, next, Ordering::AcqRel, Ordering::Acquire)
            {
                Ok(_) if next == SENT => return,
                Ok(_) => break,
                Err(found) => word = found,
            }
        }
        before_waking();
        // SAFETY: the receiver leaves it alone until the word says that it is taken, which
        // the builds put to the test.
        self.waker.with_mut(|waker| unsafe { *waker = None }); // takes the waker
        // ORDERING: releases the message, and that the waker is taken. Whether the receiver
        // said meanwhile that it is gone does not matter: it waits for this.
        self.word.swap(SENT, Ordering::Release);
    }

    /// Waits until the word is this, and orders nothing.
    fn await_word(&self, word: usize) {
        // ORDERING: relaxed; as it says above.
        while self.word.load(Ordering::Relaxed) != word {
            thread::yield_now();
        }
    }

    /// Whoever goes last frees what there is.
    fn free(&self) {
        // SAFETY: the other end is gone, which the builds put to the test.
        self.waker.with_mut(|waker| unsafe { *waker = None }); // frees the waker
        // SAFETY: as above.
        self.message.with_mut(|message| unsafe { *message = None }); // frees the message
    }
}

/// The receiver waits and goes, and then the sender sends.
fn sent_when_gone(protocol: Protocol) {
    let channel = Arc::new(Channel::new(protocol));
    let received = Arc::clone(&channel);
    let receiver = thread::spawn(move || {
        assert!(received.poll(), "nothing was sent yet");
        received.go();
    });
    channel.await_word(GONE);
    channel.send(2, || ());
    receiver.join().expect("it does not panic");
}

/// The receiver waits, and goes while the sender is about to take its waker.
fn gone_while_woken(protocol: Protocol) {
    let channel = Arc::new(Channel::new(protocol));
    let received = Arc::clone(&channel);
    let receiver = thread::spawn(move || {
        assert!(received.poll(), "nothing was sent yet");
        received.await_word(WAKING);
        received.go();
    });
    channel.await_word(WAITING);
    channel.send(2, || channel.await_word(GONE));
    receiver.join().expect("it does not panic");
}

/// The receiver waits and goes, while the sender sends.
fn sent_at_any_time(protocol: Protocol) {
    let channel = Arc::new(Channel::new(protocol));
    let received = Arc::clone(&channel);
    let receiver = thread::spawn(move || {
        received.poll();
        received.go();
    });
    channel.send(2, || ());
    receiver.join().expect("it does not panic");
}
