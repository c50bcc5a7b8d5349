//! The options array of a call becomes a variable before the statement.

use diagnostics::Edit;
use hsl_syntax::ast::{ArrayLiteral, AstNode, Expression};

use super::{Place, extract_variable};
use crate::declared;
use crate::tokens::before;

pub(super) fn edits(place: &Place<'_>) -> Option<Vec<Edit>> {
    let mut arrays = place.around().filter_map(ArrayLiteral::cast);
    let options = arrays.find(|array| is_options(place, *array))?;
    let name = place.fresh_variable("options");
    extract_variable::extract(place, Expression::ArrayLiteral(options), &name)
}

fn is_options(place: &Place<'_>, array: ArrayLiteral<'_>) -> bool {
    let node = array.syntax();
    let tokens = before(&place.view.parse, node.start_byte() + 1);
    let is_argument = node.parent().is_some_and(|parent| parent.kind() == "arguments");
    let array = || declared::array(place.view, &tokens);
    is_argument && array().is_some_and(|array| !array.keys.is_empty())
}
