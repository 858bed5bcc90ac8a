//! The oracle is of use only while its histories are of every kind.

mod histories;
