//! An `if` chain that only chooses a value becomes a `match`.

use diagnostics::Edit;
use hsl_syntax::ast::{AstNode, Expression, Statement};
use hsl_syntax::tree_sitter::Node;

use super::Place;
use super::chain::Chain;

pub(super) fn edits(place: &Place<'_>) -> Option<Vec<Edit>> {
    let chain = Chain::at(place)?;
    let (use_of, default) = chosen(place, chain.otherwise?)?;
    let outer = place.indent(chain.statement.start_byte());
    let inner = outer.clone() + &place.step();
    let mut text = format!("{use_of}match ({}) {{\n", place.text(chain.subject)?);
    for (values, body) in &chain.arms {
        let (here, value) = chosen(place, *body)?;
        if here != use_of {
            return None;
        }
        let values = values.iter().map(|value| place.text(*value)).collect::<Option<Vec<_>>>()?;
        text +=
            &format!("{inner}{} => {},\n", values.join(", "), place.moved(value, value, &inner)?);
    }
    text += &format!("{inner}default => {},\n{outer}}};", place.moved(default, default, &inner)?);
    Some(vec![place.replace(chain.statement, text)])
}

/// What an arm does with a value, as the text before it, and the value.
fn chosen<'v>(place: &Place<'v>, body: Statement<'v>) -> Option<(String, Node<'v>)> {
    match body {
        Statement::Block(block) => {
            let node = block.syntax();
            let only = node.named_child(0).filter(|_| node.named_child_count() == 1)?;
            chosen(place, Statement::cast(only)?)
        }
        Statement::ReturnStatement(back) => Some(("return ".to_owned(), back.value()?.syntax())),
        Statement::EchoStatement(echo) => Some(("echo ".to_owned(), echo.value()?.syntax())),
        Statement::ExpressionStatement(statement) => {
            let Expression::AssignmentExpression(set) = statement.expression()? else {
                return None;
            };
            let Expression::Variable(target) = set.left()? else { return None };
            let is_plain = set.operator()?.kind() == "=";
            let before = format!("{} = ", place.text(target.syntax())?);
            is_plain.then_some((before, set.right()?.syntax()))
        }
        _ => None,
    }
}
