//! Calls. Arguments stand in neighbouring registers, where the callee's window begins.

use hsl_analysis::hir::{Arg, Callee, ExprId, Loc};
use hsl_vm::Frozen;
use hsl_vm::code::{Op, Reg};

use crate::body::Body;

impl Body<'_, '_> {
    pub(crate) fn call(&mut self, callee: &Callee, args: &[Arg], at: Loc, d: Reg) {
        if travels_in_array(args) {
            return self.call_spread(callee, args, at, d);
        }
        let base = self.code.mark();
        match callee {
            Callee::Value(value) => {
                let r = self.temp();
                self.value(*value, r);
            }
            Callee::Method { object, .. } => {
                let r = self.temp();
                self.value(*object, r);
            }
            // The instance will stand here.
            Callee::Class(_) => {
                self.temp();
            }
            _ => {}
        }
        for arg in args {
            let r = self.temp();
            self.value(arg.value, r);
        }
        // A call without any register still needs a place for its window.
        let top = self.temp();
        self.code.release_to(top);
        let argc = args.len() as u8;
        self.at(at);
        let op = self.call_op(callee, base, argc, at, d);
        self.emit(op);
    }

    fn call_op(&mut self, callee: &Callee, base: Reg, argc: u8, at: Loc, d: Reg) -> Op {
        match callee {
            Callee::Function(id) => {
                let function = self.small(id.0, "functions", at);
                Op::Call { d, base, argc, function }
            }
            Callee::Class(id) => {
                let class = self.small(id.0, "classes", at);
                Op::New { d, base, argc, class }
            }
            Callee::Builtin(decl) => self.native_call(decl.name, base, argc, at, d),
            Callee::BuiltinClass(decl) => self.native_call(decl.name, base, argc, at, d),
            Callee::BuiltinStatic(class, decl) => {
                let name = format!("{}::{}", class.name, decl.name);
                self.native_call(&name, base, argc, at, d)
            }
            Callee::Method { name, .. } => {
                let site = self.site(name, at);
                Op::CallMethod { d, base, argc, site }
            }
            Callee::Value(_) => Op::CallValue { d, base, argc },
        }
    }

    /// The call of a library function with the arguments from `base` on.
    pub(crate) fn native_call(&mut self, name: &str, base: Reg, argc: u8, at: Loc, d: Reg) -> Op {
        let native = self.link.builder.native(name);
        let native = self.small(native, "library functions", at);
        Op::CallNative { d, base, argc, native }
    }

    fn small(&mut self, index: u32, what: &str, at: Loc) -> u16 {
        u16::try_from(index).unwrap_or_else(|_| self.too_many(what, at))
    }

    /// Arguments of a number that is known only at run time travel in an array.
    fn call_spread(&mut self, callee: &Callee, args: &[Arg], at: Loc, d: Reg) {
        let base = self.temp();
        match callee {
            Callee::Method { object, .. } => self.value(*object, base),
            callee => self.callee_value(callee, base),
        }
        self.argument_array(args);
        self.at(at);
        match callee {
            Callee::Method { name, .. } => {
                let site = self.site(name, at);
                self.emit(Op::CallMethodSpread { d, base, site });
            }
            _ => self.emit(Op::CallSpread { d, base }),
        }
    }

    /// Puts all arguments into an array in the next register.
    fn argument_array(&mut self, args: &[Arg]) {
        let a = self.temp();
        let capacity = u16::try_from(args.len()).unwrap_or(u16::MAX);
        self.emit(Op::Array { d: a, capacity });
        for arg in args {
            self.scratch(|this| {
                let s = this.operand(arg.value);
                this.at(this.expr(arg.value).at);
                this.emit(if arg.spread { Op::Spread { a, s } } else { Op::Push { a, v: s } });
            });
        }
    }

    /// What is called, as a value.
    fn callee_value(&mut self, callee: &Callee, d: Reg) {
        match callee {
            Callee::Function(id) => self.emit(Op::Function { d, function: id.0 }),
            Callee::Class(id) => self.emit(Op::Class { d, class: id.0 }),
            Callee::Builtin(decl) => self.native_name(decl.name, d),
            Callee::BuiltinClass(decl) => self.native_name(decl.name, d),
            Callee::BuiltinStatic(class, decl) => {
                self.native_name(&format!("{}::{}", class.name, decl.name), d);
            }
            Callee::Value(value) => self.value(*value, d),
            Callee::Method { object, name } => {
                let at = self.expr(*object).at;
                self.member(*object, name, at, d, false);
            }
        }
    }

    fn native_name(&mut self, name: &str, d: Reg) {
        let native = self.link.builder.native(name);
        self.emit(Op::Native { d, native });
    }

    pub(crate) fn cache(
        &mut self,
        options: ExprId,
        name: &str,
        callee: &Callee,
        args: &[Arg],
        at: Loc,
        d: Reg,
    ) {
        let base = self.temp();
        self.value(options, base);
        let function = self.temp();
        self.callee_value(callee, function);
        let k = self.constant(Frozen::String(name.as_bytes().into()));
        let k = self.small(k, "constants", at);
        if travels_in_array(args) {
            self.argument_array(args);
            self.at(at);
            return self.emit(Op::CacheCallSpread { d, base, k });
        }
        for arg in args {
            let r = self.temp();
            self.value(arg.value, r);
        }
        self.at(at);
        self.emit(Op::CacheCall { d, base, argc: args.len() as u8, k });
    }
}

/// Whether the number of arguments is known only at run time, or too large for an instruction.
fn travels_in_array(args: &[Arg]) -> bool {
    args.len() > usize::from(u8::MAX) || args.iter().any(|arg| arg.spread)
}
