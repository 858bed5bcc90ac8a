//! Where this thread parks: known to the very end of the thread, its
//! thread-locals' destructors included.
//!
//! **Invariant:** `PARKER` is null or holds one count of this thread's parker,
//! which the system gives back when the thread has run all other destructors.

use std::cell::Cell;
use std::ffi::c_void;
use std::mem::ManuallyDrop;
use std::ptr;
use std::sync::OnceLock;

use super::park::{Parker, Token};

thread_local! {
    // No destructor, so that it can be read while others run.
    static PARKER: Cell<*const Token> = const { Cell::new(ptr::null()) };
}

/// This thread's parker.
#[track_caller]
pub(super) fn get() -> Parker {
    let known = PARKER.get();
    if known.is_null() {
        let fresh = Parker::default();
        set(fresh.clone());
        return fresh;
    }
    // SAFETY: `PARKER` holds a count of it, which stays there.
    let parker = ManuallyDrop::new(unsafe { Parker::from_raw(known) });
    Parker::clone(&parker)
}

/// From here on this thread parks there.
pub(super) fn set(parker: Parker) {
    release();
    PARKER.set(parker.into_raw());
    watch_for_exit();
}

fn release() {
    let known = PARKER.replace(ptr::null());
    if !known.is_null() {
        // SAFETY: the count was in `PARKER` and is taken out of it once, here.
        drop(unsafe { Parker::from_raw(known) });
    }
}

fn watch_for_exit() {
    static KEY: OnceLock<libc::pthread_key_t> = OnceLock::new();
    let key = KEY.get_or_init(|| {
        let mut key = 0;
        // SAFETY: `key` is valid for the write.
        let status = unsafe { libc::pthread_key_create(&raw mut key, Some(thread_exits)) };
        assert_eq!(status, 0, "a process has keys for its threads");
        key
    });
    // SAFETY: the key was created above; any non-null value asks for the call.
    unsafe { libc::pthread_setspecific(*key, ptr::without_provenance(1)) };
}

extern "C" fn thread_exits(_: *mut c_void) {
    release();
}
