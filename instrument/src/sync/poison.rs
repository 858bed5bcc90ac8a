//! Poison: what std says of its own guard is said of the twin's.

use std::sync::{LockResult, PoisonError, TryLockError, TryLockResult};

/// The result for the guard that `wrap` makes, poisoned if std's is.
#[inline]
pub(super) fn carry<Inner, Outer>(
    result: LockResult<Inner>,
    wrap: impl FnOnce(Inner) -> Outer,
) -> LockResult<Outer> {
    match result {
        Ok(inner) => Ok(wrap(inner)),
        Err(poisoned) => Err(PoisonError::new(wrap(poisoned.into_inner()))),
    }
}

/// The same of an attempt that may find the lock taken, for which no guard is made.
#[inline]
pub(super) fn carry_try<Inner, Outer>(
    result: TryLockResult<Inner>,
    wrap: impl FnOnce(Inner) -> Outer,
) -> TryLockResult<Outer> {
    match result {
        Ok(inner) => Ok(wrap(inner)),
        Err(TryLockError::Poisoned(poisoned)) => Err(TryLockError::Poisoned(PoisonError::new(
            wrap(poisoned.into_inner()),
        ))),
        Err(TryLockError::WouldBlock) => Err(TryLockError::WouldBlock),
    }
}

/// The result of an attempt as one of a lock that was not found taken; `None` if it was.
#[inline]
pub(super) fn unless_taken<Guard>(result: TryLockResult<Guard>) -> Option<LockResult<Guard>> {
    match result {
        Ok(guard) => Some(Ok(guard)),
        Err(TryLockError::Poisoned(poisoned)) => Some(Err(poisoned)),
        Err(TryLockError::WouldBlock) => None,
    }
}
