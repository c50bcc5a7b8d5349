//! Types of what stands in a text, also where it is not finished.
//!
//! Where the text is broken around the cursor, which is the usual case while typing, what is open
//! there is closed in a copy, and the copy is asked.

use std::ops::Deref;
use std::sync::Arc;

use diagnostics::Span;
use hsl_analysis::hir::{ClassId, FunctionId, Loc};
use hsl_analysis::types::{Callers, Slot, Type, Types, infer};
use hsl_analysis::{SymbolId, SymbolKind};
use hsl_syntax::ast::{AstNode, Expression, ForeachStatement};
use hsl_syntax::tree_sitter::Node;

use crate::View;
use crate::tokens::before;

impl View {
    /// The types of the program, made when they are first asked for.
    pub(crate) fn types(&self) -> &Types {
        let program = &self.resolved.program;
        self.types.get_or_init(|| infer(program, &self.unit, Callers::Known))
    }

    /// The type of an expression in the text.
    pub(crate) fn type_of(&self, expression: Expression<'_>) -> Option<Type> {
        self.type_at(within(expression).span())
    }

    /// The type of the expression at exactly this place.
    pub(crate) fn type_at(&self, span: Span) -> Option<Type> {
        self.types().at(self.id()?, span)
    }

    /// The type of an expression that ends before the cursor, with the view that knows it.
    pub(crate) fn type_before(
        &self,
        expression: Expression<'_>,
        offset: usize,
    ) -> Option<(Type, Seen<'_>)> {
        let span = within(expression).span();
        if let Some(found) = self.type_at(span) {
            return Some((found, Seen::Here(self)));
        }
        let mut copies = self.closed(offset);
        copies.find_map(|copy| Some((copy.type_at(span)?, Seen::Copy(Box::new(copy)))))
    }

    /// What a function of the script returns.
    pub(crate) fn result_of(&self, id: SymbolId) -> Option<Type> {
        let symbol = self.facts().symbol(id);
        let callable = matches!(
            symbol.kind,
            SymbolKind::Function | SymbolKind::Method | SymbolKind::StaticMethod
        );
        let at = symbol.full.filter(|_| callable)?;
        let functions = &self.resolved.program.functions;
        let found = functions.iter().position(|function| function.at == at)?;
        Some(self.types().result(FunctionId(found as u32)).clone())
    }

    /// The type of the variable whose name stands at exactly this place.
    pub(crate) fn type_of_name(&self, span: Span) -> Option<Type> {
        let root = self.parse.tree.root_node();
        let (start, end) = (span.start as usize, span.end as usize);
        self.type_of_variable(root.descendant_for_byte_range(start, end)?)
    }

    /// The type of the variable at a node, whether it is an expression or bound by a statement.
    pub(crate) fn type_of_variable(&self, node: Node<'_>) -> Option<Type> {
        let span = Span::new(node.start_byte(), node.end_byte());
        self.type_at(span).or_else(|| self.bound_at(node))
    }

    /// The type of a variable that a statement or a list of parameters binds.
    fn bound_at(&self, node: Node<'_>) -> Option<Type> {
        let file = self.id()?;
        let parent = node.parent()?;
        if let Some(each) = ForeachStatement::cast(parent) {
            let value = each.value()?;
            let head = Span::new(parent.start_byte(), value.span().end as usize);
            let slot = if value.syntax() == node { Slot::Value } else { Slot::Key };
            return self.types().bound(Loc { file, span: head }, slot).cloned();
        }
        let places = [node, parent].map(|n| Span::new(n.start_byte(), n.end_byte()));
        let slots = [Slot::Parameter, Slot::Value];
        let found =
            places.iter().flat_map(|span| slots.map(|slot| (Loc { file, span: *span }, slot)));
        found.filter_map(|(at, slot)| self.types().bound(at, slot)).next().cloned()
    }

    /// The symbol of a class.
    pub(crate) fn class_symbol(&self, class: ClassId) -> Option<SymbolId> {
        let at = self.resolved.program.class(class).at;
        let symbols = &self.facts().symbols;
        let is_it = |symbol: &hsl_analysis::Symbol| {
            symbol.kind == SymbolKind::Class && symbol.full == Some(at)
        };
        symbols.iter().position(is_it).map(|at| SymbolId(at as u32))
    }

    /// Copies of the text in which what is open at an offset is closed: first with what follows the
    /// line, then without.
    fn closed(&self, offset: usize) -> impl Iterator<Item = Self> {
        let rest = self.text().get(offset..).unwrap_or_default();
        let next_line = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
        let (inner, outer) = self.closers(offset);
        let begun = self.text().get(..offset).unwrap_or_default();
        let with_rest = [begun, inner.as_bytes(), b";", &rest[next_line..]].concat();
        let alone = [begun, inner.as_bytes(), b";", outer.as_bytes()].concat();
        [with_rest, alone].into_iter().map(|text| self.with_text(text.into()))
    }

    /// The same file with another text.
    pub(crate) fn with_text(&self, text: Arc<[u8]>) -> Self {
        let sources = self.sources.with(&self.file, Arc::clone(&text));
        let parse = hsl_syntax::parse(text);
        Self::new(&self.file, parse, &sources, self.unit, Arc::default())
    }

    /// What closes the statement that is being written, and what closes the blocks around it.
    fn closers(&self, offset: usize) -> (String, String) {
        let tokens = before(&self.parse, offset);
        let mut open = Vec::new();
        let mut in_string = false;
        for token in &tokens {
            match token.kind() {
                "\"" => in_string = !in_string,
                "(" | "[" | "{" => open.push(token.kind()),
                ")" | "]" | "}" => _ = open.pop(),
                _ => {}
            }
        }
        let mut inner = String::new();
        match tokens.last().map(|token| token.kind()) {
            _ if in_string => inner.push('"'),
            Some("->" | "::") => inner.push('x'),
            Some("[" | "(" | "," | "=>") => inner.push_str("none"),
            _ => {}
        }
        while let Some(bracket) = open.pop_if(|bracket| *bracket != "{") {
            inner.push(if bracket == "(" { ')' } else { ']' });
        }
        let outer = open.iter().map(|bracket| if *bracket == "{" { '}' } else { ')' });
        (inner, outer.collect())
    }
}

/// The view that knows a type: the one that was asked, or a copy of it.
pub(crate) enum Seen<'v> {
    /// The one that was asked.
    Here(&'v View),
    /// A copy in which what is open is closed.
    Copy(Box<View>),
}

impl Deref for Seen<'_> {
    type Target = View;

    fn deref(&self) -> &View {
        match self {
            Self::Here(view) => view,
            Self::Copy(view) => view,
        }
    }
}

/// An expression without the parentheses around it.
fn within(expression: Expression<'_>) -> Expression<'_> {
    let mut inner = expression;
    while let Expression::ParenthesizedExpression(node) = inner {
        match node.expression() {
            Some(next) => inner = next,
            None => break,
        }
    }
    inner
}
