//! Texts in calls, comparisons and statements that name something.

use diagnostics::Span;
use hsl_analysis::{Meaning, SymbolKind};
use hsl_decl::{Follows, IdKind, OptionDecl};
use hsl_syntax::ast::{
    self, ArgumentsItem, ArrayLiteralItem, AstNode, Expression, IdentifierOrToken,
};

use super::collect::Collector;
use super::literal::{self, Literal};
use super::{Callback, TextKind, TextUse};
use crate::catalog::Ids;

/// Functions whose first argument is a key of the shared memory, which locks share.
const MEMORY: &str = "memory_";

/// Whether the first argument of a function is a key of the shared memory, which locks share.
pub fn is_memory_function(name: &str) -> bool {
    name.starts_with(MEMORY)
}

impl<'p> Collector<'p> {
    pub(super) fn call(&mut self, node: ast::CallExpression<'p>) {
        let (Some(function), Some(arguments)) = (node.function(), node.arguments()) else { return };
        self.callbacks(function, arguments);
        let declared = self.ids_of(function).cloned();
        if let Some(ids) = declared {
            self.arguments(&ids, arguments);
        }
        let Some(Meaning::Function(decl)) = self.meaning(function.span()) else { return };
        if is_memory_function(decl.name) {
            let first = arguments.items().next();
            self.name(TextKind::Barrier, first.and_then(value), true);
        }
        if decl.follows == Follows::Among {
            self.among(arguments);
        }
    }

    /// `array_includes("x", $arguments["policy"]["tags"])`
    fn among(&mut self, arguments: ast::Arguments<'p>) {
        let mut items = arguments.items();
        let (Some(sought), Some(list)) = (items.next(), items.next().and_then(value)) else {
            return;
        };
        if let Some((kind, sure)) = self.id_in(list) {
            self.name(TextKind::Id(kind), value(sought), sure);
        }
    }

    fn callbacks(&mut self, function: Expression<'p>, arguments: ast::Arguments<'p>) {
        let callee = match function {
            Expression::MemberExpression(member) => member.name().map(AstNode::span),
            Expression::ScopedExpression(scoped) => scoped.name().map(AstNode::span),
            function => Some(function.span()),
        };
        let Some(callee_at) = callee else { return };
        for (position, item) in arguments.items().enumerate() {
            if let ArgumentsItem::Expression(Expression::FunctionExpression(node)) = item {
                let at = node.span();
                self.script.callbacks.push(Callback { callee_at, position, at });
            }
        }
    }

    fn ids_of(&self, function: Expression<'p>) -> Option<&'p Ids> {
        match function {
            Expression::Identifier(name) => match self.meaning(name.span())? {
                Meaning::Function(decl) => self.declarations.function(decl.name),
                _ => None,
            },
            Expression::BuiltinExpression(builtin) => {
                self.declarations.function(&self.text(builtin.name()?))
            }
            Expression::MemberExpression(member) => {
                self.declarations.method(&self.text(member.name()?))
            }
            Expression::ScopedExpression(scoped) => match scoped.scope()? {
                IdentifierOrToken::Identifier(_) => {
                    self.declarations.method(&self.text(scoped.name()?))
                }
                IdentifierOrToken::Token(_) => None,
            },
            _ => None,
        }
    }

    fn arguments(&mut self, ids: &Ids, arguments: ast::Arguments<'p>) {
        let items: Vec<_> = arguments.items().collect();
        let asked = !ids.on_demand || items.iter().any(|item| self.asks_for_id(*item));
        for (place, kind) in ids.arguments.iter().filter(|_| asked) {
            let value = items.get(*place).copied().and_then(value);
            self.name(TextKind::Id(*kind), value, true);
        }
        for element in items.into_iter().filter_map(value).flat_map(elements) {
            for keys in &ids.keys {
                self.keyed(keys, element);
            }
        }
    }

    /// An element of an array whose keys are declared.
    fn keyed(&mut self, keys: &[OptionDecl], element: ast::ArrayElement<'p>) {
        let key = self.key(element);
        let Some(option) = keys.iter().find(|option| Some(option.name) == key.as_deref()) else {
            return;
        };
        match (option.id, element.value()) {
            (Some(kind), value) => self.option(kind, value, true),
            (None, Some(array)) if !option.keys.is_empty() => {
                elements(array).for_each(|inner| self.keyed(option.keys, inner));
            }
            _ => {}
        }
    }

    /// An id, or a list of ids that may be put together. Lists hold what is no id, too: addresses as
    /// they are, and arrays whose `id` is one.
    fn option(&mut self, kind: IdKind, value: Option<Expression<'p>>, sure: bool) {
        match value {
            Some(list @ Expression::ArrayLiteral(_)) => {
                for element in elements(list) {
                    if element.key().is_none() || self.key(element).as_deref() == Some("id") {
                        self.option(kind, element.value(), false);
                    }
                }
            }
            Some(Expression::BinaryExpression(sum))
                if sum.operator().is_some_and(|op| op.kind() == "+") =>
            {
                self.option(kind, sum.left(), false);
                self.option(kind, sum.right(), false);
            }
            // Who passes a tag gives it to what the call makes.
            value => self.note(TextKind::Id(kind), value, sure, kind == IdKind::Tag),
        }
    }

    /// `"id" => true` among options.
    fn asks_for_id(&self, item: ArgumentsItem<'p>) -> bool {
        value(item).into_iter().flat_map(elements).any(|element| {
            self.key(element).as_deref() == Some("id")
                && matches!(element.value(), Some(Expression::TrueLiteral(_)))
        })
    }

    /// `"transportid" => "x"`, wherever the array goes.
    pub(super) fn array(&mut self, node: ast::ArrayLiteral<'p>) {
        for element in elements(Expression::ArrayLiteral(node)) {
            let kind = self.key(element).and_then(|key| self.declarations.key(&key));
            if let Some(kind) = kind {
                self.option(kind, element.value(), false);
            }
        }
    }

    /// `$arguments["transportid"] == "x"`
    pub(super) fn comparison(&mut self, node: ast::BinaryExpression<'p>) {
        let (Some(left), Some(right)) = (node.left(), node.right()) else { return };
        if !node.operator().is_some_and(|op| matches!(op.kind(), "==" | "===" | "!=" | "!==")) {
            return;
        }
        for (subject, text) in [(left, right), (right, left)] {
            if let Some((kind, sure)) = self.id_in(subject) {
                self.name(TextKind::Id(kind), Some(text), sure);
            }
        }
    }

    /// `$options["transportid"] = …`
    pub(super) fn element(&mut self, node: ast::AssignmentExpression<'p>) {
        let Some(Expression::SubscriptExpression(place)) = node.left() else { return };
        let key = place.index().and_then(|i| literal::of_expression(i, &self.parse.text));
        if let Some(kind) = key.and_then(|key| self.declarations.key(&key.value)) {
            self.option(kind, node.right(), false);
        }
    }

    /// `match ($connection["serverid"]) { "x" => … }`
    pub(super) fn choice(&mut self, node: ast::MatchExpression<'p>) {
        let Some((kind, sure)) = node.subject().and_then(|subject| self.id_in(subject)) else {
            return;
        };
        for pattern in node.arms().flat_map(ast::MatchArm::patterns) {
            self.name(TextKind::Id(kind), Some(pattern), sure);
        }
    }

    /// `switch ($connection["serverid"]) { case "x": … }`
    pub(super) fn cases(&mut self, node: ast::SwitchStatement<'p>) {
        let Some((kind, sure)) = node.subject().and_then(|subject| self.id_in(subject)) else {
            return;
        };
        let items = node.body().into_iter().flat_map(ast::SwitchBody::items);
        for item in items {
            if let ast::SwitchBodyItem::CaseLabel(case) = item {
                self.name(TextKind::Id(kind), case.value(), sure);
            }
        }
    }

    /// What the value of an expression is an id of, and whether that is declared.
    fn id_in(&self, expression: Expression<'p>) -> Option<(IdKind, bool)> {
        match expression {
            Expression::ParenthesizedExpression(inner) => self.id_in(inner.expression()?),
            Expression::BinaryExpression(either) if either.operator()?.kind() == "??" => {
                self.id_in(either.left()?)
            }
            Expression::SubscriptExpression(access) => {
                let key = literal::of_expression(access.index()?, &self.parse.text)?;
                Some((self.declarations.key(&key.value)?, self.is_of_hook(access.object()?)))
            }
            _ => None,
        }
    }

    fn is_of_hook(&self, expression: Expression<'p>) -> bool {
        match expression {
            Expression::SubscriptExpression(access) => {
                access.object().is_some_and(|object| self.is_of_hook(object))
            }
            Expression::Variable(variable) => self
                .symbol_at(variable.span())
                .is_some_and(|id| self.kind_of(id) == SymbolKind::HookVariable),
            _ => false,
        }
    }

    pub(super) fn barrier(&mut self, node: ast::BarrierStatement<'p>) {
        self.name(TextKind::Barrier, node.key(), true);
    }

    pub(super) fn cache(&mut self, node: ast::CacheExpression<'p>) {
        let Some(options) = node.options() else { return };
        for element in elements(Expression::ArrayLiteral(options)) {
            if self.key(element).as_deref() == Some("namespace") {
                self.name(TextKind::Cache, element.value(), true);
            }
        }
    }

    fn key(&self, element: ast::ArrayElement<'p>) -> Option<String> {
        let key = literal::of_expression(element.key()?, &self.parse.text)?;
        Some(key.value.to_string())
    }

    fn name(&mut self, kind: TextKind, value: Option<Expression<'p>>, sure: bool) {
        self.note(kind, value, sure, false);
    }

    /// Notes what a text names, unless it is known; of both, what is sure stays.
    fn note(&mut self, kind: TextKind, value: Option<Expression<'p>>, sure: bool, gives: bool) {
        let Some(value) = value else { return };
        let Some(text) = literal::of_expression(value, &self.parse.text) else {
            if let TextKind::Id(kind) = kind {
                self.script.computed_ids.insert(kind);
            }
            return;
        };
        let Some((kind, text)) = self.named(kind, text) else { return };
        let scope = self.scope();
        let known = self.script.texts.iter_mut().rev().find(|known| known.at == text.at);
        match known {
            Some(known) => known.sure |= sure,
            None => {
                let (name, at) = (text.value, text.at);
                self.script.texts.push(TextUse { kind, name, at, scope, sure, gives });
            }
        }
    }

    /// What a text names where something of a kind may stand, and the name without its sign.
    fn named(&self, kind: TextKind, text: Literal) -> Option<(TextKind, Literal)> {
        let TextKind::Id(id) = kind else { return Some((kind, text)) };
        let (id, name) = id.named_by(&text.value)?;
        if name.len() == text.value.len() {
            return Some((TextKind::Id(id), text));
        }
        // A sign that is written as an escape is left alone.
        let start = text.at.start as usize;
        self.parse.text.get(start..)?.starts_with(id.sign().as_bytes()).then_some(())?;
        let at = Span { start: text.at.start + id.sign().len() as u32, ..text.at };
        Some((TextKind::Id(id), Literal { value: name.into(), at }))
    }
}

fn value(item: ArgumentsItem<'_>) -> Option<Expression<'_>> {
    match item {
        ArgumentsItem::Expression(value) => Some(value),
        ArgumentsItem::SpreadArgument(_) => None,
    }
}

fn elements(expression: Expression<'_>) -> impl Iterator<Item = ast::ArrayElement<'_>> {
    let array = match expression {
        Expression::ArrayLiteral(array) => Some(array),
        _ => None,
    };
    array.into_iter().flat_map(ast::ArrayLiteral::items).filter_map(|item| match item {
        ArrayLiteralItem::ArrayElement(element) => Some(element),
        ArrayLiteralItem::SpreadElement(_) => None,
    })
}
