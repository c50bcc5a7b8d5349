//! Findings.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use diagnostics::{Diagnostic, Label, Severity, codes};
use gen_lsp_types as lsp;
use serde_json::json;

use crate::capabilities::Client;
use crate::pages;
use crate::position::Lines;
use crate::world::{Home, World};

/// Findings of a file with the text `own`, and the files that they point into.
pub(crate) fn diagnostics(
    world: &World,
    home: &Home,
    own: &[u8],
    text_of: &dyn Fn(&str) -> Option<Arc<[u8]>>,
    findings: &[Diagnostic],
) -> Vec<lsp::Diagnostic> {
    let files: HashSet<_> = findings.iter().flat_map(|f| &f.labels).map(|l| &l.file).collect();
    let text_of = |file: &str| text_of(file).or_else(|| world.text_beside(home, file));
    let texts = files.into_iter().filter_map(|file| Some((file, text_of(file)?)));
    let texts: HashMap<_, _> = texts.collect();
    let encoding = world.client.encoding;
    let lines = Lines::new(own, encoding);
    let lines_of: HashMap<_, _> =
        texts.iter().map(|(file, text)| (*file, Lines::new(text, encoding))).collect();
    let related = |label: &Label| {
        let range = lines_of.get(&label.file)?.range(label.span);
        let location = lsp::Location { uri: world.uri_beside(home, &label.file).into(), range };
        Some(lsp::DiagnosticRelatedInformation { location, message: label.message.clone() })
    };
    let all = |finding: &Diagnostic| finding.labels.iter().filter_map(related).collect();
    findings.iter().map(|f| diagnostic(world.client, f, &lines, all(f))).collect()
}

/// Findings of an open document without places in other files.
pub(crate) fn own_diagnostics(
    client: Client,
    uri: &str,
    text: &[u8],
    findings: &[Diagnostic],
) -> Vec<lsp::Diagnostic> {
    let lines = Lines::new(text, client.encoding);
    let related = |finding: &Diagnostic, label: &Label| {
        let location = lsp::Location { uri: uri.into(), range: lines.range(label.span) };
        let message = label.message.clone();
        (label.file == finding.file)
            .then_some(lsp::DiagnosticRelatedInformation { location, message })
    };
    let all = |f: &Diagnostic| f.labels.iter().filter_map(|label| related(f, label)).collect();
    findings.iter().map(|f| diagnostic(client, f, &lines, all(f))).collect()
}

fn diagnostic(
    client: Client,
    finding: &Diagnostic,
    lines: &Lines<'_>,
    related: Vec<lsp::DiagnosticRelatedInformation>,
) -> lsp::Diagnostic {
    let severity = match finding.severity {
        Severity::Error => lsp::DiagnosticSeverity::Error,
        Severity::Warning => lsp::DiagnosticSeverity::Warning,
        Severity::Info => lsp::DiagnosticSeverity::Information,
        Severity::Hint => lsp::DiagnosticSeverity::Hint,
    };
    let message = match &finding.help {
        Some(help) => format!("{}\n{help}", finding.message),
        None => finding.message.clone(),
    };
    lsp::Diagnostic {
        range: lines.range(finding.span),
        severity: Some(severity),
        code: Some(finding.code.id.to_owned().into()),
        source: Some("mailstop".to_owned()),
        message: message.into(),
        related_information: (!related.is_empty()).then_some(related),
        code_description: client
            .shows_pages
            .then(|| lsp::CodeDescription { href: pages::uri_of_code(finding.code).into() }),
        tags: (finding.code == &codes::UNREACHABLE_CODE)
            .then(|| vec![lsp::DiagnosticTag::Unnecessary]),
        data: finding.fix.as_ref().map(|fix| json!({ "fix": fix.title })),
    }
}
