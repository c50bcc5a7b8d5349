//! Parameters of MAIL and RCPT.
//!
//! *Invariants.* Keywords are upper-case and occur once; order is kept.
//!
//! *Sources.* RFC 5321 §4.1.2 (`esmtp-param`).

use std::fmt;

/// Ordered `KEYWORD[=value]` pairs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Parameters(Vec<(String, Option<String>)>);

impl Parameters {
    /// Reads parameters that are separated by blanks; none when one is malformed or repeated.
    pub fn parse(text: &str) -> Option<Self> {
        let mut params = Self::default();
        for word in text.split_ascii_whitespace() {
            let (keyword, value) = match word.split_once('=') {
                Some((keyword, value)) => (keyword, Some(value)),
                None => (word, None),
            };
            let keyword = keyword.to_ascii_uppercase();
            if !is_keyword(&keyword) || !value.is_none_or(is_value) || params.has(&keyword) {
                return None;
            }
            params.0.push((keyword, value.map(str::to_owned)));
        }
        Some(params)
    }

    /// Sets a parameter; text that cannot stand in a command is refused.
    pub fn set(&mut self, keyword: &str, value: Option<&str>) -> bool {
        let keyword = keyword.to_ascii_uppercase();
        if !is_keyword(&keyword) || !value.is_none_or(is_value) {
            return false;
        }
        let value = value.map(str::to_owned);
        match self.0.iter_mut().find(|(name, _)| *name == keyword) {
            Some((_, old)) => *old = value,
            None => self.0.push((keyword, value)),
        }
        true
    }

    /// Whether the keyword, in upper case, was given.
    pub fn has(&self, keyword: &str) -> bool {
        self.0.iter().any(|(name, _)| name == keyword)
    }

    /// The value of a keyword in upper case, when it was given with one.
    pub fn value(&self, keyword: &str) -> Option<&str> {
        self.0.iter().find(|(name, _)| name == keyword)?.1.as_deref()
    }

    /// The pairs in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_deref()))
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Parameters {
    /// The wire form, each with a blank before it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, value) in self.iter() {
            write!(f, " {name}")?;
            if let Some(value) = value {
                write!(f, "={value}")?;
            }
        }
        Ok(())
    }
}

fn is_keyword(text: &str) -> bool {
    let rest = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
    text.as_bytes().first().is_some_and(u8::is_ascii_alphanumeric) && text.bytes().all(rest)
}

fn is_value(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| matches!(b, b'!'..=b'<' | b'>'..=b'~' | 0x80..))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_are_upper_case_and_keep_their_order() {
        let params = Parameters::parse("size=100  Body=8BITMIME x-flag").unwrap();
        assert_eq!(params.to_string(), " SIZE=100 BODY=8BITMIME X-FLAG");
        assert_eq!(params.value("SIZE"), Some("100"));
        assert!(params.has("X-FLAG") && params.value("X-FLAG").is_none());
    }

    #[test]
    fn malformed_parameters_are_refused() {
        for text in ["=1", "SIZE=", "-A=1", "A=b=c", "SIZE=1 size=2", "A_B=1"] {
            assert_eq!(Parameters::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_script_cannot_put_a_command_into_a_value() {
        let mut params = Parameters::default();
        assert!(!params.set("X", Some("a\r\nRCPT TO:<b>")));
        assert!(!params.set("X Y", None));
        assert!(params.set("x", Some("1")) && params.set("X", Some("2")));
        assert_eq!(params.to_string(), " X=2");
    }
}
