//! A twin may be sent, shared and carried over a panic wherever std's type may.

use std::cell::Cell;
use std::panic::{RefUnwindSafe, UnwindSafe};

macro_rules! both {
    ($($bounds:path),+ => $($name:ident$(::$segment:ident)* $(<$value:ty>)?),+ $(,)?) => {{
        fn holds<T: ?Sized $(+ $bounds)+>() {}
        $(
            holds::<std::sync::$name$(::$segment)* $(<$value>)?>();
            holds::<racegate::sync::$name$(::$segment)* $(<$value>)?>();
        )+
    }};
}

#[test]
fn the_twins_of_shared_values_have_the_auto_traits_of_std() {
    both!(Send, Sync, UnwindSafe, RefUnwindSafe =>
        atomic::AtomicBool,
        atomic::AtomicU64,
        Arc<str>,
        Weak<u8>,
    );
    both!(Send, Sync, RefUnwindSafe => atomic::AtomicPtr<Cell<u8>>);
    both!(Send, Sync, UnwindSafe, RefUnwindSafe, Unpin =>
        mpsc::Sender<Cell<u8>>,
        mpsc::SyncSender<Cell<u8>>,
    );
    both!(Send, UnwindSafe, RefUnwindSafe, Unpin => mpsc::Receiver<Cell<u8>>);
    both!(Unpin => Arc<std::marker::PhantomPinned>);
}
