//! `smtpd-policy.yaml` and `smtpd-suspend.yaml`: what keeps queued mail back.

use diagnostics::Span;

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

/// Longest label of a policy or suspension, in characters.
pub const TAG: usize = 32;

/// Up to which version of the file a policy's label has how much room.
#[derive(Clone, Copy, Debug)]
pub struct TagRoom {
    /// Longest label, in characters.
    pub most: usize,
    /// The last version that allows no longer one.
    pub last: Version,
    /// The first version that is known to allow longer ones.
    pub next: Version,
}

/// What older versions allow, oldest first. Which one after 6.0 came to [`TAG`] is not published.
pub const OLDER_TAGS: [TagRoom; 2] = [
    TagRoom {
        most: 8,
        last: Version { major: 5, minor: 12 },
        next: Version { major: 6, minor: 0 },
    },
    TagRoom { most: 24, last: Version { major: 6, minor: 0 }, next: Version::LATEST },
];

/// Gives `$make!` the fields of a queued message: what each is called in Rust and in the files, what a
/// condition wants of it, and what it means. Whatever goes by fields is made from this list.
macro_rules! fields {
    ($make:ident! $($with:tt)*) => {
        $make! {
            {
                /// The tenant.
                Tenant tenantid = "tenantid": TextPattern;
                /// The job.
                Job jobid = "jobid": TextPattern;
                /// The transport.
                Transport transportid = "transportid": TextPattern;
                /// The address that the connection comes from.
                LocalIp localip = "localip": AddressPattern;
                /// The domain of the recipient.
                RecipientDomain recipientdomain = "recipientdomain": DomainPattern;
                /// The name of the next hop.
                RemoteMx remotemx = "remotemx": DomainPattern;
                /// The address of the next hop.
                RemoteIp remoteip = "remoteip": AddressPattern;
                /// What the next hop is rolled up with; names of the configuration begin with `&`.
                Grouping grouping = "grouping": TextPattern;
            }
            $($with)*
        }
    };
}

/// Declares the words for fields.
macro_rules! field_words {
    ({
        $(#[doc = $first_doc:literal])+ $first:ident $_first:ident = $first_word:literal: $_first_ty:ident;
        $( $(#[doc = $doc:literal])+ $variant:ident $_field:ident = $word:literal: $_ty:ident; )+
    }) => {
        words! {
            /// A field of a queued message.
            pub enum PolicyField {
                $(#[doc = $first_doc])+
                #[default]
                $first = $first_word,
                $( $(#[doc = $doc])+ $variant = $word, )+
            }
        }

        impl PolicyField {
            /// Every field, as they are declared.
            pub const ALL: &'static [Self] = &[Self::$first, $(Self::$variant),+];
        }
    };
}
fields!(field_words!);

/// Declares a section with a condition for each field, and further keys.
macro_rules! selecting {
    (
        { $( $(#[doc = $doc:literal])+ $_variant:ident $field:ident = $word:literal: $ty:ident; )+ }
        $(#[doc = $about:literal])+
        pub struct $name:ident { $($more:tt)* }
    ) => {
        section! {
            $(#[doc = $about])+
            pub struct $name {
                $( $(#[doc = $doc])+ pub $field: Option<Spanned<$ty>>, )+
                $($more)*
            }
        }

        impl $name {
            /// The fields that it names, what it wants of them, and where that is written.
            pub fn wanted(&self) -> Vec<(&'static str, &Pattern, Span)> {
                let all = [$( self.$field.as_ref().map(|one| ($word, &one.value.0, one.span)), )+];
                all.into_iter().flatten().collect()
            }
        }
    };
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

fields! {
    selecting!
    /// What messages must have; all messages without any.
    pub struct Selection {}
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
        pub properties: Option<Spanned<Any>>,
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

fields! {
    selecting!
    /// Mail that waits. With `localip`, mail may leave from another address.
    pub struct SuspendEntry {
        /// Label, at most 32 characters.
        pub tag: Option<Spanned<String>>,
        /// Values that are kept with it.
        pub properties: Option<Spanned<Any>>,
    }
}

/// A number of attempts within a time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RateLimit {
    /// Attempts, at least 1.
    pub count: f64,
    /// Seconds, more than 0.
    pub seconds: f64,
}

impl RateLimit {
    /// Reads `120/60`; none for anything else, and for less than 1 attempt and more than a year.
    pub fn parse(text: &str) -> Option<Self> {
        let number = |text: &str| text.trim().parse().ok().filter(|n: &f64| n.is_finite());
        let (count, seconds) = text.split_once('/')?;
        let limit = Self { count: number(count)?, seconds: number(seconds)? };
        (limit.count >= 1.0 && (0.001..=31_536_000.0).contains(&limit.seconds)).then_some(limit)
    }
}

impl std::fmt::Display for RateLimit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.count, self.seconds)
    }
}

impl Setting for RateLimit {
    fn read(node: &Node, report: &mut Report) -> Option<Self> {
        let wanted = "a number of attempts and seconds such as `120/60`";
        let text = &crate::setting::scalar(node, wanted, report)?.text;
        Self::parse(text).or_else(|| report.wrong(node, wanted))
    }

    fn shown(&self) -> serde_json::Value {
        self.to_string().into()
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
