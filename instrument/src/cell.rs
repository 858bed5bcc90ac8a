//! Shared cells: what races are about.
