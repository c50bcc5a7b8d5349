//! What declarations say about untrusted values, gathered for the walk over one program.
//!
//! *Not here.* The roles themselves: each stands beside what it is about, in `hsl-std` and
//! `mta-hooks`, in the words of `hsl_decl::taint`.

use hsl_analysis::Unit;
use hsl_decl::{Effect, Function, Key, Origin, Sink, Sinks, Ty};
use rustc_hash::{FxHashMap, FxHashSet};

/// The roles of what a program may name.
pub(super) struct Roles<'p> {
    unit: &'p Unit<'p>,
    /// What keys of hook variables let in.
    sources: FxHashMap<&'static [u8], Sinks>,
    /// Variables and keys of theirs that nobody should see.
    secrets: FxHashSet<(&'static str, &'static [u8])>,
    /// Keys that the server sets, also inside what a peer wrote.
    own: FxHashSet<&'static [u8]>,
}

impl<'p> Roles<'p> {
    pub(super) fn of(unit: &'p Unit<'p>) -> Self {
        let mut roles = Self {
            unit,
            sources: FxHashMap::default(),
            secrets: FxHashSet::default(),
            own: FxHashSet::default(),
        };
        for variable in unit.variables_of_hooks() {
            roles.add(variable.name, variable.keys);
        }
        roles
    }

    fn add(&mut self, variable: &'static str, keys: &'static [Key]) {
        for key in keys {
            let name = key.name.as_bytes();
            let open = key.origin.open();
            if key.secret {
                self.secrets.insert((variable, name));
            } else if !open.is_empty() {
                let all = self.sources.entry(name).or_default();
                *all = all.union(open);
            }
            if key.origin == Origin::Server {
                self.own.insert(name);
            }
            self.add(variable, key.keys);
        }
    }

    /// What a key of a variable of the hook lets in.
    pub(super) fn of_key(&self, variable: &str, key: &[u8]) -> Option<Sinks> {
        let secret = self.secrets.contains(&(variable, key)).then_some(Sinks::SECRET);
        secret.or_else(|| self.sources.get(key).copied())
    }

    /// Whether a key of some variable may be worth following.
    pub(super) fn has_source(&self, key: &[u8]) -> bool {
        self.sources.contains_key(key) || self.secrets.iter().any(|(_, secret)| *secret == key)
    }

    /// Whether the server sets what stands under a key.
    pub(super) fn is_own(&self, key: &[u8]) -> bool {
        self.own.contains(key)
    }

    /// Methods that go by a name: of the class nothing is known here, so each of them counts.
    pub(super) fn methods(&self, name: &str) -> impl Iterator<Item = &'static Function> {
        self.unit.catalog.methods_named(name).iter().copied()
    }

    /// Whether a method gives text of a message or of a peer.
    pub(super) fn reads(&self, method: &str) -> bool {
        self.methods(method).any(answers)
    }
}

/// Whether a library function gives what a peer wrote.
pub(super) fn answers(function: &Function) -> bool {
    !function.origin.open().is_empty()
}

/// Where the arguments of a library function do harm: position and how.
pub(super) fn sinks(function: &Function) -> impl Iterator<Item = (usize, Sink)> {
    let params = function.params.iter().enumerate();
    params.flat_map(|(at, param)| param.sinks.iter().map(move |sink| (at, sink)))
}

/// What the result of a library function lets through of its arguments; none when it is the answer of
/// a peer.
pub(super) fn result(function: &Function) -> Option<Sinks> {
    if answers(function) {
        return None;
    }
    let computes = matches!(function.effect, Effect::Pure | Effect::Callback);
    let carries = function.returns.overlaps(Ty::STRING) || function.returns.overlaps(Ty::ARRAY);
    Some(if computes && carries { Sinks::ALL.without(function.cleans) } else { Sinks::NONE })
}
