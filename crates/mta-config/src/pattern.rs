//! What a condition wants of one field of a queued message.
//!
//! A text is compared as it is; `/…/` is a regular expression (of the `regex` crate: no look-around, no
//! back-references), `@name` a list. For a domain `*.example.com` stands for all domains below it; an
//! address may be a network.
//!
//! *Not here.* Which list is meant, and comparing with messages (crates `mta` and `mail-queue`).

use std::borrow::Cow;
use std::net::IpAddr;

use regex::Regex;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::Value as Json;

use crate::network::Network;
use crate::setting::{Report, Setting, scalar};
use crate::yaml::Node;

/// Most bytes that a compiled expression takes.
const EXPRESSION: usize = 1 << 20;

/// What kind of value a field has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PatternKind {
    /// Any text.
    Text,
    /// A domain.
    Domain,
    /// An address.
    Address,
}

/// A wanted value and what it means.
#[derive(Clone, Debug)]
pub struct Pattern {
    /// As it is written.
    pub text: String,
    /// What it means.
    pub test: PatternTest,
}

/// What a wanted value means.
#[derive(Clone, Debug)]
pub enum PatternTest {
    /// This value; a domain in lower case, and perhaps with `*.`; an address in its usual form.
    Is(String),
    /// An address of this network.
    Network(Network),
    /// What the expression finds something in.
    Regex(Regex),
    /// A value of the list with this name.
    List(String),
}

impl Pattern {
    /// Reads a wanted value.
    ///
    /// # Errors
    /// A sentence about an expression, a list name or an address that is none.
    pub fn parse(kind: PatternKind, text: &str) -> Result<Self, String> {
        let test = match (text.strip_prefix('@'), inner(text)) {
            (Some(""), _) => return Err("a list needs a name after `@`".to_owned()),
            (Some(name), _) => PatternTest::List(name.to_owned()),
            (None, Some(expression)) if kind != PatternKind::Address => {
                let built = regex::RegexBuilder::new(expression).size_limit(EXPRESSION).build();
                PatternTest::Regex(built.map_err(|error| {
                    format!("{text} is no regular expression: {}", last_line(&error.to_string()))
                })?)
            }
            _ => plain(kind, text)?,
        };
        Ok(Self { text: text.to_owned(), test })
    }
}

fn plain(kind: PatternKind, text: &str) -> Result<PatternTest, String> {
    Ok(match kind {
        PatternKind::Text => PatternTest::Is(text.to_owned()),
        PatternKind::Domain => PatternTest::Is(text.trim_end_matches('.').to_ascii_lowercase()),
        PatternKind::Address => match text.parse::<IpAddr>() {
            Ok(address) => PatternTest::Is(address.to_string()),
            Err(_) => PatternTest::Network(
                Network::parse(text).ok_or_else(|| format!("{text} is no address or network"))?,
            ),
        },
    })
}

/// What stands between the slashes of `/…/`.
fn inner(text: &str) -> Option<&str> {
    text.strip_prefix('/')?.strip_suffix('/')
}

/// The reason at the end of a message that draws the expression first.
fn last_line(message: &str) -> &str {
    let line = message.lines().last().unwrap_or_default();
    line.strip_prefix("error: ").unwrap_or(line)
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

macro_rules! patterns {
    ($( $(#[doc = $doc:literal])+ $name:ident = $kind:ident, $examples:expr; )+) => { $(
        $(#[doc = $doc])+
        #[derive(Clone, Debug, PartialEq)]
        pub struct $name(pub Pattern);

        impl Setting for $name {
            fn read(node: &Node, report: &mut Report) -> Option<Self> {
                let text = &scalar(node, "text", report)?.text;
                match Pattern::parse(PatternKind::$kind, text) {
                    Ok(pattern) => Some(Self(pattern)),
                    Err(wrong) => {
                        report.problem(node.span, &format!("cannot be used: {wrong}"));
                        None
                    }
                }
            }

            fn shown(&self) -> Json {
                self.0.text.as_str().into()
            }
        }

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "type": "string", "examples": $examples })
            }
        }
    )+ };
}

patterns! {
    /// A text, `/expression/` or `@list`.
    TextPattern = Text, ["bulk", "/^news-/", "@jobs"];
    /// A domain, `*.domain`, `/expression/` or `@list`.
    DomainPattern = Domain, ["example.com", "*.example.com", "/^mx[0-9]/", "@large"];
    /// An address, a network or `@list`.
    AddressPattern = Address, ["192.0.2.1", "192.0.2.0/24", "@pool"];
}
