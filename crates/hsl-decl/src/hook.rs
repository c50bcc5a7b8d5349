//! Hooks: when a script runs, and what it finds there.

use std::fmt;

use crate::{Docs, Function, IdKind, Origin, Ty};

/// A moment at which a script runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Hook {
    /// Before the banner.
    Connect,
    /// Before a command line is read.
    Proxy,
    /// HELO and EHLO.
    Helo,
    /// AUTH and each continuation.
    Auth,
    /// MAIL.
    MailFrom,
    /// RCPT.
    RcptTo,
    /// End of data.
    Eod,
    /// The connection is gone.
    Disconnect,
    /// A queued message is due.
    PreDelivery,
    /// An attempt ended.
    PostDelivery,
}

impl Hook {
    /// Every hook in the order of a message's life.
    pub const ALL: [Self; 10] = [
        Self::Connect,
        Self::Proxy,
        Self::Helo,
        Self::Auth,
        Self::MailFrom,
        Self::RcptTo,
        Self::Eod,
        Self::Disconnect,
        Self::PreDelivery,
        Self::PostDelivery,
    ];

    /// Name in configuration keys, folders and documentation.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::Proxy => "proxy",
            Self::Helo => "helo",
            Self::Auth => "auth",
            Self::MailFrom => "mailfrom",
            Self::RcptTo => "rcptto",
            Self::Eod => "eod",
            Self::Disconnect => "disconnect",
            Self::PreDelivery => "predelivery",
            Self::PostDelivery => "postdelivery",
        }
    }

    /// The hook of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|hook| hook.as_str() == name)
    }

    /// Whether the hook belongs to an SMTP connection, not to the queue.
    pub const fn is_smtp(self) -> bool {
        !matches!(self, Self::PreDelivery | Self::PostDelivery)
    }
}

impl fmt::Display for Hook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A set of hooks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct HookSet(u16);

impl HookSet {
    /// No hook.
    pub const NONE: Self = Self(0);
    /// Every hook.
    pub const ALL: Self = Self(0x3ff);
    /// The hooks of an SMTP connection.
    pub const SMTP: Self = Self(0xff);

    /// The hooks of a list.
    pub const fn of(hooks: &[Hook]) -> Self {
        let mut bits = 0;
        let mut at = 0;
        while at < hooks.len() {
            bits |= 1 << hooks[at] as u16;
            at += 1;
        }
        Self(bits)
    }

    /// Whether the hook is in the set.
    pub const fn contains(self, hook: Hook) -> bool {
        self.0 & (1 << hook as u16) != 0
    }

    /// Whether the set is empty.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Either set.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The hooks of the set, in order.
    pub fn iter(self) -> impl Iterator<Item = Hook> {
        Hook::ALL.into_iter().filter(move |hook| self.contains(*hook))
    }
}

/// Where a function or class exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contexts {
    /// In every hook and on the command line.
    Everywhere,
    /// Only in these hooks.
    Hooks(HookSet),
}

impl Contexts {
    /// Whether it exists in this hook, or on the command line for none.
    pub const fn allow(self, hook: Option<Hook>) -> bool {
        match (self, hook) {
            (Self::Everywhere, _) => true,
            (Self::Hooks(set), Some(hook)) => set.contains(hook),
            (Self::Hooks(_), None) => false,
        }
    }
}

/// A key of a structured value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    /// Key as written in a subscript.
    pub name: &'static str,
    /// Type of its value.
    pub ty: Ty,
    /// Whether the key may be missing.
    pub optional: bool,
    /// Whether the value must be masked wherever it is shown.
    pub secret: bool,
    /// Strings that it may be, when they are known, or that a list under it has.
    pub values: &'static [&'static str],
    /// What of the configuration the text names, when it names something.
    pub id: Option<IdKind>,
    /// Who wrote the value.
    pub origin: Origin,
    /// Version of the configuration format that first had it, when a later one than the oldest did.
    pub since: Option<&'static str>,
    /// One sentence, with units.
    pub doc: &'static str,
    /// Keys below, of the array itself or, for a list, of its elements.
    pub keys: &'static [Key],
    /// Type of the elements, when it is a list.
    pub elements: Option<Ty>,
}

impl Key {
    /// What it means and may be, whether it may be missing, and since when it is there.
    pub fn about(&self) -> String {
        let mut text = self.doc.trim().to_owned();
        if !self.values.is_empty() {
            text += &format!(" One of {}.", self.values.join(", "));
        }
        if self.optional {
            text += " May be missing.";
        }
        if let Some(version) = self.since {
            text += &format!(" Since version {version} of the configuration.");
        }
        text
    }
}

/// A variable that exists when the hook starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Variable {
    /// Name with `$`.
    pub name: &'static str,
    /// Type of its value.
    pub ty: Ty,
    /// Whether scripts may not assign it.
    pub readonly: bool,
    /// One sentence.
    pub doc: &'static str,
    /// Known keys, of the array itself or, for a list, of its elements.
    pub keys: &'static [Key],
    /// Type of the elements, when it is a list.
    pub elements: Option<Ty>,
}

/// Variables of a script that runs on the command line, outside of any hook.
pub static COMMAND_LINE: [Variable; 1] = [Variable {
    name: "$argv",
    ty: Ty::ARRAY,
    readonly: false,
    doc: "Name of the script, then the arguments it was started with.",
    keys: &[],
    elements: Some(Ty::STRING),
}];

/// A hook with everything that exists only there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HookDecl {
    /// Which one.
    pub hook: Hook,
    /// When it runs, one sentence.
    pub event: &'static str,
    /// Variables.
    pub variables: &'static [Variable],
    /// Terminating functions, with their overload for this hook.
    pub verdicts: &'static [&'static Function],
    /// Verdict when the script ends without one.
    pub implicit: &'static str,
    /// Verdict when the script fails.
    pub on_error: &'static str,
    /// Documentation.
    pub docs: Docs,
}
