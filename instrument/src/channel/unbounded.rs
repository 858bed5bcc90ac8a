//! A channel without bound: a send is ordered before its receive.

use std::sync::Arc;

use crossbeam_channel::{RecvTimeoutError, SendTimeoutError};

use super::attempt::Attempt;
use super::ends::Site;
use super::envelope::Envelope;
use super::slots::Slots;

pub(super) struct Sender<T> {
    inner: crossbeam_channel::Sender<Envelope<T>>,
    slots: Arc<Slots>,
}

pub(super) struct Receiver<T> {
    inner: crossbeam_channel::Receiver<Envelope<T>>,
    slots: Arc<Slots>,
}

pub(super) fn channel<T>(made_at: Site) -> (Sender<T>, Receiver<T>) {
    let (sender, receiver) = crossbeam_channel::unbounded();
    let slots = Arc::new(Slots::new(made_at));
    (
        Sender {
            inner: sender,
            slots: Arc::clone(&slots),
        },
        Receiver {
            inner: receiver,
            slots,
        },
    )
}

impl<T> Sender<T> {
    pub(super) fn send(
        &self,
        message: T,
        attempt: Attempt<'_>,
        site: Site,
    ) -> Result<(), SendTimeoutError<T>> {
        let envelope = Envelope::seal(message, &self.slots, site);
        let returned = |envelope: Envelope<T>| envelope.return_to_sender(&self.slots);
        attempt
            .send(&self.inner, envelope)
            .map_err(|failed| match failed {
                SendTimeoutError::Timeout(envelope) => {
                    SendTimeoutError::Timeout(returned(envelope))
                }
                SendTimeoutError::Disconnected(envelope) => {
                    SendTimeoutError::Disconnected(returned(envelope))
                }
            })
    }

    pub(super) fn inner(&self) -> &crossbeam_channel::Sender<Envelope<T>> {
        &self.inner
    }
}

impl<T> Receiver<T> {
    pub(super) fn receive(&self, attempt: Attempt<'_>, site: Site) -> Result<T, RecvTimeoutError> {
        let envelope = attempt.receive(&self.inner)?;
        Ok(envelope.open(&self.slots, site))
    }

    pub(super) fn inner(&self) -> &crossbeam_channel::Receiver<Envelope<T>> {
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
            slots: Arc::clone(&self.slots),
        }
    }
}
