//! Findings.

use std::collections::HashMap;
use std::sync::Arc;

use diagnostics::{Diagnostic, Severity};
use gen_lsp_types as lsp;
use hsl_ide::View;

use crate::position::Lines;
use crate::world::World;

/// Findings of a file.
pub(crate) fn diagnostics(world: &World, uri: &str, view: &View) -> Vec<lsp::Diagnostic> {
    let mut texts: HashMap<Arc<str>, Arc<[u8]>> = HashMap::new();
    let findings = view.diagnostics();
    for label in findings.iter().flat_map(|finding| &finding.labels) {
        if let Some(text) = world.text_of(view, &label.file) {
            texts.insert(Arc::clone(&label.file), text);
        }
    }
    let lines = Lines::new(&view.parse.text, world.client.encoding);
    let lines_of: HashMap<_, _> = texts
        .iter()
        .map(|(file, text)| (Arc::clone(file), Lines::new(text, world.client.encoding)))
        .collect();
    let related = |finding: &Diagnostic| {
        let one = |label: &diagnostics::Label| {
            let uri = world.uri_of(uri, &label.file)?;
            let range = lines_of.get(&label.file)?.range(label.span);
            let location = lsp::Location { uri: uri.into(), range };
            Some(lsp::DiagnosticRelatedInformation { location, message: label.message.clone() })
        };
        finding.labels.iter().filter_map(one).collect::<Vec<_>>()
    };
    findings.iter().map(|finding| diagnostic(finding, &lines, related(finding))).collect()
}

fn diagnostic(
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
        code_description: None,
        tags: None,
        data: None,
    }
}
