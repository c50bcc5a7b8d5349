//! Strings and variables joined by `.` become one string.

use diagnostics::Edit;
use hsl_syntax::ast::{
    AstNode, BinaryExpression, Expression, StringLiteral, StringLiteralItem, Variable,
};
use hsl_syntax::tree_sitter::Node;
use hsl_syntax::{BinaryOp, literals, words};

use super::Place;

/// A piece of the result.
#[derive(Clone, PartialEq, Eq)]
enum Piece {
    /// Bytes, and how they were written when that was between double quotes.
    Text(Vec<u8>, Option<Vec<u8>>),
    /// A variable, by its name.
    Variable(Vec<u8>),
}

pub(super) fn edits(place: &Place<'_>) -> Option<Vec<Edit>> {
    let chain = outermost(place)?;
    let mut operands = Vec::new();
    flatten(Expression::BinaryExpression(chain), &mut operands);
    let mut pieces = Vec::new();
    for operand in operands {
        read(place, operand, &mut pieces)?;
    }
    let some = |is: fn(&Piece) -> bool| pieces.iter().any(is);
    if !some(|piece| matches!(piece, Piece::Text(..))) || !some(|p| matches!(p, Piece::Variable(_)))
    {
        return None;
    }
    // As it was written, unless two pieces would be read as one.
    let written = [true, false].map(|as_written| write(&pieces, as_written));
    let text = written.into_iter().find(|text| is_read_as(text, &pieces))?;
    Some(vec![place.replace(chain.syntax(), String::from_utf8(text).ok()?)])
}

/// The longest chain of `.` around the cursor.
fn outermost<'v>(place: &Place<'v>) -> Option<BinaryExpression<'v>> {
    let joins = |node: Node<'v>| {
        BinaryExpression::cast(node).filter(|binary| binary.op() == Some(BinaryOp::Concat))
    };
    let mut chain = place.around().take(4).find_map(joins)?;
    while let Some(outer) = chain.syntax().parent().and_then(joins) {
        chain = outer;
    }
    Some(chain)
}

fn flatten<'v>(expression: Expression<'v>, operands: &mut Vec<Expression<'v>>) {
    let mut right = Vec::new();
    let mut current = expression;
    while let Expression::BinaryExpression(binary) = current
        && binary.op() == Some(BinaryOp::Concat)
        && let Some(left) = binary.left()
    {
        right.extend(binary.right());
        current = left;
    }
    operands.push(current);
    operands.extend(right.into_iter().rev());
}

fn read(place: &Place<'_>, operand: Expression<'_>, pieces: &mut Vec<Piece>) -> Option<()> {
    let text = place.view.text();
    match operand {
        Expression::StringLiteral(string) => pieces.extend(pieces_of(string, text)),
        Expression::RawString(raw) => pieces.push(Piece::Text(raw.value(text).to_vec(), None)),
        // A string shows `none`, joining leaves it out.
        Expression::Variable(variable) if is_something(place, variable) => {
            pieces.push(Piece::Variable(variable.name(text).to_vec()));
        }
        _ => return None,
    }
    Some(())
}

/// Whether the value is known, and never `none`.
pub(super) fn is_something(place: &Place<'_>, variable: Variable<'_>) -> bool {
    let ty = place.view.type_at(variable.span());
    ty.is_some_and(|ty| !ty.is_unknown() && !ty.is_never() && !ty.may_be_none())
}

fn pieces_of<'v>(string: StringLiteral<'v>, text: &'v [u8]) -> impl Iterator<Item = Piece> + 'v {
    string.items().filter_map(move |item| match item {
        StringLiteralItem::Interpolation(inner) => {
            Some(Piece::Variable(inner.variable()?.name(text).to_vec()))
        }
        other => {
            Some(Piece::Text(other.value(text)?.into_owned(), Some(other.text(text).to_vec())))
        }
    })
}

fn write(pieces: &[Piece], as_written: bool) -> Vec<u8> {
    let mut out = vec![b'"'];
    for (at, piece) in pieces.iter().enumerate() {
        match piece {
            Piece::Text(_, Some(written)) if as_written => out.extend_from_slice(written),
            Piece::Text(value, _) => {
                let quoted = literals::quote(value);
                out.extend_from_slice(&quoted[1..quoted.len() - 1]);
            }
            Piece::Variable(name) => {
                let glued = matches!(pieces.get(at + 1), Some(Piece::Text(value, _))
                    if value.first().is_some_and(|byte| words::is_part(*byte)));
                let (open, close): (&[u8], &[u8]) = if glued { (b"${", b"}") } else { (b"$", b"") };
                out.extend([open, name, close].concat());
            }
        }
    }
    out.push(b'"');
    out
}

/// Whether a literal is read as these pieces.
fn is_read_as(literal: &[u8], pieces: &[Piece]) -> bool {
    let parse = hsl_syntax::parse([literal, b";"].concat());
    let Some(node) = parse.tree.root_node().named_child(0).and_then(|node| node.named_child(0))
    else {
        return false;
    };
    let Some(string) = StringLiteral::cast(node).filter(|_| parse.errors.is_empty()) else {
        return false;
    };
    let read: Vec<_> = pieces_of(string, &parse.text).collect();
    joined(&read) == joined(pieces)
}

/// The pieces with neighbouring texts as one.
fn joined(pieces: &[Piece]) -> Vec<Piece> {
    let mut out: Vec<Piece> = Vec::new();
    for piece in pieces {
        match (out.last_mut(), piece) {
            (Some(Piece::Text(all, _)), Piece::Text(more, _)) => all.extend_from_slice(more),
            (_, Piece::Text(text, _)) if text.is_empty() => {}
            (_, Piece::Text(text, _)) => out.push(Piece::Text(text.clone(), None)),
            (_, variable) => out.push(variable.clone()),
        }
    }
    out
}
