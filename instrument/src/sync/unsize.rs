//! The coercion that stable Rust keeps for std's own pointers.

/// Makes an [`Arc`](crate::sync::Arc) of a concrete type one of a trait object or a
/// slice. With std's own `Arc` the same happens by itself.
///
/// ```
/// use racegate::sync::{Arc, unsize};
///
/// let numbers = Arc::new([1, 2, 3]);
/// let slice: Arc<[i32]> = unsize!(Arc::clone(&numbers) => [i32]);
/// let shown = unsize!(numbers => dyn std::fmt::Debug + Send + Sync);
/// assert_eq!(format!("{shown:?} {}", slice.len()), "[1, 2, 3] 3");
/// ```
#[cfg(feature = "enabled")]
#[macro_export]
macro_rules! unsize {
    ($arc:expr => $to:ty) => {
        $crate::sync::Arc::__unsize($arc, |real| -> ::std::sync::Arc<$to> { real })
    };
}

/// Makes an [`Arc`](crate::sync::Arc) of a concrete type one of a trait object or a
/// slice. With std's own `Arc` the same happens by itself.
///
/// ```
/// use racegate::sync::{Arc, unsize};
///
/// let numbers = Arc::new([1, 2, 3]);
/// let slice: Arc<[i32]> = unsize!(numbers => [i32]);
/// assert_eq!(slice.len(), 3);
/// ```
#[cfg(not(feature = "enabled"))]
#[macro_export]
macro_rules! unsize {
    ($arc:expr => $to:ty) => {{
        let unsized_arc: ::std::sync::Arc<$to> = $arc;
        unsized_arc
    }};
}

pub use unsize;
