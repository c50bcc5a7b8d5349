//! `if` chains that compare one value with constants.

use hsl_syntax::BinaryOp;
use hsl_syntax::ast::{AstNode, BinaryExpression, Expression, IfStatement, Statement};
use hsl_syntax::tree_sitter::Node;

use super::Place;
use super::motion::is_constant;

/// A chain: what is compared, with what, and what is done then.
pub(super) struct Chain<'v> {
    /// The outermost `if`.
    pub(super) statement: Node<'v>,
    /// What is compared, as it is written first.
    pub(super) subject: Node<'v>,
    /// Constants, any of which fits, with the statement that is run then.
    pub(super) arms: Vec<(Vec<Node<'v>>, Statement<'v>)>,
    /// What is run when none fits.
    pub(super) otherwise: Option<Statement<'v>>,
}

impl<'v> Chain<'v> {
    /// The chain around a cursor, of two arms at least. Its subject is quiet: it is looked at once
    /// for all, instead of once for each.
    pub(super) fn at(place: &Place<'v>) -> Option<Self> {
        let inner =
            place.around().take_while(|node| node.kind() != "block").find_map(IfStatement::cast)?;
        let mut first = inner.syntax();
        while let Some(outer) = first.parent().filter(|parent| {
            parent.kind() == "if_statement"
                && parent.child_by_field_name("alternative") == Some(first)
        }) {
            first = outer;
        }
        let chain = Self::read(place, IfStatement::cast(first)?)?;
        (chain.arms.len() > 1 && place.is_quiet(chain.subject)).then_some(chain)
    }

    fn read(place: &Place<'v>, first: IfStatement<'v>) -> Option<Self> {
        let mut subject = None;
        let mut arms = Vec::new();
        let mut current = first;
        loop {
            let mut values = Vec::new();
            compared(place, current.condition()?, &mut subject, &mut values)?;
            arms.push((values, current.consequence()?));
            match current.alternative() {
                Some(Statement::IfStatement(next)) => current = next,
                otherwise => {
                    let statement = first.syntax();
                    return Some(Self { statement, subject: subject?, arms, otherwise });
                }
            }
        }
    }
}

/// Reads `subject == constant`, or several of them joined by `or`.
fn compared<'v>(
    place: &Place<'v>,
    condition: Expression<'v>,
    subject: &mut Option<Node<'v>>,
    values: &mut Vec<Node<'v>>,
) -> Option<()> {
    let comparison = match condition {
        Expression::BinaryExpression(comparison) => comparison,
        Expression::ParenthesizedExpression(inner) => {
            return compared(place, inner.expression()?, subject, values);
        }
        _ => return None,
    };
    let (left, right) = (comparison.left()?, comparison.right()?);
    match comparison.op()? {
        BinaryOp::Or => {
            compared(place, left, subject, values)?;
            compared(place, right, subject, values)
        }
        BinaryOp::Equal => equal(place, comparison, subject, values),
        _ => None,
    }
}

fn equal<'v>(
    place: &Place<'v>,
    comparison: BinaryExpression<'v>,
    subject: &mut Option<Node<'v>>,
    values: &mut Vec<Node<'v>>,
) -> Option<()> {
    let (left, right) = (comparison.left()?.syntax(), comparison.right()?.syntax());
    let (looked_at, value) = if is_constant(right) { (left, right) } else { (right, left) };
    if !is_constant(value) || is_constant(looked_at) {
        return None;
    }
    let known = *subject.get_or_insert(looked_at);
    (place.text(known)? == place.text(looked_at)?).then(|| values.push(value))
}
