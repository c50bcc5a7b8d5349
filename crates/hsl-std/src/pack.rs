//! Binary data by format strings.
//!
//! A format is a sequence of codes, each followed by a count or `*`: `a` text padded with zero
//! bytes, `Z` text that ends with one, `C` unsigned byte, `c` signed byte, `n N` 16 and 32 bits with
//! the high byte first, `v V` with the low byte first, `e E` doubles with the low and the high byte
//! first, `H` hexadecimal digits with the high half first, `x` a zero byte.

use hsl_macros::library;
use hsl_vm::{Array, Cx, Str, Thrown, Value};

use crate::binding::Rest;

/// Builtins of this topic.
#[library(topic = "pack")]
pub(crate) mod functions {
    use super::*;

    /// Packs arguments into bytes by a format.
    ///
    /// Codes are `a C e E H n N v V x Z`, each with a count or `*`. A bad format, a wrong type or a
    /// wrong number of arguments gives `none`.
    /// Pure.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo pack("nC*", 16706, 67, 68); // ABCD
    /// echo pack("H*", "48656c6c6f"); // Hello
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = pure, returns = "string or none")]
    fn pack(cx: &mut Cx<'_>, format: Str, args: Rest<Value>) -> Result<Option<Str>, Thrown> {
        let mut args = args.0.into_iter();
        let mut out = Vec::new();
        let Some(items) = items(&format) else { return Ok(None) };
        for item in items {
            // What the count asks for; what texts and numbers need they have already.
            cx.reserve(out.len() + item.count.unwrap_or(0))?;
            if write(&item, &mut args, &mut out).is_none() {
                return Ok(None);
            }
        }
        cx.charge(out.len());
        Ok(args.next().is_none().then(|| Str::from(out)))
    }

    /// Extracts values from bytes by a format.
    ///
    /// Codes are `a c C e E H n N v V x Z`, each with a count or `*`; the result is the list of
    /// values. A bad format or too little data gives `none`.
    /// Pure.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo unpack("nC2", "ABCD"); // [0=>16706,1=>67,2=>68]
    /// echo unpack("H*", "Hello"); // [0=>"48656c6c6f"]
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = pure, returns = "array or none", elements = "string or number")]
    fn unpack(
        cx: &mut Cx<'_>,
        format: Str,
        data: Str,
        #[default(0)] offset: f64,
    ) -> Result<Option<Array>, Thrown> {
        cx.charge(data.len());
        let mut values = Vec::new();
        let rest = data.get(offset.max(0.0) as usize..).zip(items(&format));
        let Some((mut rest, items)) = rest else { return Ok(None) };
        for item in items {
            // A byte becomes a value at most, or two digits.
            cx.reserve((values.len() + item.taken(rest)) * size_of::<Value>())?;
            if read(&item, &mut rest, &mut values).is_none() {
                return Ok(None);
            }
        }
        Ok(Some(Array::from(values)))
    }
}

/// Largest count; more than any data that a script may hold.
const COUNT_LIMIT: usize = 1 << 24;

/// A code with its count.
struct Item {
    code: u8,
    /// None for `*`.
    count: Option<usize>,
    /// Whether the count was written.
    counted: bool,
}

impl Item {
    /// Most bytes of the data that it takes.
    fn taken(&self, data: &[u8]) -> usize {
        match self.count {
            Some(count) => data.len().min(count.saturating_mul(8)),
            None => data.len(),
        }
    }
}

fn items(format: &[u8]) -> Option<Vec<Item>> {
    let mut items = Vec::new();
    let mut rest = format;
    while let Some((code, after)) = rest.split_first() {
        let digits = after.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (count, used) = match after.first() {
            Some(b'*') => (None, 1),
            _ if digits == 0 => (Some(1), 0),
            _ => (Some(std::str::from_utf8(&after[..digits]).ok()?.parse().ok()?), digits),
        };
        if count.is_some_and(|count| count > COUNT_LIMIT) {
            return None;
        }
        items.push(Item { code: *code, count, counted: used > 0 });
        rest = &after[used..];
    }
    Some(items)
}

fn write(
    item: &Item,
    args: &mut impl ExactSizeIterator<Item = Value>,
    out: &mut Vec<u8>,
) -> Option<()> {
    match item.code {
        b'a' | b'Z' | b'H' => write_text(item, args.next()?.as_str()?, out),
        b'x' => {
            out.resize(out.len() + item.count.unwrap_or(0), 0);
            Some(())
        }
        code => {
            for _ in 0..item.count.unwrap_or(args.len()) {
                write_number(code, args.next()?.as_number()?, out)?;
            }
            Some(())
        }
    }
}

fn write_text(item: &Item, text: &[u8], out: &mut Vec<u8>) -> Option<()> {
    if item.code == b'H' {
        let digits = item.count.filter(|_| item.counted).unwrap_or(text.len());
        let halves = text.get(..digits)?.iter().map(|b| char::from(*b).to_digit(16));
        let halves = halves.collect::<Option<Vec<u32>>>()?;
        out.extend(halves.chunks(2).map(|p| (p[0] << 4 | p.get(1).copied().unwrap_or(0)) as u8));
        return Some(());
    }
    let end = usize::from(item.code == b'Z');
    let width = item.count.unwrap_or(text.len() + end);
    let kept = &text[..text.len().min(width.saturating_sub(end))];
    out.extend_from_slice(kept);
    out.resize(out.len() + width - kept.len(), 0);
    Some(())
}

fn write_number(code: u8, number: f64, out: &mut Vec<u8>) -> Option<()> {
    let wrapped = hsl_vm::to_int32(number) as u32;
    match code {
        b'C' | b'c' => out.push(wrapped as u8),
        b'n' => out.extend((wrapped as u16).to_be_bytes()),
        b'v' => out.extend((wrapped as u16).to_le_bytes()),
        b'N' => out.extend(wrapped.to_be_bytes()),
        b'V' => out.extend(wrapped.to_le_bytes()),
        b'e' => out.extend(number.to_le_bytes()),
        b'E' => out.extend(number.to_be_bytes()),
        _ => return None,
    }
    Some(())
}

fn read(item: &Item, rest: &mut &[u8], values: &mut Vec<Value>) -> Option<()> {
    match item.code {
        b'a' | b'Z' | b'H' => {
            values.push(Value::string(read_text(item, rest)?));
            Some(())
        }
        b'x' => take(rest, item.count.unwrap_or(0)).map(|_| ()),
        code => {
            let width = width(code)?;
            for _ in 0..item.count.unwrap_or(rest.len() / width) {
                values.push(Value::number(read_number(code, take(rest, width)?)?));
            }
            Some(())
        }
    }
}

fn read_text(item: &Item, rest: &mut &[u8]) -> Option<Vec<u8>> {
    match item.code {
        b'H' => {
            let digits = item.count.unwrap_or(rest.len() * 2);
            let bytes = take(rest, digits.div_ceil(2))?;
            let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            Some(hex.as_bytes()[..digits].to_vec())
        }
        b'Z' if item.count.is_none() => {
            let end = rest.iter().position(|byte| *byte == 0).unwrap_or(rest.len());
            let text = take(rest, end)?.to_vec();
            let _ = take(rest, 1);
            Some(text)
        }
        code => {
            let text = take(rest, item.count.unwrap_or(rest.len()))?;
            let zero = text.iter().position(|byte| *byte == 0).filter(|_| code == b'Z');
            Some(text[..zero.unwrap_or(text.len())].to_vec())
        }
    }
}

fn width(code: u8) -> Option<usize> {
    Some(match code {
        b'C' | b'c' => 1,
        b'n' | b'v' => 2,
        b'N' | b'V' => 4,
        b'e' | b'E' => 8,
        _ => return None,
    })
}

fn read_number(code: u8, bytes: &[u8]) -> Option<f64> {
    Some(match code {
        b'C' => f64::from(bytes[0]),
        b'c' => f64::from(bytes[0] as i8),
        b'n' => f64::from(u16::from_be_bytes(bytes.try_into().ok()?)),
        b'v' => f64::from(u16::from_le_bytes(bytes.try_into().ok()?)),
        b'N' => f64::from(u32::from_be_bytes(bytes.try_into().ok()?)),
        b'V' => f64::from(u32::from_le_bytes(bytes.try_into().ok()?)),
        b'e' => f64::from_le_bytes(bytes.try_into().ok()?),
        b'E' => f64::from_be_bytes(bytes.try_into().ok()?),
        _ => return None,
    })
}

fn take<'a>(rest: &mut &'a [u8], count: usize) -> Option<&'a [u8]> {
    let (taken, after) = rest.split_at_checked(count)?;
    *rest = after;
    Some(taken)
}
