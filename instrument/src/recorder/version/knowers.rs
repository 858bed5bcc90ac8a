//! Who knows a version: two threads of one log, in one word.
//!
//! **Invariant:** whoever is [included](Knowers::include) made the version or told it. Who
//! does not fit into the word is never included, and so tells every version.

use racegate_eventlog::ThreadId;

/// How many bits a thread has. There are two of them, and the rest is the log's.
const THREAD_BITS: u32 = 22;
/// The bits of the second thread.
const SECOND: u64 = (1 << THREAD_BITS) - 1;
/// The bits of the first thread.
const FIRST: u64 = SECOND << THREAD_BITS;
/// Where the log's number starts.
const LOG_SHIFT: u32 = 2 * THREAD_BITS;
/// A log's number below this fits; with it no word could be told from a stranger.
const LOGS: u32 = (1 << (u64::BITS - LOG_SHIFT)) - 1;

/// Two threads of one log, or one of them twice. Logs are counted from one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Knowers(pub(super) u64);

impl Knowers {
    /// Nobody: what stands at a location until somebody writes it or is known.
    pub(super) const NOBODY: Self = Self(0);
    /// What stands at a version that a stranger made, and nobody else knows. It is not
    /// `NOBODY`, so that who finds that twice knows that nothing was written in between.
    const STRANGERS: Self = Self((LOGS as u64) << LOG_SHIFT);
    /// A thread whose number, or whose log's, does not fit. It stands at no version.
    const STRANGER: Self = Self(u64::MAX);

    /// This thread alone.
    pub(super) fn only(log: u32, thread: ThreadId) -> Self {
        let number = u64::from(thread.number());
        if number > SECOND || log >= LOGS {
            return Self::STRANGER;
        }
        Self(u64::from(log) << LOG_SHIFT | number << THREAD_BITS | number)
    }

    /// Whether this thread alone is among them.
    #[inline]
    pub(super) fn include(self, thread: Self) -> bool {
        let apart = self.0 ^ thread.0;
        // Most often nobody else is, and one comparison says so.
        apart == 0 || apart >> LOG_SHIFT == 0 && (apart & FIRST == 0 || apart & SECOND == 0)
    }

    /// The first of them, who is most often the one that wrote, and this thread. Of another
    /// log they are forgotten.
    #[inline]
    pub(super) fn and(self, thread: Self) -> Self {
        if thread == Self::STRANGER {
            return self;
        }
        if (self.0 ^ thread.0) >> LOG_SHIFT != 0 {
            return thread;
        }
        Self(self.0 & !SECOND | thread.0 & SECOND)
    }

    /// Those who know what this thread alone has made.
    #[inline]
    pub(super) fn of_what_they_made(self) -> Self {
        if self == Self::STRANGER {
            Self::STRANGERS
        } else {
            self
        }
    }
}

#[cfg(all(test, not(racegate_loom)))]
mod tests {
    use super::*;

    fn only(log: u32, thread: u32) -> Knowers {
        Knowers::only(log, ThreadId::new(thread))
    }

    #[test]
    fn two_threads_are_known_at_most_and_only_of_one_log() {
        let both = only(3, 5).and(only(3, 6));
        for (log, thread, known) in [(3, 5, true), (3, 6, true), (3, 7, false), (4, 5, false)] {
            assert_eq!(both.include(only(log, thread)), known, "{log} {thread}");
        }
        assert!(!both.and(only(3, 7)).include(only(3, 6)));
        assert!(both.and(only(3, 7)).include(only(3, 5)));
        assert_eq!(both.and(only(4, 6)), only(4, 6));
        assert!(!Knowers::NOBODY.include(only(1, 0)));
    }

    #[test]
    fn who_does_not_fit_is_never_known() {
        let last = only(LOGS - 1, SECOND as u32);
        assert!(last.include(last) && last != Knowers::STRANGER);
        for stranger in [
            only(1, SECOND as u32 + 1),
            only(LOGS, 0),
            only(u32::MAX, u32::MAX),
        ] {
            assert_eq!(stranger.of_what_they_made(), Knowers::STRANGERS);
            assert!(Knowers::STRANGERS != Knowers::NOBODY);
            assert_eq!(Knowers::STRANGERS.and(last), last);
            for known in [last, only(1, 0), Knowers::NOBODY, Knowers::STRANGERS] {
                assert!(!known.include(stranger));
                assert_eq!(known.and(stranger), known);
            }
        }
    }
}
