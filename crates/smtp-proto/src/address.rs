//! Envelope addresses.
//!
//! The local part is kept without quotes and escapes, as scripts see it, and quoted again when it
//! is written. The domain is kept as received; an address literal keeps its brackets.
//!
//! *Invariants.* A written address reads back as the same address and holds neither CR nor LF.
//!
//! *Not here.* Addresses of message headers, which have another grammar.
//!
//! *Sources.* RFC 5321 §4.1.2 and §4.1.3.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

/// Most octets of a local part. RFC 5321 §4.5.3.1.1 asks for 64 at least; rewriting schemes such
/// as SRS and VERP make longer ones.
const MAX_LOCAL: usize = 255;

/// Most octets of a domain (RFC 5321 §4.5.3.1.2).
const MAX_DOMAIN: usize = 255;

/// A mailbox of the envelope.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Address {
    local: String,
    domain: String,
}

/// Why a text is no address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// It does not follow the grammar.
    #[error("malformed address")]
    Syntax,
    /// It has characters beyond ASCII.
    #[error("address is not ASCII")]
    NotAscii,
    /// A part is longer than the limit.
    #[error("address is too long")]
    TooLong,
}

impl Address {
    /// An address of a decoded local part and a domain.
    ///
    /// # Errors
    /// The parts cannot be written as an address: control characters, a malformed domain, a part
    /// that is too long.
    pub fn new(local: &str, domain: &str) -> Result<Self, AddressError> {
        if !local.is_ascii() || !domain.is_ascii() {
            return Err(AddressError::NotAscii);
        }
        if local.bytes().any(|b| b.is_ascii_control()) || !is_domain(domain) {
            return Err(AddressError::Syntax);
        }
        if local.len() > MAX_LOCAL || domain.len() > MAX_DOMAIN {
            return Err(AddressError::TooLong);
        }
        Ok(Self { local: local.to_owned(), domain: domain.to_owned() })
    }

    /// Reads `local@domain`, without angle brackets.
    ///
    /// # Errors
    /// The text is not one address and nothing else.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        if !text.is_ascii() {
            return Err(AddressError::NotAscii);
        }
        let (local, rest) = local_part(text)?;
        Self::new(&local, rest.strip_prefix('@').ok_or(AddressError::Syntax)?)
    }

    /// Local part, decoded.
    pub fn local(&self) -> &str {
        &self.local
    }

    /// Domain as received.
    pub fn domain(&self) -> &str {
        &self.domain
    }

    /// The written form in lower case, the key by which scripts compare.
    pub fn to_lowercase(&self) -> String {
        self.to_string().to_ascii_lowercase()
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if is_dot_string(&self.local) {
            return write!(f, "{}@{}", self.local, self.domain);
        }
        f.write_str("\"")?;
        for c in self.local.chars() {
            if matches!(c, '"' | '\\') {
                f.write_str("\\")?;
            }
            write!(f, "{c}")?;
        }
        write!(f, "\"@{}", self.domain)
    }
}

/// What stands between angle brackets after MAIL FROM or RCPT TO.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Path {
    /// `<>`
    Null,
    /// `<postmaster>` without a domain.
    Postmaster,
    /// A mailbox; a source route before it is dropped (RFC 5321 appendix C).
    Mailbox(Address),
}

impl Path {
    /// Reads a path at the start of the text; answers it with the rest.
    ///
    /// # Errors
    /// The text does not start with a path.
    pub fn split(text: &str) -> Result<(Self, &str), AddressError> {
        let inner = text.strip_prefix('<').ok_or(AddressError::Syntax)?;
        if let Some(rest) = inner.strip_prefix('>') {
            return Ok((Self::Null, rest));
        }
        let (local, rest) = local_part(skip_route(inner)?)?;
        if let Some(rest) = rest.strip_prefix('>') {
            let postmaster = local.eq_ignore_ascii_case("postmaster");
            return if postmaster {
                Ok((Self::Postmaster, rest))
            } else {
                Err(AddressError::Syntax)
            };
        }
        let rest = rest.strip_prefix('@').ok_or(AddressError::Syntax)?;
        let (domain, rest) = rest.split_once('>').ok_or(AddressError::Syntax)?;
        Ok((Self::Mailbox(Address::new(&local, domain)?), rest))
    }
}

/// Drops `@one,@two:`.
fn skip_route(text: &str) -> Result<&str, AddressError> {
    if !text.starts_with('@') {
        return Ok(text);
    }
    let (route, rest) = text.split_once(':').ok_or(AddressError::Syntax)?;
    let valid = route.split(',').all(|hop| hop.strip_prefix('@').is_some_and(is_domain));
    if valid { Ok(rest) } else { Err(AddressError::Syntax) }
}

/// Reads a local part, quoted or not; answers it decoded with the rest.
fn local_part(text: &str) -> Result<(String, &str), AddressError> {
    if let Some(quoted) = text.strip_prefix('"') {
        return quoted_string(quoted);
    }
    let end = text.find(['@', '>']).unwrap_or(text.len());
    let (local, rest) = text.split_at(end);
    if is_dot_string(local) { Ok((local.to_owned(), rest)) } else { Err(AddressError::Syntax) }
}

/// Reads the rest of a quoted string after its opening quote.
fn quoted_string(text: &str) -> Result<(String, &str), AddressError> {
    let mut decoded = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        let c = match c {
            '"' => return Ok((decoded, &text[at + 1..])),
            '\\' => chars.next().ok_or(AddressError::Syntax)?.1,
            c => c,
        };
        if c.is_ascii_control() {
            return Err(AddressError::Syntax);
        }
        decoded.push(c);
    }
    Err(AddressError::Syntax)
}

/// Atoms between single dots.
fn is_dot_string(text: &str) -> bool {
    text.split('.').all(|atom| !atom.is_empty() && atom.bytes().all(is_atext))
}

fn is_atext(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte)
}

/// A host name or an address literal.
pub(crate) fn is_domain(text: &str) -> bool {
    match text.strip_prefix('[') {
        Some(rest) => rest.strip_suffix(']').is_some_and(is_literal),
        None => text.split('.').all(is_label),
    }
}

/// Underscores occur in real names, though RFC 5321 has none.
fn is_label(text: &str) -> bool {
    let inner = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    let edge = |b: Option<u8>| b.is_some_and(|b| b != b'-');
    text.len() <= 63
        && text.bytes().all(inner)
        && edge(text.bytes().next())
        && edge(text.bytes().last())
}

/// `192.0.2.1`, `IPv6:2001:db8::1` or a tagged literal of a kind not known here.
fn is_literal(text: &str) -> bool {
    match text.split_once(':') {
        None => text.parse::<Ipv4Addr>().is_ok(),
        Some((tag, rest)) if tag.eq_ignore_ascii_case("IPv6") => rest.parse::<Ipv6Addr>().is_ok(),
        Some((tag, rest)) => {
            is_label(tag)
                && !rest.is_empty()
                && rest.bytes().all(|b| matches!(b, b'!'..=b'Z' | b'^'..=b'~'))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn path(text: &str) -> Option<String> {
        match Path::split(text) {
            Ok((Path::Null, rest)) => Some(format!("null{rest}")),
            Ok((Path::Postmaster, rest)) => Some(format!("postmaster{rest}")),
            Ok((Path::Mailbox(address), rest)) => Some(format!("{address}{rest}")),
            Err(_) => None,
        }
    }

    #[test]
    fn reads_every_form_of_a_path() {
        let cases = [
            ("<>", "null"),
            ("<Postmaster>", "postmaster"),
            ("<a.b+c@Example.COM> SIZE=1", "a.b+c@Example.COM SIZE=1"),
            ("<@one.example,@two.example:a@b.example>", "a@b.example"),
            ("<\"a b\"@c.example>", "\"a b\"@c.example"),
            ("<\"plain\"@c.example>", "plain@c.example"),
            (r#"<"a\"b\\c"@d>"#, r#""a\"b\\c"@d"#),
            ("<\"a>b\"@c>", "\"a>b\"@c"),
            ("<\"\"@c>", "\"\"@c"),
            ("<a@[192.0.2.1]>", "a@[192.0.2.1]"),
            ("<a@[IPv6:2001:db8::1]>", "a@[IPv6:2001:db8::1]"),
            ("<a@my_host>", "a@my_host"),
        ];
        for (text, expected) in cases {
            assert_eq!(path(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn refuses_what_is_no_path() {
        let cases = [
            "",
            "a@b",
            "<a@b",
            "<a>",
            "<@b>",
            "<a@>",
            "<a..b@c>",
            "<.a@c>",
            "<a b@c>",
            "<a@b c>",
            "<a@-b>",
            "<a@b->",
            "<a@b..c>",
            "<a@b.>",
            "<a@[192.0.2]>",
            "<a@[IPv6:zz]>",
            "<a@[x>",
            "<\"a@b>",
            "<\"a\\",
            "<a@b@c>",
            "<@one.example>",
            "<@one example:a@b>",
            "<<a@b>>",
        ];
        for text in cases {
            assert_eq!(path(text), None, "{text}");
        }
    }

    #[test]
    fn decoded_parts_are_what_scripts_compare() {
        let address = Address::parse("\"Some Body\"@Example.COM").unwrap();
        assert_eq!(address.local(), "Some Body");
        assert_eq!(address.to_lowercase(), "\"some body\"@example.com");
    }

    #[test]
    fn parts_from_scripts_cannot_carry_a_command() {
        assert_eq!(Address::new("a\r\nDATA", "b"), Err(AddressError::Syntax));
        assert_eq!(Address::new("a", "b>\r\nDATA"), Err(AddressError::Syntax));
        assert_eq!(Address::new("é", "b"), Err(AddressError::NotAscii));
        assert_eq!(Address::new(&"a".repeat(256), "b"), Err(AddressError::TooLong));
    }

    proptest! {
        #[test]
        fn written_addresses_read_back(local in "[ -~]{0,40}", domain in "[a-z0-9]{1,9}(\\.[a-z]{2,5}){0,2}") {
            let address = Address::new(&local, &domain).unwrap();
            prop_assert_eq!(Address::parse(&address.to_string()), Ok(address));
        }

        #[test]
        fn any_text_has_an_answer(text in ".{0,60}") {
            let _ = Path::split(&text);
        }
    }
}
