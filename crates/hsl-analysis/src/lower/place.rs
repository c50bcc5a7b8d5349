//! Places: what is assigned, counted, asked for or removed.

use diagnostics::{Diagnostic, Edit, Fix, Span, codes};
use hsl_syntax::AssignOp;
use hsl_syntax::ast::{self, AstNode, Expression};

use super::Lowerer;
use crate::hir::{ExprId, ExprKind};

/// What happens to a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    /// `=`, destructuring: need not exist.
    Assign,
    /// `op=`, `++`: a plain variable must exist.
    Modify,
    /// `??=`: need not exist.
    Complete,
    /// `isset`, left of `??`.
    Probe,
    /// `unset`.
    Remove,
}

impl Use {
    fn writes(self) -> bool {
        self != Self::Probe
    }

    fn verb(self) -> &'static str {
        match self {
            Self::Assign | Self::Complete => "assigned to",
            Self::Modify => "modified",
            Self::Probe => "tested with `isset`",
            Self::Remove => "removed with `unset`",
        }
    }
}

impl<'g> Lowerer<'g, '_> {
    pub(super) fn assignment(&mut self, node: ast::AssignmentExpression<'g>) -> ExprId {
        let span = node.span();
        let Some(op) = node.op() else { return self.broken(span) };
        let value = self.expr(node.right(), span);
        let kind = match op.binary() {
            None => {
                let place = self.place(node.left(), Use::Assign, span);
                ExprKind::Assign { place, value }
            }
            Some(binary) => {
                let complete = op == AssignOp::Coalesce;
                let how = if complete { Use::Complete } else { Use::Modify };
                let place = self.place(node.left(), how, span);
                ExprKind::AssignOp { op: binary, place, value }
            }
        };
        self.expression(span, kind)
    }

    pub(super) fn update(
        &mut self,
        operand: Option<Expression<'g>>,
        increment: bool,
        prefix: bool,
        span: Span,
    ) -> ExprId {
        let place = self.place(operand, Use::Modify, span);
        self.expression(span, ExprKind::Update { increment, prefix, place })
    }

    /// An expression that must be a variable, element or property.
    pub(super) fn place(&mut self, node: Option<Expression<'g>>, how: Use, around: Span) -> ExprId {
        let Some(node) = node else { return self.broken(around) };
        let span = node.span();
        match node {
            Expression::Variable(node) => self.whole_variable(node, how),
            Expression::ScopedExpression(node) => self.scoped_place(node, how.writes()),
            Expression::SliceExpression(node) => self.slice_place(node, how),
            Expression::SubscriptExpression(_)
            | Expression::AppendExpression(_)
            | Expression::MemberExpression(_) => self.element(node, how),
            _ => {
                let value = self.expr(Some(node), span);
                if !matches!(self.program.expr(value).kind, ExprKind::Error) {
                    let message =
                        format!("only a variable, element or property can be {}", how.verb());
                    let finding = self.finding(&codes::INVALID_TARGET, span, message);
                    self.report(meant(finding, node));
                }
                self.broken(span)
            }
        }
    }

    fn whole_variable(&mut self, node: ast::Variable<'g>, how: Use) -> ExprId {
        let (name, span) = (self.name_of(node), node.span());
        let id = match how {
            Use::Assign | Use::Complete => self.write_variable(&name, span),
            Use::Probe => self.probe_variable(&name, span),
            Use::Remove => {
                let id = self.probe_variable(&name, span);
                self.check_writable(id, &name, span);
                id
            }
            Use::Modify => {
                let id = self.read_variable(&name, span);
                self.check_writable(id, &name, span);
                self.refer_write(id, span);
                id
            }
        };
        self.expression(span, ExprKind::Variable(id))
    }

    fn refer_write(&mut self, id: crate::hir::VarId, span: Span) {
        if let Some(symbol) = self.frame().symbols.get(&id).copied() {
            self.refer(self.at(span), symbol, crate::Access::Write);
        }
    }

    /// An element or property: what is below it is found first.
    fn element(&mut self, node: Expression<'g>, how: Use) -> ExprId {
        let span = node.span();
        if !self.descend(span) {
            return self.broken(span);
        }
        let kind = match node {
            Expression::SubscriptExpression(node) => {
                let object = self.object(node.object(), how, span);
                ExprKind::Index { object, index: self.expr(node.index(), span) }
            }
            Expression::MemberExpression(node) => {
                let object = self.object(node.object(), how, span);
                let name = node.name().map(|name| self.name_of(name).into()).unwrap_or_default();
                ExprKind::Member { object, name }
            }
            Expression::AppendExpression(node) => {
                let object = self.object(node.object(), how, span);
                if matches!(how, Use::Probe | Use::Remove) {
                    let message = format!("`[]` cannot be {}", how.verb());
                    self.error(&codes::INVALID_TARGET, span, message);
                }
                ExprKind::Append { object }
            }
            _ => ExprKind::Error,
        };
        self.ascend();
        self.expression(span, kind)
    }

    /// What an element or property belongs to.
    fn object(&mut self, node: Option<Expression<'g>>, how: Use, around: Span) -> ExprId {
        match node {
            Some(Expression::Variable(node)) => self.root_variable(node, how),
            Some(Expression::ScopedExpression(node)) => self.scoped_place(node, how.writes()),
            Some(
                node @ (Expression::SubscriptExpression(_)
                | Expression::AppendExpression(_)
                | Expression::MemberExpression(_)),
            ) => self.element(node, how),
            node => self.expr(node, around),
        }
    }

    /// A variable whose element or property is meant.
    fn root_variable(&mut self, node: ast::Variable<'g>, how: Use) -> ExprId {
        let (name, span) = (self.name_of(node), node.span());
        if &*name == "$this" {
            // The variable stays: it is the object that changes.
            let id = self.read_variable(&name, span);
            return self.expression(span, ExprKind::Variable(id));
        }
        let id = match how {
            Use::Assign | Use::Modify | Use::Complete => self.write_variable(&name, span),
            Use::Probe => self.probe_variable(&name, span),
            Use::Remove => {
                let id = self.probe_variable(&name, span);
                self.check_writable(id, &name, span);
                id
            }
        };
        self.expression(span, ExprKind::Variable(id))
    }

    /// A slice can be replaced or removed as a whole, without step.
    fn slice_place(&mut self, node: ast::SliceExpression<'g>, how: Use) -> ExprId {
        let span = node.span();
        let inner = if how == Use::Remove { Use::Remove } else { Use::Assign };
        let object = self.object(node.object(), inner, span);
        let message = match how {
            Use::Assign | Use::Remove if node.step().is_none() => None,
            Use::Assign | Use::Remove => Some("a slice with a step cannot be a target".to_owned()),
            _ => Some(format!("a slice cannot be {}", how.verb())),
        };
        if let Some(message) = message {
            self.error(&codes::INVALID_TARGET, span, message);
        }
        self.slice_of(node, object)
    }
}

/// Says what `=` was probably meant to be: `=>` in an array, `==` in a condition.
fn meant(finding: Diagnostic, target: Expression<'_>) -> Diagnostic {
    let parent = target.syntax().parent();
    let Some(assignment) = parent.and_then(ast::AssignmentExpression::cast) else { return finding };
    let operator = assignment.syntax().child_by_field_name("operator");
    let Some(operator) = operator.filter(|node| node.kind() == "=") else { return finding };
    let around = assignment.syntax().parent().map_or("", |node| node.kind());
    let (help, text) = match around {
        "array_element" | "match_arm" => ("a key and its value are joined by `=>`", "=>"),
        "if_statement" | "while_statement" | "binary_expression" | "ternary_expression" => {
            ("`==` compares", "==")
        }
        _ => return finding,
    };
    let edits = vec![Edit { span: ast::span_of(operator), text: text.to_owned() }];
    let fix = Fix { title: format!("Change to `{text}`"), edits, safe: false };
    Diagnostic { fix: Some(fix), ..finding.help(help) }
}
