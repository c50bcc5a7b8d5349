//! Findings, for editors that ask for them.
//!
//! A report has an id, which is the same for the same findings: who has them is told only that.

use std::collections::HashMap;
use std::sync::Arc;

use gen_lsp_types as lsp;

use super::Refusal;
use crate::capabilities::Client;
use crate::outbox::Call;
use crate::progress::Progress;
use crate::reports::Report;
use crate::server::News;
use crate::world::World;

/// Scripts of a workspace that are reported at once.
const BATCH: usize = 64;

pub(super) fn offer(client: Client, all: &mut lsp::ServerCapabilities) {
    all.diagnostic_provider = client.pulls_diagnostics.then(|| {
        lsp::DiagnosticOptions {
            identifier: Some("mailstop".to_owned()),
            inter_file_dependencies: true,
            workspace_diagnostics: true,
            work_done_progress_options: Default::default(),
        }
        .into()
    });
}

/// The findings of a document, and of open documents that it is a part of.
pub(super) fn diagnostic(
    world: &World,
    params: lsp::DocumentDiagnosticParams,
) -> lsp::DocumentDiagnosticReport {
    let uri = params.text_document.uri;
    let report = world.report(uri.as_ref());
    let related_documents =
        world.client.relates_documents.then(|| related(world, uri.as_ref())).flatten();
    match report {
        Some(report) if params.previous_result_id.as_ref() == Some(&report.id) => {
            lsp::RelatedUnchangedDocumentDiagnosticReport {
                related_documents,
                unchanged_document_diagnostic_report: unchanged(&report),
            }
            .into()
        }
        report => lsp::RelatedFullDocumentDiagnosticReport {
            related_documents,
            full_document_diagnostic_report: report.as_deref().map(full).unwrap_or_default(),
        }
        .into(),
    }
}

/// The findings of other open documents that this one is a part of.
fn related(world: &World, uri: &str) -> Option<HashMap<lsp::Uri, lsp::RelatedDocument>> {
    let (_, home) = world.documents.get(uri)?;
    let (_, name) = home.project.as_ref()?;
    let others = world.documents.keys().filter(|other| ***other != *uri);
    let dependent = others.filter_map(|other| {
        let report = world.report_in_passing(other)?;
        let depends = report.ground.files().any(|file| file == name);
        depends.then(|| (lsp::Uri::from(&**other), full(&report).into()))
    });
    let found: HashMap<_, _> = dependent.collect();
    (!found.is_empty()).then_some(found)
}

/// The findings of every script and configuration file, in parts if the editor takes parts.
pub(super) fn workspace(
    call: &Call<'_>,
    params: lsp::WorkspaceDiagnosticParams,
) -> Result<lsp::WorkspaceDiagnosticReport, Refusal> {
    let known = params.previous_result_ids.into_iter().map(|known| (known.uri.0, known.value));
    let known: HashMap<String, String> = known.collect();
    let token = params.work_done_progress_params.work_done_token;
    let mut progress = Progress::new(call.out, token, "Checking scripts");
    let part = params.partial_result_params.partial_result_token;
    let mut items = Vec::new();
    // Whoever asks for everything waits for everything.
    let roots = call.world.projects.keys();
    if roots.filter(|root| call.world.look_across(root)).count() > 0 {
        call.out.tell(News::LookedAcross);
    }
    let scripts = call.world.checked_files();
    for (done, uri) in scripts.iter().enumerate() {
        if let Some(halt) = call.stop.reason(call.world) {
            return Err(Refusal::Halted(halt));
        }
        items.extend(item(call.world, uri, known.get(uri)));
        progress.report(done + 1, scripts.len());
        if items.len() >= BATCH
            && let Some(token) = &part
        {
            send_part(call, token, std::mem::take(&mut items));
        }
    }
    // Reports stay, so nobody needs the trees soon.
    call.world.cache.closed.forget();
    match part {
        Some(token) if !items.is_empty() => send_part(call, &token, std::mem::take(&mut items)),
        _ => {}
    }
    Ok(lsp::WorkspaceDiagnosticReport { items })
}

fn send_part(
    call: &Call<'_>,
    token: &lsp::ProgressToken,
    items: Vec<lsp::WorkspaceDocumentDiagnosticReport>,
) {
    let value = serde_json::to_value(lsp::WorkspaceDiagnosticReportPartialResult { items });
    // Reports hold texts and numbers only.
    let value = value.unwrap_or_default();
    call.out.notify("$/progress", lsp::ProgressParams { token: token.clone(), value });
}

/// The report of one script; none for one without findings that nobody has heard of.
fn item(
    world: &World,
    uri: &str,
    known: Option<&String>,
) -> Option<lsp::WorkspaceDocumentDiagnosticReport> {
    let version = world.document(uri).map(|document| document.version);
    if version.is_none() && !world.tools_of(uri).editor.diagnostics.closed_files {
        // Who was told of some takes them back.
        let empty = lsp::WorkspaceFullDocumentDiagnosticReport {
            uri: uri.into(),
            version,
            full_document_diagnostic_report: lsp::FullDocumentDiagnosticReport::default(),
        };
        return known.map(|_| empty.into());
    }
    let report = world.report_in_passing(uri)?;
    if known == Some(&report.id) {
        let unchanged_document_diagnostic_report = unchanged(&report);
        let uri = uri.into();
        return Some(
            lsp::WorkspaceUnchangedDocumentDiagnosticReport {
                uri,
                version,
                unchanged_document_diagnostic_report,
            }
            .into(),
        );
    }
    if known.is_none() && report.items.is_empty() {
        return None;
    }
    let full_document_diagnostic_report = full(&report);
    let uri = uri.into();
    Some(
        lsp::WorkspaceFullDocumentDiagnosticReport {
            uri,
            version,
            full_document_diagnostic_report,
        }
        .into(),
    )
}

fn full(report: &Report) -> lsp::FullDocumentDiagnosticReport {
    lsp::FullDocumentDiagnosticReport {
        result_id: Some(report.id.clone()),
        items: report.items.clone(),
    }
}

fn unchanged(report: &Arc<Report>) -> lsp::UnchangedDocumentDiagnosticReport {
    lsp::UnchangedDocumentDiagnosticReport { result_id: report.id.clone() }
}
