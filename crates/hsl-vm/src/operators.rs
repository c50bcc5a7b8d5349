//! What operators do to values.
//!
//! *Sources*: language reference, sections 4 to 7.
//!
//! *Not here*: the fast paths for two numbers stand in the run loop; everything here is also right for
//! them.

mod arithmetic;
mod bitwise;
mod combine;
mod compare;
mod convert;
mod decimal;
mod dump;
mod format;
mod matching;
mod number;
mod slice;

pub(crate) use arithmetic::{
    add, binary, divide, multiply, negate, plus, power, remainder, subtract,
};
pub(crate) use bitwise::Bits;
pub use bitwise::to_int32;
pub(crate) use bitwise::{bit_not, bitwise};
pub(crate) use combine::{append_element, concat, concat_into, join, join_short, join_two, spread};
pub(crate) use compare::{less, less_equal};
pub use decimal::NumberText;
pub(crate) use decimal::packed_digits;
pub(crate) use matching::matches;
pub(crate) use number::{inverse_of, remainder_of, remainder_of_sum, remainder_with};
pub use number::{parse_number, write_number};
pub(crate) use slice::{part_of_text, slice, splice, unset_slice};

use crate::value::Value;

/// Why an operator has no result: becomes an exception with this message.
pub(crate) type Failure = String;

/// Result of an operator.
pub(crate) type Outcome = Result<Value, Failure>;

fn unsupported(operator: &str, a: &Value, b: &Value) -> Failure {
    format!("operator {operator} does not apply to {} and {}", a.type_name(), b.type_name())
}
