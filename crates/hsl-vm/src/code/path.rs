//! Places inside variables: what the left side of an assignment names.

use super::op::Reg;

/// Where a path begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Root {
    /// A local variable or temporary in a register.
    Register(Reg),
    /// The variable in the cell that a register holds.
    Cell(Reg),
    /// A global of the program, also a static variable of a class.
    Global(u32),
}

/// One step of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PathStep {
    /// `[R[k]]`
    Key(Reg),
    /// `[constant k]` or `->constant k`: a key for arrays, a property name for objects.
    Const(u32),
    /// `[]`: a new element, in paths that are assigned or updated.
    Append,
}

/// A root and the steps from there. Keys are evaluated into registers beforehand, left to right.
///
/// A path without steps names the variable itself. When the root variable is read-only, that is
/// for the compiler to refuse or to emit [`super::op::Op::Fail`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Path {
    /// Where it begins.
    pub root: Root,
    /// Steps.
    pub steps: Box<[PathStep]>,
}
