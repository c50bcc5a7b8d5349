//! Constant expressions: defaults, initial values and import options.

use diagnostics::codes;
use hsl_syntax::UnaryOp;
use hsl_syntax::ast::{self, ArrayLiteralItem, AstNode, Expression, RawStringOrStringLiteral};

use super::Lowerer;
use crate::data::Datum;
use crate::hir::ExprId;

impl<'g> Lowerer<'g, '_> {
    /// An expression that must be constant; it is evaluated when the program is compiled.
    pub(super) fn constant(&mut self, node: Expression<'g>, what: &str) -> ExprId {
        match self.variable_part(node) {
            None => self.expr(Some(node), node.span()),
            Some(part) => {
                let message = format!("{what} must be constant");
                self.error(&codes::INVALID_PARAMETERS, part.span(), message);
                self.broken(node.span())
            }
        }
    }

    /// The first part that is not constant. Loops over a list of open parts.
    fn variable_part(&self, node: Expression<'g>) -> Option<Expression<'g>> {
        let mut open = vec![node];
        while let Some(node) = open.pop() {
            match node {
                Expression::Number(_)
                | Expression::RawString(_)
                | Expression::Regex(_)
                | Expression::TrueLiteral(_)
                | Expression::FalseLiteral(_)
                | Expression::NoneLiteral(_) => {}
                Expression::StringLiteral(text) if text.value(self.text()).is_some() => {}
                Expression::ParenthesizedExpression(node) => open.extend(node.expression()),
                Expression::UnaryExpression(node) => open.extend(node.operand()),
                Expression::BinaryExpression(node) => {
                    open.extend(node.right());
                    open.extend(node.left());
                }
                Expression::TernaryExpression(node) => {
                    open.extend(node.alternative());
                    open.extend(node.consequence());
                    open.extend(node.condition());
                }
                Expression::ArrayLiteral(node) => open.extend(parts(node)),
                other => return Some(other),
            }
        }
        None
    }

    /// The value of import options; reports and gives none when it is not a plain literal.
    pub(super) fn constant_datum(&mut self, node: Expression<'g>) -> Option<Datum> {
        let value = self.datum(node, 0);
        if value.is_none() {
            let message = "import options must be an array of literals";
            self.error(&codes::INVALID_DATA_IMPORT, node.span(), message);
        }
        value
    }

    fn datum(&self, node: Expression<'g>, depth: usize) -> Option<Datum> {
        // Options have at most three levels.
        if depth > 16 {
            return None;
        }
        if let Some(text) = RawStringOrStringLiteral::cast(node.syntax()) {
            return text.value(self.text()).map(Datum::text);
        }
        match node {
            Expression::Number(node) => Some(Datum::Number(node.value(self.text()))),
            Expression::TrueLiteral(_) => Some(Datum::Boolean(true)),
            Expression::FalseLiteral(_) => Some(Datum::Boolean(false)),
            Expression::NoneLiteral(_) => Some(Datum::None),
            Expression::ParenthesizedExpression(node) => self.datum(node.expression()?, depth + 1),
            Expression::UnaryExpression(node) => {
                match (node.op()?, self.datum(node.operand()?, depth + 1)?) {
                    (UnaryOp::Minus, Datum::Number(number)) => Some(Datum::Number(-number)),
                    (UnaryOp::Not, Datum::Boolean(value)) => Some(Datum::Boolean(!value)),
                    _ => None,
                }
            }
            Expression::ArrayLiteral(node) => {
                let elements = node.items().map(|item| self.datum_element(item, depth + 1));
                Some(Datum::Array(elements.collect::<Option<_>>()?))
            }
            _ => None,
        }
    }

    fn datum_element(
        &self,
        item: ArrayLiteralItem<'g>,
        depth: usize,
    ) -> Option<(Option<std::sync::Arc<[u8]>>, Datum)> {
        let ArrayLiteralItem::ArrayElement(node) = item else { return None };
        let key = match node.key() {
            None => None,
            Some(key) => match self.datum(key, depth)? {
                Datum::Text(text) => Some(text),
                Datum::Number(number) => Some(number.trunc().to_string().into_bytes().into()),
                _ => return None,
            },
        };
        Some((key, self.datum(node.value()?, depth)?))
    }
}

/// Keys and values of an array literal.
fn parts<'t>(node: ast::ArrayLiteral<'t>) -> impl Iterator<Item = Expression<'t>> {
    node.items()
        .flat_map(|item| match item {
            ArrayLiteralItem::ArrayElement(node) => [node.key(), node.value()],
            ArrayLiteralItem::SpreadElement(node) => [node.value(), None],
        })
        .flatten()
}
