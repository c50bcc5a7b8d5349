//! Keys of the arrays that options of the queue hooks take.
//!
//! *Not here.* What becomes of the values: they go on as they were given.

use hsl_decl::{IdKind, OptionDecl, Ty};
use hsl_std::binding::{GivenOptions, Options};
use hsl_vm::Thrown;

/// Declares the keys of an array that is handed on.
macro_rules! keys {
    ($( $(#[doc = $about:literal])+ $name:ident: [$($key:expr),+ $(,)?]; )+) => { $(
        $(#[doc = $about])+
        pub(crate) struct $name;

        impl Options for $name {
            const DECLS: &'static [OptionDecl] = &[$($key),+];

            fn read(_: &GivenOptions<'_>) -> Result<Self, Thrown> {
                Ok(Self)
            }
        }
    )+ };
}

/// An address as text, or in parts.
const ADDRESS: Ty = Ty::STRING.or(Ty::ARRAY);

const fn key(name: &'static str, ty: Ty, doc: &'static str) -> OptionDecl {
    OptionDecl::new(name, ty, doc)
}

const fn id(name: &'static str, id: IdKind, doc: &'static str) -> OptionDecl {
    OptionDecl { id: Some(id), ..OptionDecl::new(name, Ty::STRING, doc) }
}

keys! {
    /// Keys of an array in the option `sourceip`.
    SourceAddress: [
        id("id", IdKind::Address, "Id of a configured address."),
        key("address", Ty::STRING, "The address itself, when it is not a configured one."),
        key("helo", Ty::STRING, "Name sent in EHLO from this address."),
    ];

    /// Keys of the option `proxyprotocol`.
    Proxy: [
        key("server", Ty::STRING, "Address or name of the proxy."),
        key("port", Ty::NUMBER, "Its TCP port."),
    ];

    /// Keys of the option `plugin`.
    DeliveryPlugin: [
        id("id", IdKind::Plugin, "Id of the plug-in."),
        key("arguments", Ty::ANY, "What the plug-in is given."),
    ];

    /// Keys of the option `dsn` of what may end without a delivery.
    ReportOverrides: [
        OptionDecl {
            default: Some("transport setting"),
            ..id("transportid", IdKind::Transport, "Transport that carries the report.")
        },
        OptionDecl {
            default: Some("sender of the message"),
            ..key("recipient", ADDRESS, "Who gets the report.")
        },
        key("from", ADDRESS, "Address in the From header."),
        key("from_name", Ty::STRING, "Name in the From header."),
        key(
            "readable_mimepart",
            Ty::STRING,
            "A serialised MIME part that stands for the text for people.",
        ),
        OptionDecl {
            default: Some("true"),
            ..key("original_headers", Ty::BOOLEAN, "Include the headers of the message.")
        },
        OptionDecl {
            default: Some("as RET asks"),
            ..key("original_message", Ty::BOOLEAN, "Include the whole message.")
        },
        key("subject_prepend", Ty::STRING, "Text before the subject."),
        key("headers", Ty::ARRAY, "Further header lines."),
        OptionDecl {
            keys: DkimKeys::DECLS,
            open: true,
            ..key("dkim", Ty::ARRAY, "How the report is signed; options of `signDKIM` as well.")
        },
        key("metadata", Ty::ARRAY, "String pairs stored with the report."),
        key("jobid", Ty::STRING, "Job id of the report."),
        key("tenantid", Ty::STRING, "Tenant id of the report."),
    ];

    /// Keys of the key `dkim` of a report.
    DkimKeys: [
        key("selector", Ty::STRING, "Selector, under which the public key is published."),
        key("domain", Ty::STRING, "Domain that signs."),
        key("key", Ty::STRING, "The private key."),
    ];
}

/// Keys of the option `dsn` of an attempt.
pub(crate) struct SuccessReport;

impl Options for SuccessReport {
    const DECLS: &'static [OptionDecl] = &{
        const OTHERS: &[OptionDecl] = ReportOverrides::DECLS;
        const SUCCESS: OptionDecl = OptionDecl {
            values: &["relayed", "delivered"],
            open: true,
            ..key("success", Ty::STRING, "What a report of a success says happened.")
        };
        let mut all = [SUCCESS; OTHERS.len() + 1];
        let mut at = 0;
        while at < OTHERS.len() {
            all[at + 1] = OTHERS[at];
            at += 1;
        }
        all
    };

    fn read(_: &GivenOptions<'_>) -> Result<Self, Thrown> {
        Ok(Self)
    }
}
