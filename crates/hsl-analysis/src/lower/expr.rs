//! Expressions, but for calls, arrays and targets.

use std::borrow::Cow;

use diagnostics::{Diagnostic, Edit, Fix, Span, codes};
use hsl_syntax::BinaryOp;
use hsl_syntax::ast::{self, AstNode, Expression, StringLiteralItem};

use super::Lowerer;
use super::place::Use;
use super::stmt::first_word;
use crate::hir::{ExprId, ExprKind, MatchArm, Part};

impl<'g> Lowerer<'g, '_> {
    /// An expression for its value; `around` is what to point at when it is missing.
    pub(super) fn expr(&mut self, node: Option<Expression<'g>>, around: Span) -> ExprId {
        let Some(node) = node else { return self.broken(around) };
        let span = node.span();
        if !self.descend(span) {
            return self.broken(span);
        }
        let id = self.operation(node, span);
        self.ascend();
        id
    }

    fn operation(&mut self, node: Expression<'g>, span: Span) -> ExprId {
        match node {
            Expression::BinaryExpression(node) => self.binary(node),
            Expression::UnaryExpression(node) => self.unary(node),
            Expression::TernaryExpression(node) => self.ternary(node),
            Expression::AssignmentExpression(node) => self.assignment(node),
            Expression::DestructuringAssignment(node) => self.destructuring(node),
            Expression::PrefixUpdateExpression(node) => {
                self.update(node.operand(), node.is_increment(), true, span)
            }
            Expression::PostfixUpdateExpression(node) => {
                self.update(node.operand(), node.is_increment(), false, span)
            }
            Expression::CallExpression(node) => self.call(node),
            Expression::CacheExpression(node) => self.cache(node),
            Expression::IssetExpression(node) => {
                let place = self.place(node.operand(), Use::Probe, span);
                self.expression(span, ExprKind::Isset(place))
            }
            Expression::UnsetExpression(node) => {
                let place = self.place(node.operand(), Use::Remove, span);
                self.expression(span, ExprKind::Unset(place))
            }
            Expression::MatchExpression(node) => self.match_expression(node),
            Expression::YieldExpression(node) => self.yield_expression(node),
            Expression::FunctionExpression(node) => self.function_expression(node),
            Expression::ParenthesizedExpression(node) => self.expr(node.expression(), span),
            Expression::ArrayLiteral(node) => self.array(node),
            _ => self.access(node, span),
        }
    }

    /// Parts of a value, and names.
    fn access(&mut self, node: Expression<'g>, span: Span) -> ExprId {
        match node {
            Expression::SubscriptExpression(node) => {
                let object = self.expr(node.object(), span);
                let index = self.expr(node.index(), span);
                self.expression(span, ExprKind::Index { object, index })
            }
            Expression::MemberExpression(node) => {
                let object = self.expr(node.object(), span);
                let name = node.name().map(|name| self.name_of(name).into()).unwrap_or_default();
                self.expression(span, ExprKind::Member { object, name })
            }
            Expression::SliceExpression(node) => self.slice(node),
            Expression::AppendExpression(node) => {
                self.expr(node.object(), span);
                let message = "`[]` can only be assigned to";
                self.error(&codes::INVALID_TARGET, span, message);
                self.broken(span)
            }
            Expression::Variable(node) => {
                let name = self.variable_name(node);
                let id = self.read_variable(&name, span);
                self.expression(span, ExprKind::Variable(id))
            }
            Expression::Identifier(node) => self.name_value(node),
            Expression::ScopedExpression(node) => self.scoped_value(node),
            Expression::BuiltinExpression(node) => self.builtin_value(node),
            _ => self.literal(node, span),
        }
    }

    fn literal(&mut self, node: Expression<'g>, span: Span) -> ExprId {
        let text = self.text();
        let kind = match node {
            Expression::Number(node) => ExprKind::Number(node.value(text)),
            Expression::RawString(node) => ExprKind::String(node.value(text).into()),
            Expression::TrueLiteral(_) => ExprKind::Boolean(true),
            Expression::FalseLiteral(_) => ExprKind::Boolean(false),
            Expression::NoneLiteral(_) => ExprKind::None,
            Expression::StringLiteral(node) => self.string(node),
            Expression::Regex(node) => ExprKind::Regex {
                pattern: node.body(text).into(),
                flags: String::from_utf8_lossy(node.modifiers(text)).into(),
            },
            _ => ExprKind::Error,
        };
        self.expression(span, kind)
    }

    fn string(&mut self, node: ast::StringLiteral<'g>) -> ExprKind {
        if let Some(whole) = self.plain_string(node) {
            return ExprKind::String(whole.into());
        }
        let mut parts = Vec::new();
        let mut bytes = Vec::new();
        for item in node.items() {
            if let StringLiteralItem::Interpolation(inner) = item {
                let Some(variable) = inner.variable() else { continue };
                if !bytes.is_empty() {
                    parts.push(Part::Text(std::mem::take(&mut bytes).into()));
                }
                let name = self.variable_name(variable);
                let id = self.read_variable(&name, variable.span());
                parts.push(Part::Value(self.expression(variable.span(), ExprKind::Variable(id))));
            } else if let Some(text) = item.value(self.text()) {
                if *text == *b"\\" && matches!(item, StringLiteralItem::StringContent(_)) {
                    self.unknown_escape(item.span());
                }
                bytes.extend_from_slice(&text);
            }
        }
        if parts.is_empty() {
            return ExprKind::String(bytes.into());
        }
        if !bytes.is_empty() {
            parts.push(Part::Text(bytes.into()));
        }
        ExprKind::Interpolated(parts)
    }

    /// The bytes of a string that is one piece as it stands, as most are.
    fn plain_string(&self, node: ast::StringLiteral<'g>) -> Option<&'g [u8]> {
        let mut items = node.items();
        let StringLiteralItem::StringContent(content) = items.next()? else { return None };
        let text = content.text(self.text());
        (items.next().is_none() && text != b"\\").then_some(text)
    }

    /// Warns about a backslash that begins no escape and stands for itself.
    fn unknown_escape(&mut self, span: Span) {
        let next = self.text().get(span.end as usize).copied().unwrap_or(b'"');
        let width = u32::from(next.is_ascii_graphic() && next != b'"');
        let at = Span { end: span.end + width, ..span };
        let written = String::from_utf8_lossy(&self.text()[at.range(usize::MAX)]).into_owned();
        let message = format!("`{written}` is no escape; the backslash stays in the text");
        let finding = self.finding(&codes::UNKNOWN_ESCAPE, at, message);
        let finding = finding.help("write `\\\\` for a backslash, or a raw string");
        let edits = vec![Edit { span: Span { end: span.start, ..span }, text: "\\".to_owned() }];
        let title = "Write the backslash twice".to_owned();
        self.report(Diagnostic { fix: Some(Fix { title, edits, safe: true }), ..finding });
    }

    /// The name of a variable with `$`, without the braces it may have in a string.
    pub(super) fn variable_name(&self, node: ast::Variable<'_>) -> Cow<'g, str> {
        let name = node.name(self.text());
        // Braces are rare: the text of any other variable is its name.
        if node.text(self.text()).len() == name.len() + 1 {
            return self.name_of(node);
        }
        format!("${}", String::from_utf8_lossy(name)).into()
    }

    /// Long chains nest to the left: the left spine is walked, not recursed into.
    fn binary(&mut self, node: ast::BinaryExpression<'g>) -> ExprId {
        let mut spine = vec![node];
        let mut first = node;
        let operand = loop {
            match first.left() {
                Some(Expression::BinaryExpression(left)) => first = left,
                operand => break operand,
            }
            spine.push(first);
        };
        let mut left = self.left_operand(first, operand);
        for node in spine.into_iter().rev() {
            let span = node.span();
            let right = self.expr(node.right(), span);
            left = match node.op() {
                Some(op) => self.expression(span, ExprKind::Binary { op, left, right }),
                None => self.broken(span),
            };
        }
        left
    }

    /// The left side of `??` may name something that does not exist.
    fn left_operand(
        &mut self,
        node: ast::BinaryExpression<'g>,
        operand: Option<Expression<'g>>,
    ) -> ExprId {
        let mut left = operand;
        if node.op() != Some(BinaryOp::Coalesce) {
            return self.expr(left, node.span());
        }
        while let Some(Expression::ParenthesizedExpression(inner)) = left {
            left = inner.expression();
        }
        match left {
            Some(
                Expression::Variable(_)
                | Expression::SubscriptExpression(_)
                | Expression::MemberExpression(_)
                | Expression::ScopedExpression(_),
            ) => self.place(left, Use::Probe, node.span()),
            _ => self.expr(left, node.span()),
        }
    }

    fn unary(&mut self, node: ast::UnaryExpression<'g>) -> ExprId {
        let operand = self.expr(node.operand(), node.span());
        match node.op() {
            Some(op) => self.expression(node.span(), ExprKind::Unary { op, operand }),
            None => self.broken(node.span()),
        }
    }

    fn ternary(&mut self, node: ast::TernaryExpression<'g>) -> ExprId {
        let span = node.span();
        let condition = self.expr(node.condition(), span);
        let consequence = node.consequence().map(|value| self.expr(Some(value), span));
        let alternative = self.expr(node.alternative(), span);
        self.expression(span, ExprKind::Ternary { condition, consequence, alternative })
    }

    fn slice(&mut self, node: ast::SliceExpression<'g>) -> ExprId {
        let span = node.span();
        let object = self.expr(node.object(), span);
        self.slice_of(node, object)
    }

    pub(super) fn slice_of(&mut self, node: ast::SliceExpression<'g>, object: ExprId) -> ExprId {
        let span = node.span();
        let mut part = |part: Option<Expression<'g>>| part.map(|p| self.expr(Some(p), span));
        let (first, last, step) = (part(node.first()), part(node.last()), part(node.step()));
        self.expression(span, ExprKind::Slice { object, first, last, step })
    }

    fn match_expression(&mut self, node: ast::MatchExpression<'g>) -> ExprId {
        let span = node.span();
        let subject = self.expr(node.subject(), span);
        let mut default: Option<Span> = None;
        let mut arms = Vec::new();
        for arm in node.arms() {
            if arm.is_default() {
                let at = first_word(arm.span(), "default");
                if let Some(first) = default {
                    let message = "this `match` already has a `default`";
                    let finding = self.finding(&codes::DUPLICATE_DEFINITION, at, message);
                    self.report(finding.label(first, "first one here"));
                }
                default = default.or(Some(at));
            }
            let patterns = arm.patterns().map(|p| self.expr(Some(p), span)).collect();
            arms.push(MatchArm { patterns, value: self.expr(arm.value(), span) });
        }
        self.expression(span, ExprKind::Match { subject, arms })
    }

    fn yield_expression(&mut self, node: ast::YieldExpression<'g>) -> ExprId {
        let span = node.span();
        let value = node.value().map(|value| self.expr(Some(value), span));
        if self.frames.len() == 1 {
            let message = "`yield` stands outside a function";
            self.error(&codes::MISPLACED_JUMP, first_word(span, "yield"), message);
            return self.broken(span);
        }
        let function = self.function();
        self.program.functions[function.index()].generator = true;
        self.expression(span, ExprKind::Yield(value))
    }
}
