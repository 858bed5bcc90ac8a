//! End-to-end tests: whole programs, from their run to the verdict.

#![forbid(unsafe_code)]

mod catalogue;
mod commands;
mod death;
mod edges;
mod exactness;
mod gate;
mod house;
mod mutants;
mod peers;
mod recorded;
mod traces;
mod verdicts;
