//! Operators by operand type.
//!
//! *Sources.* The language reference, sections 5 and 6.

use std::sync::Arc;

use hsl_syntax::{BinaryOp, UnaryOp};

use super::array::Array;
use super::ty::{Kinds, Type};

/// The type of an operation that evaluates both operands.
pub(super) fn binary(op: BinaryOp, left: &Type, right: &Type) -> Type {
    match op {
        BinaryOp::Equal | BinaryOp::NotEqual | BinaryOp::Identical | BinaryOp::NotIdentical => {
            match equal(op, left, right) {
                Some(known) => Type::truth_value(known),
                None => Type::BOOLEAN,
            }
        }
        BinaryOp::Match
        | BinaryOp::NotMatch
        | BinaryOp::Less
        | BinaryOp::Greater
        | BinaryOp::LessEqual
        | BinaryOp::GreaterEqual
        | BinaryOp::And
        | BinaryOp::Or => Type::BOOLEAN,
        BinaryOp::BitOr
        | BinaryOp::BitXor
        | BinaryOp::BitAnd
        | BinaryOp::ShiftLeft
        | BinaryOp::ShiftRight
        | BinaryOp::ShiftRightZero
        | BinaryOp::Divide
        | BinaryOp::Power => Type::NUMBER,
        BinaryOp::Concat => Type::STRING,
        BinaryOp::Coalesce => left.present().or(right),
        BinaryOp::Add => add(left, right),
        BinaryOp::Subtract => subtract(left, right),
        BinaryOp::Multiply => multiply(left, right),
        BinaryOp::Modulo => remainder(left, right),
    }
}

/// The type of an operation with one operand.
pub(super) fn unary(op: UnaryOp, operand: &Type) -> Type {
    match op {
        UnaryOp::Not => match operand.truth() {
            Some(known) => Type::truth_value(!known),
            None => Type::BOOLEAN,
        },
        UnaryOp::Minus | UnaryOp::Plus | UnaryOp::BitNot => Type::NUMBER,
    }
}

/// What a comparison for equality gives, when the types say it alone.
fn equal(op: BinaryOp, left: &Type, right: &Type) -> Option<bool> {
    let is_negated = matches!(op, BinaryOp::NotEqual | BinaryOp::NotIdentical);
    let is_strict = matches!(op, BinaryOp::Identical | BinaryOp::NotIdentical);
    if left.is_unknown() || right.is_unknown() || left.is_never() || right.is_never() {
        return None;
    }
    if left.is_none() && right.is_none() {
        return Some(!is_negated);
    }
    let kinds = |ty: &Type| match ty.kinds.any(Kinds::MISSING) {
        true => ty.kinds.or(Kinds::NONE).without(Kinds::MISSING),
        false => ty.kinds,
    };
    let (a, b) = (kinds(left), kinds(right));
    let only_none = left.is_none() || right.is_none();
    let disjoint = !a.any(b);
    (disjoint && (is_strict || only_none)).then_some(is_negated)
}

fn counts(ty: &Type) -> bool {
    let numbers = Kinds::NUMBER.or(Kinds::BOOLEAN).or(Kinds::NONE).or(Kinds::MISSING);
    !ty.is_unknown() && ty.kinds.without(numbers).is_empty()
}

fn is_array(ty: &Type) -> bool {
    ty.kinds == Kinds::ARRAY
}

fn no_array(ty: &Type) -> bool {
    !ty.is_unknown() && !ty.kinds.any(Kinds::ARRAY.or(Kinds::OBJECT))
}

fn add(left: &Type, right: &Type) -> Type {
    if left.is_never() || right.is_never() {
        return Type::NEVER;
    }
    if left.is_unknown() && right.is_unknown() {
        return Type::UNKNOWN;
    }
    if let (Some(a), true) = (&left.array, is_array(left)) {
        return Type::array(array_and(a, right));
    }
    if let (Some(b), true) = (&right.array, is_array(right)) {
        return Type::array(match left.is_none() {
            true => Array::clone(b),
            false => {
                let value = left.shape().map_or_else(|| left.clone(), Array::value).or(&b.value());
                Array { is_list: b.is_list && left.shape().is_none(), ..Array::map_of(value) }
            }
        });
    }
    if counts(left) && counts(right) {
        return Type::NUMBER;
    }
    let is_string = |ty: &Type| ty.kinds == Kinds::STRING;
    if (is_string(left) && no_array(right)) || (is_string(right) && no_array(left)) {
        return Type::STRING;
    }
    if no_array(left) && no_array(right) {
        return Type::STRING.or(&Type::NUMBER);
    }
    Type::UNKNOWN
}

fn array_and(array: &Arc<Array>, other: &Type) -> Array {
    let mut sum = Array::clone(array);
    match other.shape() {
        Some(right) if is_array(other) => sum.merge(right),
        _ if other.is_none() => {}
        _ if other.is_unknown() => {
            sum.weaken(&Type::UNKNOWN);
            sum.is_list = false;
        }
        _ => {
            let value = other.shape().map_or_else(|| other.clone(), Array::value);
            let value = value.or(&other.except(Kinds::ARRAY));
            match other.shape() {
                Some(_) => sum.set_any(&value),
                None => sum.push(&value),
            }
        }
    }
    sum
}

fn subtract(left: &Type, right: &Type) -> Type {
    match &left.array {
        Some(array) if is_array(left) => {
            let mut rest = Array::clone(array);
            rest.remove(None);
            Type::array(rest)
        }
        _ if no_array(left) && !right.is_never() => Type::NUMBER,
        _ => Type::UNKNOWN,
    }
}

fn multiply(left: &Type, right: &Type) -> Type {
    let repeats = |ty: &Type, by: &Type| ty.kinds == Kinds::STRING && counts(by);
    if repeats(left, right) || repeats(right, left) {
        return Type::STRING;
    }
    for (ty, by) in [(left, right), (right, left)] {
        if let (Some(array), true) = (&ty.array, is_array(ty) && counts(by)) {
            return Type::array(array.renumbered());
        }
    }
    if counts(left) && counts(right) { Type::NUMBER } else { Type::UNKNOWN }
}

fn remainder(left: &Type, right: &Type) -> Type {
    if left.kinds == Kinds::STRING && is_array(right) {
        return Type::STRING;
    }
    if counts(left) && no_array(right) { Type::NUMBER } else { Type::UNKNOWN }
}
