//! Statements.

use super::{DataId, ExprId, GlobalId, Loc, ModuleId, VarId};

/// Statements in order.
pub type Block = Vec<Stmt>;

/// A statement. Includes are already in place.
#[derive(Clone, Debug)]
pub struct Stmt {
    /// Where it stands: what a debugger highlights and a breakpoint snaps to.
    pub at: Loc,
    /// What it does.
    pub kind: StmtKind,
}

/// What a statement does.
#[derive(Clone, Debug)]
pub enum StmtKind {
    /// An expression for its effects.
    Expr(ExprId),
    /// `echo`
    Echo(ExprId),
    /// Statements in braces, or those of an included file.
    Block(Block),
    /// `if`, with its `else if` arms in order.
    If {
        /// Conditions and what they guard.
        arms: Vec<(ExprId, Block)>,
        /// `else`
        otherwise: Block,
    },
    /// `while`
    While {
        /// Condition.
        condition: ExprId,
        /// Body.
        body: Block,
    },
    /// `forever`
    Forever(Block),
    /// `for`
    For {
        /// First part.
        initializer: Option<ExprId>,
        /// Second part; true when absent.
        condition: Option<ExprId>,
        /// Third part.
        update: Option<ExprId>,
        /// Body.
        body: Block,
    },
    /// `foreach`
    Foreach {
        /// What is iterated.
        iterable: ExprId,
        /// Variable of the key.
        key: Option<VarId>,
        /// Variable of the value.
        value: VarId,
        /// Body.
        body: Block,
    },
    /// `switch`
    Switch {
        /// What is compared.
        subject: ExprId,
        /// Labels and statements in order.
        items: Vec<SwitchItem>,
    },
    /// `break`
    Break,
    /// `continue`
    Continue,
    /// `return`
    Return(Option<ExprId>),
    /// `throw`
    Throw(ExprId),
    /// `try … catch`
    Try {
        /// Guarded statements.
        body: Block,
        /// Variable of the thrown value.
        variable: VarId,
        /// What runs then.
        handler: Block,
    },
    /// `global` of a variable that may already exist as a local; elsewhere binding is static.
    BindGlobal {
        /// The local name.
        variable: VarId,
        /// What it means from here on.
        global: GlobalId,
    },
    /// Runs a module, unless it already ran.
    Import(ModuleId),
    /// Binds the value of a data import.
    Data {
        /// The variable.
        variable: VarId,
        /// The value.
        data: DataId,
    },
    /// `barrier`
    Barrier {
        /// Name of the lock.
        key: ExprId,
        /// Variable bound to the stored value.
        variable: Option<VarId>,
        /// Body.
        body: Block,
    },
}

/// A label or a statement of a `switch`.
#[derive(Clone, Debug)]
pub enum SwitchItem {
    /// `case value:`
    Case(ExprId),
    /// `default:`
    Default,
    /// A statement.
    Stmt(Stmt),
}
