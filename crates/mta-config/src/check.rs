//! What one key says about another: ids that must be unique, ids that must exist.
//!
//! An undefined transport is a warning, not an error: published configurations name transports that
//! another file defines, and only a message that needs one fails.
//!
//! *Not here.* Types and values of single keys ([`crate::setting`]); whether scripts exist (crate
//! `mta-project`).

mod rules;

use std::collections::HashMap;
use std::sync::Arc;

use diagnostics::{Diagnostic, Severity, codes};

use crate::scalar::Spanned;
use crate::schema::{
    Metric, MetricKind, Running, ScriptLimits, ServerKind, Startup, StartupServer,
};

pub use rules::{check_policies, check_suspends};

/// Checks `smtpd.yaml` by itself.
pub fn check_startup(file: &Arc<str>, startup: &Startup) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    unique(file, "server", startup.servers.iter().map(|s| &s.id), &mut findings);
    unique(file, "key", startup.pki.private.iter().map(|key| &key.id), &mut findings);
    for server in &startup.servers {
        check_listeners(file, server, &mut findings);
        if *server.kind != ServerKind::Smtp {
            let kind = server.kind.as_str();
            let message = format!("servers of type `{kind}` are accepted and have no effect");
            findings.push(Diagnostic::new(&codes::IGNORED_KEY, file, server.kind.span, message));
        }
    }
    findings
}

fn check_listeners(file: &Arc<str>, server: &StartupServer, findings: &mut Vec<Diagnostic>) {
    for listener in &server.listeners {
        let wrong = match (listener.port, &listener.path) {
            (None, None) => "a listener needs a `port`, or the `path` of a UNIX socket",
            (Some(_), Some(_)) => "a listener has a `port` or a `path`, not both",
            _ => continue,
        };
        findings.push(Diagnostic::new(&codes::SCHEMA, file, listener.span, wrong));
    }
}

/// Checks `smtpd-app.yaml` by itself.
pub fn check_running(file: &Arc<str>, running: &Running) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    unique(file, "server", running.servers.iter().map(|s| &s.id), &mut findings);
    let groups = &running.transportgroups;
    unique(file, "transport group", groups.iter().map(|g| &g.id), &mut findings);
    let transports = groups.iter().flat_map(|g| &g.transports);
    unique(file, "transport", transports.map(|t| &t.id), &mut findings);
    unique(file, "file", running.scripting.files.iter().map(|f| &f.id), &mut findings);
    for (phase, _) in running.hooks() {
        let scripts = running.scripting.hooks.of_phase(phase).iter().map(|h| &h.id);
        unique(file, "hook script", scripts, &mut findings);
    }
    unique(file, "certificate", running.pki.private.iter().map(|c| &c.id), &mut findings);
    check_transports(file, running, &mut findings);
    check_limits(file, &running.scripting.limits, &mut findings);
    unique(file, "list", running.lists.iter().map(|list| &list.id), &mut findings);
    let groupings = &running.queues.grouping.groupings;
    unique(file, "grouping", groupings.iter().map(|one| &one.id), &mut findings);
    findings.extend(rules::check_groupings(file, groupings, &running.lists));
    unique(file, "metric", running.monitor.metrics.iter().map(|m| &m.name), &mut findings);
    check_metrics(file, &running.monitor.metrics, &mut findings);
    note_silent_hooks(file, running, &mut findings);
    findings
}

/// Limits within which scripts can run, and which the machine can keep.
fn check_limits(file: &Arc<str>, limits: &ScriptLimits, findings: &mut Vec<Diagnostic>) {
    let checks = [
        ("memory", limits.memory.span, limits.memory.value.0, 64 << 10, 1 << 40),
        ("calls", limits.calls.span, limits.calls.value.into(), 10, 100_000),
        ("regex", limits.regex.span, limits.regex.value.into(), 1_000, 10_000_000),
    ];
    for (key, span, value, least, most) in checks {
        if !(least..=most).contains(&value) {
            let message = format!("`scripting.limits.{key}` must be from {least} to {most}");
            findings.push(Diagnostic::new(&codes::SCHEMA, file, span, message));
        }
    }
}

/// Names and bounds that the text format of metrics can show.
fn check_metrics(file: &Arc<str>, metrics: &[Metric], findings: &mut Vec<Diagnostic>) {
    let is_word = |text: &str, more: &str| {
        let fits = |c: char| c.is_ascii_alphanumeric() || c == '_' || more.contains(c);
        text.chars().all(fits) && text.starts_with(|c: char| !c.is_ascii_digit())
    };
    for metric in metrics {
        let bounds = &metric.buckets;
        let histogram = metric.kind == MetricKind::Histogram;
        let wrong = if !is_word(&metric.name, ":") || metric.name.starts_with("mailstop_") {
            "the name of a metric has letters, digits, `_` and `:`, and does not begin with `mailstop_`"
        } else if metric.labels.iter().any(|label| !is_word(label, "") || label == "le") {
            "the name of a label has letters, digits and `_`, and is not `le`"
        } else if histogram == bounds.is_empty() {
            "a histogram needs `buckets`, and no other metric has them"
        } else if !bounds.is_sorted_by(|a, b| a < b) {
            "`buckets` must ascend"
        } else {
            continue;
        };
        findings.push(Diagnostic::new(&codes::SCHEMA, file, metric.name.span, wrong));
    }
}

/// Hooks whose phase does not exist yet: their scripts compile and never run.
fn note_silent_hooks(file: &Arc<str>, running: &Running, findings: &mut Vec<Diagnostic>) {
    for phases in running.servers.iter().map(|server| &server.phases) {
        for (name, hook) in [("proxy", &phases.proxy.hook), ("auth", &phases.auth.hook)] {
            if let Some(id) = hook {
                let message = format!("the {name} hook is accepted and never runs");
                findings.push(Diagnostic::new(&codes::IGNORED_KEY, file, id.span, message));
            }
        }
    }
}

fn check_transports(file: &Arc<str>, running: &Running, findings: &mut Vec<Diagnostic>) {
    let groups = &running.transportgroups;
    let known: Vec<_> =
        groups.iter().flat_map(|g| &g.transports).map(|t| t.id.value.as_str()).collect();
    let of_servers = running.servers.iter().filter_map(|s| s.transport.as_ref());
    let of_groups = groups.iter().filter_map(|g| g.dsn.as_ref()?.transport.as_ref());
    let of_transports = groups.iter().flat_map(|g| &g.transports);
    let of_transports = of_transports.filter_map(|t| t.dsn.as_ref()?.transport.as_ref());
    for id in of_servers.chain(of_groups).chain(of_transports) {
        if known.contains(&id.value.as_str()) {
            continue;
        }
        let message = format!("no transport has the id `{}`", id.value);
        let mut finding = Diagnostic::new(&codes::UNDEFINED_ID, file, id.span, message);
        finding.severity = Severity::Warning;
        finding.help = Some("mail for it waits in the queue until the transport exists".to_owned());
        if let Some(near) = diagnostics::nearest(id, known.iter().copied()) {
            finding = finding.replace(format!("Change to `{near}`"), near);
            finding.help = Some(format!("did you mean `{near}`?"));
        }
        findings.push(finding);
    }
}

/// Checks that both files speak of the same servers.
pub fn check_pair(
    (startup_file, startup): (&Arc<str>, &Startup),
    (running_file, running): (&Arc<str>, &Running),
) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    for server in &startup.servers {
        let Some(other) = running.server(&server.id) else {
            let message = format!("server `{}` has no settings in {running_file}", *server.id);
            let finding = undefined(startup_file, &server.id, message);
            findings.push(finding.help("without an end-of-data hook, it defers every message"));
            continue;
        };
        if other.kind.value != server.kind.value {
            let message = format!(
                "server `{}` is of type `{}` here and `{}` in {startup_file}",
                *server.id,
                other.kind.as_str(),
                server.kind.as_str()
            );
            let at = if other.kind.span == diagnostics::Span::default() {
                other.id.span
            } else {
                other.kind.span
            };
            findings.push(Diagnostic::new(&codes::SCHEMA, running_file, at, message));
        }
    }
    for server in &running.servers {
        if !startup.servers.iter().any(|s| s.id == server.id) {
            let message = format!("server `{}` has no listeners in {startup_file}", *server.id);
            findings.push(undefined(running_file, &server.id, message));
        }
    }
    findings
}

fn undefined(file: &Arc<str>, id: &Spanned<String>, message: String) -> Diagnostic {
    let mut finding = Diagnostic::new(&codes::UNDEFINED_ID, file, id.span, message);
    finding.severity = Severity::Warning;
    finding
}

fn unique<'a>(
    file: &Arc<str>,
    what: &str,
    ids: impl Iterator<Item = &'a Spanned<String>>,
    findings: &mut Vec<Diagnostic>,
) {
    let mut seen = HashMap::new();
    for id in ids {
        if let Some(first) = seen.insert(id.value.as_str(), id.span) {
            let message = format!("the {what} `{}` is defined twice", id.value);
            let finding = Diagnostic::new(&codes::DUPLICATE_ID, file, id.span, message);
            findings.push(finding.label(first, "first defined here"));
        }
    }
}
