//! Every captured stack against what the system's unwinder says at that point, and the
//! incremental walk against the plain one.

mod checker;
mod made;
mod real;
mod shapes;
