//! Durations, sizes and permission bits as they are written in the configuration.

use std::borrow::Cow;
use std::ops::Deref;
use std::time::Duration;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::Value as Json;

use crate::setting::{Report, Setting, scalar};
use crate::yaml::Node;

/// A length of time: `1d`, `2h30m`, `90s`, or a number of seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period(pub Duration);

impl Period {
    /// A period of whole seconds.
    pub const fn seconds(seconds: u64) -> Self {
        Self(Duration::from_secs(seconds))
    }

    /// Reads `?d?h?m?s` (any subset in that order) or a number of seconds with an optional
    /// fraction. `None` for anything else, and for more than about 10,000 years.
    pub fn parse(text: &str) -> Option<Self> {
        if text.bytes().all(|b| b.is_ascii_digit() || b == b'.') && !text.is_empty() {
            let seconds: f64 = text.parse().ok()?;
            return Duration::try_from_secs_f64(seconds).ok().filter(|d| *d <= LONGEST).map(Self);
        }
        let mut rest = text;
        let mut total: u64 = 0;
        for (unit, seconds) in [('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)] {
            let Some((number, after)) = rest.split_once(unit) else { continue };
            let number: u64 = digits(number)?;
            total = total.checked_add(number.checked_mul(seconds)?)?;
            rest = after;
        }
        let period = Self::seconds(total);
        (rest.is_empty() && !text.is_empty() && period.0 <= LONGEST).then_some(period)
    }
}

/// Keeps sums of periods and times of day far from overflow.
const LONGEST: Duration = Duration::from_secs(10_000 * 366 * 86_400);

pub(crate) fn digits(text: &str) -> Option<u64> {
    let all = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    all.then(|| text.parse().ok()).flatten()
}

impl Deref for Period {
    type Target = Duration;

    fn deref(&self) -> &Duration {
        &self.0
    }
}

impl std::fmt::Display for Period {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.0.subsec_nanos() > 0 || self.0.is_zero() {
            return write!(f, "{}", self.0.as_secs_f64());
        }
        let mut rest = self.0.as_secs();
        for (unit, seconds) in [('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)] {
            if rest / seconds > 0 {
                write!(f, "{}{unit}", rest / seconds)?;
            }
            rest %= seconds;
        }
        Ok(())
    }
}

impl Setting for Period {
    fn read(node: &Node, report: &mut Report) -> Option<Self> {
        let wanted = "a duration such as `30s`, `1h30m` or a number of seconds";
        let text = &scalar(node, wanted, report)?.text;
        Self::parse(text).or_else(|| report.wrong(node, wanted))
    }

    fn shown(&self) -> Json {
        self.to_string().into()
    }
}

impl JsonSchema for Period {
    fn schema_name() -> Cow<'static, str> {
        "Duration".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": ["string", "number"],
            "description": "Days, hours, minutes and seconds; a number alone is seconds.",
            "minimum": 0,
            "pattern": "^((\\d+d)?(\\d+h)?(\\d+m)?(\\d+s)?|[\\d.]+)$",
            "examples": ["30s", "5m", "1h30m"],
        })
    }
}

/// A number of bytes: `50MiB`, `1GiB`, or a bare number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ByteSize(pub u64);

const SIZES: [(&str, u64); 5] =
    [("TiB", 1 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("B", 1)];

impl ByteSize {
    /// So many mebibytes.
    pub const fn mib(count: u64) -> Self {
        Self(count << 20)
    }

    /// Reads a whole number and a unit. `None` for anything else, and above 2^64 bytes.
    pub fn parse(text: &str) -> Option<Self> {
        let unit = SIZES.iter().find(|(unit, _)| text.ends_with(unit));
        let (number, factor) = unit.map_or((text, 1), |(unit, factor)| {
            (text[..text.len() - unit.len()].trim_end(), *factor)
        });
        digits(number)?.checked_mul(factor).map(Self)
    }
}

impl Deref for ByteSize {
    type Target = u64;

    fn deref(&self) -> &u64 {
        &self.0
    }
}

impl std::fmt::Display for ByteSize {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let whole = |(_, factor): &&(&str, u64)| self.0 > 0 && self.0.is_multiple_of(*factor);
        let (unit, factor) = SIZES.iter().find(whole).unwrap_or(&SIZES[4]);
        write!(f, "{}{unit}", self.0 / factor)
    }
}

impl Setting for ByteSize {
    fn read(node: &Node, report: &mut Report) -> Option<Self> {
        let wanted = "a size such as `50MiB`, `1GiB` or a number of bytes";
        let text = &scalar(node, wanted, report)?.text;
        Self::parse(text).or_else(|| report.wrong(node, wanted))
    }

    fn shown(&self) -> Json {
        self.to_string().into()
    }
}

impl JsonSchema for ByteSize {
    fn schema_name() -> Cow<'static, str> {
        "Size".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": ["string", "integer"],
            "description": "Bytes, or multiples of 1024 of them by their unit.",
            "minimum": 0,
            "pattern": "^\\d+ ?(TiB|GiB|MiB|KiB|B)?$",
            "examples": ["50MiB", "1GiB"],
        })
    }
}

/// Permission bits in octal: `"0660"`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct FileMode(pub u32);

impl Setting for FileMode {
    fn read(node: &Node, report: &mut Report) -> Option<Self> {
        let wanted = "permission bits in octal such as `\"0660\"`";
        let text = &scalar(node, wanted, report)?.text;
        let octal = !text.is_empty() && text.len() <= 5 && text.bytes().all(|b| b.is_ascii_digit());
        let bits = u32::from_str_radix(text, 8).ok().filter(|bits| octal && *bits <= 0o7777);
        bits.map(Self).or_else(|| report.wrong(node, wanted))
    }

    fn shown(&self) -> Json {
        format!("{:04o}", self.0).into()
    }
}

impl JsonSchema for FileMode {
    fn schema_name() -> Cow<'static, str> {
        "FileMode".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": ["string", "integer"],
            "description": "Permission bits, in octal.",
            "pattern": "^[0-7]{1,5}$",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_read_and_print() {
        for (text, seconds) in [("90", 90), ("1h30m", 5_400), ("1d", 86_400), ("2m5s", 125)] {
            assert_eq!(Period::parse(text), Some(Period::seconds(seconds)), "{text}");
        }
        assert_eq!(Period::parse("1.5"), Some(Period(Duration::from_millis(1_500))));
        for text in ["", "h", "1m1h", "1x", "-1", "1h ", "99999999999999d", "1.5.5"] {
            assert_eq!(Period::parse(text), None, "{text}");
        }
        assert_eq!(Period::seconds(90_061).to_string(), "1d1h1m1s");
    }

    #[test]
    fn sizes_read_and_print() {
        assert_eq!(ByteSize::parse("50MiB"), Some(ByteSize(50 << 20)));
        assert_eq!(ByteSize::parse("1024"), Some(ByteSize(1024)));
        assert_eq!(ByteSize::parse("1 B"), Some(ByteSize(1)));
        for text in ["", "MiB", "1MB", "-1", "99999999999TiB"] {
            assert_eq!(ByteSize::parse(text), None, "{text}");
        }
        assert_eq!(ByteSize(1536).to_string(), "1536B");
        assert_eq!(ByteSize::mib(50).to_string(), "50MiB");
    }
}
