//! What can be done with the scripts that a configuration file names, and how often the ids that it
//! defines are used, above their line.

use std::sync::Arc;

use diagnostics::Span;
use hsl_graph::{Symbol, Use};

use super::ConfigView;
use super::script::{ScriptUse, scripts};

/// What a lens does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LensAction {
    /// Shows the script of this name.
    Open(Arc<str>),
    /// Makes it.
    Create(Arc<str>),
    /// Runs it.
    Run(Arc<str>),
    /// Runs it in the debugger.
    Debug(Arc<str>),
    /// Shows where the id is used.
    References,
}

/// Something to do, above a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lens {
    /// The id above which it stands.
    pub span: Span,
    /// What is done.
    pub action: LensAction,
}

/// Every lens, in the order of the text.
pub fn lenses(view: &ConfigView) -> Vec<Lens> {
    let mut lenses: Vec<_> = scripts(view).into_iter().flat_map(of_script).collect();
    let config =
        view.graph.file_named(&view.file).and_then(|at| view.graph.file(at).config.clone());
    let ids = config.iter().flat_map(|config| &config.ids);
    let defined =
        ids.filter(|id| id.usage == Use::Definition && matches!(id.symbol, Symbol::Id(..)));
    lenses.extend(defined.map(|id| Lens { span: id.at, action: LensAction::References }));
    lenses.sort_by_key(|lens| lens.span.start);
    lenses
}

fn of_script(script: ScriptUse) -> Vec<Lens> {
    let file = || Arc::clone(&script.file);
    let actions = match script.exists {
        true => vec![LensAction::Open(file()), LensAction::Run(file()), LensAction::Debug(file())],
        false => vec![LensAction::Create(file())],
    };
    actions.into_iter().map(|action| Lens { span: script.span, action }).collect()
}
