//! Capacity zero: a send and its receive meet, and each is ordered before the end
//! of the other.
//!
//! A sender that has met its receiver releases into a slot before it hands the
//! message over, the receiver exchanges with the slot once it has the message, and
//! the sender, whose send is not over until then, acquires. It never waits for long:
//! the receiver is past where it may block.

use std::sync::{Arc, OnceLock};

use crossbeam_channel::{RecvTimeoutError, SendError, SendTimeoutError};
use racegate_eventlog::record::SyncVerb;

use super::attempt::Attempt;
use super::ends::Site;
use super::slots::Slots;
use crate::recorder::Object;

pub(super) struct Sender<T> {
    inner: crossbeam_channel::Sender<Offer<T>>,
    slots: Arc<Slots>,
}

pub(super) struct Receiver<T> {
    inner: crossbeam_channel::Receiver<Offer<T>>,
}

/// A message, and where its sender waits.
pub(super) struct Offer<T> {
    /// There is none when nothing was recorded.
    meeting: Option<Arc<Meeting>>,
    message: T,
}

/// One send and one receive.
struct Meeting {
    slot: Arc<Object>,
    /// Set once the receiver has recorded its part.
    over: OnceLock<()>,
}

pub(super) fn channel<T>(made_at: Site) -> (Sender<T>, Receiver<T>) {
    let (sender, receiver) = crossbeam_channel::bounded(0);
    let slots = Arc::new(Slots::new(made_at));
    (
        Sender {
            inner: sender,
            slots,
        },
        Receiver { inner: receiver },
    )
}

impl<T> Sender<T> {
    pub(super) fn send(
        &self,
        message: T,
        attempt: Attempt<'_>,
        site: Site,
    ) -> Result<(), SendTimeoutError<T>> {
        let Some(selected) = attempt.select_send(&self.inner) else {
            return Err(SendTimeoutError::Timeout(message));
        };
        let meeting = self.slots.take::<T>().map(|slot| {
            slot.step(SyncVerb::Release, site);
            Arc::new(Meeting {
                slot,
                over: OnceLock::new(),
            })
        });
        let offer = Offer {
            meeting: meeting.clone(),
            message,
        };
        let sent = selected.send(&self.inner, offer);
        if let Some(meeting) = meeting {
            if sent.is_ok() {
                meeting.over.wait();
                meeting.slot.step(SyncVerb::Acquire, site);
            }
            self.slots.give_back(Arc::clone(&meeting.slot));
        }
        sent.map_err(|SendError(offer)| SendTimeoutError::Disconnected(offer.message))
    }

    pub(super) fn inner(&self) -> &crossbeam_channel::Sender<Offer<T>> {
        &self.inner
    }
}

impl<T> Receiver<T> {
    pub(super) fn receive(&self, attempt: Attempt<'_>, site: Site) -> Result<T, RecvTimeoutError> {
        let Offer { meeting, message } = attempt.receive(&self.inner)?;
        if let Some(meeting) = meeting {
            meeting.slot.step(SyncVerb::Exchange, site);
            meeting.over.get_or_init(|| ());
        }
        Ok(message)
    }

    pub(super) fn inner(&self) -> &crossbeam_channel::Receiver<Offer<T>> {
        &self.inner
    }
}

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Self {
        Self {
            inner: self.inner.clone(),
            slots: Arc::clone(&self.slots),
        }
    }
}

impl<T> Clone for Receiver<T> {
    fn clone(&self) -> Self {
        Self {
            inner: self.inner.clone(),
        }
    }
}
