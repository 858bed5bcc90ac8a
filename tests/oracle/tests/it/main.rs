//! The oracle is of use only while its histories are of every kind and what they show
//! can be read.

mod bent;
mod blindness;
mod histories;
mod relations;
mod small;
