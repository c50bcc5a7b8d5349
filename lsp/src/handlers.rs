//! Requests, one file for each family of them.
//!
//! The table below is the only list: a method that stands in it is answered, and its family's `offer`
//! tells the editor so. A new feature is a file and a row.
//!
//! *Invariants.* A handler reads a snapshot and changes nothing.

mod actions;
mod commands;
mod completion;
mod diagnostics;
mod folding;
mod format;
mod hierarchy;
mod hints;
mod hover;
mod inline_values;
mod lens;
mod links;
mod navigate;
mod pages;
mod references;
mod rename;
mod selection;
mod signature;
mod symbols;
mod tokens;
mod type_definition;

use gen_lsp_types as lsp;
use lsp::Request as _;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::capabilities::Client;
use crate::outbox::{Call, Halt};

/// Why a request has no result.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// Nobody here answers this method.
    UnknownMethod,
    /// The parameters are not those of the method.
    Params(String),
    /// It cannot be done, and why, for the user.
    Impossible(String),
    /// It was stopped before its end.
    Halted(Halt),
}

/// `family { Request => handler, … }`. A handler takes the snapshot and the request's parameters and
/// gives its result; behind `=> ?` a `Result` of it, whose error is a [`Refusal`]; behind `=> @` it
/// takes a [`Call`] instead of the snapshot, runs behind everything that somebody waits for, and
/// gives a `Result` as well.
macro_rules! table {
    ($($family:ident {
        $($request:ident => $(? $fallible:ident)? $(@ $long:ident)? $($plain:ident)?,)*
    })*) => {
        /// Answers a request by its method, with JSON.
        pub(crate) fn answer(
            asked: &Call<'_>,
            method: &str,
            params: Value,
        ) -> Result<String, Refusal> {
            $($(if method == lsp::$request::METHOD.as_str() {
                return call::<lsp::$request>(params, |params| {
                    $(Ok($family::$plain(asked.world, params)))?
                    $($family::$fallible(asked.world, params))?
                    $($family::$long(asked, params))?
                });
            })*)*
            Err(Refusal::UnknownMethod)
        }

        /// Whether a request may take long, so that others go first.
        pub(crate) fn is_long(method: &str) -> bool {
            let long: &[&str] = &[$($($(table!(@method $request $long),)?)*)*];
            long.contains(&method)
        }

        /// Offers every method to an editor.
        pub(crate) fn offer(client: Client, all: &mut lsp::ServerCapabilities) {
            $($family::offer(client, all);)*
        }
    };
    (@method $request:ident $long:ident) => { lsp::$request::METHOD.as_str() };
}

table! {
    actions { CodeActionRequest => actions, CodeActionResolveRequest => resolve, }
    commands { ExecuteCommandRequest => @ execute, }
    completion { CompletionRequest => completion, CompletionResolveRequest => resolve, }
    diagnostics {
        DocumentDiagnosticRequest => diagnostic,
        WorkspaceDiagnosticRequest => @ workspace,
    }
    folding { FoldingRangeRequest => folds, }
    format {
        DocumentFormattingRequest => whole,
        DocumentRangeFormattingRequest => range,
        DocumentRangesFormattingRequest => ranges,
        DocumentOnTypeFormattingRequest => typed,
    }
    hints { InlayHintRequest => hints, InlayHintResolveRequest => resolve, }
    hover { HoverRequest => hover, }
    hierarchy {
        CallHierarchyPrepareRequest => prepare_calls,
        CallHierarchyIncomingCallsRequest => incoming,
        CallHierarchyOutgoingCallsRequest => outgoing,
        TypeHierarchyPrepareRequest => prepare_types,
        TypeHierarchySupertypesRequest => supertypes,
        TypeHierarchySubtypesRequest => subtypes,
    }
    lens {
        CodeLensRequest => lenses,
        CodeLensResolveRequest => resolve,
    }
    navigate {
        DefinitionRequest => definition,
        DeclarationRequest => declaration,
        ImplementationRequest => implementation,
    }
    references {
        ReferencesRequest => references,
        DocumentHighlightRequest => highlights,
        LinkedEditingRangeRequest => linked,
    }
    rename {
        PrepareRenameRequest => ? prepare,
        RenameRequest => ? rename,
        WillRenameFilesRequest => files,
    }
    symbols {
        DocumentSymbolRequest => symbols,
        WorkspaceSymbolRequest => search,
        WorkspaceSymbolResolveRequest => resolve,
    }
    inline_values { InlineValueRequest => values, }
    links { DocumentLinkRequest => links, }
    pages { TextDocumentContentRequest => ? page, }
    selection { SelectionRangeRequest => ranges, }
    signature { SignatureHelpRequest => signature, }
    type_definition { TypeDefinitionRequest => type_definition, }
    tokens {
        SemanticTokensRequest => full,
        SemanticTokensDeltaRequest => delta,
        SemanticTokensRangeRequest => range,
    }
}

fn call<R: lsp::Request>(
    params: Value,
    handler: impl FnOnce(R::Params) -> Result<R::Result, Refusal>,
) -> Result<String, Refusal>
where
    R::Params: DeserializeOwned,
    R::Result: Serialize,
{
    let params = serde_json::from_value(params).map_err(|e| Refusal::Params(e.to_string()))?;
    serde_json::to_string(&handler(params)?).map_err(|e| Refusal::Params(e.to_string()))
}
