//! What each token is, whole, in part, and as a difference.

use std::sync::Arc;

use diagnostics::Span;
use gen_lsp_types as lsp;
use hsl_ide::{SemanticToken, TokenKind, TokenModifier, View};

use crate::capabilities::Client;
use crate::position::Lines;
use crate::reports::Tokens;
use crate::world::World;

/// Bytes of a program with its imports up to which its values are followed at each edit.
const FOLLOWED: usize = 128 * 1024;

pub(super) fn offer(_: Client, all: &mut lsp::ServerCapabilities) {
    let names = |all: &[&str]| all.iter().map(|name| (*name).to_owned()).collect();
    let types: Vec<_> = TokenKind::ALL.iter().map(|(_, name)| *name).collect();
    let modifiers: Vec<_> = TokenModifier::ALL.iter().map(|(_, name)| *name).collect();
    let options = lsp::SemanticTokensOptions {
        legend: lsp::SemanticTokensLegend {
            token_types: names(&types),
            token_modifiers: names(&modifiers),
        },
        range: Some(true.into()),
        full: Some(lsp::SemanticTokensFullDelta { delta: Some(true) }.into()),
        work_done_progress_options: lsp::WorkDoneProgressOptions::default(),
    };
    all.semantic_tokens_provider = Some(options.into());
}

/// Every token of a document.
pub(super) fn full(
    world: &World,
    params: lsp::SemanticTokensParams,
) -> Option<lsp::SemanticTokens> {
    let (_, tokens) = known_and_now(world, params.text_document.uri.as_ref())?;
    Some(whole(&tokens))
}

/// The tokens of a range.
pub(super) fn range(
    world: &World,
    params: lsp::SemanticTokensRangeParams,
) -> Option<lsp::SemanticTokens> {
    let uri = params.text_document.uri;
    let view = view_of(world, uri.as_ref())?;
    let data = tokens_of(world, &view, marks(world, uri.as_ref()), Some(params.range));
    Some(lsp::SemanticTokens { result_id: None, data })
}

/// What changed since a result that the editor has; every token when it is not known any more.
pub(super) fn delta(
    world: &World,
    params: lsp::SemanticTokensDeltaParams,
) -> Option<lsp::SemanticTokensDeltaResponse> {
    let uri = params.text_document.uri;
    let (known, tokens) = known_and_now(world, uri.as_ref())?;
    match known.filter(|known| *known.id == *params.previous_result_id) {
        Some(known) => {
            let edits = difference(&known.list, &tokens.list);
            let result_id = Some(tokens.id.to_string());
            Some(lsp::SemanticTokensDelta { result_id, edits }.into())
        }
        None => Some(whole(&tokens).into()),
    }
}

/// The tokens that an editor was given last, and those of now, which are the same as long as nothing
/// has changed.
fn known_and_now(world: &World, uri: &str) -> Option<(Option<Tokens>, Tokens)> {
    let (view, marks) = (view_of(world, uri)?, marks(world, uri));
    let known = world.cache.tokens(uri);
    let now = match &known {
        Some(known) if known.are_of(&view, marks) => known.clone(),
        _ => {
            let list = tokens_of(world, &view, marks, None);
            world.cache.keep_tokens(uri, &view, marks, list)
        }
    };
    Some((known, now))
}

/// The view of a document whose tokens are wanted.
fn view_of(world: &World, uri: &str) -> Option<Arc<View>> {
    if !world.tools_of(uri).editor.semantic_tokens.enable {
        return None;
    }
    world.view(uri)
}

/// Whether what a peer wrote is marked.
fn marks(world: &World, uri: &str) -> bool {
    world.tools_of(uri).editor.semantic_tokens.untrusted
}

fn whole(tokens: &Tokens) -> lsp::SemanticTokens {
    lsp::SemanticTokens { result_id: Some(tokens.id.to_string()), data: tokens.list.to_vec() }
}

fn tokens_of(
    world: &World,
    view: &View,
    marks: bool,
    range: Option<lsp::Range>,
) -> Vec<lsp::SemanticToken> {
    let lines = Lines::new(&view.parse.text, world.client.encoding);
    let range = range.map_or(0..view.parse.text.len(), |range| {
        lines.offset(range.start)..lines.offset(range.end)
    });
    if marks {
        view.untrusted.get_or_init(|| untrusted(view));
    }
    let mut tokens = hsl_ide::semantic_tokens(view, range);
    if !marks {
        // Somebody may have looked for them before the setting changed.
        let is_mark = |modifier: &TokenModifier| *modifier == TokenModifier::Tainted;
        tokens.iter_mut().for_each(|token| token.modifiers.retain(|one| !is_mark(one)));
    }
    encode(&tokens, &view.parse.text, &lines)
}

/// What of the file holds what a peer wrote. Very large programs are not followed for a colour.
fn untrusted(view: &View) -> Vec<Span> {
    let size: usize = view.resolved.program.files.iter().map(|file| file.text.len()).sum();
    let Some(file) = view.id().filter(|_| size <= FOLLOWED) else { return Vec::new() };
    let all = hsl_lint::untrusted(&view.resolved, &view.unit).into_iter();
    all.filter(|at| at.file == file).map(|at| at.span).collect()
}

/// Each token by its distance from the one before. Not every editor takes tokens of many lines.
fn encode(tokens: &[SemanticToken], text: &[u8], lines: &Lines<'_>) -> Vec<lsp::SemanticToken> {
    let mut encoded = Vec::with_capacity(tokens.len());
    let mut last = lsp::Position { line: 0, character: 0 };
    for token in tokens {
        for span in by_line(token.span, text) {
            let start = lines.position(span.start);
            let delta_line = start.line - last.line;
            let from = if delta_line == 0 { last.character } else { 0 };
            // Of ASCII, as most tokens are, every unit is one byte.
            let length = match text[span.range(text.len())].is_ascii() {
                true => span.end - span.start,
                false => lines.position(span.end).character - start.character,
            };
            encoded.push(lsp::SemanticToken {
                delta_line,
                delta_start: start.character - from,
                length,
                token_type: token.kind as u32,
                token_modifiers_bitset: token
                    .modifiers
                    .iter()
                    .fold(0, |bits, m| bits | 1 << *m as u32),
            });
            last = start;
        }
    }
    encoded
}

/// The parts of a span in each of its lines, empty ones and line ends left out.
fn by_line(span: Span, text: &[u8]) -> impl Iterator<Item = Span> {
    let mut at = span.range(text.len()).start;
    let parts = text[span.range(text.len())].split(|byte| matches!(byte, b'\n' | b'\r'));
    parts.filter_map(move |part| {
        let start = at;
        at += part.len() + 1;
        (!part.is_empty()).then(|| Span::new(start, start + part.len()))
    })
}

/// One edit: what lies between the tokens that are the same at both ends.
fn difference(
    old: &[lsp::SemanticToken],
    new: &[lsp::SemanticToken],
) -> Vec<lsp::SemanticTokensEdit> {
    /// Numbers of a token on the wire.
    const WIDTH: u32 = 5;
    let before = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let ends = old[before..].iter().rev().zip(new[before..].iter().rev());
    let after = ends.take_while(|(a, b)| a == b).count();
    let (gone, come) = (&old[before..old.len() - after], &new[before..new.len() - after]);
    if gone.is_empty() && come.is_empty() {
        return Vec::new();
    }
    let numbers = |t: &lsp::SemanticToken| {
        [t.delta_line, t.delta_start, t.length, t.token_type, t.token_modifiers_bitset]
    };
    vec![lsp::SemanticTokensEdit {
        start: before as u32 * WIDTH,
        delete_count: gone.len() as u32 * WIDTH,
        data: Some(come.iter().flat_map(numbers).collect()),
    }]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(delta_start: u32) -> lsp::SemanticToken {
        lsp::SemanticToken {
            delta_line: 0,
            delta_start,
            length: 1,
            token_type: 0,
            token_modifiers_bitset: 0,
        }
    }

    #[test]
    fn a_difference_is_what_lies_between() {
        let old = [token(1), token(2), token(3)];
        assert_eq!(difference(&old, &old), []);
        let edits = difference(&old, &[token(1), token(9), token(8), token(3)]);
        assert_eq!((edits[0].start, edits[0].delete_count), (5, 5));
        assert_eq!(edits[0].data.as_deref(), Some(&[0, 9, 1, 0, 0, 0, 8, 1, 0, 0][..]));
        let edits = difference(&old, &old[..2]);
        assert_eq!((edits[0].start, edits[0].delete_count), (10, 5));
    }

    #[test]
    fn tokens_of_many_lines_are_cut() {
        let text = b"ab\r\n\ncd";
        let spans: Vec<_> = by_line(Span::new(1, 6), text).collect();
        assert_eq!(spans, [Span::new(1, 2), Span::new(5, 6)]);
    }
}
