//! The verbs of the log without their operands, to count them by.

use racegate_eventlog::EventKind;

macro_rules! verbs {
    ($($verb:ident),*) => {
        /// What an event does, whatever it does it to.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Verb {
            $(#[doc = concat!("As the event's kind `", stringify!($verb), "`.")] $verb,)*
        }

        impl Verb {
            /// Every verb of the log.
            pub const ALL: &[Self] = &[$(Self::$verb),*];
        }
    };
}

verbs!(
    Read,
    Write,
    Forget,
    Acquire,
    Release,
    ReleaseMerge,
    Exchange,
    Load,
    Store,
    Rmw,
    Fence,
    Fork,
    Begin,
    End,
    Join,
    Request,
    BlockBegin,
    BlockEnd,
    Mark
);

impl Verb {
    /// The verb of an event.
    #[must_use]
    pub fn of(kind: EventKind) -> Self {
        match kind {
            EventKind::Read(_) => Self::Read,
            EventKind::Write(_) => Self::Write,
            EventKind::Forget(_) => Self::Forget,
            EventKind::Acquire(_) => Self::Acquire,
            EventKind::Release(_) => Self::Release,
            EventKind::ReleaseMerge(_) => Self::ReleaseMerge,
            EventKind::Exchange(_) => Self::Exchange,
            EventKind::Load(..) => Self::Load,
            EventKind::Store(..) => Self::Store,
            EventKind::Rmw(..) => Self::Rmw,
            EventKind::Fence(_) => Self::Fence,
            EventKind::Fork(_) => Self::Fork,
            EventKind::Begin => Self::Begin,
            EventKind::End => Self::End,
            EventKind::Join(_) => Self::Join,
            EventKind::Request(..) => Self::Request,
            EventKind::BlockBegin(_) => Self::BlockBegin,
            EventKind::BlockEnd(_) => Self::BlockEnd,
            EventKind::Mark(_) => Self::Mark,
        }
    }
}
