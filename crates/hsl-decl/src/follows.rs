//! Results that follow from arguments, where a type alone cannot say it.

use crate::Ty;

/// What more is known about a result than its type.
///
/// "The array" is the first parameter that takes arrays only, "the callback" the first that takes
/// functions. Unless said otherwise each parameter of the callback gets an element of the array.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Follows {
    /// Nothing.
    Nothing,
    /// Elements of the array, perhaps fewer of them or in another order.
    Elements,
    /// One element of the array, or `none`.
    Element,
    /// A list of a key of the array and the value under it, or `none`.
    Pair,
    /// The list of the keys of the array.
    Keys,
    /// What the callback gives for each element, under its key.
    Mapped,
    /// What the callback gave last; it gets the value before as its first argument.
    Folded,
    /// The groups of the pattern that is the first argument, by number and name, or nothing.
    Groups,
    /// What the first argument, a text in JSON, holds.
    Json,
    /// A position in the first argument, negative when there is none: 0 is a hit.
    Position,
    /// Whether the first argument is among the elements of the second.
    Among,
    /// Whether the first argument has this type.
    Tests(Ty),
    /// A collection. A constructor is given the names of the types that it holds, of keys first; a
    /// method gives an iterator over what its object holds.
    Holds,
    /// A value of the collection, or `none`.
    HeldValue,
    /// The next item of an iterator as `value`, and whether there is none left as `done`: of a
    /// collection with keys and values a list of both, else a key.
    HeldItem,
}
