//! From streams to one order: by program order, by every object's own sequence,
//! by fork and join, and (where it can be known) by every cell's version.
