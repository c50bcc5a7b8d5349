//! What one key of the policy and suspend files says about another.

use std::collections::HashSet;
use std::sync::Arc;

use diagnostics::{Diagnostic, Span, codes};

use super::unique;
use crate::pattern::{Pattern, PatternTest};
use crate::scalar::Spanned;
use crate::schema::{Grouping, Lists, PolicyFile, PolicyLimits, SuspendFile};

/// Longest label of a policy or suspension.
const TAG: usize = 32;

/// Checks `smtpd-policy.yaml`. `known` are the names of lists that other files have.
pub fn check_policies(
    file: &Arc<str>,
    policies: &PolicyFile,
    known: &HashSet<&str>,
) -> Vec<Diagnostic> {
    let mut check = Check { file, lists: names(&policies.lists, known), findings: Vec::new() };
    check.lists(&policies.lists);
    let mut seen = HashSet::new();
    for definition in &policies.policies {
        let mut fields: Vec<_> = definition.fields.iter().map(|field| field.as_str()).collect();
        fields.sort_unstable();
        fields.dedup();
        if fields.len() < definition.fields.len() {
            check.add(definition.fields.span, "a field counts once");
        }
        if !seen.insert(fields) {
            let message = "another definition has the same fields; write its conditions there";
            check.add(definition.fields.span, message);
        }
        for condition in &definition.conditions {
            check.wanted(condition.when.wanted());
            check.limits(&condition.then);
        }
        definition.default.iter().for_each(|limits| check.limits(limits));
    }
    check.findings
}

/// Checks `smtpd-suspend.yaml`. `known` are the names of lists that other files have.
pub fn check_suspends(
    file: &Arc<str>,
    suspends: &SuspendFile,
    known: &HashSet<&str>,
) -> Vec<Diagnostic> {
    let mut check = Check { file, lists: names(&suspends.lists, known), findings: Vec::new() };
    check.lists(&suspends.lists);
    for entry in &suspends.suspends {
        check.wanted(entry.wanted());
        check.tag(entry.tag.as_ref());
    }
    check.findings
}

/// Checks the groupings of `smtpd-app.yaml`, which use its lists.
pub(super) fn check_groupings(
    file: &Arc<str>,
    groupings: &[Grouping],
    lists: &[Lists],
) -> Vec<Diagnostic> {
    let lists = names(lists, &HashSet::new());
    let mut check = Check { file, lists, findings: Vec::new() };
    groupings.iter().for_each(|grouping| check.wanted(grouping.wanted()));
    check.findings
}

fn names<'a>(lists: &'a [Lists], known: &HashSet<&'a str>) -> HashSet<&'a str> {
    lists.iter().map(|list| list.id.value.as_str()).chain(known.iter().copied()).collect()
}

struct Check<'a> {
    file: &'a Arc<str>,
    /// Names that conditions may use.
    lists: HashSet<&'a str>,
    findings: Vec<Diagnostic>,
}

impl Check<'_> {
    fn add(&mut self, at: Span, message: impl Into<String>) {
        self.findings.push(Diagnostic::new(&codes::SCHEMA, self.file, at, message));
    }

    fn lists(&mut self, lists: &[Lists]) {
        unique(self.file, "list", lists.iter().map(|list| &list.id), &mut self.findings);
    }

    fn wanted(&mut self, wanted: Vec<(&'static str, &Pattern, Span)>) {
        for (field, pattern, at) in wanted {
            let PatternTest::List(name) = &pattern.test else { continue };
            if !self.lists.contains(name.as_str()) {
                self.add(at, format!("`{field}`: there is no list `{name}`"));
            }
        }
    }

    fn limits(&mut self, limits: &PolicyLimits) {
        if let Some(none) = limits.concurrency.as_ref().filter(|most| most.value == 0) {
            self.add(none.span, "`concurrency` must be at least 1; smtpd-suspend.yaml stops mail");
        }
        self.tag(limits.tag.as_ref());
    }

    fn tag(&mut self, tag: Option<&Spanned<String>>) {
        if let Some(long) = tag.filter(|tag| tag.chars().count() > TAG) {
            self.add(long.span, format!("a tag has at most {TAG} characters"));
        }
    }
}
