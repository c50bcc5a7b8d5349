//! Retry schedules that do not do what their text says.

use std::sync::Arc;
use std::time::Duration;

use diagnostics::{Diagnostic, Severity};
use hsl_decl::Catalog;
use hsl_graph::{Graph, Role};
use mta_config::Period;
use mta_config::yaml::Node;

use super::ProjectLint;
use super::tree::{self, listed};

code! {
    /// A retry table waits less after more failures, has a count and no waiting times, or never tells
    /// the sender about the delay.
    ///
    /// # Why
    ///
    /// A destination that fails for longer is asked less often, so that what is busy is not kept busy:
    /// waiting times grow. `count` alone repeats the built-in times. A step with `notify` that lies
    /// beyond `count` is never reached; and a sender who is never told of a delay of hours waits for
    /// an answer in vain until the message is given up.
    ///
    /// # Bad
    ///
    /// ```yaml
    /// version: "6.10"
    /// transportgroups:
    ///   - id: out
    ///     retry: {count: 30, intervals: [{interval: 1h}, {interval: 10m, notify: true}]}
    ///     transports: [{id: mx}]
    /// servers: [{id: in, transport: mx}]
    /// ```
    ///
    /// # Good
    ///
    /// ```yaml
    /// version: "6.10"
    /// transportgroups:
    ///   - id: out
    ///     retry: {count: 30, intervals: [{interval: 10m}, {interval: 1h, notify: true}]}
    ///     transports: [{id: mx}]
    /// servers: [{id: in, transport: mx}]
    /// ```
    ///
    /// Source: RFC 5321 section 4.5.4.1.
    CODE = "MS6007" "retry-table" Warning
        "A retry table does not do what it says, or never tells the sender."
}

pub(super) static RULE: ProjectLint = ProjectLint { code: &CODE, check };

/// After which delay a sender should have heard of it.
const LONG: Duration = Duration::from_secs(4 * 3600);

fn check(graph: &Graph, _: &Catalog, findings: &mut Vec<Diagnostic>) {
    let Some((file, config)) = tree::config(graph, &Role::Running) else { return };
    let mut found = Found { file: &file.name, findings };
    for group in listed(&config.tree, "transportgroups") {
        let transports = listed(group, "transports");
        found.table(group.get("retry"), None, !transports.iter().any(has_steps));
        for transport in transports {
            found.table(transport.get("retry"), group.get("retry"), true);
        }
    }
}

fn has_steps(transport: &Node) -> bool {
    transport.get("retry").is_some_and(|retry| !listed(retry, "intervals").is_empty())
}

struct Found<'a> {
    file: &'a Arc<str>,
    findings: &'a mut Vec<Diagnostic>,
}

impl Found<'_> {
    /// Looks at a table; `above` is that of the group. `alone` says that no other steps are used.
    fn table(&mut self, own: Option<&Node>, above: Option<&Node>, alone: bool) {
        let Some(own) = own else { return };
        let count = own.get("count");
        let steps = listed(own, "intervals");
        let inherited = above.is_some_and(|above| !listed(above, "intervals").is_empty());
        // One attempt needs no waiting times.
        let single = |count: &&Node| matches!(tree::word(count), Some("0" | "1"));
        let several = count.filter(|count| !single(count));
        if let Some(count) = several.filter(|_| steps.is_empty() && !inherited && alone) {
            self.add(count, "there is a count and no `intervals`: the built-in times are used");
        }
        self.falling(steps);
        let most = count.or_else(|| above?.get("count"));
        let most = most.and_then(tree::word).and_then(|count| count.parse::<usize>().ok());
        self.notices(own, steps, most);
    }

    fn falling(&mut self, steps: &[Node]) {
        for pair in steps.windows(2) {
            if let (Some(before), Some(after)) = (interval(&pair[0]), interval(&pair[1]))
                && after < before
                && let Some(at) = pair[1].get("interval")
            {
                self.add(at, "this step waits less than the one before it");
            }
        }
    }

    fn notices(&mut self, own: &Node, steps: &[Node], most: Option<usize>) {
        let mut told = false;
        for (at, step) in steps.iter().enumerate() {
            let Some(notify) = step.get("notify").filter(|n| tree::word(n) == Some("true")) else {
                continue;
            };
            told = true;
            if let Some(most) = most.filter(|most| at >= *most) {
                let message = format!("this step is never reached: the count is {most}");
                self.add(notify, message);
            }
        }
        if let Some(list) = own.get("intervals").filter(|_| !told && is_long(own, steps, most)) {
            self.add(list, "no step tells the sender about the delay");
            // Some let nothing but the end be told, on purpose.
            self.findings.last_mut().into_iter().for_each(|f| f.severity = Severity::Info);
        }
    }

    fn add(&mut self, at: &Node, message: impl Into<String>) {
        self.findings.push(Diagnostic::new(&CODE, self.file, at.span, message));
    }
}

/// Whether a message may wait for long.
fn is_long(own: &Node, steps: &[Node], most: Option<usize>) -> bool {
    let during = own.get("during").and_then(tree::word).and_then(Period::parse);
    let Some(last) = steps.last().and_then(interval) else { return false };
    let listed: Duration = steps.iter().take(most.unwrap_or(usize::MAX)).filter_map(interval).sum();
    // The last step repeats; without a count it does so until the age is reached.
    let repeated = most.map_or(u32::MAX, |most| most.saturating_sub(steps.len()) as u32);
    let all = listed.saturating_add(last.saturating_mul(repeated));
    during.map_or(all, |during| all.min(during.0)) > LONG
}

fn interval(step: &Node) -> Option<Duration> {
    step.get("interval").and_then(tree::word).and_then(Period::parse).map(|period| period.0)
}
