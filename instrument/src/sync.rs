//! std's synchronisation primitives, instrumented.
