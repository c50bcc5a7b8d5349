//! Where the class of a value is defined.

use hsl_analysis::types::Instance;
use hsl_syntax::ast::{AstNode, Expression};

use crate::View;
use crate::definition::{Target, of_symbol};
use crate::hover::token_at;

/// The classes of the script that the expression at an offset may be an instance of.
pub fn type_definition(view: &View, offset: usize) -> Vec<Target> {
    let Some(node) = token_at(view, offset) else { return Vec::new() };
    let around = std::iter::successors(Some(node), |node| node.parent()).take(4);
    let ty = around
        .filter_map(|node| Expression::cast(node).and_then(|e| view.type_of(e)))
        .find(|ty| !ty.instances().is_empty())
        .or_else(|| view.type_of_variable(node));
    let classes = ty.iter().flat_map(|ty| ty.instances().iter());
    let own = classes.filter_map(|instance| match *instance {
        Instance::Own(class) => view.class_symbol(class),
        _ => None,
    });
    own.filter_map(|symbol| of_symbol(view, symbol)).collect()
}
