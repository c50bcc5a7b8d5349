//! Ids of the configuration, which scripts name in texts.

use std::fmt;

/// What an id names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IdKind {
    /// A transport of `transportgroups[].transports`.
    Transport,
    /// A group of transports.
    TransportGroup,
    /// A server, in both files.
    Server,
    /// A key or certificate of `pki.private`.
    Pki,
    /// A list of `lists`.
    List,
    /// A source address of `addresses`.
    Address,
    /// A grouping of `queues.grouping.groupings`.
    Grouping,
}

impl IdKind {
    /// Every kind.
    pub const ALL: [Self; 7] = [
        Self::Transport,
        Self::TransportGroup,
        Self::Server,
        Self::Pki,
        Self::List,
        Self::Address,
        Self::Grouping,
    ];

    /// What messages call it: "transport".
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Transport => "transport",
            Self::TransportGroup => "transport group",
            Self::Server => "server",
            Self::Pki => "key",
            Self::List => "list",
            Self::Address => "address",
            Self::Grouping => "grouping",
        }
    }
}

impl fmt::Display for IdKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
