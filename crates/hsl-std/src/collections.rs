//! Typed collections: maps, sets and the iterators over them.

mod iterator;
mod key;
mod map;
mod set;
mod table;

pub(crate) use iterator::Iterator;
pub(crate) use map::Map;
pub(crate) use set::Set;
