//! Passwords on connections without encryption.

use diagnostics::Diagnostic;
use hsl_decl::Catalog;
use hsl_graph::{Graph, Role};
use mta_config::yaml::Node;

use super::ProjectLint;
use super::tree::{self, listed};

code! {
    /// A server has an `auth` hook and no certificate, or a transport logs in with a TLS mode that goes
    /// on in clear text.
    ///
    /// # Why
    ///
    /// Whoever is on the way reads the password and sends mail in the name of its owner. A server
    /// without a certificate cannot offer TLS, so that logging in is possible in clear text only, or
    /// not at all. The modes `optional` and `optional_verify`, and `dane` for domains without it, go on
    /// in clear text when the other side, or somebody between, does not offer TLS.
    ///
    /// # Bad
    ///
    /// ```yaml
    /// version: "6.10"
    /// servers: [{id: in, phases: {auth: {hook: page}}}]
    /// ```
    ///
    /// ```hsl auth
    /// Reject();
    /// ```
    ///
    /// # Good
    ///
    /// ```yaml
    /// version: "6.10"
    /// servers: [{id: in, tls: {certs: {cert: main}}, phases: {auth: {hook: page}}}]
    /// ```
    ///
    /// ```hsl auth
    /// Reject();
    /// ```
    ///
    /// Source: RFC 8314 section 4.1, RFC 4954 section 4.
    CODE = "MS6006" "plaintext-auth" Warning
        "Passwords are sent where they may be read on the way."
}

pub(super) static RULE: ProjectLint = ProjectLint { code: &CODE, check };

/// Modes that never go on in clear text.
const STRICT: [&str; 4] =
    ["require", "require_verify", "dane_require", "dane_fallback_require_verify"];

fn check(graph: &Graph, _: &Catalog, findings: &mut Vec<Diagnostic>) {
    let Some((file, config)) = tree::config(graph, &Role::Running) else { return };
    for server in listed(&config.tree, "servers") {
        let Some(hook) = tree::at(server, &["phases", "auth", "hook"]) else { continue };
        let certificate = tree::at(server, &["tls", "certs", "cert"]);
        if certificate.is_none_or(Node::is_null) {
            let message = "clients log in to this server, and it has no certificate for TLS";
            let finding = Diagnostic::new(&CODE, &file.name, hook.span, message);
            findings.push(finding.help("name one in `tls: {certs: {cert: …}}`"));
        }
    }
    for group in listed(&config.tree, "transportgroups") {
        for transport in listed(group, "transports") {
            findings.extend(login(transport, group).map(|(at, message)| {
                let finding = Diagnostic::new(&CODE, &file.name, at.span, message);
                let strict = "require_verify";
                match tree::word(at) {
                    Some(_) => finding.replace(format!("Change to `{strict}`"), strict),
                    None => finding.help(format!("set `tls: {{mode: {strict}}}` beside it")),
                }
            }));
        }
    }
}

/// Where a transport logs in over what may be clear text: its mode, else what it logs in with.
fn login<'n>(transport: &'n Node, group: &'n Node) -> Option<(&'n Node, &'static str)> {
    let of = |path: &[&str]| tree::at(transport, path).or_else(|| tree::at(group, path));
    let login = of(&["session", "auth"]).filter(|auth| !auth.is_null())?;
    match of(&["session", "tls", "mode"]) {
        Some(mode) if STRICT.contains(&tree::word(mode)?) => None,
        Some(mode) => Some((mode, "the transport logs in, and this mode allows clear text")),
        None => Some((login, "the transport logs in, and no TLS mode forbids clear text")),
    }
}
