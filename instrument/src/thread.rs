//! std's threads, instrumented.
