//! Functions, classes and the variables they own.

use std::sync::Arc;

use super::{Block, ClassId, ExprId, FunctionId, GlobalId, Loc, ModuleId, VarId};

/// What a function is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FunctionKind {
    /// Top-level code of a module.
    Module,
    /// `function name() {}`
    Named,
    /// `function () {}`
    Anonymous,
    /// Function of a class, called on an instance.
    Method,
    /// `static function` of a class.
    Static,
    /// `constructor`
    Constructor,
}

/// A function of any kind.
#[derive(Clone, Debug)]
pub struct Function {
    /// What the debugger and stack traces show: `fields`, `Queue::push`, `function`, a file name.
    pub name: Arc<str>,
    /// The whole definition.
    pub at: Loc,
    /// What it is.
    pub kind: FunctionKind,
    /// Whose globals it sees.
    pub module: ModuleId,
    /// The class whose private members it may use, and what `static::` means.
    pub class: Option<ClassId>,
    /// Parameters, without the rest.
    pub params: Vec<Param>,
    /// The parameter that takes the remaining arguments.
    pub rest: Option<VarId>,
    /// Variables shared with the creating function.
    pub captures: Vec<Capture>,
    /// Variables by id.
    pub variables: Vec<Variable>,
    /// Whether the body contains `yield`.
    pub generator: bool,
    /// Statements.
    pub body: Block,
}

impl Function {
    /// A variable by id.
    pub fn variable(&self, id: VarId) -> &Variable {
        &self.variables[id.index()]
    }

    /// Least number of arguments.
    pub fn min_args(&self) -> usize {
        self.params.iter().filter(|p| p.default.is_none()).count()
    }

    /// Greatest number of arguments; none when unbounded.
    pub fn max_args(&self) -> Option<usize> {
        self.rest.is_none().then_some(self.params.len())
    }
}

/// A parameter.
#[derive(Clone, Copy, Debug)]
pub struct Param {
    /// The variable it fills.
    pub variable: VarId,
    /// Constant for an omitted argument.
    pub default: Option<ExprId>,
    /// Where.
    pub at: Loc,
}

/// A variable shared by a closure and the function that creates it.
#[derive(Clone, Copy, Debug)]
pub struct Capture {
    /// The variable of the creating function.
    pub outer: VarId,
    /// The variable of the closure.
    pub inner: VarId,
}

/// Where a variable lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Storage {
    /// Only its function uses it.
    Local,
    /// Shared with closures: the function creates it.
    Shared,
    /// Shared with the creating function, which passes it.
    Captured,
    /// A variable of a module.
    Global(GlobalId),
    /// A local until a `global` statement has run, then a variable of the module.
    Switched(GlobalId),
}

/// A variable of a function.
#[derive(Clone, Debug)]
pub struct Variable {
    /// Name with `$`.
    pub name: Arc<str>,
    /// Where it lives.
    pub storage: Storage,
    /// First mention.
    pub at: Loc,
    /// Whether something creates it.
    pub created: bool,
    /// Whether scripts may not assign it.
    pub readonly: bool,
}

/// What a global is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GlobalKind {
    /// Predefined by the hook; one for all modules.
    Hook,
    /// Variable of a module.
    Module(ModuleId),
    /// Static variable of a class, with its initial value.
    Static(ClassId, Option<ExprId>),
}

/// A variable that outlives the function that assigns it.
#[derive(Clone, Debug)]
pub struct Global {
    /// Name with `$`; `Class::$name` for static variables.
    pub name: Arc<str>,
    /// What it is.
    pub kind: GlobalKind,
    /// Whether anything but the top-level code of its module uses it.
    pub shared: bool,
    /// Whether something creates it.
    pub created: bool,
    /// Whether scripts may not assign it.
    pub readonly: bool,
    /// First mention; none for variables of the hook.
    pub at: Option<Loc>,
}

/// A class of a script.
#[derive(Clone, Debug)]
pub struct Class {
    /// Name.
    pub name: Arc<str>,
    /// The whole definition.
    pub at: Loc,
    /// Module it stands in.
    pub module: ModuleId,
    /// Constructor, if any.
    pub constructor: Option<FunctionId>,
    /// Members, without the constructor, in order.
    pub members: Vec<Member>,
}

/// A member of a class.
#[derive(Clone, Debug)]
pub struct Member {
    /// Name without `$`.
    pub name: Arc<str>,
    /// The name in the text.
    pub at: Loc,
    /// Whether only the class may use it.
    pub private: bool,
    /// What it is.
    pub kind: MemberKind,
}

/// What a member is.
#[derive(Clone, Copy, Debug)]
pub enum MemberKind {
    /// Variable of each instance, with its constant initial value.
    Property {
        /// Initial value.
        initial: Option<ExprId>,
        /// Whether only functions of the same instance may write it.
        readonly: bool,
    },
    /// Variable of the class.
    StaticProperty {
        /// Where it lives.
        global: GlobalId,
        /// Whether only functions of the class may write it.
        readonly: bool,
    },
    /// Function of an instance.
    Method(FunctionId),
    /// Function of the class.
    StaticMethod(FunctionId),
}
