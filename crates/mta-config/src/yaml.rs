//! YAML text to a tree in which every key and value knows its bytes.
//!
//! *Invariants.* Any byte sequence gives a tree or findings, in bounded time and memory: nesting,
//! nodes (aliases count as what they expand to) and text length are limited.
//!
//! *Not here.* What the keys mean ([`crate::schema`]); how a tree becomes typed values
//! ([`crate::setting`]).
//!
//! *Sources.* YAML 1.2.2.

mod compose;
mod emit;
mod node;
mod place;
mod recover;

pub use compose::{Limits, parse};
pub use emit::emit;
pub use node::{Entry, Kind, Node, Scalar};
pub use recover::{lines, moved, recover, recover_or_whole};
