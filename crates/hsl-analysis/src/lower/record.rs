//! Keeps what editors ask about: symbols, references and scopes.

use std::sync::Arc;

use memchr::memmem;

use super::Lowerer;
use super::scope::Frame;
use crate::hir::{FunctionId, Loc};
use crate::{Access, Meaning, Reference, Scope, Symbol, SymbolId, SymbolKind};

impl Lowerer<'_, '_> {
    /// Opens a function: its names and variables are looked up first from now on.
    pub(super) fn enter(&mut self, mut frame: Frame, at: Loc) {
        frame.scope = self.facts.scopes.len() as u32;
        let parent = self.frames.last().map(|f| f.scope);
        let function = frame.function;
        self.facts.scopes.push(Scope { at, function, parent, symbols: Vec::new() });
        self.frames.push(frame);
    }

    /// Closes the innermost function and reports what its variables lack.
    pub(super) fn leave(&mut self, function: FunctionId) -> Frame {
        let frame = self.frames.pop().unwrap_or_else(|| Frame::new(function));
        self.check_reads(&frame);
        frame
    }

    pub(super) fn new_symbol(
        &mut self,
        name: Arc<str>,
        kind: SymbolKind,
        name_at: Option<Loc>,
        full: Option<Loc>,
    ) -> SymbolId {
        let id = SymbolId(self.facts.symbols.len() as u32);
        let container = None;
        self.facts.symbols.push(Symbol {
            name,
            kind,
            name_at,
            full,
            container,
            signature: None,
            docs: None,
        });
        if let Some(at) = name_at {
            self.refer(at, id, Access::Definition);
        }
        id
    }

    /// Makes a symbol visible in the scope of an open function.
    pub(super) fn scope_symbol(&mut self, frame: usize, symbol: SymbolId) {
        let scope = self.frames[frame].scope;
        self.facts.scopes[scope as usize].symbols.push(symbol);
    }

    /// Notes a use of a symbol.
    pub(super) fn refer(&mut self, at: Loc, symbol: SymbolId, access: Access) {
        self.facts.references.push(Reference { at, meaning: Meaning::Symbol(symbol), access });
    }

    /// Notes a use of something that no script defines.
    pub(super) fn refer_to(&mut self, at: Loc, meaning: Meaning) {
        self.facts.references.push(Reference { at, meaning, access: Access::Read });
    }

    /// Adds the head of a definition and the comment before it to its symbol.
    pub(super) fn describe(&mut self, symbol: SymbolId, full: Loc) {
        let text = self.graph.text(full.file);
        let head = self.definition_head(full).span;
        let line = String::from_utf8_lossy(&text[head.range(text.len())]);
        let mut signature = String::with_capacity(line.len());
        for word in line.split_whitespace() {
            signature.extend((!signature.is_empty()).then_some(' '));
            signature.push_str(word);
        }
        signature.truncate(signature.trim_end_matches(';').len());
        self.facts.symbols[symbol.0 as usize].signature = Some(signature);
        self.document(symbol, full);
    }

    /// Adds the comment before a definition to its symbol.
    pub(super) fn document(&mut self, symbol: SymbolId, full: Loc) {
        let text = self.graph.text(full.file);
        let docs = comment_before(&text[..full.span.range(text.len()).start]);
        self.facts.symbols[symbol.0 as usize].docs = docs;
    }
}

/// The `//` lines, or the block comment, that end directly before a definition.
fn comment_before(text: &[u8]) -> Option<String> {
    // Comments longer than this are not documentation.
    let text = text[text.len().saturating_sub(4096)..].trim_ascii_end();
    // Most definitions have no comment, which their last line tells.
    let last = &text[memchr::memrchr(b'\n', text).map_or(0, |at| at + 1)..];
    if !text.ends_with(b"*/") && !last.trim_ascii_start().starts_with(b"//") {
        return None;
    }
    if let Some(block) = text.strip_suffix(b"*/") {
        let start = memmem::rfind(block, b"/*")?;
        let block = String::from_utf8_lossy(&block[start + 2..]);
        let lines = block.lines();
        let lines = lines.map(|line| line.trim().trim_start_matches('*').trim());
        return Some(lines.collect::<Vec<_>>().join("\n").trim().to_owned());
    }
    let comment = |line: &&[u8]| line.trim_ascii_start().starts_with(b"//");
    let mut lines: Vec<_> = text.rsplit(|byte| *byte == b'\n').take_while(comment).collect();
    lines.reverse();
    let strip = |line: &&[u8]| {
        let line = String::from_utf8_lossy(line);
        line.trim_start().trim_start_matches('/').trim().to_owned()
    };
    let docs = lines.iter().map(strip).collect::<Vec<_>>().join("\n");
    (!docs.is_empty()).then_some(docs)
}
