//! Tokens of functions, kept while their text stays.
//!
//! *Invariants.* A sealed function has the same tokens wherever the same text stands: it names nothing
//! else than its own variables, functions and the library.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use diagnostics::Span;
use hsl_analysis::hir::Memo;
use hsl_syntax::ast::span_of;
use hsl_syntax::tree_sitter::Node;

use super::names::Names;
use super::{SemanticToken, collect};
use crate::View;

/// What is kept of the functions of a file.
pub(super) struct Sealed<'v> {
    memos: HashMap<Span, &'v Memo>,
}

impl<'v> Sealed<'v> {
    pub(super) fn of(view: &'v View) -> Self {
        let program = &view.resolved.program;
        let id = view.id();
        let all = program.sealed.iter().map(|sealed| {
            let at = program.function(sealed.function).at;
            (at, &*sealed.memo)
        });
        let own = all.filter(|(at, _)| Some(at.file) == id);
        Self { memos: own.map(|(at, memo)| (at.span, memo)).collect() }
    }

    /// Adds the tokens of a node, if it is such a function and lies in the range as a whole.
    pub(super) fn add<'t>(
        &self,
        names: &Names<'_>,
        node: Node<'t>,
        around: &[Node<'t>],
        range: &Range<usize>,
        tokens: &mut Vec<SemanticToken>,
    ) -> bool {
        // Those functions are statements of the file itself.
        let is_inside = range.start <= node.start_byte() && node.end_byte() <= range.end;
        if around.len() != 1 || !is_inside {
            return false;
        }
        let Some(memo) = self.memos.get(&span_of(node)) else { return false };
        let start = span_of(node).start;
        let own: Arc<Vec<SemanticToken>> = memo.shown().unwrap_or_else(|| {
            let (nothing, mut own) = (Self { memos: HashMap::new() }, Vec::new());
            collect(names, &nothing, node, around, &node.byte_range(), &mut own);
            let from = |token| moved(token, start.wrapping_neg());
            let own = Arc::new(own.iter().map(from).collect::<Vec<_>>());
            memo.keep_shown(Arc::clone(&own));
            own
        });
        tokens.extend(own.iter().map(|token| moved(token, start)));
        true
    }
}

fn moved(token: &SemanticToken, by: u32) -> SemanticToken {
    let (start, end) = (token.span.start.wrapping_add(by), token.span.end.wrapping_add(by));
    SemanticToken { span: Span { start, end }, ..token.clone() }
}
