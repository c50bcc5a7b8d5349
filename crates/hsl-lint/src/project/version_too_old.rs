//! Configurations that are older than what the project uses.

use std::sync::Arc;

use diagnostics::{Diagnostic, Edit, Fix, Span};
use hsl_decl::Catalog;
use hsl_graph::{File, Graph, Role};
use mta_config::schema::{OLDER_TAGS, TAG};
use mta_config::yaml::Node;
use mta_config::Version;

use super::ProjectLint;
use super::tree::{self, listed};

code! {
    /// A script that a hook reaches uses a key which came with a later version than the `version` of
    /// the configuration, or a policy's `tag` is longer than the version of its file allows.
    ///
    /// # Why
    ///
    /// The version says with which servers the project works. One of that version does not have the
    /// key, so that the script finds nothing there, and refuses a file whose tag is too long. A script
    /// that asks whether the key is there (`isset`, `??`) does not need it. Keys are looked for in the
    /// variables of hooks, under their own names.
    ///
    /// # Bad
    ///
    /// ```yaml
    /// version: "5.8"
    /// servers: [{id: in, phases: {helo: {hook: page}}}]
    /// ```
    ///
    /// ```hsl helo
    /// if ($connection["priority"] == 1) Accept();
    /// ```
    ///
    /// # Good
    ///
    /// ```yaml
    /// version: "5.9"
    /// servers: [{id: in, phases: {helo: {hook: page}}}]
    /// ```
    ///
    /// ```hsl helo
    /// if ($connection["priority"] == 1) Accept();
    /// ```
    CODE = "MS6010" "version-too-old" Warning
        "The configuration is older than what its scripts or policies need."
}

pub(super) static RULE: ProjectLint = ProjectLint { code: &CODE, check };

/// How many uses a finding shows; the first of each script says enough.
const SHOWN: usize = 5;

fn check(graph: &Graph, _: &Catalog, findings: &mut Vec<Diagnostic>) {
    let needs = needs(graph);
    for role in [Role::Startup, Role::Running] {
        let Some((file, config)) = tree::config(graph, &role) else { continue };
        findings.extend(given(&config.tree).and_then(|given| older(file, given, &needs)));
    }
    if let Some((file, config)) = tree::config(graph, &Role::Policy)
        && let Some(given) = given(&config.tree)
    {
        let tags = tags(&config.tree).into_iter();
        findings.extend(tags.filter_map(|tag| too_long(file, given, tag)));
    }
}

/// The `version` of a file.
fn given(tree: &Node) -> Option<(&Node, Version)> {
    let node = tree.get("version")?;
    Some((node, Version::parse(tree::word(node)?)?))
}

/// What a script needs.
struct Need<'g> {
    key: &'static str,
    since: Version,
    file: &'g File,
    at: Span,
}

/// What scripts that a hook reaches need, in their order.
fn needs(graph: &Graph) -> Vec<Need<'_>> {
    let mut needs = Vec::new();
    for (number, script) in graph.scripts() {
        let is_reached = |scope| !graph.hooks_of_scope(number, scope).is_empty();
        for used in script.dated.iter().filter(|used| is_reached(used.scope)) {
            if let Some(since) = used.key.since.and_then(Version::parse) {
                let file = graph.file(number);
                needs.push(Need { key: used.key.name, since, file, at: used.at });
            }
        }
    }
    needs
}

/// A file that is older than what scripts need, with the first use in each script.
fn older(file: &File, (node, version): (&Node, Version), needs: &[Need<'_>]) -> Option<Diagnostic> {
    let missing: Vec<_> = needs.iter().filter(|need| need.since > version).collect();
    let newest = missing.iter().max_by_key(|need| need.since)?;
    let (key, since) = (newest.key, newest.since);
    let message = format!("the key {key:?} came with version {since}, and this is {version}");
    let mut finding = Diagnostic::new(&CODE, &file.name, node.span, message);
    let firsts = missing.chunk_by(|a, b| a.file.name == b.file.name).map(|uses| uses[0]);
    for first in firsts.take(SHOWN) {
        let told = format!("{:?} is used here", first.key);
        finding = finding.label_in(Arc::clone(&first.file.name), first.at, told);
    }
    Some(finding.replace(format!("Change to \"{since}\""), format!("\"{since}\"")))
}

/// Every tag of a policy file.
fn tags(tree: &Node) -> Vec<&Node> {
    let policies = listed(tree, "policies").iter();
    let limits = policies.flat_map(|policy| {
        let conditions = listed(policy, "conditions").iter();
        conditions.filter_map(|condition| condition.get("then")).chain(policy.get("default"))
    });
    limits.filter_map(|limits| limits.get("tag")).collect()
}

/// A tag that later versions allow; one that none allows is wrong in any file.
fn too_long(file: &File, (node, version): (&Node, Version), tag: &Node) -> Option<Diagnostic> {
    let length = Some(tree::word(tag)?.chars().count()).filter(|length| *length <= TAG)?;
    let mut rooms = OLDER_TAGS.iter().filter(|room| length > room.most && version <= room.last);
    let room = rooms.next_back()?;
    let allowed = OLDER_TAGS.iter().find(|room| version <= room.last)?.most;
    let message = format!(
        "a tag of {length} characters needs a version after {}: in {version} it has at most {allowed}",
        room.last
    );
    let mut finding = Diagnostic::new(&CODE, &file.name, tag.span, message);
    finding = finding.label(node.span, "the version of the file");
    let text = format!("\"{}\"", room.next);
    let title = format!("Change the version to {text}");
    let edits = vec![Edit { span: node.span, text }];
    finding.fix = Some(Fix { title, edits, safe: false });
    Some(finding)
}
