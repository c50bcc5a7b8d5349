//! What one configuration file says: which ids it defines and names.
//!
//! *Invariants.* While nothing of a text can be read, what the file said before is kept ([`Graph::new`](crate::Graph::new)).
//!
//! *Not here.* Whether keys and values are right (`mta-config`).

use std::sync::Arc;

use diagnostics::Span;
use hsl_decl::{Hook, IdKind};
use mta_config::schema::PolicyField;
use mta_config::yaml::{Kind, Node, recover_or_whole};

use crate::{Role, Symbol, Use};

/// Ids of one configuration file.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// In the order of the table of places.
    pub ids: Vec<IdUse>,
    /// What could be read of the file.
    pub tree: Arc<Node>,
    /// Whether the whole file could be read; ids may be missing otherwise.
    pub whole: bool,
}

/// An id in a configuration file.
#[derive(Clone, Debug, PartialEq)]
pub struct IdUse {
    /// What it names.
    pub symbol: Symbol,
    /// The text, without quotes.
    pub at: Span,
    /// Whether it is defined or named there.
    pub usage: Use,
}

/// Where ids stand: a path of keys, `[]` for the elements of a list and `*` for the values of a mapping.
/// Each holds for the file of its role.
const PLACES: &[(Role, &str, IdKind, Use)] = &[
    (Role::Startup, "servers[].id", IdKind::Server, Use::Definition),
    (Role::Startup, "pki.private[].id", IdKind::Pki, Use::Definition),
    (Role::Running, "servers[].id", IdKind::Server, Use::Definition),
    (Role::Running, "servers[].transport", IdKind::Transport, Use::Read),
    (Role::Running, "servers[].tls.certs.cert", IdKind::Pki, Use::Read),
    (Role::Running, "servers[].tls.certs.cert[]", IdKind::Pki, Use::Read),
    (Role::Running, "transportgroups[].id", IdKind::TransportGroup, Use::Definition),
    (Role::Running, "transportgroups[].dsn.transport", IdKind::Transport, Use::Read),
    (
        Role::Running,
        "transportgroups[].connection.sourceip.addresses[]",
        IdKind::Address,
        Use::Read,
    ),
    (Role::Running, "transportgroups[].transports[].id", IdKind::Transport, Use::Definition),
    (Role::Running, "transportgroups[].transports[].dsn.transport", IdKind::Transport, Use::Read),
    (
        Role::Running,
        "transportgroups[].transports[].connection.sourceip.addresses[]",
        IdKind::Address,
        Use::Read,
    ),
    (Role::Running, "addresses[].id", IdKind::Address, Use::Definition),
    (Role::Running, "lists[].id", IdKind::List, Use::Definition),
    (Role::Running, "pki.private[].id", IdKind::Pki, Use::Definition),
    (Role::Running, "queues.grouping.groupings[].id", IdKind::Grouping, Use::Definition),
    (Role::Startup, "plugins[].id", IdKind::Plugin, Use::Definition),
    (Role::Running, "plugins[].id", IdKind::Plugin, Use::Definition),
    (Role::Running, "queues.grouping.groupings[].remotemx[]", IdKind::List, Use::Read),
    (Role::Running, "queues.grouping.groupings[].remoteip[]", IdKind::List, Use::Read),
    (Role::Running, "queues.grouping.groupings[].recipientdomain[]", IdKind::List, Use::Read),
    (Role::Policy, "lists[].id", IdKind::List, Use::Definition),
    (Role::Policy, "policies[].conditions[].then.tag", IdKind::Tag, Use::Definition),
    (Role::Policy, "policies[].default.tag", IdKind::Tag, Use::Definition),
    (Role::Suspend, "lists[].id", IdKind::List, Use::Definition),
    (Role::Suspend, "suspends[].tag", IdKind::Tag, Use::Definition),
];

/// Where it is written what messages must have; each field of a message is a key there.
const CONDITIONS: &[(Role, &str)] =
    &[(Role::Policy, "policies[].conditions[].if"), (Role::Suspend, "suspends[]")];

/// Where a phase names its script, below `servers[].phases.<hook>`.
const SCRIPTS: [&str; 3] = ["hook", "hook.id", "hook.recipientdomains.*"];

/// What an id at a path of keys means in a configuration file, and whether it is defined there. The
/// path is written as `servers[].id`, with `*` for the keys of a mapping.
pub fn id_at(role: &Role, path: &str) -> Option<(IdKind, Use)> {
    let found = PLACES.iter().find(|(of, place, ..)| of == role && *place == path);
    let found = found.map(|(_, _, kind, usage)| (*kind, *usage));
    found.or_else(|| {
        let wanted = wanted(role).find(|(place, _)| *place == path);
        wanted.map(|(_, kind)| (kind, Use::Read))
    })
}

/// Where a file wants something of a field of messages, and what that may name.
fn wanted(role: &Role) -> impl Iterator<Item = (String, IdKind)> {
    let places = CONDITIONS.iter().filter(move |(of, _)| of == role);
    places.flat_map(|(_, place)| {
        PolicyField::ALL.iter().map(move |field| {
            let kind = match field {
                PolicyField::Transport => IdKind::Transport,
                PolicyField::Grouping => IdKind::Grouping,
                _ => IdKind::List,
            };
            (format!("{place}.{}", field.as_str()), kind)
        })
    })
}

/// The hook whose script a path of keys names in the running configuration.
pub fn hook_at(path: &str) -> Option<Hook> {
    let (hook, place) = path.strip_prefix("servers[].phases.")?.split_once('.')?;
    Hook::from_name(hook).filter(|hook| hook.is_smtp() && SCRIPTS.contains(&place))
}

impl Config {
    /// Reads a file, without lines that are not well-formed; none while too much is wrong. Somebody may
    /// have its tree, when it is whole.
    pub(crate) fn of(text: &[u8], role: &Role, tree: Option<Arc<Node>>) -> Option<Self> {
        let known = tree.map(|tree| (tree, true));
        let recovered = || recover_or_whole(text).map(|(tree, whole)| (Arc::new(tree), whole));
        let (tree, whole) = known.or_else(recovered)?;
        let mut ids = Vec::new();
        for (_, path, kind, usage) in PLACES.iter().filter(|(of, ..)| of == role) {
            ids.extend(named(&tree, path, text, *usage, *kind));
        }
        for (path, kind) in wanted(role) {
            ids.extend(named(&tree, &path, text, Use::Read, kind));
        }
        if *role == Role::Running {
            ids.extend(scripts(&tree, text));
        }
        Some(Self { ids, tree, whole })
    }
}

/// Ids of one kind at a path; a definition is a name without a sign.
fn named(tree: &Node, path: &str, text: &[u8], usage: Use, kind: IdKind) -> Vec<IdUse> {
    let mut ids = read(tree, path, text, usage, |id| Symbol::Id(kind, id));
    if usage == Use::Definition {
        return ids;
    }
    ids.retain_mut(|found| {
        let Symbol::Id(_, written) = &found.symbol else { return false };
        let Some((kind, name)) = kind.named_by(written) else { return false };
        found.at.start += (written.len() - name.len()) as u32;
        found.symbol = Symbol::Id(kind, name.into());
        true
    });
    ids
}

fn scripts(tree: &Node, text: &[u8]) -> Vec<IdUse> {
    let mut ids = Vec::new();
    for hook in Hook::ALL.into_iter().filter(|hook| hook.is_smtp()) {
        let symbol = |id: Arc<str>| Symbol::Hook(hook, id);
        for place in SCRIPTS {
            let path = format!("servers[].phases.{hook}.{place}");
            ids.extend(read(tree, &path, text, Use::Read, symbol));
        }
        let path = format!("scripting.hooks.{hook}[].id");
        ids.extend(read(tree, &path, text, Use::Definition, symbol));
    }
    ids
}

fn read(
    tree: &Node,
    path: &str,
    text: &[u8],
    usage: Use,
    symbol: impl Fn(Arc<str>) -> Symbol,
) -> Vec<IdUse> {
    let mut nodes = vec![tree];
    for step in path.split('.') {
        let (key, is_list) = step.strip_suffix("[]").map_or((step, false), |key| (key, true));
        nodes = nodes.into_iter().flat_map(|node| below(node, key)).collect();
        if is_list {
            nodes = nodes.into_iter().flat_map(elements).collect();
        }
    }
    let id = |node: &Node| match &node.kind {
        Kind::Scalar(scalar) if !node.is_null() => Some(IdUse {
            symbol: symbol(scalar.text.as_str().into()),
            at: unquoted(node.span, text),
            usage,
        }),
        _ => None,
    };
    nodes.into_iter().filter_map(id).collect()
}

fn below<'n>(node: &'n Node, key: &str) -> Vec<&'n Node> {
    match &node.kind {
        Kind::Map(entries) if key == "*" => entries.iter().map(|entry| &entry.value).collect(),
        _ => node.get(key).into_iter().collect(),
    }
}

fn elements(node: &Node) -> &[Node] {
    match &node.kind {
        Kind::List(nodes) => nodes,
        _ => &[],
    }
}

fn unquoted(span: Span, text: &[u8]) -> Span {
    let written = &text[span.range(text.len())];
    match written {
        [b'"', .., b'"'] | [b'\'', .., b'\''] => Span { start: span.start + 1, end: span.end - 1 },
        _ => span,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RUNNING: &str = r#"
servers:
  - id: inbound
    transport: "mx"
    phases:
      connect: { hook: first }
      rcptto: { hook: { id: other, recipientdomains: { example.com: special } } }
transportgroups:
  - id: out
    transports: [{ id: mx }, { id: 'smart host' }]
"#;

    #[test]
    fn ids_stand_where_the_table_says() {
        let config = Config::of(RUNNING.as_bytes(), &Role::Running, None).expect("a tree");
        let shown = config.ids.iter().map(|id| {
            let text = &RUNNING[id.at.range(RUNNING.len())];
            format!("{:?} {text}\n", id.usage)
        });
        let shown: String = shown.collect();
        let expected = "Definition inbound\nRead mx\nDefinition out\nDefinition mx\n\
                        Definition smart host\nRead first\nRead other\nRead special\n";
        assert_eq!(shown, expected);
    }

    #[test]
    fn conditions_name_what_has_a_sign() {
        let text = r#"
policies:
  - fields: [transportid]
    conditions:
      - if: { transportid: mx, grouping: "&big", remotemx: '@slow', jobid: plain }
        then: { tag: careful }
lists: [{ id: slow }]
"#;
        let config = Config::of(text.as_bytes(), &Role::Policy, None).expect("a tree");
        let shown = |id: &IdUse| {
            let Symbol::Id(kind, name) = &id.symbol else { return String::new() };
            format!("{:?} {kind} {name} {}\n", id.usage, &text[id.at.range(text.len())])
        };
        let shown: String = config.ids.iter().map(shown).collect();
        let expected = "Definition list slow slow\nDefinition tag careful careful\n\
                        Read transport mx mx\nRead list slow slow\nRead grouping big big\n";
        assert_eq!(shown, expected);
    }

    #[test]
    fn a_broken_text_says_nothing() {
        let broken = "a: [\n".repeat(40);
        assert_eq!(Config::of(broken.as_bytes(), &Role::Running, None), None);
    }
}
