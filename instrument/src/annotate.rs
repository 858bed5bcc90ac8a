//! Words for the recorder: home-made synchronisation, and what to leave out.
