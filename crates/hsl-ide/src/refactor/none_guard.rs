//! A statement that uses what may be `none`, run only when it is not.

use diagnostics::Edit;
use hsl_syntax::ast::{AstNode, Variable};

use super::Place;
use super::flow::may_be_nested;
use super::place::{is_list, statement_of};

pub(super) fn edits(place: &Place<'_>) -> Option<Vec<Edit>> {
    let variable = place.around().find_map(Variable::cast)?;
    let node = variable.syntax();
    let ty = place.view.type_at(variable.span())?;
    let statement = statement_of(node)?;
    let is_read = place.reference(node)?.access == hsl_analysis::Access::Read;
    let stands = is_list(statement.parent()?) && may_be_nested(statement);
    if !is_read || !ty.may_be_none() || ty.is_none() || ty.is_unknown() || !stands {
        return None;
    }
    let name = String::from_utf8(variable.name(place.view.text()).to_vec()).ok()?;
    let outer = place.indent(statement.start_byte());
    let inner = outer.clone() + &place.step();
    let body = place.moved(statement, statement, &inner)?;
    let guarded = format!("if (${name} !== none) {{\n{inner}{body}\n{outer}}}");
    Some(vec![place.replace(statement, guarded)])
}
