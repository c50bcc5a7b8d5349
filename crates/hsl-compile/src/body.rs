//! The code of one function: where its variables live, and the tools that every construct uses.
//!
//! Registers: `$this`, parameters, the rest list and captures, as the machine demands; then the
//! other variables, each in one register for the whole function; above them temporaries, taken and
//! given back in order.
//!
//! *Invariants.* A temporary holds its value until it is given back. A register of a variable is
//! only a direct target of an instruction that has read all of its operands.

use hsl_analysis::hir::{self, ExprId, ExprKind, FunctionKind, Loc, Storage, VarId};
use hsl_vm::Frozen;
use hsl_vm::code::{self, FunctionBuilder, Label, Op, Reg, Signature};

use crate::link::Link;

/// Where a variable lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Home {
    /// In a register.
    Register(Reg),
    /// In the cell that a register holds.
    Cell(Reg),
    /// In a global of the program.
    Global(u32),
}

/// What `break`, `continue` and `return` leave.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Scope {
    /// A loop or `switch`; the latter has no `continue`.
    Jump { on_break: Label, on_continue: Option<Label> },
    /// A `barrier`, with the variable that is stored when it is left.
    Barrier(Option<VarId>),
}

/// A function that is being compiled.
pub(crate) struct Body<'a, 'p> {
    pub(crate) link: &'a mut Link<'p>,
    pub(crate) hir: &'p hir::Function,
    pub(crate) code: FunctionBuilder,
    pub(crate) homes: Vec<Home>,
    pub(crate) scopes: Vec<Scope>,
    /// Compare and jump apart: the combined instructions reach 32 767 instructions only.
    pub(crate) far: bool,
}

impl<'a, 'p> Body<'a, 'p> {
    /// Compiles a function.
    pub(crate) fn compile(
        link: &'a mut Link<'p>,
        id: hir::FunctionId,
        far: bool,
    ) -> Result<code::Function, code::BuildError> {
        let function = link.program.function(id);
        let file = link.file(function.at.file);
        let builder = FunctionBuilder::new(function.name.clone(), file, function.at.span);
        let mut body =
            Body { link, hir: function, code: builder, homes: Vec::new(), scopes: Vec::new(), far };
        body.signature();
        body.place_variables();
        body.block(&function.body);
        // Labels may be bound behind the last statement, even behind a `return`.
        body.emit(Op::ReturnNone);
        body.code.finish()
    }

    fn signature(&mut self) {
        let function = self.hir;
        if matches!(function.kind, FunctionKind::Method | FunctionKind::Constructor) {
            self.code.set_method();
        }
        if function.generator {
            self.code.set_generator();
        }
        if let Some(class) = function.class {
            self.code.set_class(class.0);
        }
        let defaults = function.params.iter().filter_map(|param| param.default);
        let defaults = defaults.map(|default| self.link.constant_of(default)).collect();
        self.code.set_signature(Signature {
            params: u16::try_from(function.params.len()).unwrap_or(u16::MAX),
            required: u16::try_from(function.min_args()).unwrap_or(u16::MAX),
            defaults,
            rest: function.rest.is_some(),
        });
        let captures = u16::try_from(function.captures.len()).unwrap_or(u16::MAX);
        self.code.set_captures(captures);
    }

    /// Gives every variable its place; cells are made at entry.
    fn place_variables(&mut self) {
        let function = self.hir;
        let mut fixed: Vec<Option<Reg>> = vec![None; function.variables.len()];
        let mut next = 0u16;
        let mut take = |id: VarId| {
            fixed[id.index()] = Some(Reg(next));
            next = next.saturating_add(1);
        };
        if matches!(function.kind, FunctionKind::Method | FunctionKind::Constructor) {
            take(VarId(0));
        }
        function.params.iter().for_each(|param| take(param.variable));
        function.rest.into_iter().for_each(&mut take);
        function.captures.iter().for_each(|capture| take(capture.inner));
        for (at, variable) in function.variables.iter().enumerate() {
            let home = self.home_of(variable, fixed[at]);
            self.homes.push(home);
            let storage = match home {
                Home::Register(reg) => code::Storage::Register(reg),
                Home::Cell(reg) => code::Storage::Cell(reg),
                Home::Global(_) => continue,
            };
            self.code.local(variable.name.clone(), storage);
        }
    }

    fn home_of(&mut self, variable: &hir::Variable, fixed: Option<Reg>) -> Home {
        if let Storage::Global(global) = variable.storage
            && let Some(global) = self.link.global(global)
        {
            return Home::Global(global);
        }
        let reg = fixed.unwrap_or_else(|| self.code.register());
        match variable.storage {
            // An instance is shared anyway: `$this` is captured as a value.
            Storage::Captured if &*variable.name == "$this" => Home::Register(reg),
            Storage::Captured => Home::Cell(reg),
            Storage::Shared | Storage::Switched(_) => {
                self.emit(Op::MakeCell { d: reg });
                Home::Cell(reg)
            }
            Storage::Local | Storage::Global(_) => Home::Register(reg),
        }
    }

    pub(crate) fn expr(&self, id: ExprId) -> &'p hir::Expr {
        self.link.program.expr(id)
    }

    pub(crate) fn kind(&self, id: ExprId) -> &'p ExprKind {
        &self.link.program.expr(id).kind
    }

    pub(crate) fn home(&self, id: VarId) -> Home {
        self.homes[id.index()]
    }

    pub(crate) fn emit(&mut self, op: Op) {
        self.code.emit(op);
    }

    pub(crate) fn bind(&mut self, label: Label) {
        self.code.bind(label);
    }

    /// Sets the source of the instructions that follow.
    pub(crate) fn at(&mut self, at: Loc) {
        let file = self.link.file(at.file);
        self.code.at(file, at.span);
    }

    /// Begins a statement.
    pub(crate) fn statement(&mut self, at: Loc) {
        let file = self.link.file(at.file);
        self.code.statement(file, at.span);
    }

    /// A temporary.
    pub(crate) fn temp(&mut self) -> Reg {
        self.code.register()
    }

    /// Runs `f` and gives back the temporaries it took.
    pub(crate) fn scratch<T>(&mut self, f: impl FnOnce(&mut Self) -> T) -> T {
        let mark = self.code.mark();
        let result = f(self);
        self.code.release_to(mark);
        result
    }

    /// Whether a register belongs to a variable.
    pub(crate) fn is_variable(&self, reg: Reg) -> bool {
        self.homes.contains(&Home::Register(reg))
    }

    pub(crate) fn constant(&mut self, value: Frozen) -> u32 {
        self.link.builder.constant(value)
    }

    /// Puts a constant into a register by the shortest instruction.
    pub(crate) fn load_constant(&mut self, value: Frozen, d: Reg) {
        let op = match value {
            Frozen::None => Op::None { d },
            Frozen::Boolean(value) => Op::Bool { d, value },
            Frozen::Number(n) if is_int(n) => Op::Int { d, value: n as i32 },
            value => Op::Const { d, k: self.constant(value) },
        };
        self.emit(op);
    }

    /// A site of a member name; reports when there are too many.
    pub(crate) fn site(&mut self, name: &str, at: Loc) -> u16 {
        let site = self.link.builder.site(name);
        site.unwrap_or_else(|| self.too_many("members", at))
    }

    /// A path of this function; reports when there are too many.
    pub(crate) fn path(&mut self, path: code::Path, at: Loc) -> u16 {
        let path = self.code.path(path);
        path.unwrap_or_else(|| self.too_many("assignments to elements", at))
    }

    /// Reports a limit of the machine; the program is refused.
    pub(crate) fn too_many(&mut self, what: &str, at: Loc) -> u16 {
        self.link.limit(at, format!("the program has too many {what}"));
        0
    }
}

/// Whether a number is written exactly by an integer, `-0` not.
fn is_int(n: f64) -> bool {
    n == f64::from(n as i32) && (n != 0.0 || n.is_sign_positive())
}
