//! Findings, asked for or told.

use gen_lsp_types as lsp;

use crate::capabilities::Client;
use crate::proto;
use crate::world::World;

pub(super) fn offer(client: Client, all: &mut lsp::ServerCapabilities) {
    all.diagnostic_provider = client.pulls_diagnostics.then(|| {
        lsp::DiagnosticOptions {
            identifier: Some("mailstop".to_owned()),
            inter_file_dependencies: true,
            workspace_diagnostics: false,
            work_done_progress_options: Default::default(),
        }
        .into()
    });
}

pub(super) fn diagnostic(
    world: &World,
    params: lsp::DocumentDiagnosticParams,
) -> lsp::DocumentDiagnosticReport {
    let items = findings(world, params.text_document.uri.as_ref());
    lsp::RelatedFullDocumentDiagnosticReport {
        related_documents: None,
        full_document_diagnostic_report: lsp::FullDocumentDiagnosticReport {
            result_id: None,
            items,
        },
    }
    .into()
}

/// The findings of an open document; none for a document that is not open.
pub(crate) fn findings(world: &World, uri: &str) -> Vec<lsp::Diagnostic> {
    world.view(uri).map(|view| proto::diagnostics(world, uri, &view)).unwrap_or_default()
}
