//! Rules of the house: which way dependencies point, and what no file holds.

mod habits;
mod modules;
mod packages;
mod sources;
