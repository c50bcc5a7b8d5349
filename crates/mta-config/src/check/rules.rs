//! What one key of the policy and suspend files says about another.

use std::collections::HashSet;
use std::sync::Arc;

use diagnostics::{Diagnostic, Span, codes};
use serde_json::Value as Json;

use super::unique;
use crate::pattern::{Pattern, PatternTest};
use crate::scalar::{Any, Spanned};
use crate::schema::{
    Grouping, Lists, PolicyFile, PolicyLimits, Running, Selection, SuspendFile, TAG,
};

/// Checks `smtpd-policy.yaml`. The running file has lists too; without it, lists that the file itself
/// does not have are not judged.
pub fn check_policies(
    file: &Arc<str>,
    policies: &PolicyFile,
    running: Option<&Running>,
) -> Vec<Diagnostic> {
    let mut check = Check::new(file, &policies.lists, running);
    let mut seen = HashSet::new();
    for definition in &policies.policies {
        let mut fields: Vec<_> = definition.fields.iter().map(|field| field.as_str()).collect();
        fields.sort_unstable();
        fields.dedup();
        if fields.len() < definition.fields.len() {
            check.add(definition.fields.span, "a field counts once");
        }
        for condition in &definition.conditions {
            check.counted(&condition.when, &fields);
            check.wanted(condition.when.wanted());
            check.limits(&condition.then);
        }
        definition.default.iter().for_each(|limits| check.limits(limits));
        if !seen.insert(fields) {
            let message = "another definition has the same fields; write its conditions there";
            check.add(definition.fields.span, message);
        }
    }
    check.findings
}

/// Checks `smtpd-suspend.yaml`. The running file has lists too; without it, lists that the file itself
/// does not have are not judged.
pub fn check_suspends(
    file: &Arc<str>,
    suspends: &SuspendFile,
    running: Option<&Running>,
) -> Vec<Diagnostic> {
    let mut check = Check::new(file, &suspends.lists, running);
    for entry in &suspends.suspends {
        check.wanted(entry.wanted());
        check.tag(entry.tag.as_ref());
        check.properties(entry.properties.as_ref());
    }
    check.findings
}

/// Checks the groupings of `smtpd-app.yaml`, which use its lists.
pub(super) fn check_groupings(
    file: &Arc<str>,
    groupings: &[Grouping],
    lists: &[Lists],
) -> Vec<Diagnostic> {
    let lists = Some(lists.iter().map(|list| list.id.value.as_str()).collect());
    let mut check = Check { file, lists, findings: Vec::new() };
    groupings.iter().for_each(|grouping| check.wanted(grouping.wanted()));
    check.findings
}

struct Check<'a> {
    file: &'a Arc<str>,
    /// Names that conditions may use; none if not all are known.
    lists: Option<HashSet<&'a str>>,
    findings: Vec<Diagnostic>,
}

impl<'a> Check<'a> {
    fn new(file: &'a Arc<str>, own: &'a [Lists], running: Option<&'a Running>) -> Self {
        let mut findings = Vec::new();
        unique(file, "list", own.iter().map(|list| &list.id), &mut findings);
        let all = running.map(|running| own.iter().chain(&running.lists));
        let lists = all.map(|all| all.map(|list| list.id.value.as_str()).collect());
        Self { file, lists, findings }
    }

    fn add(&mut self, at: Span, message: impl Into<String>) {
        self.findings.push(Diagnostic::new(&codes::SCHEMA, self.file, at, message));
    }

    /// A counter that is shared by what a condition tells apart would have two limits at once.
    fn counted(&mut self, when: &Selection, fields: &[&str]) {
        for (field, _, at) in when.wanted() {
            if !fields.contains(&field) {
                let message = format!("`{field}` is not among the `fields` of this policy");
                self.add(at, message);
            }
        }
    }

    fn wanted(&mut self, wanted: Vec<(&'static str, &Pattern, Span)>) {
        for (field, pattern, at) in wanted {
            let PatternTest::List(name) = &pattern.test else { continue };
            if self.lists.as_ref().is_some_and(|lists| !lists.contains(name.as_str())) {
                self.add(at, format!("`{field}`: there is no list `{name}`"));
            }
        }
    }

    fn limits(&mut self, limits: &PolicyLimits) {
        if let Some(none) = limits.concurrency.as_ref().filter(|most| most.value == 0) {
            self.add(none.span, "`concurrency` must be at least 1; smtpd-suspend.yaml stops mail");
        }
        self.tag(limits.tag.as_ref());
        self.properties(limits.properties.as_ref());
    }

    fn properties(&mut self, properties: Option<&Spanned<Any>>) {
        let Some(given) = properties else { return };
        let Json::Object(entries) = &given.value.0 else {
            return self.add(given.span, "`properties` is a mapping");
        };
        for (key, value) in entries {
            if value.is_array() || value.is_object() || value.is_null() {
                let message = format!("`properties.{key}` must be a text, a number or a boolean");
                self.add(given.span, message);
            }
        }
    }

    fn tag(&mut self, tag: Option<&Spanned<String>>) {
        if let Some(long) = tag.filter(|tag| tag.chars().count() > TAG) {
            self.add(long.span, format!("a tag has at most {TAG} characters"));
        }
    }
}
