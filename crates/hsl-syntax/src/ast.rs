//! Typed access to the tree.
//!
//! Every named node kind of the grammar is a struct around a node; supertypes (`Statement`,
//! `Expression`, `Member`, `Pattern`) and fields that accept several kinds are enums.
//!
//! *Invariants.* A tree may be broken, so every accessor gives an option or an iterator; nodes that
//! the parser made up (MISSING) are never given. The structs are generated from the grammar by
//! `cargo xtask generate`; what a generator cannot know stands in [`crate::ext`].

mod generated;

use diagnostics::Span;
pub use generated::*;
use tree_sitter::{Node, TreeCursor};

use crate::language::KindName as _;

/// A node of a known kind.
pub trait AstNode<'t>: Copy + Sized {
    /// The node as this kind, if it is one.
    fn cast(node: Node<'t>) -> Option<Self>;

    /// The node itself.
    fn syntax(self) -> Node<'t>;

    /// The bytes that the node covers, comments and space around it left out.
    fn span(self) -> Span {
        span_of(self.syntax())
    }

    /// The text that the node covers, cut from the text that was parsed.
    fn text(self, source: &[u8]) -> &[u8] {
        source.get(self.syntax().byte_range()).unwrap_or_default()
    }
}

/// The bytes of any node.
pub fn span_of(node: Node<'_>) -> Span {
    Span::new(node.start_byte(), node.end_byte())
}

/// A keyword or operator in a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Token<'t>(Node<'t>);

impl<'t> Token<'t> {
    /// The token as the grammar writes it, `"+="` for example.
    pub fn kind(self) -> &'t str {
        self.0.kind_name()
    }
}

impl<'t> AstNode<'t> for Token<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        (!node.is_named() && !node.is_error()).then_some(Self(node))
    }

    fn syntax(self) -> Node<'t> {
        self.0
    }
}

/// Any node, for walks over the whole tree.
impl<'t> AstNode<'t> for Node<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        Some(node)
    }

    fn syntax(self) -> Node<'t> {
        self
    }
}

fn field<'t, N: AstNode<'t>>(node: Node<'t>, field: u16) -> Option<N> {
    node.child_by_field_id(field).filter(|child| !child.is_missing()).and_then(N::cast)
}

/// As many children are looked up one by one, which takes longer the further behind they stand; of
/// more, a cursor goes from each to the next, which costs more to begin with.
const FEW: u32 = 16;

/// Children of one kind, in order.
pub struct Children<'t, N> {
    way: Way<'t>,
    kind: std::marker::PhantomData<N>,
}

enum Way<'t> {
    ByIndex { node: Node<'t>, next: u32, count: u32 },
    ByCursor { cursor: TreeCursor<'t>, field: Option<u16>, more: bool },
}

impl<'t, N: AstNode<'t>> Children<'t, N> {
    fn new(node: Node<'t>, field: Option<u16>) -> Self {
        let count = node.child_count();
        // Only a cursor knows the fields of children.
        let way = if count == 0 || (count <= FEW && field.is_none()) {
            Way::ByIndex { node, next: 0, count }
        } else {
            let mut cursor = node.walk();
            let more = cursor.goto_first_child();
            Way::ByCursor { cursor, field, more }
        };
        Self { way, kind: std::marker::PhantomData }
    }
}

impl<'t, N: AstNode<'t>> Iterator for Children<'t, N> {
    type Item = N;

    fn next(&mut self) -> Option<N> {
        match &mut self.way {
            Way::ByIndex { node, next, count } => {
                while *next < *count {
                    let child = node.child(*next);
                    *next += 1;
                    let child = child.filter(|child| !child.is_missing()).and_then(N::cast);
                    if child.is_some() {
                        return child;
                    }
                }
            }
            Way::ByCursor { cursor, field, more } => {
                while *more {
                    let node = cursor.node();
                    let is_in = |field| cursor.field_id().is_some_and(|f| f.get() == field);
                    let fits = !node.is_missing() && field.is_none_or(is_in);
                    *more = cursor.goto_next_sibling();
                    if let Some(child) = fits.then(|| N::cast(node)).flatten() {
                        return Some(child);
                    }
                }
            }
        }
        None
    }
}

/// Every child with a field or kind of interest, whatever it is.
pub fn children<'t, N: AstNode<'t>>(node: Node<'t>) -> Children<'t, N> {
    Children::new(node, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The numbers come from the text of the generated parser; the parser itself has the last word.
    #[test]
    fn kinds_have_the_parser_s_numbers() {
        let language = crate::language();
        for (name, number) in [
            ("if_statement", IfStatement::KIND),
            ("variable", Variable::KIND),
            ("array_literal", ArrayLiteral::KIND),
            ("call_expression", CallExpression::KIND),
            ("none", NoneLiteral::KIND),
        ] {
            assert_eq!(language.id_for_node_kind(name, true), number, "{name}");
        }
    }

    #[test]
    fn accessors_reach_fields_and_children() {
        let parse = crate::parse(&b"if ($a) { f(1, ...$x); } else echo \"v=${a}\";"[..]);
        assert_eq!(parse.errors, []);
        let Some(Statement::IfStatement(branch)) = parse.root().statements().next() else {
            panic!("an if statement");
        };
        assert_eq!(branch.condition().map(|c| parse.text_of(c)), Some(&b"$a"[..]));
        let Some(Statement::Block(block)) = branch.consequence() else { panic!("a block") };
        let Some(Statement::ExpressionStatement(call)) = block.statements().next() else {
            panic!("an expression statement");
        };
        let Some(Expression::CallExpression(call)) = call.expression() else { panic!("a call") };
        let items: Vec<_> = call.arguments().into_iter().flat_map(Arguments::items).collect();
        let [ArgumentsItem::Expression(_), ArgumentsItem::SpreadArgument(spread)] = items[..]
        else {
            panic!("an argument and a spread");
        };
        assert_eq!(spread.value().map(|v| parse.text_of(v)), Some(&b"$x"[..]));
        let Some(Statement::EchoStatement(echo)) = branch.alternative() else { panic!("echo") };
        let Some(Expression::StringLiteral(text)) = echo.value() else { panic!("a string") };
        let Some(StringLiteralItem::Interpolation(part)) = text.items().nth(1) else {
            panic!("an interpolation");
        };
        assert_eq!(part.variable().map(|v| v.name(&parse.text)), Some(&b"a"[..]));
        assert_eq!(text.value(&parse.text), None);
    }
}
