//! Clocks: epochs and vector clocks.
