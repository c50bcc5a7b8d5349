//! Calls: what is called, with how many arguments.

use std::sync::Arc;

use diagnostics::{Severity, Span, codes};
use hsl_decl::Effect;
use hsl_syntax::ast::{self, ArgumentsItem, AstNode, Expression};

use super::Lowerer;
use super::declare::Arity;
use crate::hir::{Arg, Callee, ExprId, ExprKind, Loc};

impl<'g> Lowerer<'g, '_> {
    pub(super) fn call(&mut self, node: ast::CallExpression<'g>) -> ExprId {
        let span = node.span();
        let callee = self.callee(node.function(), span);
        let args = self.arguments(node.arguments());
        let Some(callee) = callee else { return self.broken(span) };
        self.check_call(&callee, node, &args);
        self.expression(span, ExprKind::Call { callee, args })
    }

    fn callee(&mut self, node: Option<Expression<'g>>, around: Span) -> Option<Callee> {
        match node {
            Some(Expression::Identifier(node)) => self.named_callee(node),
            Some(Expression::BuiltinExpression(node)) => self.builtin_callee(node),
            Some(Expression::ScopedExpression(node)) => Some(self.scoped_callee(node)),
            Some(Expression::MemberExpression(node)) => {
                let object = self.expr(node.object(), around);
                let name = self.name_of(node.name()?).into();
                Some(Callee::Method { object, name })
            }
            node => Some(Callee::Value(self.expr(node, around))),
        }
    }

    fn arguments(&mut self, node: Option<ast::Arguments<'g>>) -> Vec<Arg> {
        let mut args = Vec::new();
        for item in node.into_iter().flat_map(ast::Arguments::items) {
            args.push(match item {
                ArgumentsItem::Expression(value) => {
                    Arg { value: self.expr(Some(value), value.span()), spread: false }
                }
                ArgumentsItem::SpreadArgument(node) => {
                    Arg { value: self.expr(node.value(), node.span()), spread: true }
                }
            });
        }
        args
    }

    fn check_call(&mut self, callee: &Callee, node: ast::CallExpression<'g>, args: &[Arg]) {
        let library = match callee {
            Callee::Builtin(decl) | Callee::BuiltinStatic(_, decl) => Some(*decl),
            Callee::BuiltinClass(class) => class.constructor,
            _ => None,
        };
        if let (Some(decl), Some(arguments)) = (library, node.arguments()) {
            self.check_options(decl, arguments);
        }
        let Some(arity) = self.arity_of(callee) else { return };
        if args.iter().any(|arg| arg.spread) {
            return;
        }
        let count = args.len();
        if count >= arity.min && arity.max.is_none_or(|max| count <= max) {
            return;
        }
        let (name, defined) = self.definition_of(callee);
        let given = if count == 1 { "1 is given".to_owned() } else { format!("{count} are given") };
        let message = format!("`{name}` takes {}, {given}", takes(arity));
        let surplus = arity.max.and_then(|max| args.get(max)).map(|arg| arg.value);
        let span = match (surplus, args.last()) {
            (Some(first), Some(last)) => {
                let span = |id| self.program.expr(id).at.span;
                span(first).cover(span(last.value))
            }
            _ => node.arguments().map_or(node.span(), AstNode::span),
        };
        let mut finding = self.finding(&codes::ARGUMENT_COUNT, span, message);
        match (defined, callee) {
            (Some(at), _) => finding = self.label_at(finding, at, "defined here"),
            (None, Callee::Builtin(decl) | Callee::BuiltinStatic(_, decl)) => {
                finding = finding.help(decl.signature());
            }
            (None, Callee::BuiltinClass(class)) => {
                finding =
                    class.constructor.iter().fold(finding, |f, decl| f.help(decl.signature()));
            }
            _ => {}
        }
        self.report(finding);
    }

    /// Arity of what is known before the program runs.
    fn arity_of(&self, callee: &Callee) -> Option<Arity> {
        let library =
            |decl: &hsl_decl::Function| Arity { min: decl.min_args(), max: decl.max_args() };
        match callee {
            Callee::Function(id) => Some(self.arities[id.index()]),
            Callee::Class(id) => {
                let none = Arity { min: 0, max: Some(0) };
                let constructor = self.program.class(*id).constructor;
                Some(constructor.map_or(none, |c| self.arities[c.index()]))
            }
            Callee::Builtin(decl) | Callee::BuiltinStatic(_, decl) => Some(library(decl)),
            Callee::BuiltinClass(class) => class.constructor.map(library),
            Callee::Method { .. } | Callee::Value(_) => None,
        }
    }

    /// Name of what is called, and where a script defines it.
    fn definition_of(&self, callee: &Callee) -> (Arc<str>, Option<Loc>) {
        match callee {
            Callee::Function(id) => {
                let function = self.program.function(*id);
                (Arc::clone(&function.name), Some(self.definition_head(function.at)))
            }
            Callee::Class(id) => {
                let class = self.program.class(*id);
                let at = class.constructor.map_or(class.at, |c| self.program.function(c).at);
                (Arc::clone(&class.name), Some(self.definition_head(at)))
            }
            Callee::Builtin(decl) => (decl.name.into(), None),
            Callee::BuiltinStatic(class, decl) => {
                (format!("{}::{}", class.name, decl.name).into(), None)
            }
            Callee::BuiltinClass(class) => (class.name.into(), None),
            Callee::Method { .. } | Callee::Value(_) => ("".into(), None),
        }
    }

    /// A definition up to its body.
    pub(super) fn definition_head(&self, at: Loc) -> Loc {
        let text = self.graph.text(at.file);
        let body = memchr::memchr(b'{', &text[at.span.range(text.len())]);
        let end = body.map_or(at.span.end, |length| at.span.start + length as u32);
        let head = &text[at.span.start as usize..(end as usize).min(text.len())];
        let trimmed = head.trim_ascii_end().len() as u32;
        Loc { span: Span { end: at.span.start + trimmed, ..at.span }, ..at }
    }

    /// `cache [options] f(args)`: a named function that has no effect of its own.
    pub(super) fn cache(&mut self, node: ast::CacheExpression<'g>) -> ExprId {
        let span = node.span();
        let options = node.options().map(|options| self.array(options));
        let options = options.unwrap_or_else(|| self.expression(span, ExprKind::Array(Vec::new())));
        let Some(call) = node.call() else { return self.broken(span) };
        let callee = self.callee(call.function(), span);
        let args = self.arguments(call.arguments());
        let Some(callee) = callee else { return self.broken(span) };
        self.check_call(&callee, call, &args);
        let at = call.function().map_or(span, AstNode::span);
        match &callee {
            Callee::Builtin(decl) if decl.effect == Effect::Terminates => {
                let message = format!("`{}` ends the hook and cannot be cached", decl.name);
                self.error(&codes::CACHE_BARRIER_MISUSE, at, message);
            }
            Callee::Builtin(decl) if decl.effect == Effect::Mutates => {
                let message =
                    format!("`{}` has an effect, which a cached call has only once", decl.name);
                let mut finding = self.finding(&codes::CACHE_BARRIER_MISUSE, at, message);
                finding.severity = Severity::Warning;
                self.report(finding);
            }
            Callee::Function(_) | Callee::Builtin(_) | Callee::BuiltinStatic(..) => {}
            _ => {
                let message = "`cache` takes a call of a named function or static function";
                let finding = self.finding(&codes::CACHE_BARRIER_MISUSE, at, message);
                self.report(finding.help("put the call into a named function and cache that"));
                return self.broken(span);
            }
        }
        let name = self.cache_name(&callee, call.function());
        self.expression(span, ExprKind::Cache { options, name, callee, args })
    }

    /// The name of the bucket: what is written as `builtin f` is not the script's own `f`.
    fn cache_name(&self, callee: &Callee, written: Option<ast::Expression<'g>>) -> Arc<str> {
        match callee {
            Callee::Builtin(decl)
                if matches!(written, Some(ast::Expression::BuiltinExpression(_))) =>
            {
                format!("builtin {}", decl.name).into()
            }
            Callee::Function(id) => Arc::clone(&self.program.function(*id).name),
            Callee::Builtin(decl) => decl.name.into(),
            Callee::BuiltinStatic(class, decl) => format!("{}::{}", class.name, decl.name).into(),
            _ => "".into(),
        }
    }
}

/// `no arguments`, `2 arguments`, `1 to 3 arguments`, `at least 1 argument`
fn takes(arity: Arity) -> String {
    let plural = |n: usize| if n == 1 { "argument" } else { "arguments" };
    match (arity.min, arity.max) {
        (0, Some(0)) => "no arguments".to_owned(),
        (min, Some(max)) if min == max => format!("{min} {}", plural(min)),
        (min, Some(max)) => format!("{min} to {max} arguments"),
        (min, None) => format!("at least {min} {}", plural(min)),
    }
}
