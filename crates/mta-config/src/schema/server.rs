//! `servers[]` of `smtpd-app.yaml`: phases, limits and TLS of a receiving server.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::Value as Json;

use super::{RecipientHook, ServerKind};
use crate::scalar::{Any, Ignored, Spanned, words};
use crate::section::section;
use crate::setting::{Report, Setting};
use crate::units::{ByteSize, Period};
use crate::yaml::{Kind, Node};

section! {
    /// A server that receives mail, named as in the startup file.
    pub struct Server {
        /// Name of the server.
        pub id: Spanned<String>,
        /// What the server speaks; must agree with the startup file.
        pub kind as "type": Spanned<ServerKind> = Spanned::from(ServerKind::Smtp),
        /// Transport of a recipient unless a script names another.
        pub transport: Option<Spanned<String>>,
        /// Hooks and limits by phase.
        pub phases: Phases,
        /// Time limits.
        pub timeout: ServerTimeout,
        /// TLS of the server.
        pub tls: Ignored<ServerTls>,
        /// Most connections at a time; unlimited if left out.
        pub concurrency: Option<u32>,
    }
}

section! {
    /// Hooks and limits by phase.
    pub struct Phases {
        /// Before the banner.
        pub connect: BarePhase,
        /// Before every command line.
        pub proxy: BarePhase,
        /// HELO and EHLO.
        pub helo: BarePhase,
        /// AUTH.
        pub auth: BarePhase,
        /// MAIL.
        pub mailfrom: MailfromPhase,
        /// RCPT.
        pub rcptto: RcpttoPhase,
        /// DATA and BDAT.
        pub data: DataPhase,
        /// After the end of the message.
        pub eod: BarePhase,
        /// After the connection.
        pub disconnect: BarePhase,
    }
}

impl Phases {
    /// Every script that is named, with its phase, in the order of a connection.
    pub fn hooks(&self) -> Vec<(&'static str, &Spanned<String>)> {
        let before = [
            ("connect", &self.connect.hook),
            ("proxy", &self.proxy.hook),
            ("helo", &self.helo.hook),
            ("auth", &self.auth.hook),
            ("mailfrom", &self.mailfrom.hook),
        ];
        let after = [("eod", &self.eod.hook), ("disconnect", &self.disconnect.hook)];
        let recipient = self.rcptto.hook.iter().flat_map(RecipientHook::ids);
        let mut hooks = Vec::new();
        hooks.extend(before.into_iter().filter_map(|(phase, hook)| Some((phase, hook.as_ref()?))));
        hooks.extend(recipient.map(|id| ("rcptto", id)));
        hooks.extend(after.into_iter().filter_map(|(phase, hook)| Some((phase, hook.as_ref()?))));
        hooks
    }
}

section! {
    /// A phase that has a hook and nothing else.
    pub struct BarePhase {
        /// Script of the phase.
        pub hook: Option<Spanned<String>>,
    }
}

section! {
    /// The MAIL phase.
    pub struct MailfromPhase {
        /// Script of the phase.
        pub hook: Option<Spanned<String>>,
        /// Most messages of one connection; unlimited if left out.
        pub maxmessages: Option<u32>,
    }
}

section! {
    /// The RCPT phase.
    pub struct RcpttoPhase {
        /// Script of the phase, for all recipients or by domain.
        pub hook: Option<RecipientHook>,
        /// Most recipients of one message. (The name of the key is ours.)
        pub maxrecipients: u32 = 1000,
    }
}

section! {
    /// The DATA and BDAT phase.
    pub struct DataPhase {
        /// Largest message.
        pub maxsize: ByteSize = ByteSize::mib(50),
        /// Most `Received` fields, against mail loops.
        pub maxhops: u32 = 100,
        /// Limits of MIME parsing.
        pub multipart: Ignored<Any>,
        /// What happens to lines that do not end in CR LF. (Ours.)
        pub lineendings: LineEndings,
    }
}

words! {
    /// What happens to lines of a message that do not end in CR LF.
    pub enum LineEndings {
        /// A lone LF or CR becomes CR LF.
        Normalize = "normalize",
        /// The message is refused.
        Reject = "reject",
        /// The message is refused unless the client authenticated; else as `normalize`.
        #[default]
        RejectUnauthenticated = "reject-unauthenticated",
        /// The message is kept as it is.
        Keep = "keep",
    }
}

section! {
    /// Time limits of a server.
    pub struct ServerTimeout {
        /// Longest wait for a command.
        pub idle: Period = Period::seconds(300),
    }
}

section! {
    /// TLS of a server.
    pub struct ServerTls {
        /// Listeners that speak TLS from the first byte.
        pub implicit: ImplicitTls,
        /// The certificates.
        pub certs: Option<CertificateUse>,
    }
}

section! {
    /// Certificates of a server.
    pub struct CertificateUse {
        /// Names of certificates, as text or list.
        pub cert: Option<Any>,
    }
}

/// Listeners that speak TLS from the first byte: all, none, or by id.
#[derive(Clone, Debug, PartialEq)]
pub enum ImplicitTls {
    /// Every listener, or none.
    All(bool),
    /// The listeners with these ids.
    Listeners(Vec<String>),
}

impl Default for ImplicitTls {
    fn default() -> Self {
        Self::All(false)
    }
}

impl Setting for ImplicitTls {
    fn read(node: &Node, report: &mut Report) -> Option<Self> {
        match &node.kind {
            Kind::List(_) => Vec::read(node, report).map(Self::Listeners),
            _ => bool::read(node, report).map(Self::All),
        }
    }

    fn absent() -> Option<Self> {
        Some(Self::default())
    }

    fn shown(&self) -> Json {
        match self {
            Self::All(all) => all.shown(),
            Self::Listeners(ids) => ids.shown(),
        }
    }
}

impl JsonSchema for ImplicitTls {
    fn schema_name() -> Cow<'static, str> {
        "ImplicitTls".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        schemars::json_schema!({
            "anyOf": [{ "type": "boolean" }, { "type": "array", "items": { "type": "string" } }],
        })
    }
}
