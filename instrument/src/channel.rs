//! Channels: `crossbeam-channel`, instrumented.
