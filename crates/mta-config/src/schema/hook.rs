//! How a phase names its hook script.

use std::borrow::Cow;
use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::Value as Json;

use crate::scalar::Spanned;
use crate::section::section;
use crate::setting::{Report, Setting};
use crate::yaml::{Kind, Node};

/// The hook of the RCPT phase: one script, or one chosen by the recipient's domain.
#[derive(Clone, Debug, PartialEq)]
pub enum RecipientHook {
    /// One script for every recipient.
    One(Spanned<String>),
    /// A script by domain.
    ByDomain(DomainHooks),
}

section! {
    /// Scripts by the recipient's domain.
    pub struct DomainHooks {
        /// Script for every other domain; recipients are accepted if left out.
        pub id: Option<Spanned<String>>,
        /// Script for the domain of the recipient.
        pub recipientdomains: BTreeMap<String, Spanned<String>>,
    }
}

impl RecipientHook {
    /// The script for a recipient's domain, without regard to case.
    pub fn for_domain(&self, domain: &str) -> Option<&str> {
        match self {
            Self::One(id) => Some(&id.value),
            Self::ByDomain(hooks) => {
                let same = |(name, _): &(&String, _)| name.eq_ignore_ascii_case(domain);
                let chosen = hooks.recipientdomains.iter().find(same).map(|(_, id)| id);
                chosen.or(hooks.id.as_ref()).map(|id| id.value.as_str())
            }
        }
    }

    /// Every script that may be chosen, the general one first.
    pub fn ids(&self) -> Vec<&Spanned<String>> {
        match self {
            Self::One(id) => vec![id],
            Self::ByDomain(hooks) => {
                hooks.id.iter().chain(hooks.recipientdomains.values()).collect()
            }
        }
    }
}

impl Setting for RecipientHook {
    fn read(node: &Node, report: &mut Report) -> Option<Self> {
        match &node.kind {
            Kind::Map(_) => DomainHooks::read(node, report).map(Self::ByDomain),
            Kind::Scalar(_) if !node.is_null() => Spanned::read(node, report).map(Self::One),
            _ => report.wrong(node, "the name of a script, or `id` and `recipientdomains`"),
        }
    }

    fn shown(&self) -> Json {
        match self {
            Self::One(id) => id.shown(),
            Self::ByDomain(hooks) => hooks.shown(),
        }
    }
}

impl JsonSchema for RecipientHook {
    fn schema_name() -> Cow<'static, str> {
        "RecipientHook".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let by_domain = generator.subschema_for::<DomainHooks>();
        schemars::json_schema!({ "anyOf": [{ "type": "string" }, by_domain] })
    }
}
