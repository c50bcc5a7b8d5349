//! `queues` and `lists` of `smtpd-app.yaml`.

use std::path::PathBuf;

use crate::scalar::{Any, Ignored, Spanned, words};
use crate::section::section;

section! {
    /// The queue.
    pub struct Queues {
        /// How destinations are rolled up.
        pub grouping: Ignored<Groupings>,
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
        pub default: Option<DefaultGrouping>,
        /// Entries; the first match wins.
        pub groupings: Vec<Grouping>,
    }
}

words! {
    /// Grouping of a destination that no entry matches.
    pub enum DefaultGrouping {
        /// No grouping.
        None = "",
        /// By the name of the MX host.
        #[default]
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
        pub remotemx: Vec<String>,
        /// Addresses and networks.
        pub remoteip: Vec<String>,
        /// Domains of recipients.
        pub recipientdomain: Vec<String>,
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
        /// File with one value per line.
        pub path: Option<PathBuf>,
    }
}
