//! The facade, used as its users use it: by models of its own, and by structures whose
//! builds differ in one ordering.

mod arc;
mod atomics;
mod hazard;
mod locals;
mod manifest;
mod michael_scott;
mod models;
mod parts;
mod receiver;
mod rwlock;
mod seqlock;
mod spsc;
mod structure;
mod treiber;
mod verdict;
