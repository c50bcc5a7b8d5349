//! Chance: numbers, bytes, identifiers, order.
//!
//! *Not here.* The source of chance: it is the world's.

use hsl_macros::library;
use hsl_vm::{Array, Cx, Key, Str, Thrown, Value};

use crate::arrays::renumber;

/// Most bytes of one call.
const BYTES_LIMIT: f64 = 1_048_576.0;

/// Builtins of this topic.
#[library(topic = "random")]
pub(crate) mod functions {
    use super::*;

    /// Returns a random integer between two bounds, both included, or a fraction without bounds.
    ///
    /// Without bounds the number is at least 0 and less than 1.
    /// Reads random.
    ///
    /// # Errors
    ///
    /// Raises an exception when only one bound is given, when the first is greater than the last,
    /// and for bounds that are no exact integers.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo random_number(5, 5); // 5
    /// echo random_number() < 1; // true
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = reads)]
    fn random_number(
        cx: &mut Cx<'_>,
        first: Option<f64>,
        last: Option<f64>,
    ) -> Result<f64, Thrown> {
        match (first, last) {
            (Some(first), Some(last)) => between(cx, first, last),
            (None, _) => Ok(fraction(cx)),
            (Some(_), None) => Err(Thrown::error("random_number: one bound needs the other")),
        }
    }

    /// Returns a string of cryptographically random bytes, 1 MiB at most.
    ///
    /// Reads random.
    ///
    /// # Errors
    ///
    /// Raises an exception for a negative number and above the limit.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo length(random_bytes(16)); // 16
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = reads)]
    fn random_bytes(cx: &mut Cx<'_>, bytes: f64) -> Result<Str, Thrown> {
        if !(0.0..=BYTES_LIMIT).contains(&bytes) {
            return Err(Thrown::error("random_bytes: between 0 and 1048576 bytes"));
        }
        let count = bytes as usize;
        cx.charge(count);
        let words = (0..count.div_ceil(8)).flat_map(|_| cx.world().random().to_le_bytes());
        Ok(Str::from(words.take(count).collect::<Vec<_>>()))
    }

    /// Returns a new random identifier in the text form of a UUID.
    ///
    /// The version is 4.
    /// Reads random.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo length(uuid()); // 36
    /// ```
    ///
    /// Source: RFC 9562 §5.4. Since: 0.1. Compat: same.
    #[builtin(effect = reads)]
    fn uuid(cx: &mut Cx<'_>) -> String {
        super::uuid(cx)
    }

    /// Picks an element of an array at random.
    ///
    /// The result is a list of the key and the value; `none` for an empty array.
    /// Reads random.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo array_random(["k" => "v"]); // [0=>"k",1=>"v"]
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = reads, follows = Pair)]
    fn array_random(cx: &mut Cx<'_>, array: Array) -> Option<Array> {
        let at = below(cx, array.len() as u64)?;
        let (key, value) = array.iter().nth(at as usize)?;
        Some(Array::list([key.to_value(), value.clone()]))
    }

    /// Returns the elements of an array in random order.
    ///
    /// Integer keys are renumbered, string keys kept.
    /// Reads random.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo length(array_shuffle([1, 2, 3])); // 3
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = reads)]
    fn array_shuffle(cx: &mut Cx<'_>, array: Array) -> Array {
        let mut pairs: Vec<(Key, Value)> = array.iter().map(|(k, v)| (k, v.clone())).collect();
        for last in (1..pairs.len()).rev() {
            if let Some(at) = below(cx, last as u64 + 1) {
                pairs.swap(last, at as usize);
            }
        }
        renumber(pairs)
    }
}

/// A random integer between two bounds.
pub(crate) fn between(cx: &mut Cx<'_>, first: f64, last: f64) -> Result<f64, Thrown> {
    const EXACT: f64 = 9_007_199_254_740_991.0;
    let (first, last) = (first.trunc(), last.trunc());
    let exact = first.abs() <= EXACT && last.abs() <= EXACT;
    if !exact || first > last {
        return Err(Thrown::error("random_number: bounds must be integers, the first not greater"));
    }
    // The width fits: both bounds are below 2^53.
    let width = (last as i64 - first as i64) as u64 + 1;
    Ok(first + below(cx, width).unwrap_or(0) as f64)
}

fn fraction(cx: &mut Cx<'_>) -> f64 {
    // The 53 bits that a double of this size holds.
    (cx.world().random() >> 11) as f64 / (1_u64 << 53) as f64
}

/// A number below a bound, each equally likely; none for 0. Values that would make the first ones
/// likelier are drawn again.
fn below(cx: &mut Cx<'_>, bound: u64) -> Option<u64> {
    let fair = u64::MAX - (u64::MAX % bound.max(1) + 1) % bound.max(1);
    loop {
        let drawn = cx.world().random();
        if drawn <= fair {
            return drawn.checked_rem(bound);
        }
    }
}

/// A new random identifier.
pub(crate) fn uuid(cx: &Cx<'_>) -> String {
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&cx.world().random().to_le_bytes());
    bytes[8..].copy_from_slice(&cx.world().random().to_le_bytes());
    uuid_text(bytes, 4)
}

/// The text of a UUID after its version and variant bits are set.
pub(crate) fn uuid_text(mut bytes: [u8; 16], version: u8) -> String {
    bytes[6] = (bytes[6] & 0x0f) | (version << 4);
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}
