//! Calls: of functions of the script, of the library, of values, and what callbacks are given.

use std::sync::Arc;

use hsl_decl as decl;
use hsl_decl::{Effect, Follows, Ty};

use super::array::Array;
use super::collection::{self, Collection};
use super::declared;
use super::ty::{Callable, Instance, Kinds, Type};
use super::walk::Walk;
use crate::data::{Datum, Loader};
use crate::hir::{Arg, Callee, ClassId, ExprId, ExprKind, FunctionId};

impl Walk<'_> {
    /// The result of a call.
    pub(super) fn call(&mut self, callee: &Callee, args: &[Arg]) -> Type {
        match callee {
            Callee::Function(function) => {
                let given = self.arguments(args);
                self.run_function(*function, args, &given)
            }
            Callee::Class(class) => {
                let given = self.arguments(args);
                self.construct(*class, args, &given)
            }
            Callee::Builtin(decl) | Callee::BuiltinStatic(_, decl) => self.library(decl, args),
            Callee::BuiltinClass(class) => {
                let given = self.arguments(args);
                self.passes_functions(&given);
                let made = Collection::made(class, &given).map(Instance::Collection);
                Type::instance(made.unwrap_or(Instance::Library(class)))
            }
            Callee::Method { object, name } => {
                let receiver = self.eval(*object);
                self.method(&receiver, name, args)
            }
            Callee::Value(value) => {
                let ty = match self.program.expr(*value).kind {
                    // Called where it is made: nobody else can call it.
                    ExprKind::Closure(function) => self.closure(function),
                    _ => self.eval(*value),
                };
                self.note(*value, ty.clone());
                self.call_value(&ty, args)
            }
        }
    }

    fn arguments(&mut self, args: &[Arg]) -> Vec<Type> {
        args.iter().map(|arg| self.eval(arg.value)).collect()
    }

    fn call_value(&mut self, ty: &Type, args: &[Arg]) -> Type {
        let given = self.arguments(args);
        match ty.callable() {
            Some(Callable::Own(function)) => self.run_function(function, args, &given),
            Some(Callable::Class(class)) => self.construct(class, args, &given),
            Some(Callable::Library(decl)) => {
                self.after(decl, &given);
                declared::returned(self.unit, decl)
            }
            Some(Callable::LibraryClass(class)) => Type::instance(Instance::Library(class)),
            None => {
                self.called();
                Type::UNKNOWN
            }
        }
    }

    /// A call of a function of the script.
    fn run_function(&mut self, function: FunctionId, args: &[Arg], given: &[Type]) -> Type {
        self.pass(function, args, given);
        self.called();
        self.table.result(function).clone()
    }

    fn construct(&mut self, class: ClassId, args: &[Arg], given: &[Type]) -> Type {
        if let Some(constructor) = self.program.class(class).constructor {
            self.pass(constructor, args, given);
            self.called();
        }
        Type::instance(Instance::Own(class))
    }

    /// Hands arguments over to parameters.
    fn pass(&mut self, function: FunctionId, args: &[Arg], given: &[Type]) {
        let plain = args.iter().take_while(|arg| !arg.spread).count();
        for (at, ty) in given.iter().take(plain).enumerate() {
            self.table.passes(function, at, ty);
        }
        if plain < args.len() {
            for at in plain..self.program.function(function).params.len() {
                self.table.passes(function, at, &Type::UNKNOWN);
            }
        }
    }

    fn library(&mut self, decl: &'static decl::Function, args: &[Arg]) -> Type {
        let given = self.library_arguments(decl, args);
        self.after(decl, &given);
        self.library_result(decl, args, &given)
    }

    /// What a call of the library does besides its result.
    fn after(&mut self, decl: &'static decl::Function, given: &[Type]) {
        if decl.effect == Effect::Terminates {
            self.env.reachable = false;
        }
        if decl.effect == Effect::Callback {
            self.called();
        }
        self.passes_functions(given);
    }

    /// A function that is handed over may be called.
    fn passes_functions(&mut self, given: &[Type]) {
        if given.iter().any(|ty| ty.is_unknown() || ty.kinds.any(Kinds::FUNCTION)) {
            self.called();
        }
    }

    /// Arguments of a library function; a callback is told what it will be given.
    fn library_arguments(&mut self, decl: &'static decl::Function, args: &[Arg]) -> Vec<Type> {
        let callback = position(decl, Ty::FUNCTION).filter(|_| decl.effect == Effect::Callback);
        let array = position(decl, Ty::ARRAY);
        let (Some(callback), Some(array)) = (callback, array) else { return self.arguments(args) };
        if args.iter().any(|arg| arg.spread) || args.len() <= array.max(callback) {
            return self.arguments(args);
        }
        let mut given = vec![Type::UNKNOWN; args.len()];
        for (at, arg) in args.iter().enumerate().filter(|(at, _)| *at != callback) {
            given[at] = self.eval(arg.value);
        }
        let element = match decl.options.is_empty() || args.len() < decl.params.len() {
            true => given[array].shape().map_or(Type::UNKNOWN, Array::value),
            // Options may let it be given keys instead.
            false => Type::UNKNOWN,
        };
        given[callback] = self.callback(args[callback].value, decl, &element);
        given
    }

    fn callback(&mut self, value: ExprId, decl: &decl::Function, element: &Type) -> Type {
        let (function, ty) = match self.program.expr(value).kind {
            ExprKind::Closure(function) => (function, self.closure(function)),
            ExprKind::Function(function) => {
                (function, Type::function(Some(Callable::Own(function))))
            }
            _ => return self.eval(value),
        };
        self.note(value, ty.clone());
        let carries = decl.follows == Follows::Folded;
        for at in 0..self.program.function(function).params.len() {
            let given = if carries && at == 0 { &Type::UNKNOWN } else { element };
            self.table.passes(function, at, given);
        }
        ty
    }

    fn library_result(
        &mut self,
        decl: &'static decl::Function,
        args: &[Arg],
        given: &[Type],
    ) -> Type {
        let usual = self.declared_result(decl);
        if args.iter().any(|arg| arg.spread) {
            return usual;
        }
        let array = position(decl, Ty::ARRAY).and_then(|at| given.get(at)).and_then(Type::shape);
        let function = position(decl, Ty::FUNCTION).and_then(|at| given.get(at));
        match (decl.follows, array) {
            (Follows::Tests(ty), _) => match given.first().and_then(|given| tested(given, ty)) {
                Some(known) => Type::truth_value(known),
                None => usual,
            },
            (Follows::Elements, Some(array)) => Type::array(fewer(array)),
            (Follows::Element, Some(array)) => array.value().or(&Type::NONE),
            (Follows::Pair, Some(array)) => {
                collection::pair(array.keys().widened(), array.value()).or(&Type::NONE)
            }
            (Follows::Keys, Some(array)) => Type::list(array.keys().widened()),
            (Follows::Groups, _) => {
                let pattern = args.first().map(|arg| &self.program.expr(arg.value).kind);
                match pattern {
                    Some(ExprKind::Regex { pattern, .. } | ExprKind::String(pattern)) => {
                        Type::array(super::groups::matched(pattern))
                    }
                    _ => usual,
                }
            }
            (Follows::Json, _) => match args {
                [text] => self.json(text.value).unwrap_or(usual),
                _ => usual,
            },
            (Follows::Mapped, Some(array)) => {
                let result = function.map_or(Type::UNKNOWN, |function| self.gives(function));
                Type::array(array.map(|_| result.clone()))
            }
            _ => usual,
        }
    }

    /// The shape of a text in JSON that stands in the script; comments are for files only.
    fn json(&self, text: ExprId) -> Option<Type> {
        let ExprKind::String(text) = &self.program.expr(text).kind else { return None };
        let has_comment = text.windows(2).any(|pair| matches!(pair, b"//" | b"/*"));
        let datum = Loader::Json.load(text, &Datum::None).ok().filter(|_| !has_comment)?;
        Some(declared::of_datum(self.unit, &datum))
    }

    /// What a call of a function gives, whatever its arguments.
    fn gives(&self, function: &Type) -> Type {
        match function.callable() {
            Some(Callable::Own(function)) => self.table.result(function).clone(),
            Some(Callable::Class(class)) => Type::instance(Instance::Own(class)),
            Some(Callable::Library(decl)) => declared::returned(self.unit, decl),
            Some(Callable::LibraryClass(class)) => Type::instance(Instance::Library(class)),
            None => Type::UNKNOWN,
        }
    }

    fn declared_result(&mut self, decl: &'static decl::Function) -> Type {
        let unit = self.unit;
        let known = self.found.library.entry(std::ptr::from_ref(decl) as usize);
        known.or_insert_with(|| declared::returned(unit, decl)).clone()
    }

    fn method(&mut self, receiver: &Type, name: &Arc<str>, args: &[Arg]) -> Type {
        let is_object = receiver.kinds == Kinds::OBJECT && !receiver.instances().is_empty();
        let [instance] = receiver.instances() else {
            let ty = self.member(receiver, name);
            return self.call_value(&ty, args);
        };
        match (instance, is_object || receiver.present().kinds == Kinds::OBJECT) {
            (Instance::Library(class), true) => match class.method(name) {
                Some(decl) => self.library(decl, args),
                None => {
                    self.arguments(args);
                    Type::UNKNOWN
                }
            },
            (Instance::Collection(collection), true) => match collection.class.method(name) {
                Some(decl) => {
                    let usual = self.library(decl, args);
                    collection.gives(self.unit, decl).unwrap_or(usual)
                }
                None => {
                    self.arguments(args);
                    Type::UNKNOWN
                }
            },
            (Instance::Generator(function), true) => {
                self.arguments(args);
                self.called();
                let value = self.table.yielded(*function).clone();
                next_of(&value)
            }
            _ => {
                let ty = self.member(receiver, name);
                self.call_value(&ty, args)
            }
        }
    }
}

/// `["value" => …, "done" => …]`, what `next` of an iterator gives.
fn next_of(value: &Type) -> Type {
    let mut step = Array::empty();
    let key = |name: &str| super::array::Key::Text(Arc::from(name.as_bytes()));
    step.set(key("value"), value.or_missing_none());
    step.set(key("done"), Type::BOOLEAN);
    Type::array(step)
}

impl Type {
    /// This type, or `none` when there is no more.
    fn or_missing_none(&self) -> Self {
        self.clone().or_missing()
    }
}

/// The first parameter that takes only this type.
fn position(decl: &decl::Function, ty: Ty) -> Option<usize> {
    let takes = |param: &decl::Param| ty.contains(param.ty) && !param.rest;
    decl.params.iter().position(takes)
}

/// What a test for a type gives, when it is known.
fn tested(given: &Type, ty: Ty) -> Option<bool> {
    if given.is_unknown() || given.is_never() {
        return None;
    }
    let kinds = declared::accepted(ty);
    let held = given.kinds.both(kinds);
    if held.is_empty() {
        return Some(false);
    }
    given.kinds.without(kinds).is_empty().then_some(true)
}

/// Some of the elements of an array.
fn fewer(array: &Array) -> Array {
    if array.is_list || array.fields.is_empty() {
        return Array { is_list: array.is_list, ..Array::map_of(array.value()) };
    }
    let mut fewer = array.clone();
    fewer.fields.iter_mut().for_each(|field| field.optional = true);
    fewer
}
