//! One function per request, from a snapshot and parameters to the result.

use gen_lsp_types as lsp;
use lsp::Request as _;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::format;
use crate::position::Lines;
use crate::proto;
use crate::world::World;

/// Why a request has no result.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// Nobody here answers this method.
    UnknownMethod,
    /// The parameters are not those of the method.
    Params(String),
}

/// Answers a request by its method.
pub(crate) fn answer(world: &World, method: &str, params: Value) -> Result<Value, Refusal> {
    macro_rules! route {
        ($($request:ident => $handler:path,)*) => {
            $(if method == lsp::$request::METHOD.as_str() {
                return call::<lsp::$request>(world, params, $handler);
            })*
        };
    }
    route! {
        CompletionRequest => completion,
        HoverRequest => hover,
        DefinitionRequest => definition,
        DocumentSymbolRequest => symbols,
        FoldingRangeRequest => folds,
        DocumentFormattingRequest => format::whole,
        DocumentRangeFormattingRequest => format::range,
        DocumentOnTypeFormattingRequest => format::typed,
        DocumentDiagnosticRequest => diagnostic,
    }
    Err(Refusal::UnknownMethod)
}

fn call<R: lsp::Request>(
    world: &World,
    params: Value,
    handler: fn(&World, R::Params) -> R::Result,
) -> Result<Value, Refusal>
where
    R::Params: DeserializeOwned,
    R::Result: Serialize,
{
    let params = serde_json::from_value(params).map_err(|e| Refusal::Params(e.to_string()))?;
    serde_json::to_value(handler(world, params)).map_err(|e| Refusal::Params(e.to_string()))
}

fn completion(world: &World, params: lsp::CompletionParams) -> Option<lsp::CompletionResponse> {
    let at = params.text_document_position_params;
    let view = world.view(at.text_document.uri.as_ref())?;
    let lines = Lines::new(&view.parse.text, world.client.encoding);
    let items = hsl_ide::complete(&view, lines.offset(at.position)).into_iter().enumerate();
    let item = |(place, item)| proto::completion(item, place, &lines, world.client.snippets);
    Some(items.map(item).collect::<Vec<_>>().into())
}

fn hover(world: &World, params: lsp::HoverParams) -> Option<lsp::Hover> {
    let at = params.text_document_position_params;
    let view = world.view(at.text_document.uri.as_ref())?;
    let lines = Lines::new(&view.parse.text, world.client.encoding);
    let found = hsl_ide::hover(&view, lines.offset(at.position))?;
    Some(proto::hover(found, &lines))
}

fn definition(world: &World, params: lsp::DefinitionParams) -> Option<lsp::DefinitionResponse> {
    let at = params.text_document_position_params;
    let uri = at.text_document.uri.as_ref();
    let view = world.view(uri)?;
    let lines = Lines::new(&view.parse.text, world.client.encoding);
    let target = hsl_ide::definition(&view, lines.offset(at.position))?;
    let text = world.text_of(&view, &target.file)?;
    let range = Lines::new(&text, world.client.encoding).range(target.span);
    let location = lsp::Location { uri: world.uri_of(uri, &target.file)?.into(), range };
    Some(lsp::Definition::from(location).into())
}

fn symbols(
    world: &World,
    params: lsp::DocumentSymbolParams,
) -> Option<lsp::DocumentSymbolResponse> {
    let document = world.document(params.text_document.uri.as_ref())?;
    let lines = Lines::new(&document.parse.text, world.client.encoding);
    let items = hsl_ide::outline(&document.parse).into_iter();
    Some(items.map(|item| proto::symbol(item, &lines)).collect::<Vec<_>>().into())
}

fn folds(world: &World, params: lsp::FoldingRangeParams) -> Option<Vec<lsp::FoldingRange>> {
    let document = world.document(params.text_document.uri.as_ref())?;
    Some(hsl_ide::folds(&document.parse).into_iter().map(proto::fold).collect())
}

fn diagnostic(
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
