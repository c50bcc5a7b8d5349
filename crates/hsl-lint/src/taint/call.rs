//! Calls: of the library by the roles of its functions, of the program by summaries.

use hsl_analysis::hir::{Arg, Callee, ExprId, FunctionId};
use hsl_decl::Function;

use super::expr::joined;
use super::flow::{From, Taint};
use super::learned::Fact;
use super::roles;
use super::walk::Walk;

impl Walk<'_> {
    /// What a call gives, and what it does with its arguments.
    pub(super) fn call(&mut self, id: ExprId, callee: &Callee, args: &[Arg]) -> Taint {
        let object = match callee {
            Callee::Method { object, .. } | Callee::Value(object) => self.value(*object),
            _ => Taint::default(),
        };
        let given: Vec<_> = args.iter().map(|arg| self.value(arg.value)).collect();
        let spread = args.iter().any(|arg| arg.spread);
        match callee {
            Callee::Builtin(function) | Callee::BuiltinStatic(_, function) => {
                self.library(id, function, args, &given)
            }
            Callee::BuiltinClass(class) => {
                class.constructor.iter().for_each(|made| self.sinks(made, args, &given));
                Taint::default()
            }
            Callee::Method { name, .. } => self.method(id, name, args, &given, &object),
            Callee::Function(function) if !spread => self.function(*function, &given),
            Callee::Function(_) | Callee::Class(_) | Callee::Value(_) => Taint::default(),
        }
    }

    fn library(&mut self, id: ExprId, function: &Function, args: &[Arg], given: &[Taint]) -> Taint {
        self.sinks(function, args, given);
        match roles::result(function) {
            Some(through) => joined(given.iter().cloned()).map(|open| open.and(through)),
            None => Taint::from(From::Source(self.pass.expr(id).at), function.origin.open()),
        }
    }

    fn sinks(&mut self, function: &Function, args: &[Arg], given: &[Taint]) {
        for (at, sink) in roles::sinks(function) {
            if let (Some(arg), Some(taint)) = (args.get(at), given.get(at)) {
                self.reach(sink, self.pass.expr(arg.value).at, taint);
            }
        }
    }

    fn method(
        &mut self,
        id: ExprId,
        name: &str,
        args: &[Arg],
        given: &[Taint],
        object: &Taint,
    ) -> Taint {
        let methods: Vec<_> = self.roles.methods(name).collect();
        methods.iter().for_each(|method| self.sinks(method, args, given));
        match methods.into_iter().find(|method| roles::answers(method)) {
            Some(reads) => Taint::from(From::Source(self.pass.expr(id).at), reads.origin.open()),
            None => object.clone(),
        }
    }

    /// What a function of the program gives; its parameters learn what they are given.
    fn function(&mut self, function: FunctionId, given: &[Taint]) -> Taint {
        for (at, taint) in given.iter().enumerate() {
            let taint = self.without_params(taint);
            if self.given.entry((function, at as u32)).or_default().join(&taint) {
                self.learned.grew(Fact::Given(function, at as u32));
            }
        }
        self.learned.reads(Fact::Result(function));
        let result = self.results.get(&function).cloned().unwrap_or_default();
        joined(result.iter().filter_map(|(from, open)| match from {
            From::Source(_) => Some(Taint::from(from, open)),
            From::Param(at) => Some(given.get(at as usize)?.map(|more| more.and(open))),
        }))
    }
}
