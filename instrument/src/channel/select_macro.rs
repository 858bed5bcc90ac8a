//! The macros [`select!`](super::select) and [`select_biased!`](super::select_biased).
//!
//! A first pass reads the cases one by one and gives each two names of its own,
//! which each expansion makes anew; a second one writes down the selection.

use super::{Receiver, RecvError, SelectedOperation, SendError, Sender};

/// Waits until one of several operations can go ahead, and completes it; crossbeam's
/// `select!`, recorded. Of several that can, a random one is selected.
///
/// A case is `recv(receiver) -> pattern => body` or `send(sender, message) ->
/// pattern => body`; the message is made only if the case is selected. `default =>
/// body` is for when no operation can go ahead now, `default(timeout) => body` for
/// when none can in time.
///
/// ```
/// use racegate::channel::{bounded, select, unbounded};
///
/// let (jobs, queue) = bounded(1);
/// let (_stop, stopped) = unbounded::<()>();
/// let told = select! {
///     recv(stopped) -> _ => "stopped",
///     send(jobs, "first") -> sent => {
///         sent.expect("the receiver is there");
///         "sent"
///     }
///     default => "busy",
/// };
/// assert_eq!((told, queue.recv()), ("sent", Ok("first")));
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! __channel_select {
    ($($cases:tt)*) => {
        $crate::__channel_select_cases!(new [] [] $($cases)*)
    };
}

/// As [`select!`](super::select), but of several operations that can go ahead the
/// first one is selected.
///
/// ```
/// use racegate::channel::{select_biased, unbounded};
///
/// let (sender, receiver) = unbounded();
/// sender.send(1).expect("the receiver is there");
/// let message = select_biased! {
///     recv(receiver) -> message => message,
///     send(sender, 2) -> _ => unreachable!(),
/// };
/// assert_eq!(message, Ok(1));
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! __channel_select_biased {
    ($($cases:tt)*) => {
        $crate::__channel_select_cases!(new_biased [] [] $($cases)*)
    };
}

/// Reads the cases up to their bodies: the constructor, the operations read so far,
/// the default read so far, and the rest.
#[doc(hidden)]
#[macro_export]
macro_rules! __channel_select_cases {
    ($new:ident [] []) => {
        ::core::compile_error!("`select!` needs at least one case")
    };
    ($new:ident $operations:tt $default:tt) => {
        $crate::__channel_select_run!($new $operations $default)
    };
    ($new:ident $operations:tt $default:tt
        recv($receiver:expr $(,)?) -> $result:pat => $($rest:tt)*
    ) => {
        $crate::__channel_select_body!({ $new $operations $default
            operation recv Receiver channel index ($receiver) () ($result) } $($rest)*)
    };
    ($new:ident $operations:tt $default:tt
        send($sender:expr, $message:expr $(,)?) -> $result:pat => $($rest:tt)*
    ) => {
        $crate::__channel_select_body!({ $new $operations $default
            operation send Sender channel index ($sender) ($message) ($result) } $($rest)*)
    };
    ($new:ident $operations:tt [] default $(())? => $($rest:tt)*) => {
        $crate::__channel_select_body!({ $new $operations []
            default try_select () } $($rest)*)
    };
    ($new:ident $operations:tt [] default($timeout:expr $(,)?) => $($rest:tt)*) => {
        $crate::__channel_select_body!({ $new $operations []
            default select_timeout ($timeout) } $($rest)*)
    };
    ($new:ident $operations:tt [$($default:tt)+] default $($rest:tt)*) => {
        ::core::compile_error!("`select!` has one `default` case at most")
    };
    ($new:ident $operations:tt $default:tt $($rest:tt)*) => {
        ::core::compile_error!(::core::concat!(
            "expected `recv(receiver) -> pattern => body`, \
             `send(sender, message) -> pattern => body`, `default => body` or \
             `default(timeout) => body`, found `",
            ::core::stringify!($($rest)*),
            "`",
        ))
    };
}

/// Reads a body: an expression up to a comma or the end, or a block, which needs no
/// comma.
#[doc(hidden)]
#[macro_export]
macro_rules! __channel_select_body {
    // First, since a block that were read as an expression would be told that it
    // does not need its braces.
    ($case:tt $body:block $(, $($rest:tt)*)?) => {
        $crate::__channel_select_add!($case ($body) $($($rest)*)?)
    };
    ($case:tt $body:expr $(, $($rest:tt)*)?) => {
        $crate::__channel_select_add!($case ($body) $($($rest)*)?)
    };
    ($case:tt $body:block $($rest:tt)*) => {
        $crate::__channel_select_add!($case ($body) $($rest)*)
    };
}

/// Adds a case to those that were read.
#[doc(hidden)]
#[macro_export]
macro_rules! __channel_select_add {
    ({ $new:ident [$($operations:tt)*] $default:tt operation $($head:tt)* }
        $body:tt $($rest:tt)*
    ) => {
        $crate::__channel_select_cases!(
            $new [$($operations)* { $($head)* $body }] $default $($rest)*)
    };
    ({ $new:ident $operations:tt [] default $($head:tt)* } $body:tt $($rest:tt)*) => {
        $crate::__channel_select_cases!($new $operations [$($head)* $body] $($rest)*)
    };
}

/// Writes down the selection. The channels are evaluated first, in the order of the
/// cases, and what they borrow is free again in the bodies.
#[doc(hidden)]
#[macro_export]
macro_rules! __channel_select_run {
    ($new:ident [$({
        $operation:ident $side:ident $channel:ident $index:ident
        ($expression:expr) ($($message:expr)?) ($result:pat) ($body:expr)
    })*] $default:tt) => {
        match ($(&$expression,)*) {
            ($($channel,)*) => {
                $(let $channel: &$crate::channel::$side<_> = $channel;)*
                let mut select = $crate::channel::Select::$new();
                $(let $index = select.$operation($channel);)*
                let selection = $crate::__channel_selection!(select $default);
                ::core::mem::drop(select);
                $(
                    if selection.is($index) {
                        let result = selection.$operation($channel $(, $message)?);
                        let $result = result;
                        $body
                    } else
                )* {
                    ::core::mem::drop(selection);
                    $crate::__channel_select_default!($default)
                }
            }
        }
    };
}

/// Selects, with a default or without.
#[doc(hidden)]
#[macro_export]
macro_rules! __channel_selection {
    ($select:ident []) => {
        $crate::channel::__Selection::of(::core::option::Option::Some($select.select()))
    };
    ($select:ident [$try:ident ($($timeout:expr)?) $default:tt]) => {
        $crate::channel::__Selection::of($select.$try($($timeout)?).ok())
    };
}

/// The body of the default.
#[doc(hidden)]
#[macro_export]
macro_rules! __channel_select_default {
    ([]) => {
        ::core::unreachable!("an operation was selected that is not in the list")
    };
    ([$try:ident $timeout:tt ($default:expr)]) => {
        $default
    };
}

/// An operation that was selected, or none: moved out of whole when it is completed,
/// so that no borrow of its channel is left for the body.
#[derive(Debug)]
pub struct Selection<'a> {
    selected: Option<SelectedOperation<'a>>,
}

impl<'a> Selection<'a> {
    /// What was selected.
    #[must_use]
    pub fn of(selected: Option<SelectedOperation<'a>>) -> Self {
        Self { selected }
    }

    /// Whether that is the operation of this index.
    #[must_use]
    pub fn is(&self, index: usize) -> bool {
        self.selected.as_ref().map(SelectedOperation::index) == Some(index)
    }

    /// Completes a send.
    ///
    /// # Errors
    ///
    /// As [`SelectedOperation::send`].
    #[track_caller]
    pub fn send<T>(self, sender: &Sender<T>, message: T) -> Result<(), SendError<T>> {
        let selected = self.selected.expect(IS_ASKED_FIRST);
        selected.send(sender, message)
    }

    /// Completes a receive.
    ///
    /// # Errors
    ///
    /// As [`SelectedOperation::recv`].
    #[track_caller]
    pub fn recv<T>(self, receiver: &Receiver<T>) -> Result<T, RecvError> {
        let selected = self.selected.expect(IS_ASKED_FIRST);
        selected.recv(receiver)
    }
}

const IS_ASKED_FIRST: &str = "a selection is completed where it was found to be this one";
