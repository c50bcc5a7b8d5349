//! Mail: envelope addresses, address headers, tag lists, encoded words, messages.
//!
//! *Not here.* SPF (`spf`), the received message of the eod hook (`mta-hooks`).

mod addresslist;
mod copy;
mod envelope;
mod message;
mod mime;
mod options;
mod part;
mod queueing;
mod sending;
mod signing;
mod verify;

use std::collections::BTreeMap;

use hsl_macros::{Options, Record, library};
use hsl_vm::{Array, Cx, Key, Str, Thrown, Value};
use mail_message::encoded_word;
use smtp_proto::Address;

use crate::binding::record;
pub use copy::{CopyDsn, CopyOptions, QueuedCopy, QueuedId};
pub use envelope::GivenAddress;
pub use message::{MESSAGE_OF_TEXT, MailMessage};
pub(crate) use mime::Mime;
pub use part::{Mail, MimePart};
pub use queueing::Submission;

/// Builtins of this topic.
#[library(topic = "mail")]
pub(crate) mod functions {
    use super::*;

    /// Splits an envelope address into its two parts.
    ///
    /// A quoted local part loses its quotes. Text that is no address gives `none`.
    /// Pure.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo envelope_address_parse(''"a b"@example.com''); // ["localpart"=>"a b","domain"=>"example.com"]
    /// echo [envelope_address_parse("nobody") === none]; // [0=>true]
    /// ```
    ///
    /// Source: RFC 5321 §4.1.2. Since: 0.1. Compat: same.
    #[builtin(returns = "array or none", result = AddressParts)]
    fn envelope_address_parse(address: Str) -> Option<Value> {
        let address = Address::parse(std::str::from_utf8(&address).ok()?).ok()?;
        Some(record(AddressParts {
            localpart: Str::from(address.local()),
            domain: Str::from(address.domain()),
        }))
    }

    /// Quotes a local part when it has characters that require it.
    ///
    /// Pure.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo envelope_localpart_escape("john.doe"); // john.doe
    /// echo envelope_localpart_escape("john doe"); // "john doe"
    /// ```
    ///
    /// Source: RFC 5321 §4.1.2. Since: 0.1. Compat: same.
    fn envelope_localpart_escape(localpart: Str) -> Str {
        if is_dot_string(&localpart) { localpart } else { Str::from(quoted(&localpart)) }
    }

    /// Formats names and addresses as the value of an address header.
    ///
    /// Each entry is an array with `address` and optionally `name`. Names are quoted or encoded
    /// when needed.
    /// Pure.
    ///
    /// # Errors
    ///
    /// Raises an exception for an entry without address, and for text with line breaks.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo header_addresslist_compile([["name" => "Doe, J.", "address" => "j@example.com"], ["address" => "x@example.com"]]); // "Doe, J." <j@example.com>, x@example.com
    /// ```
    ///
    /// Source: RFC 5322 §3.4. Since: 0.1. Compat: same.
    fn header_addresslist_compile(addresses: Array) -> Result<Str, Thrown> {
        let entries: Option<Vec<_>> = addresses.values().map(mailbox).collect();
        let entries = entries.ok_or_else(|| {
            Thrown::error("header_addresslist_compile: each entry needs an address of one line")
        })?;
        Ok(Str::from(entries.join(&b", "[..])))
    }

    /// Extracts the addresses of the value of an address header.
    ///
    /// Commas and semicolons separate; comments are dropped and groups dissolved. With the option
    /// `name` each entry is an array with name, decoded to UTF-8, and address. A list that cannot
    /// be read gives `none`.
    /// Pure.
    ///
    /// # Errors
    ///
    /// Ends the script when the list would exceed the memory limit.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo header_addresslist_extract(''"Doe, J." <j@example.com>, x@example.com (home)''); // [0=>"j@example.com",1=>"x@example.com"]
    /// echo header_addresslist_extract("J <j@example.com>", ["name" => true]); // [0=>["name"=>"J","address"=>"j@example.com"]]
    /// ```
    ///
    /// Source: RFC 5322 §3.4. Since: 0.1. Compat: same.
    #[builtin(effect = pure, elements = "string or array", result = NamedAddress)]
    fn header_addresslist_extract(
        cx: &mut Cx<'_>,
        value: Str,
        options: ExtractOptions,
    ) -> Result<Option<Array>, Thrown> {
        let pieces = value.iter().filter(|byte| b" ,;:<\"".contains(byte)).count();
        cx.reserve(value.len().saturating_add(pieces.saturating_mul(PIECE)))?;
        let mailboxes = addresslist::parse(header_value(&value, options.field));
        let Some(mailboxes) = mailboxes else { return Ok(None) };
        let shown = mailboxes.into_iter().map(|mailbox| match options.name {
            true => record(NamedAddress {
                name: Str::from(encoded_word::decode(&mailbox.name)),
                address: Str::from(mailbox.address),
            }),
            false => Value::string(mailbox.address),
        });
        Ok(Some(shown.collect()))
    }

    /// Parses a list of tags and values, as DKIM, ARC and DMARC use it.
    ///
    /// The result is ordered by tag name; white space in values is kept except at the ends. A
    /// version tag must come first. Malformed lists and duplicate tags give `none`.
    /// Pure.
    ///
    /// # Errors
    ///
    /// Ends the script when the list would exceed the memory limit.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo header_dkim_decode("v=DMARC1; p=reject; pct=50"); // ["p"=>"reject","pct"=>"50","v"=>"DMARC1"]
    /// echo [header_dkim_decode("p=none; p=reject") === none]; // [0=>true]
    /// ```
    ///
    /// Source: RFC 6376 §3.2. Since: 0.1. Compat: same.
    #[builtin(effect = pure)]
    fn header_dkim_decode(
        cx: &mut Cx<'_>,
        value: Str,
        options: FieldOptions,
    ) -> Result<Option<Array>, Thrown> {
        let pieces = value.iter().filter(|byte| **byte == b';').count();
        cx.reserve(value.len().saturating_add(pieces.saturating_mul(PIECE)))?;
        let tags = tags(header_value(&value, options.field));
        let pairs = |tags: BTreeMap<&[u8], &[u8]>| {
            tags.into_iter().map(|(name, value)| (Key::text(name), value.into())).collect()
        };
        Ok(tags.map(pairs))
    }

    /// Encodes text as an encoded word of MIME when a header cannot carry it as it is.
    ///
    /// The character set is UTF-8; long text becomes several words.
    /// Pure.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo mimeword_encode("plain"); // plain
    /// echo mimeword_decode(mimeword_encode("gr\xc3\xbcn")) == "gr\xc3\xbcn"; // true
    /// ```
    ///
    /// Source: RFC 2047. Since: 0.1. Compat: same.
    #[builtin(effect = pure, cleans = [Lines, Header])]
    fn mimeword_encode(cx: &mut Cx<'_>, string: Str) -> Str {
        cx.charge(string.len());
        Str::from(encoded_word::encode(&string))
    }

    /// Decodes encoded words of MIME to UTF-8.
    ///
    /// Words that cannot be decoded are kept.
    /// Pure.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo mimeword_decode("=?us-ascii?Q?a_b?="); // a b
    /// ```
    ///
    /// Source: RFC 2047. Since: 0.1. Compat: same.
    #[builtin(effect = pure)]
    fn mimeword_decode(cx: &mut Cx<'_>, string: Str) -> Str {
        cx.charge(string.len());
        Str::from(encoded_word::decode(&string))
    }
}

/// Bytes that a piece of a list takes while it is read, besides its text.
const PIECE: usize = 128;

/// An address in parts.
#[derive(Record)]
struct AddressParts {
    /// Local part, without quotes.
    localpart: Str,
    /// Domain part.
    domain: Str,
}

/// An entry of a list of addresses with its name.
#[derive(Record)]
struct NamedAddress {
    /// Name before the address, decoded to UTF-8.
    name: Str,
    /// Address.
    address: Str,
}

/// Options of `header_addresslist_extract`.
#[derive(Options)]
struct ExtractOptions {
    /// Value is a complete header field including its name.
    #[option(default = false)]
    field: bool,
    /// Return arrays with name and address.
    #[option(default = false)]
    name: bool,
}

/// Options of functions that take a header.
#[derive(Options)]
struct FieldOptions {
    /// Value is a complete header field including its name.
    #[option(default = false)]
    field: bool,
}

/// The value of a header, after its name when there is one.
fn header_value(text: &[u8], with_name: bool) -> &[u8] {
    let colon = text.iter().position(|byte| *byte == b':').filter(|_| with_name);
    colon.map_or(text, |at| &text[at + 1..])
}

fn tags(text: &[u8]) -> Option<BTreeMap<&[u8], &[u8]>> {
    let text = text.trim_ascii();
    let mut tags = BTreeMap::new();
    for (at, tag) in text.strip_suffix(b";").unwrap_or(text).split(|b| *b == b';').enumerate() {
        let equals = tag.iter().position(|byte| *byte == b'=')?;
        let (name, value) = (tag[..equals].trim_ascii(), tag[equals + 1..].trim_ascii());
        let named = name.first().is_some_and(u8::is_ascii_alphabetic)
            && name.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
        if !named || (name == b"v" && at > 0) || tags.insert(name, value).is_some() {
            return None;
        }
    }
    Some(tags)
}

fn mailbox(entry: &Value) -> Option<Vec<u8>> {
    let entry = entry.as_array()?;
    let one_line = |text: &&Str| !text.iter().any(|byte| matches!(byte, b'\r' | b'\n' | 0));
    let part = |name: &str| entry.get_str(name).and_then(Value::as_str).filter(one_line);
    let address = part("address").filter(|address| !address.is_empty())?;
    match entry.get_str("name").filter(|name| !name.is_none()) {
        None => Some(address.to_vec()),
        Some(_) => {
            let name = part("name")?;
            if name.is_empty() {
                return Some(address.to_vec());
            }
            Some([&phrase(name)[..], b" <", address, b">"].concat())
        }
    }
}

/// A display name: as it is, quoted, or encoded.
fn phrase(name: &[u8]) -> Vec<u8> {
    if !name.is_ascii() {
        encoded_word::encode(name)
    } else if name.iter().all(|byte| is_atext(*byte) || *byte == b' ') {
        name.to_vec()
    } else {
        quoted(name)
    }
}

fn quoted(text: &[u8]) -> Vec<u8> {
    let mut out = vec![b'"'];
    for byte in text {
        if matches!(byte, b'"' | b'\\') {
            out.push(b'\\');
        }
        out.push(*byte);
    }
    out.push(b'"');
    out
}

fn is_dot_string(text: &[u8]) -> bool {
    text.split(|byte| *byte == b'.')
        .all(|atom| !atom.is_empty() && atom.iter().all(|byte| is_atext(*byte) || !byte.is_ascii()))
}

/// RFC 5322 §3.2.3.
fn is_atext(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte)
}
