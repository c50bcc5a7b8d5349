//! Operators by operand type (section 6).

use super::value::{Array, Value};
use super::{Stop, compare, format, number, regex, text, thrown};

/// The result of a binary operator that evaluates both sides.
pub(super) fn binary(operator: &str, a: &Value, b: &Value) -> Result<Value, Stop> {
    Ok(match operator {
        "==" => Value::Boolean(compare::equal(a, b)),
        "!=" => Value::Boolean(!compare::equal(a, b)),
        "===" => Value::Boolean(compare::identical(a, b)),
        "!==" => Value::Boolean(!compare::identical(a, b)),
        "<" | ">" | "<=" | ">=" => {
            let order = compare::order(a, b).ok_or_else(|| unsupported(operator))?;
            Value::Boolean(order.is_some_and(|order| match operator {
                "<" => order.is_lt(),
                ">" => order.is_gt(),
                "<=" => order.is_le(),
                _ => order.is_ge(),
            }))
        }
        "." => concat(a, b),
        "+" => add(a, b)?,
        "-" => subtract(a, b)?,
        "*" => multiply(a, b)?,
        "%" => remainder(a, b)?,
        "=~" => Value::Boolean(regex::matches(a, b)?),
        "!~" => Value::Boolean(!regex::matches(a, b)?),
        "/" => Value::Number(arithmetic(operator, a)? / arithmetic(operator, b)?),
        "**" => Value::Number(arithmetic(operator, a)?.powf(arithmetic(operator, b)?)),
        _ => bitwise(operator, a, b)?,
    })
}

/// The result of a prefix operator.
pub(super) fn unary(operator: &str, a: &Value) -> Result<Value, Stop> {
    Ok(match operator {
        "!" | "not" => Value::Boolean(!a.truthy()),
        "-" => Value::Number(-arithmetic(operator, a)?),
        "+" => Value::Number(arithmetic(operator, a)?),
        _ => Value::Number(f64::from(!number::to_i32(arithmetic(operator, a)?))),
    })
}

fn unsupported(operator: &str) -> Stop {
    thrown(&format!("operands of {operator}"))
}

fn arithmetic(operator: &str, value: &Value) -> Result<f64, Stop> {
    match value {
        Value::None | Value::Boolean(_) | Value::Number(_) | Value::Text(_) => {
            Ok(number::of(value))
        }
        _ => Err(unsupported(operator)),
    }
}

fn concat(a: &Value, b: &Value) -> Value {
    match (a, b) {
        (Value::None, Value::None) => Value::text([]),
        (Value::None, other) | (other, Value::None) => Value::text(text::of(other)),
        _ => Value::text([text::of(a), text::of(b)].concat()),
    }
}

fn add(a: &Value, b: &Value) -> Result<Value, Stop> {
    Ok(match (a, b) {
        (Value::None, other) | (other, Value::None) => other.clone(),
        (Value::Array(a), Value::Array(b)) => {
            let mut sum = a.clone();
            sum.merge(b);
            Value::Array(sum)
        }
        (Value::Array(a), other) => {
            let mut sum = a.clone();
            sum.push(other.clone());
            Value::Array(sum)
        }
        (other, Value::Array(b)) => {
            let mut sum = Array::default();
            sum.push(other.clone());
            sum.merge(b);
            Value::Array(sum)
        }
        (Value::Text(_), _) | (_, Value::Text(_)) => concat(a, b),
        _ => Value::Number(arithmetic("+", a)? + arithmetic("+", b)?),
    })
}

fn subtract(a: &Value, b: &Value) -> Result<Value, Stop> {
    let Value::Array(array) = a else {
        return Ok(Value::Number(arithmetic("-", a)? - arithmetic("-", b)?));
    };
    let gone = |value: &Value| match b {
        Value::Array(b) => b.values().any(|other| compare::identical(value, other)),
        other => compare::identical(value, other),
    };
    let mut rest = Array::default();
    for (key, value) in array.pairs().iter().filter(|(_, value)| !gone(value)) {
        rest.set(key.clone(), value.clone());
    }
    Ok(Value::Array(rest))
}

fn multiply(a: &Value, b: &Value) -> Result<Value, Stop> {
    let times = |count: f64| if count >= 1.0 { count.trunc() as usize } else { 0 };
    let zero = Value::Number(0.0);
    let counted = |value| if matches!(value, &Value::None) { &zero } else { value };
    Ok(match (counted(a), counted(b)) {
        (Value::Text(text), Value::Number(n)) | (Value::Number(n), Value::Text(text)) => {
            Value::text(text.repeat(times(*n)))
        }
        (Value::Array(array), Value::Number(n)) | (Value::Number(n), Value::Array(array)) => {
            Value::list((0..times(*n)).flat_map(|_| array.values().cloned()))
        }
        _ => Value::Number(arithmetic("*", a)? * arithmetic("*", b)?),
    })
}

fn remainder(a: &Value, b: &Value) -> Result<Value, Stop> {
    if let (Value::Text(template), Value::Array(values)) = (a, b) {
        let text = format::format(template, values);
        return text.map_or_else(|| super::unsupported("an odd template"), |t| Ok(Value::text(t)));
    }
    Ok(Value::Number(arithmetic("%", a)? % arithmetic("%", b)?))
}

fn bitwise(operator: &str, a: &Value, b: &Value) -> Result<Value, Stop> {
    let a = number::to_i32(arithmetic(operator, a)?);
    let b = number::to_i32(arithmetic(operator, b)?);
    let count = (b & 31) as u32;
    Ok(Value::Number(match operator {
        "&" => f64::from(a & b),
        "|" => f64::from(a | b),
        "^" => f64::from(a ^ b),
        "<<" => f64::from(a << count),
        ">>" => f64::from(a >> count),
        _ => f64::from(a as u32 >> count),
    }))
}
