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
    /// A plug-in of `plugins`, in both files.
    Plugin,
    /// A label of policies and suspensions. Several may have the same, and scripts make some.
    Tag,
}

impl IdKind {
    /// Every kind.
    pub const ALL: [Self; 9] = [
        Self::Transport,
        Self::TransportGroup,
        Self::Server,
        Self::Pki,
        Self::List,
        Self::Address,
        Self::Grouping,
        Self::Plugin,
        Self::Tag,
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
            Self::Plugin => "plug-in",
            Self::Tag => "tag",
        }
    }

    /// What a text begins with that names one, where it may hold something else as well.
    pub const fn sign(self) -> &'static str {
        match self {
            Self::List => "@",
            Self::Grouping => "&",
            _ => "",
        }
    }

    /// What a text names where such an id may stand, and its name; none for a text that is a value or
    /// an expression. Where conditions go by an id, `@name` is a list instead.
    pub fn named_by(self, text: &str) -> Option<(Self, &str)> {
        if !matches!(self, Self::Transport | Self::List | Self::Grouping) {
            return Some((self, text));
        }
        if let Some(list) = text.strip_prefix(Self::List.sign()) {
            return Some((Self::List, list));
        }
        let is_expression = text.len() > 1 && text.starts_with('/') && text.ends_with('/');
        text.strip_prefix(self.sign()).filter(|_| !is_expression).map(|name| (self, name))
    }
}

impl fmt::Display for IdKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_tells_names_from_values() {
        let named = |kind: IdKind, text: &str| {
            kind.named_by(text).map(|(kind, name)| format!("{kind} {name}")).unwrap_or_default()
        };
        assert_eq!(named(IdKind::Transport, "mx"), "transport mx");
        assert_eq!(named(IdKind::Transport, "@bulk"), "list bulk");
        assert_eq!(named(IdKind::Transport, "/^mx/"), "");
        assert_eq!(named(IdKind::Grouping, "&big"), "grouping big");
        assert_eq!(named(IdKind::Grouping, "mx.example"), "");
        assert_eq!(named(IdKind::List, "example.com"), "");
        assert_eq!(named(IdKind::Tag, "@slow"), "tag @slow");
    }
}
