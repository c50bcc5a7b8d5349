//! Requests, one file for each family of them.
//!
//! The table below is the only list: a method that stands in it is answered, and its family's `offer`
//! tells the editor so. A new feature is a file and a row.
//!
//! *Invariants.* A handler reads a snapshot and changes nothing.

mod completion;
mod diagnostics;
mod folding;
mod format;
mod hover;
mod navigate;
mod symbols;

use gen_lsp_types as lsp;
use lsp::Request as _;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::capabilities::Client;
use crate::world::World;

pub(crate) use diagnostics::findings;

/// Why a request has no result.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// Nobody here answers this method.
    UnknownMethod,
    /// The parameters are not those of the method.
    Params(String),
    /// It cannot be done, and why, for the user.
    #[allow(dead_code, reason = "for families that refuse with a sentence")]
    Impossible(String),
}

/// `family { Request => handler, … }`. A handler takes the snapshot and the request's parameters and
/// gives its result; behind `=>?` a `Result` of it, whose error is a [`Refusal`].
macro_rules! table {
    ($($family:ident { $($request:ident => $(? $fallible:ident)? $($plain:ident)?,)* })*) => {
        /// Answers a request by its method.
        pub(crate) fn answer(world: &World, method: &str, params: Value) -> Result<Value, Refusal> {
            $($(if method == lsp::$request::METHOD.as_str() {
                return call::<lsp::$request>(params, |params| {
                    $(Ok($family::$plain(world, params)))?
                    $($family::$fallible(world, params))?
                });
            })*)*
            Err(Refusal::UnknownMethod)
        }

        /// Offers every method to an editor.
        pub(crate) fn offer(client: Client, all: &mut lsp::ServerCapabilities) {
            $($family::offer(client, all);)*
        }
    };
}

table! {
    completion { CompletionRequest => completion, }
    diagnostics { DocumentDiagnosticRequest => diagnostic, }
    folding { FoldingRangeRequest => folds, }
    format {
        DocumentFormattingRequest => whole,
        DocumentRangeFormattingRequest => range,
        DocumentOnTypeFormattingRequest => typed,
    }
    hover { HoverRequest => hover, }
    navigate { DefinitionRequest => definition, }
    symbols { DocumentSymbolRequest => symbols, }
}

fn call<R: lsp::Request>(
    params: Value,
    handler: impl FnOnce(R::Params) -> Result<R::Result, Refusal>,
) -> Result<Value, Refusal>
where
    R::Params: DeserializeOwned,
    R::Result: Serialize,
{
    let params = serde_json::from_value(params).map_err(|e| Refusal::Params(e.to_string()))?;
    serde_json::to_value(handler(params)?).map_err(|e| Refusal::Params(e.to_string()))
}
