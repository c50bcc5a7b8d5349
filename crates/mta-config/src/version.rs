//! The `version` of a configuration file.

use std::borrow::Cow;

use diagnostics::{Severity, codes};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::Value as Json;

use crate::setting::{Report, Setting};
use crate::yaml::{Kind, Node};

/// Version of the format, from 5.8 to 6.10.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    /// Before the dot.
    pub major: u16,
    /// After the dot.
    pub minor: u16,
}

impl Version {
    /// The newest version.
    pub const LATEST: Self = Self { major: 6, minor: 10 };

    /// Every version that is read, oldest first.
    pub fn supported() -> impl Iterator<Item = Self> {
        let five = (Self::OLDEST.minor..=12).map(|minor| Self { major: 5, minor });
        five.chain((0..=10).map(|minor| Self { major: 6, minor }))
    }

    /// The oldest version whose keys are known; older ones of the same format have no others.
    const OLDEST: Self = Self { major: 5, minor: 8 };

    /// Reads a version; it need not be one that is supported.
    pub fn parse(text: &str) -> Option<Self> {
        let (major, minor) = text.split_once('.')?;
        Some(Self { major: major.parse().ok()?, minor: minor.parse().ok()? })
    }
}

impl Default for Version {
    fn default() -> Self {
        Self::LATEST
    }
}

impl std::fmt::Display for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

impl Setting for Version {
    fn read(node: &Node, report: &mut Report) -> Option<Self> {
        let version = match &node.kind {
            Kind::Scalar(scalar) => Self::parse(&scalar.text),
            _ => None,
        };
        let is_early = |v: &Self| v.major == Self::OLDEST.major && v.minor < Self::OLDEST.minor;
        if let Some(early) = version.filter(is_early) {
            let message =
                format!("`{early}` is read as `{}`, the oldest version known", Self::OLDEST);
            let finding = report.add(&codes::UNSUPPORTED_VERSION, node.span, message);
            finding.severity = Severity::Warning;
            return Some(Self::OLDEST);
        }
        let version = version.filter(|found| Self::supported().any(|known| known == *found));
        if version.is_none() {
            let message = format!("{} is not a version of the format", node.describe());
            let finding = report.add(&codes::UNSUPPORTED_VERSION, node.span, message);
            let (oldest, latest) = (Self::OLDEST, Self::LATEST);
            finding.help = Some(format!("versions are \"{oldest}\" to \"{latest}\", in quotes"));
        }
        version
    }

    /// Whoever loads a file reports a missing version, with a code of its own.
    fn absent() -> Option<Self> {
        Some(Self::LATEST)
    }

    fn shown(&self) -> Json {
        self.to_string().into()
    }
}

impl JsonSchema for Version {
    fn schema_name() -> Cow<'static, str> {
        "Version".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let known: Vec<_> = Self::supported().map(|version| version.to_string()).collect();
        schemars::json_schema!({ "type": "string", "enum": known })
    }
}
