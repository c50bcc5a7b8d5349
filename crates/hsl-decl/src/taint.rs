//! Where values come from, and where they do harm.
//!
//! Each declaration says by itself what role it plays: a function or key where its value comes from
//! ([`Origin`]), a parameter what a value can do harm to there ([`Sinks`]), a function what its
//! result can no longer do harm to.
//!
//! *Not here.* How values flow from one to the other (`hsl-lint`); names of secrets (`secret.rs`).

/// Who wrote a value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Origin {
    /// Whoever wrote what it is part of, or what it was computed from.
    #[default]
    Inherited,
    /// The server itself, even inside what a peer wrote.
    Server,
    /// A peer, as one word or line: the parser of the protocol lets no line break through.
    Word,
    /// A peer, as any text.
    Text,
}

impl Origin {
    /// What a value of this origin can do harm to.
    pub const fn open(self) -> Sinks {
        match self {
            Self::Inherited | Self::Server => Sinks::NONE,
            Self::Word => Sinks::WORD,
            Self::Text => Sinks::TEXT,
        }
    }
}

/// What a value can do harm to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sink {
    /// Whom a request goes to.
    Host,
    /// Path and query of a URL.
    Query,
    /// Which file is read.
    Path,
    /// A regular expression.
    Pattern,
    /// What a regular expression is matched against.
    Subject,
    /// The text of a message header.
    Header,
    /// How many keys shared memory has.
    Key,
    /// Who sees a secret.
    Output,
    /// Nothing by itself: the value may hold line breaks, which matter once it is in a header.
    Lines,
}

/// A set of sinks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sinks(u16);

impl Sinks {
    /// No sink.
    pub const NONE: Self = Self(0);
    /// Every sink.
    pub const ALL: Self = Self(0x1ff);
    /// What one word or line that a peer chose can do harm to.
    pub const WORD: Self =
        Self::of(&[Sink::Host, Sink::Query, Sink::Path, Sink::Pattern, Sink::Subject, Sink::Key]);
    /// What any text that a peer chose can do harm to.
    pub const TEXT: Self = Self::WORD.union(Self::of(&[Sink::Lines]));
    /// What something that nobody should see can do harm to.
    pub const SECRET: Self = Self::of(&[Sink::Output]);

    /// The sinks of a list.
    pub const fn of(sinks: &[Sink]) -> Self {
        let (mut bits, mut at) = (0, 0);
        while at < sinks.len() {
            bits |= 1 << sinks[at] as u8;
            at += 1;
        }
        Self(bits)
    }

    /// The sinks of either set.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The sinks of this set that the other lacks.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// The sinks of both sets.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Whether the set is empty.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether a sink is in the set.
    pub const fn has(self, sink: Sink) -> bool {
        self.0 & (1 << sink as u8) != 0
    }

    /// The sinks of the set, in order.
    pub fn iter(self) -> impl Iterator<Item = Sink> {
        const ALL: [Sink; 9] = [
            Sink::Host,
            Sink::Query,
            Sink::Path,
            Sink::Pattern,
            Sink::Subject,
            Sink::Header,
            Sink::Key,
            Sink::Output,
            Sink::Lines,
        ];
        ALL.into_iter().filter(move |sink| self.has(*sink))
    }
}
