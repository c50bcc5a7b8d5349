//! Replies that scripts give to the client.
//!
//! *Invariants.* A line has at most 500 bytes and no CR, LF or NUL; the class of a code fits the
//! verdict; a reply of a script never becomes two replies on the wire.
//!
//! *Not here.* How a reply is written (`smtp-proto`).
//!
//! *Sources.* RFC 5321 §4.2, RFC 3463 §2.

use hsl_decl::Ty;
use hsl_macros::Options;
use hsl_std::binding::{GivenOptions, Options as _};
use hsl_vm::{Array, FromValue, Thrown, Value};

/// Longest line of text, so that code, enhanced code and line end fit into 512 octets
/// (RFC 5321 §4.5.3.1.5).
const LINE_LIMIT: usize = 500;

/// A reply. Without lines the server uses its own text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// Status code.
    pub code: u16,
    /// Enhanced status code, where one is written.
    pub enhanced: Option<[u16; 3]>,
    /// Lines of text.
    pub lines: Vec<Vec<u8>>,
}

impl Reply {
    /// A reply with the server's own text.
    #[must_use]
    pub const fn new(code: u16, enhanced: Option<[u16; 3]>) -> Self {
        Self { code, enhanced, lines: Vec::new() }
    }

    /// The same reply with this line of text.
    #[must_use]
    pub fn text(mut self, line: &str) -> Self {
        self.lines = vec![line.into()];
        self
    }

    /// The reply after a script's `reason` and `reply_codes`.
    ///
    /// # Errors
    ///
    /// An exception when a code is malformed or its class does not fit the verdict.
    pub fn with(
        mut self,
        reason: Option<Reason>,
        codes: Option<&Array>,
        allowed: &Classes,
    ) -> Result<Self, Thrown> {
        if let Some(Reason(lines)) = reason.filter(|reason| !reason.0.is_empty()) {
            self.lines = lines;
        }
        if let Some(codes) = codes {
            self.replace_codes(codes, allowed)?;
        }
        Ok(self)
    }

    fn replace_codes(&mut self, codes: &Array, allowed: &Classes) -> Result<(), Thrown> {
        let given = ReplyCodes::read(&GivenOptions::new("reply_codes", Some(codes)))?;
        if let Some(code) = &given.code {
            self.code = status(code, allowed)?;
        }
        if let Some(enhanced) = &given.enhanced {
            self.enhanced = Some(enhanced_status(enhanced, self.code)?);
        }
        Ok(())
    }
}

/// Keys of the option `reply_codes`.
#[derive(Options)]
pub(crate) struct ReplyCodes {
    /// Status code; its first digit must fit the verdict.
    #[option(ty = "number")]
    code: Option<Value>,
    /// Enhanced status code: a list of three numbers, of which the first is the first digit of the code.
    #[option(ty = "array")]
    enhanced: Option<Value>,
}

/// First digits that a verdict's code may have.
pub struct Classes(&'static [u16]);

impl Classes {
    /// Completion and continuation.
    pub const ACCEPT: Self = Self(&[2, 3]);
    /// Continuation only.
    pub const CONTINUE: Self = Self(&[3]);
    /// Permanent refusal.
    pub const REJECT: Self = Self(&[5]);
    /// Temporary refusal.
    pub const DEFER: Self = Self(&[4]);
    /// Any reply.
    pub const ANY: Self = Self(&[2, 3, 4, 5]);
}

/// Text of a reply: a string with line feeds, or a list of lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason(pub Vec<Vec<u8>>);

impl FromValue for Reason {
    const TY: Ty = Ty::STRING.or(Ty::ARRAY);

    fn from_value(value: Value) -> Result<Self, Value> {
        match &value {
            Value::Array(list) => {
                Ok(Self(list.values().flat_map(|line| lines(&line.to_text())).collect()))
            }
            Value::String(text) => Ok(Self(lines(text))),
            _ => Err(value),
        }
    }
}

fn lines(text: &[u8]) -> Vec<Vec<u8>> {
    if text.is_empty() {
        return Vec::new();
    }
    text.split(|byte| *byte == b'\n').map(clean).collect()
}

fn clean(line: &[u8]) -> Vec<u8> {
    let kept = line.iter().copied().filter(|byte| !matches!(byte, b'\r' | b'\n' | 0));
    kept.take(LINE_LIMIT).collect()
}

fn status(value: &Value, allowed: &Classes) -> Result<u16, Thrown> {
    let code = whole(value, 200, 599).ok_or_else(|| {
        Thrown::Error("reply_codes: \"code\" must be a number from 200 to 599".into())
    })?;
    if allowed.0.contains(&(code / 100)) {
        return Ok(code);
    }
    let classes: Vec<_> = allowed.0.iter().map(|class| format!("{class}xx")).collect();
    Err(Thrown::Error(format!("reply_codes: code {code} must be {} here", classes.join(" or "))))
}

fn enhanced_status(value: &Value, code: u16) -> Result<[u16; 3], Thrown> {
    let error = || {
        Thrown::Error(format!(
            "reply_codes: \"enhanced\" must be a list of three numbers whose first is {}",
            code / 100
        ))
    };
    let list = value.as_array().ok_or_else(error)?;
    let parts: Vec<_> = list.iter().filter_map(|(_, part)| whole(part, 0, 999)).collect();
    match parts[..] {
        [class, subject, detail] if list.len() == 3 && class == code / 100 => {
            Ok([class, subject, detail])
        }
        _ => Err(error()),
    }
}

fn whole(value: &Value, least: u16, most: u16) -> Option<u16> {
    let number = value.as_number()?;
    let fits = number.fract() == 0.0 && number >= f64::from(least) && number <= f64::from(most);
    fits.then_some(number as u16)
}
