//! `queues` and `lists` of `smtpd-app.yaml`.

use std::path::PathBuf;

use diagnostics::Span;

use crate::pattern::{AddressPattern, DomainPattern, Pattern};
use crate::scalar::{Any, Ignored, Spanned, words};
use crate::section::section;

section! {
    /// The queue.
    pub struct Queues {
        /// How destinations are rolled up.
        pub grouping: Groupings,
        /// Connections that are kept for reuse.
        pub pooling: Ignored<Pooling>,
        /// Counters of queued mail.
        pub quotas: Ignored<Any>,
    }
}

section! {
    /// How destinations are rolled up.
    pub struct Groupings {
        /// Grouping of a destination that no entry matches.
        pub default: DefaultGrouping,
        /// Entries; the first match wins.
        pub groupings: Vec<Grouping>,
    }
}

words! {
    /// Grouping of a destination that no entry matches.
    pub enum DefaultGrouping {
        /// No grouping.
        #[default]
        None = "",
        /// By the name of the MX host.
        RemoteMx = "remotemx",
        /// By the recipient's domain.
        RecipientDomain = "recipientdomain",
        /// By the set of MX hosts. (Ours.)
        MxSet = "mxset",
    }
}

section! {
    /// A roll-up of destinations.
    pub struct Grouping {
        /// Name; conditions refer to it as `&id`.
        pub id: Spanned<String>,
        /// Names of MX hosts.
        pub remotemx: Vec<Spanned<DomainPattern>>,
        /// Addresses and networks.
        pub remoteip: Vec<Spanned<AddressPattern>>,
        /// Domains of recipients.
        pub recipientdomain: Vec<Spanned<DomainPattern>>,
    }
}

impl Grouping {
    /// What it rolls up: the field, what is wanted of it, and where that is written.
    pub fn wanted(&self) -> Vec<(&'static str, &Pattern, Span)> {
        let hosts = self.remotemx.iter().map(|one| ("remotemx", &one.value.0, one.span));
        let addresses = self.remoteip.iter().map(|one| ("remoteip", &one.value.0, one.span));
        let domains = self.recipientdomain.iter();
        let domains = domains.map(|one| ("recipientdomain", &one.value.0, one.span));
        hosts.chain(addresses).chain(domains).collect()
    }
}

section! {
    /// Connections that are kept for reuse.
    pub struct Pooling {
        /// Most of them.
        pub size: u32 = 1000,
    }
}

section! {
    /// A list of values; conditions refer to it as `@id`.
    pub struct Lists {
        /// Name of the list.
        pub id: Spanned<String>,
        /// The values.
        pub values: Vec<String>,
        /// File with one value per line, from the folder of this file; lines that begin with `#` do not
        /// count.
        pub path: Option<PathBuf>,
    }
}
