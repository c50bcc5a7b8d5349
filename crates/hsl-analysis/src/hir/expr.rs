//! Expressions.

use std::sync::Arc;

use hsl_decl as decl;
use hsl_syntax::{BinaryOp, UnaryOp};

use super::{ClassId, ExprId, FunctionId, GlobalId, Loc, VarId};

/// An expression.
#[derive(Clone, Debug)]
pub struct Expr {
    /// Where it stands.
    pub at: Loc,
    /// What it computes.
    pub kind: ExprKind,
}

/// An expression that is a variable, element or property: the root is a variable, a static
/// variable or any value, the steps are `[index]`, `[]`, `->name` and, last, a slice.
pub type Place = ExprId;

/// What an expression computes.
#[derive(Clone, Debug)]
pub enum ExprKind {
    /// Stands where the text is broken; a diagnostic says how.
    Error,
    /// `none`
    None,
    /// `true`, `false`
    Boolean(bool),
    /// A number.
    Number(f64),
    /// A string without interpolation.
    String(Arc<[u8]>),
    /// A string with interpolation.
    Interpolated(Vec<Part>),
    /// A regular expression.
    Regex {
        /// Text between the slashes.
        pattern: Arc<[u8]>,
        /// Modifiers.
        flags: Arc<str>,
    },
    /// A variable of this function.
    Variable(VarId),
    /// A variable of a class or of another module.
    Global(GlobalId),
    /// A function used as a value.
    Function(FunctionId),
    /// A class used as a value.
    Class(ClassId),
    /// A library function used as a value.
    Builtin(&'static decl::Function),
    /// A library class used as a value.
    BuiltinClass(&'static decl::Class),
    /// A static function of a library class used as a value.
    BuiltinStatic(&'static decl::Class, &'static decl::Function),
    /// A new function, sharing its captures.
    Closure(FunctionId),
    /// An array literal.
    Array(Vec<Element>),
    /// An operator with one operand.
    Unary {
        /// Which.
        op: UnaryOp,
        /// On what.
        operand: ExprId,
    },
    /// An operator with two operands. Chains are nested to the left and may be long.
    Binary {
        /// Which.
        op: BinaryOp,
        /// Left operand.
        left: ExprId,
        /// Right operand.
        right: ExprId,
    },
    /// `c ? a : b`, `a ?: b`
    Ternary {
        /// Condition, and the result of the short form.
        condition: ExprId,
        /// Result when true; absent in the short form.
        consequence: Option<ExprId>,
        /// Result when false.
        alternative: ExprId,
    },
    /// `place = value`
    Assign {
        /// Where to.
        place: Place,
        /// What.
        value: ExprId,
    },
    /// `place op= value`
    AssignOp {
        /// The operator before the `=`.
        op: BinaryOp,
        /// Where to.
        place: Place,
        /// Right operand.
        value: ExprId,
    },
    /// `++`, `--`
    Update {
        /// Whether one is added, not taken away.
        increment: bool,
        /// Whether the result is the new value.
        prefix: bool,
        /// What.
        place: Place,
    },
    /// `[a, b] = value`
    Destructure {
        /// Targets.
        pattern: Pattern,
        /// What is taken apart.
        value: ExprId,
    },
    /// A call.
    Call {
        /// What is called.
        callee: Callee,
        /// Arguments.
        args: Vec<Arg>,
    },
    /// `object[index]`
    Index {
        /// Of what.
        object: ExprId,
        /// Key.
        index: ExprId,
    },
    /// `object[]`, only as a target
    Append {
        /// Of what.
        object: ExprId,
    },
    /// `object[first:last:step]`
    Slice {
        /// Of what.
        object: ExprId,
        /// First position.
        first: Option<ExprId>,
        /// Position after the last.
        last: Option<ExprId>,
        /// Step.
        step: Option<ExprId>,
    },
    /// `object->name`
    Member {
        /// Of what.
        object: ExprId,
        /// Name.
        name: Arc<str>,
    },
    /// `isset(place)`
    Isset(Place),
    /// `unset(place)`
    Unset(Place),
    /// `match`
    Match {
        /// What is compared.
        subject: ExprId,
        /// Arms in order.
        arms: Vec<MatchArm>,
    },
    /// `yield`
    Yield(Option<ExprId>),
    /// `cache [options] f(args)`
    Cache {
        /// Options array.
        options: ExprId,
        /// Name of the bucket: the function as written.
        name: Arc<str>,
        /// What is called.
        callee: Callee,
        /// Arguments.
        args: Vec<Arg>,
    },
}

/// A piece of an interpolated string.
#[derive(Clone, Debug)]
pub enum Part {
    /// Bytes.
    Text(Arc<[u8]>),
    /// A variable's text.
    Value(ExprId),
}

/// An element of an array literal.
#[derive(Clone, Copy, Debug)]
pub enum Element {
    /// `value`
    Item(ExprId),
    /// `key => value`
    Pair(ExprId, ExprId),
    /// `...value`
    Spread(ExprId),
}

/// What a call calls.
#[derive(Clone, Debug)]
pub enum Callee {
    /// A function or static function of a script.
    Function(FunctionId),
    /// A class of a script: makes an instance.
    Class(ClassId),
    /// A library function.
    Builtin(&'static decl::Function),
    /// A library class: makes an instance.
    BuiltinClass(&'static decl::Class),
    /// A static function of a library class.
    BuiltinStatic(&'static decl::Class, &'static decl::Function),
    /// `object->name(…)`
    Method {
        /// On what.
        object: ExprId,
        /// Name.
        name: Arc<str>,
    },
    /// Any value.
    Value(ExprId),
}

/// An argument.
#[derive(Clone, Copy, Debug)]
pub struct Arg {
    /// The value.
    pub value: ExprId,
    /// Whether it supplies any number of arguments.
    pub spread: bool,
}

/// An arm of a `match`.
#[derive(Clone, Debug)]
pub struct MatchArm {
    /// What the subject is compared with; empty for `default`.
    pub patterns: Vec<ExprId>,
    /// Result.
    pub value: ExprId,
}

/// Targets of a destructuring assignment.
#[derive(Clone, Debug)]
pub struct Pattern {
    /// Targets in order, all keyed or none.
    pub elements: Vec<PatternElement>,
    /// Target of the remaining values.
    pub rest: Option<Place>,
}

/// A target of a destructuring assignment.
#[derive(Clone, Copy, Debug)]
pub struct PatternElement {
    /// Key, for keyed patterns.
    pub key: Option<ExprId>,
    /// Where the value goes.
    pub target: Place,
    /// Value when it is missing.
    pub default: Option<ExprId>,
}

impl ExprKind {
    /// Whether it is there for what it assigns, not for its value.
    pub fn is_assignment(&self) -> bool {
        matches!(self, Self::Assign { .. } | Self::AssignOp { .. } | Self::Destructure { .. })
    }
}
