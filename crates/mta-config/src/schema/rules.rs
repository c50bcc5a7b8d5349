//! `smtpd-policy.yaml` and `smtpd-suspend.yaml`: what keeps queued mail back.

use super::Lists;
use crate::pattern::{AddressPattern, DomainPattern, Pattern, TextPattern};
use crate::scalar::{Any, Spanned, words};
use crate::section::section;
use crate::setting::{Report, Setting};
use crate::units::Period;
use crate::version::Version;
use crate::yaml::Node;

section! {
    /// The policy file, `smtpd-policy.yaml`: how fast queued mail may leave. It can be replaced while
    /// the server runs; what was counted stays. A missing file has no policies.
    pub struct PolicyFile {
        /// Version of the format, in quotes: `"5.8"` to `"6.10"`.
        pub version: Version,
        /// How rates are counted.
        pub rate: RateSettings,
        /// Definitions. A message is counted by each of them, and may start when all allow it.
        pub policies: Vec<PolicyDefinition>,
        /// Lists of values for conditions.
        pub lists: Vec<Lists>,
    }
}

section! {
    /// How rates are counted.
    pub struct RateSettings {
        /// Whether attempts refill steadily or are counted anew in each window.
        pub algorithm: RateAlgorithm,
    }
}

words! {
    /// How rates are counted.
    pub enum RateAlgorithm {
        /// A bucket that refills steadily.
        #[default]
        TokenBucket = "tokenbucket",
        /// Windows of the rate's time, counted from the epoch.
        FixedWindow = "fixedwindow",
    }
}

section! {
    /// Messages with the same values of some fields share a counter; the first condition that matches
    /// says its limits.
    pub struct PolicyDefinition {
        /// Fields by which messages are counted apart; one counter for all messages without any.
        pub fields: Spanned<Vec<PolicyField>>,
        /// Conditions, of which the first that matches counts.
        pub conditions: Vec<PolicyCondition>,
        /// Limits of messages that no condition matches; none if left out.
        pub default: Option<PolicyLimits>,
    }
}

words! {
    /// A field of a queued message.
    pub enum PolicyField {
        /// The tenant.
        #[default]
        Tenant = "tenantid",
        /// The job.
        Job = "jobid",
        /// The transport.
        Transport = "transportid",
        /// The address that the connection comes from.
        LocalIp = "localip",
        /// The domain of the recipient.
        RecipientDomain = "recipientdomain",
        /// The name of the next hop.
        RemoteMx = "remotemx",
        /// The address of the next hop.
        RemoteIp = "remoteip",
        /// What the next hop is rolled up with.
        Grouping = "grouping",
    }
}

section! {
    /// Limits for some messages.
    pub struct PolicyCondition {
        /// Which messages.
        pub when as "if": Selection,
        /// Their limits.
        pub then: PolicyLimits,
    }
}

section! {
    /// What messages must have; all messages without any.
    pub struct Selection {
        /// The tenant.
        pub tenantid: Option<Spanned<TextPattern>>,
        /// The job.
        pub jobid: Option<Spanned<TextPattern>>,
        /// The transport.
        pub transportid: Option<Spanned<TextPattern>>,
        /// The address that the connection comes from.
        pub localip: Option<Spanned<AddressPattern>>,
        /// The domain of the recipient.
        pub recipientdomain: Option<Spanned<DomainPattern>>,
        /// The name of the next hop.
        pub remotemx: Option<Spanned<DomainPattern>>,
        /// The address of the next hop.
        pub remoteip: Option<Spanned<AddressPattern>>,
        /// What the next hop is rolled up with; names of the configuration begin with `&`.
        pub grouping: Option<Spanned<TextPattern>>,
    }
}

section! {
    /// Limits; what is left out is not limited.
    pub struct PolicyLimits {
        /// Attempts at once.
        pub concurrency: Option<Spanned<u32>>,
        /// Attempts within a time: `120/60` is 120 within 60 seconds.
        pub rate: Option<RateLimit>,
        /// Time between the starts of two attempts.
        pub connectinterval: Option<Period>,
        /// Label, at most 32 characters; the postdelivery hook is told it.
        pub tag: Option<Spanned<String>>,
        /// Whether no later definition is looked at.
        pub stop: bool = false,
        /// Values that the postdelivery hook is told.
        pub properties: Option<Any>,
    }
}

section! {
    /// The suspend file, `smtpd-suspend.yaml`: which queued mail waits. It can be replaced while the
    /// server runs. A missing file suspends nothing.
    pub struct SuspendFile {
        /// Version of the format, in quotes: `"5.8"` to `"6.10"`.
        pub version: Version,
        /// Mail that waits. An entry without fields is for all mail.
        pub suspends: Vec<SuspendEntry>,
        /// Lists of values for conditions.
        pub lists: Vec<Lists>,
    }
}

section! {
    /// Mail that waits.
    pub struct SuspendEntry {
        /// The tenant.
        pub tenantid: Option<Spanned<TextPattern>>,
        /// The job.
        pub jobid: Option<Spanned<TextPattern>>,
        /// The transport.
        pub transportid: Option<Spanned<TextPattern>>,
        /// The address that the connection comes from; mail may leave from another one.
        pub localip: Option<Spanned<AddressPattern>>,
        /// The domain of the recipient.
        pub recipientdomain: Option<Spanned<DomainPattern>>,
        /// The name of the next hop.
        pub remotemx: Option<Spanned<DomainPattern>>,
        /// The address of the next hop.
        pub remoteip: Option<Spanned<AddressPattern>>,
        /// What the next hop is rolled up with.
        pub grouping: Option<Spanned<TextPattern>>,
        /// Label.
        pub tag: Option<Spanned<String>>,
        /// Values that are kept with it.
        pub properties: Option<Any>,
    }
}

macro_rules! wanted {
    ($ty:ident: $($field:ident),+) => {
        impl $ty {
            /// The fields that it names, what it wants of them, and where that is written.
            pub fn wanted(&self) -> Vec<(&'static str, &Pattern, diagnostics::Span)> {
                let all = [$(
                    self.$field.as_ref().map(|one| (stringify!($field), &one.value.0, one.span)),
                )+];
                all.into_iter().flatten().collect()
            }
        }
    };
}
wanted!(Selection: tenantid, jobid, transportid, localip, recipientdomain, remotemx, remoteip, grouping);
wanted!(SuspendEntry: tenantid, jobid, transportid, localip, recipientdomain, remotemx, remoteip, grouping);

/// A number of attempts within a time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RateLimit {
    /// Attempts, at least 1.
    pub count: f64,
    /// Seconds, more than 0.
    pub seconds: f64,
}

impl Setting for RateLimit {
    fn read(node: &Node, report: &mut Report) -> Option<Self> {
        let wanted = "a number of attempts and seconds such as `120/60`";
        let text = &crate::setting::scalar(node, wanted, report)?.text;
        let number = |text: &str| text.trim().parse().ok().filter(|n: &f64| n.is_finite());
        let read = text.split_once('/').and_then(|(count, seconds)| {
            let limit = Self { count: number(count)?, seconds: number(seconds)? };
            (limit.count >= 1.0 && (0.001..=31_536_000.0).contains(&limit.seconds)).then_some(limit)
        });
        read.or_else(|| report.wrong(node, wanted))
    }

    fn shown(&self) -> serde_json::Value {
        format!("{}/{}", self.count, self.seconds).into()
    }
}

impl schemars::JsonSchema for RateLimit {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "RateLimit".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "examples": ["120/60"] })
    }
}
