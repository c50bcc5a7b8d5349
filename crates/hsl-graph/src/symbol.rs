//! What can be found, renamed and asked for.

use std::sync::Arc;

use hsl_analysis::SymbolId;
use hsl_decl::{Hook, HookSet, IdKind};

use crate::FileNo;

/// Identity of a symbol across all files. Symbols that several files define together, such as a
/// variable of a file and of the files that it includes, have one identity.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Symbol {
    /// What a script defines, in the file that defines it.
    Script(FileNo, SymbolId),
    /// A member of an object whose class is not known, by its name without `$`.
    Member(Arc<str>),
    /// A function or class of the library.
    Library(&'static str),
    /// A key of `$context`.
    Context(Arc<str>, Realm),
    /// An id of the configuration.
    Id(IdKind, Arc<str>),
    /// The script of a hook.
    Hook(Hook, Arc<str>),
    /// A lock of `barrier` and the value of the shared memory under the same name.
    Barrier(Arc<str>),
    /// A name space of `cache`.
    Cache(Arc<str>),
    /// A file.
    File(FileNo),
}

/// Whose `$context` it is: that of a connection and that of a delivery attempt are apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Realm {
    /// That of a connection.
    pub smtp: bool,
    /// That of a delivery attempt.
    pub queue: bool,
}

impl Realm {
    /// That of a connection alone.
    pub const CONNECTION: Self = Self { smtp: true, queue: false };
    /// That of a delivery attempt alone.
    pub const ATTEMPT: Self = Self { smtp: false, queue: true };

    /// The realms of hooks.
    pub fn of(hooks: HookSet) -> Self {
        let smtp = hooks.iter().any(Hook::is_smtp);
        let queue = hooks.iter().any(|hook| !hook.is_smtp());
        Self { smtp, queue }
    }

    /// Whether no hook is known.
    pub fn is_unknown(self) -> bool {
        !self.smtp && !self.queue
    }

    /// Whether both may be the same `$context`; what no hook reaches may be any.
    pub fn meets(self, other: Self) -> bool {
        let shared = (self.smtp && other.smtp) || (self.queue && other.queue);
        shared || self.is_unknown() || other.is_unknown()
    }

    /// Either.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self { smtp: self.smtp || other.smtp, queue: self.queue || other.queue }
    }
}
