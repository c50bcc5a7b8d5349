//! Names of functions and classes: scripts first, innermost scope first, then the library.

use std::sync::Arc;

use diagnostics::{Diagnostic, Span, codes, nearest};
use hsl_syntax::ast::{self, AstNode, IdentifierOrToken, IdentifierOrVariable};

use super::Lowerer;
use super::import::sorted;
use super::scope::{Definition, Named};
use crate::hir::{Callee, ClassId, ExprId, ExprKind, FileId, GlobalId, MemberKind};
use crate::{Access, Meaning};

/// What `scope::name` means.
enum Scoped {
    Callee(Callee),
    Global(GlobalId, bool),
    Broken,
}

impl<'g> Lowerer<'g, '_> {
    /// A name that is called.
    pub(super) fn named_callee(&mut self, node: ast::Identifier<'g>) -> Option<Callee> {
        let (name, span) = (self.name_of(node), node.span());
        if let Some(named) = self.lookup(&name) {
            self.refer(self.at(span), named.symbol, Access::Read);
            return self.callee_of(named.definition, &name, span);
        }
        let library = self.library_callee(&name, span);
        if library.is_none() {
            self.unknown_name(&name, span);
        }
        library
    }

    /// A bare name: a function or class as a value.
    pub(super) fn name_value(&mut self, node: ast::Identifier<'g>) -> ExprId {
        let callee = self.named_callee(node);
        self.callee_value(callee, node.span())
    }

    /// `builtin name`, called.
    pub(super) fn builtin_callee(&mut self, node: ast::BuiltinExpression<'g>) -> Option<Callee> {
        let name = node.name()?;
        let (text, span) = (self.name_of(name), name.span());
        let library = self.library_callee(&text, span);
        if library.is_none() {
            self.unknown_name(&text, span);
        }
        library
    }

    /// `builtin name` as a value.
    pub(super) fn builtin_value(&mut self, node: ast::BuiltinExpression<'g>) -> ExprId {
        let callee = self.builtin_callee(node);
        self.callee_value(callee, node.span())
    }

    fn callee_value(&mut self, callee: Option<Callee>, span: Span) -> ExprId {
        let kind = match callee {
            Some(Callee::Function(id)) => ExprKind::Function(id),
            Some(Callee::Class(id)) => ExprKind::Class(id),
            Some(Callee::Builtin(decl)) => ExprKind::Builtin(decl),
            Some(Callee::BuiltinClass(decl)) => ExprKind::BuiltinClass(decl),
            Some(Callee::BuiltinStatic(class, decl)) => ExprKind::BuiltinStatic(class, decl),
            _ => ExprKind::Error,
        };
        self.expression(span, kind)
    }

    /// The definition of a name, innermost scope first.
    fn lookup(&mut self, name: &str) -> Option<Named> {
        let frames = self.frames.iter().enumerate().rev();
        let found = frames.filter_map(|(at, frame)| Some((at, *frame.names.get(name)?))).next();
        self.touches_name(name, found);
        found.map(|(_, named)| named)
    }

    fn callee_of(&mut self, definition: Definition, name: &str, span: Span) -> Option<Callee> {
        match definition {
            Definition::Function(id) => Some(Callee::Function(id)),
            Definition::Class(id) => Some(Callee::Class(id)),
            Definition::Broken => None,
            Definition::Namespace(_) => {
                let message = format!("`{name}` is a namespace; use `{name}::` and a name");
                self.error(&codes::UNKNOWN_FUNCTION, span, message);
                None
            }
        }
    }

    fn library_callee(&mut self, name: &str, span: Span) -> Option<Callee> {
        let at = self.at(span);
        self.touches_library(name);
        if let Some(decl) = self.unit.function(name) {
            self.refer_to(at, Meaning::Function(decl));
            return Some(Callee::Builtin(decl));
        }
        let class = self.unit.class(name)?;
        self.refer_to(at, Meaning::Class(class));
        if class.constructor.is_none() {
            let message = format!("`{name}` cannot be made by scripts");
            self.error(&codes::UNKNOWN_FUNCTION, span, message);
        }
        Some(Callee::BuiltinClass(class))
    }

    /// Reports a name that means nothing here: it may exist in other hooks, or be a typing mistake.
    fn unknown_name(&mut self, name: &str, span: Span) {
        if self.is_silent(span) {
            return;
        }
        let hooks: Vec<_> = self.unit.catalog.hooks_with(name).map(|h| h.as_str()).collect();
        if !hooks.is_empty() {
            let here = match self.unit.hook {
                Some(hook) => format!("in the {hook} hook"),
                None => "outside of a hook".to_owned(),
            };
            let message = format!("`{name}` does not exist {here}");
            let finding = self.finding(&codes::FUNCTION_NOT_IN_HOOK, span, message);
            return self.report(finding.help(format!("it exists in {}", list(&hooks))));
        }
        let message = format!("`{name}` is not defined");
        let finding = self.finding(&codes::UNKNOWN_FUNCTION, span, message);
        let variable = format!("${name}");
        if self.frame().variables.contains_key(variable.as_str()) {
            return self.report(suggest(finding, Some(variable)));
        }
        if let Some((_, here)) = ELSEWHERE.iter().find(|(elsewhere, _)| *elsewhere == name) {
            return self.report(suggest(finding, Some((*here).to_owned())));
        }
        let mut known: Vec<&str> = self.unit.names().collect();
        for frame in &self.frames {
            known.extend(sorted(frame.names.keys().map(|name| &**name)));
        }
        let similar = nearest(name, known).map(str::to_owned);
        self.report(suggest(finding, similar));
    }

    /// `scope::name`, called.
    pub(super) fn scoped_callee(&mut self, node: ast::ScopedExpression<'g>) -> Callee {
        match self.scoped(node, false) {
            Scoped::Callee(callee) => callee,
            Scoped::Global(global, _) => {
                Callee::Value(self.expression(node.span(), ExprKind::Global(global)))
            }
            Scoped::Broken => Callee::Value(self.broken(node.span())),
        }
    }

    /// `scope::name` as a value.
    pub(super) fn scoped_value(&mut self, node: ast::ScopedExpression<'g>) -> ExprId {
        match self.scoped(node, false) {
            Scoped::Callee(callee) => self.callee_value(Some(callee), node.span()),
            Scoped::Global(global, _) => self.expression(node.span(), ExprKind::Global(global)),
            Scoped::Broken => self.broken(node.span()),
        }
    }

    /// `scope::$name` as a target.
    pub(super) fn scoped_place(&mut self, node: ast::ScopedExpression<'g>, writes: bool) -> ExprId {
        let span = node.span();
        match self.scoped(node, writes) {
            Scoped::Global(global, readonly) => {
                if readonly && writes {
                    let name = Arc::clone(&self.program.global(global).name);
                    let message = format!("{name} is read-only");
                    self.error(&codes::READONLY_ASSIGNMENT, span, message);
                }
                self.expression(span, ExprKind::Global(global))
            }
            Scoped::Callee(_) => {
                let message = "only a variable, element or property can be a target";
                self.error(&codes::INVALID_TARGET, span, message);
                self.broken(span)
            }
            Scoped::Broken => self.broken(span),
        }
    }

    fn scoped(&mut self, node: ast::ScopedExpression<'g>, writes: bool) -> Scoped {
        let (Some(scope), Some(name)) = (node.scope(), node.name()) else { return Scoped::Broken };
        let IdentifierOrToken::Identifier(scope) = scope else {
            return self.static_scope(scope.span(), name, writes);
        };
        let (text, span) = (self.name_of(scope), scope.span());
        match self.lookup(&text) {
            Some(named) => {
                self.refer(self.at(span), named.symbol, Access::Read);
                match named.definition {
                    Definition::Class(class) => self.class_member(class, name, writes),
                    Definition::Namespace(file) => self.namespace_member(file, name, writes),
                    Definition::Broken => Scoped::Broken,
                    Definition::Function(_) => {
                        let message = format!("`{text}` is a function and has no members");
                        self.error(&codes::UNKNOWN_MEMBER, span, message);
                        Scoped::Broken
                    }
                }
            }
            None => self.library_member(&text, span, name),
        }
    }

    fn static_scope(&mut self, span: Span, name: IdentifierOrVariable<'g>, writes: bool) -> Scoped {
        match self.frame().class {
            Some(class) => self.class_member(class, name, writes),
            None => {
                self.error(&codes::UNKNOWN_MEMBER, span, "`static::` stands outside a class");
                Scoped::Broken
            }
        }
    }

    fn class_member(
        &mut self,
        class: ClassId,
        node: IdentifierOrVariable<'g>,
        writes: bool,
    ) -> Scoped {
        let (name, span) = (self.name_of(node), node.span());
        let bare = name.trim_start_matches('$');
        let wants_variable = name.starts_with('$');
        let Some((position, symbol)) = self.member(class, bare) else {
            self.unknown_member(class, &name, span);
            return Scoped::Broken;
        };
        let member = self.program.class(class).members[position].clone();
        let access = if writes { Access::Write } else { Access::Read };
        self.refer(self.at(span), symbol, access);
        let inside = self.frame().class == Some(class);
        if member.private && !inside {
            let message = format!("`{}` is private to class `{}`", name, self.class_name(class));
            let finding = self.finding(&codes::UNKNOWN_MEMBER, span, message);
            let finding = self.label_at(finding, member.at, "defined here");
            self.report(finding);
        }
        match member.kind {
            MemberKind::StaticProperty { global, readonly } if wants_variable => {
                Scoped::Global(global, readonly && !inside)
            }
            MemberKind::StaticMethod(id) if !wants_variable => Scoped::Callee(Callee::Function(id)),
            kind => {
                let (message, instead) = match kind {
                    MemberKind::StaticProperty { .. } => {
                        (format!("write `${bare}`, with `$`"), Some(format!("${bare}")))
                    }
                    MemberKind::StaticMethod(_) => {
                        (format!("write `{bare}`, without `$`"), Some(bare.to_owned()))
                    }
                    _ => (format!("`{bare}` belongs to instances, not to the class"), None),
                };
                let finding = self.finding(&codes::UNKNOWN_MEMBER, span, message);
                let finding = self.label_at(finding, member.at, "defined here");
                self.report(match instead {
                    Some(text) => finding.replace(format!("Change to `{text}`"), text),
                    None => finding.help("reach it through an object, or declare it `static`"),
                });
                Scoped::Broken
            }
        }
    }

    fn class_name(&self, class: ClassId) -> &Arc<str> {
        &self.program.class(class).name
    }

    fn unknown_member(&mut self, class: ClassId, name: &str, span: Span) {
        if self.is_silent(span) {
            return;
        }
        let decl = self.program.class(class);
        let message = format!("class `{}` has no static member `{name}`", decl.name);
        let finding = self.finding(&codes::UNKNOWN_MEMBER, span, message);
        let statics = decl.members.iter().filter_map(|member| match member.kind {
            MemberKind::StaticProperty { .. } => Some(format!("${}", member.name)),
            MemberKind::StaticMethod(_) => Some(member.name.to_string()),
            _ => None,
        });
        let statics: Vec<String> = statics.collect();
        let similar = nearest(name, statics.iter().map(String::as_str)).map(str::to_owned);
        let finding = self.label_at(finding, decl.at, "the class");
        self.report(suggest(finding, similar));
    }

    fn namespace_member(
        &mut self,
        file: FileId,
        node: IdentifierOrVariable<'g>,
        writes: bool,
    ) -> Scoped {
        let (name, span) = (self.name_of(node), node.span());
        let Some(exports) = self.exports.get(&file) else { return Scoped::Broken };
        if let Some((global, symbol)) = exports.variables.get(&*name).copied() {
            self.program.globals[global.index()].shared = true;
            self.program.globals[global.index()].created |= writes;
            if let Some(symbol) = symbol {
                let access = if writes { Access::Write } else { Access::Read };
                self.refer(self.at(span), symbol, access);
            }
            return Scoped::Global(global, self.program.global(global).readonly);
        }
        match exports.names.get(&*name).copied() {
            Some(named) => {
                self.refer(self.at(span), named.symbol, Access::Read);
                let callee = self.callee_of(named.definition, &name, span);
                callee.map_or(Scoped::Broken, Scoped::Callee)
            }
            None => {
                self.unknown_symbol(file, &name, span);
                Scoped::Broken
            }
        }
    }

    fn library_member(
        &mut self,
        scope: &str,
        span: Span,
        node: IdentifierOrVariable<'g>,
    ) -> Scoped {
        self.touches_library(scope);
        let Some(class) = self.unit.class(scope) else {
            self.unknown_name(scope, span);
            return Scoped::Broken;
        };
        self.refer_to(self.at(span), Meaning::Class(class));
        let name = self.name_of(node);
        match class.static_function(&name) {
            Some(method) => {
                self.refer_to(self.at(node.span()), Meaning::Function(method));
                Scoped::Callee(Callee::BuiltinStatic(class, method))
            }
            None => {
                let message = format!("class `{scope}` has no static member `{name}`");
                let finding = self.finding(&codes::UNKNOWN_MEMBER, node.span(), message);
                let names = class.methods.iter().filter(|m| m.is_static).map(|m| m.name);
                let similar = nearest(&name, names).map(str::to_owned);
                self.report(suggest(finding, similar));
                Scoped::Broken
            }
        }
    }
}

/// What other languages call it, and the name here.
const ELSEWHERE: &[(&str, &str)] = &[
    ("null", "none"),
    ("NULL", "none"),
    ("nil", "none"),
    ("None", "none"),
    ("undefined", "none"),
    ("True", "true"),
    ("TRUE", "true"),
    ("False", "false"),
    ("FALSE", "false"),
    ("len", "length"),
    ("sizeof", "length"),
    ("strpos", "str_find"),
    ("trim", "str_strip"),
    ("preg_match", "pcre_match"),
    ("preg_replace", "pcre_replace"),
];

/// Adds "did you mean".
pub(super) fn suggest(finding: Diagnostic, similar: Option<String>) -> Diagnostic {
    match similar {
        None => finding,
        Some(similar) => finding
            .help(format!("did you mean `{similar}`?"))
            .replace(format!("Change to `{similar}`"), similar),
    }
}

/// `a, b and c`
fn list(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}
