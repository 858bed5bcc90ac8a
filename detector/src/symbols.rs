//! From return addresses to functions and lines, after the fact.
