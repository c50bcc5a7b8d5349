//! A snapshot to the files that the server loads.
//!
//! The configuration keeps the keys, order and values of its source; scripts and files are added to
//! `scripting` of the running file. Comments are not kept.
//!
//! *Invariant.* The same snapshot gives the same bytes.
//!
//! *Sources.* Packing rules of the reference: only hooks that are referenced are packed, in order of
//! first use; files are sorted by id; text that is not UTF-8 is base64.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hsl_decl::Hook;
use mta_config::yaml::{self, Entry, Kind, Node};
use mta_config::{ConfigKind, Running};
use sha2::{Digest as _, Sha256};

use crate::check::{Checked, check};
use crate::layout;
use crate::snapshot::Snapshot;
use diagnostics::Diagnostic;

/// What the server loads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bundle {
    /// Text of `smtpd.yaml`.
    pub startup: String,
    /// Text of `smtpd-app.yaml`, with scripts and files.
    pub running: String,
    /// Text of `smtpd-policy.yaml`, if there are policies.
    pub policy: Option<String>,
    /// Text of `smtpd-suspend.yaml`, if there are suspensions.
    pub suspend: Option<String>,
    /// SHA-256 over `smtpd.yaml` and `smtpd-app.yaml`, in hexadecimal: the other files are replaced by
    /// themselves.
    pub digest: String,
}

impl Bundle {
    /// A bundle of these texts, without policies and suspensions.
    pub fn new(startup: String, running: String) -> Self {
        let mut hash = Sha256::new();
        // The length keeps the border between the texts in the digest.
        hash.update((startup.len() as u64).to_be_bytes());
        hash.update(&startup);
        hash.update(&running);
        let digest = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        Self { startup, running, policy: None, suspend: None, digest }
    }

    /// Every file with its text; none for one that the project does not have.
    pub fn files(&self) -> [(ConfigKind, Option<&str>); ConfigKind::ALL.len()] {
        ConfigKind::ALL.map(|kind| {
            let text = match kind {
                ConfigKind::Startup => Some(self.startup.as_str()),
                ConfigKind::Running => Some(self.running.as_str()),
                ConfigKind::Policy => self.policy.as_deref(),
                ConfigKind::Suspend => self.suspend.as_deref(),
            };
            (kind, text)
        })
    }
}

/// Checks and packs a project.
///
/// # Errors
/// Every finding of [`check`], if one of them is an error.
pub fn pack(snapshot: &Snapshot, strict: bool) -> Result<Bundle, Vec<Diagnostic>> {
    let checked = check(snapshot, strict);
    match pack_checked(snapshot, &checked) {
        Some(bundle) => Ok(bundle),
        None => Err(checked.diagnostics),
    }
}

/// Packs a project that was checked; `None` if there was an error.
pub fn pack_checked(snapshot: &Snapshot, checked: &Checked) -> Option<Bundle> {
    if checked.has_errors() {
        return None;
    }
    let startup = yaml::emit(checked.startup_tree.as_deref()?);
    let mut tree = checked.running_tree.as_deref()?.clone();
    add_scripts(&mut tree, checked.running.as_ref()?, snapshot);
    Some(Bundle {
        policy: checked.policy_tree.as_deref().map(yaml::emit),
        suspend: checked.suspend_tree.as_deref().map(yaml::emit),
        ..Bundle::new(startup, yaml::emit(&tree))
    })
}

fn add_scripts(tree: &mut Node, running: &Running, snapshot: &Snapshot) -> Option<()> {
    let scripting = tree.entry_or("scripting", Kind::Map(Vec::new()))?;
    let hooks = scripting.entry_or("hooks", Kind::Map(Vec::new()))?;
    for (phase, id) in running.hooks() {
        let hook = Hook::from_name(phase)?;
        if let Some(text) = snapshot.text(&layout::hook_name(hook, id)) {
            let list = hooks.entry_or(phase, Kind::List(Vec::new()))?;
            put(list, id, [("data", script(text))]);
        }
    }
    for hook in [Hook::PreDelivery, Hook::PostDelivery] {
        if let Some(text) = snapshot.text(&layout::hook_name(hook, "")) {
            *hooks.entry_or(hook.as_str(), Kind::List(Vec::new()))? = script(text);
        }
    }
    let files = scripting.entry_or("files", Kind::List(Vec::new()))?;
    for (name, text) in snapshot.below(layout::FILES) {
        let id = layout::file_id(name)?;
        match std::str::from_utf8(text) {
            Ok(text) => put(files, id, [("data", Node::text(text))]),
            Err(_) => {
                let data = Node::text(STANDARD.encode(text));
                put(files, id, [("data", data), ("binary", Node::plain("true"))]);
            }
        }
    }
    Some(())
}

/// A script as YAML text. YAML holds characters, scripts hold bytes: a byte that is not UTF-8 cannot
/// be packed into `data`, and [`check`] refuses such a hook.
fn script(text: &[u8]) -> Node {
    Node::text(String::from_utf8_lossy(text))
}

/// Adds an entry to a list of `{id, …}`, in the place of an older one with the same id.
fn put<const N: usize>(list: &mut Node, id: &str, rest: [(&'static str, Node); N]) {
    let Kind::List(items) = &mut list.kind else { return };
    let mut entry = Node::map(rest);
    if let Kind::Map(entries) = &mut entry.kind {
        let key =
            Entry { key: "id".to_owned(), key_span: Default::default(), value: Node::text(id) };
        entries.insert(0, key);
    }
    let is_same = |item: &Node| match item.get("id").map(|id| &id.kind) {
        Some(Kind::Scalar(scalar)) => scalar.text == id,
        _ => false,
    };
    match items.iter().position(is_same) {
        Some(at) => items[at] = entry,
        None => items.push(entry),
    }
}
