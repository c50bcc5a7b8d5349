//! What an input defines for those that follow: functions, classes and imported names.
//!
//! *Invariant.* What is kept of a text stands where it stood, everything else is blank, so that
//! findings and stack traces point into the input.

use std::sync::Arc;

use diagnostics::Span;
use hsl_syntax::Parse;
use hsl_syntax::ast::{self, AstNode, IdentifierOrVariable, Statement};
use hsl_syntax::tree_sitter::Node;

/// A text of which only the definitions are left.
#[derive(Clone)]
pub(super) struct Kept {
    /// Name that findings show.
    pub(super) name: Arc<str>,
    /// The file that its relative paths start from.
    pub(super) origin: Arc<str>,
    text: Arc<[u8]>,
    definitions: Vec<Definition>,
}

#[derive(Clone)]
struct Definition {
    name: Arc<str>,
    kind: Kind,
    /// The statement.
    whole: Span,
    /// The part that goes when the name is defined anew: an item of an import, or the statement.
    part: Span,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Class,
    Other,
}

impl Kept {
    /// The definitions of a text, and the paths that it includes.
    pub(super) fn of(name: Arc<str>, origin: Arc<str>, parse: &Parse) -> (Self, Vec<String>) {
        let mut definitions = Vec::new();
        let mut includes = Vec::new();
        let mut open = vec![parse.root().syntax()];
        while let Some(node) = open.pop() {
            match Statement::cast(node) {
                Some(Statement::IncludeStatement(node)) => {
                    let path = node.path().and_then(|path| path.value(&parse.text));
                    includes.extend(path.map(|p| String::from_utf8_lossy(&p).into_owned()));
                }
                Some(statement) if define(statement, &parse.text, &mut definitions) => {}
                _ => {
                    let mut cursor = node.walk();
                    let children: Vec<_> = node.named_children(&mut cursor).collect();
                    let holds = |n: &Node<'_>| {
                        Statement::cast(*n).is_some() || ast::SwitchBody::cast(*n).is_some()
                    };
                    open.extend(children.into_iter().rev().filter(holds));
                }
            }
        }
        (Self { name, origin, text: Arc::clone(&parse.text), definitions }, includes)
    }

    /// Names that are defined.
    pub(super) fn names(&self) -> impl Iterator<Item = &Arc<str>> {
        self.definitions.iter().map(|definition| &definition.name)
    }

    /// Forgets names; gives the classes among them.
    pub(super) fn forget(&mut self, is_new: impl Fn(&str) -> bool) -> Vec<Arc<str>> {
        let (gone, left) = std::mem::take(&mut self.definitions)
            .into_iter()
            .partition::<Vec<_>, _>(|definition| is_new(&definition.name));
        self.definitions = left;
        // What goes is blanked here, since a part may lie in a statement that stays.
        let mut text = self.text.to_vec();
        gone.iter().for_each(|definition| blank(&mut text, definition.part));
        self.text = text.into();
        gone.into_iter().filter(|d| d.kind == Kind::Class).map(|d| d.name).collect()
    }

    /// Whether nothing is left.
    pub(super) fn is_empty(&self) -> bool {
        self.definitions.is_empty()
    }

    /// The text, blank where nothing is defined.
    pub(super) fn text(&self) -> Vec<u8> {
        let mut text = self.text.to_vec();
        let all = Span::new(0, text.len());
        blank(&mut text, all);
        for definition in &self.definitions {
            let range = definition.whole.range(text.len());
            text[range.clone()].copy_from_slice(&self.text[range]);
        }
        text
    }
}

fn blank(text: &mut [u8], span: Span) {
    let range = span.range(text.len());
    text[range].iter_mut().filter(|byte| **byte != b'\n').for_each(|byte| *byte = b' ');
}

/// Notes what a statement defines; false when it defines nothing itself.
fn define(statement: Statement<'_>, text: &[u8], out: &mut Vec<Definition>) -> bool {
    let whole = statement.span();
    let name_of = |node: Node<'_>| Arc::from(String::from_utf8_lossy(node.text(text)));
    let mut add = |name: Option<Node<'_>>, kind, part| {
        out.extend(name.map(|name| Definition { name: name_of(name), kind, whole, part }));
    };
    match statement {
        Statement::FunctionDefinition(node) => {
            add(node.name().map(AstNode::syntax), Kind::Other, whole);
        }
        Statement::ClassDefinition(node) => {
            add(node.name().map(AstNode::syntax), Kind::Class, whole);
        }
        Statement::NamespaceImport(node) => {
            add(node.alias().map(AstNode::syntax), Kind::Other, whole);
        }
        Statement::SymbolImport(node) => {
            let items: Vec<_> = node.items().collect();
            for item in &items {
                let part = if items.len() == 1 { whole } else { with_comma(item.syntax()) };
                let local = item.alias().or(item.name()).map(IdentifierOrVariable::syntax);
                add(local, Kind::Other, part);
            }
        }
        _ => return false,
    }
    true
}

/// An item of a list with the comma behind it.
fn with_comma(item: Node<'_>) -> Span {
    let comma = item.next_sibling().filter(|next| next.kind() == ",");
    Span::new(item.start_byte(), comma.unwrap_or(item).end_byte())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(text: &str) -> Kept {
        let parse = hsl_syntax::parse(text.as_bytes());
        assert!(parse.errors.is_empty(), "{text}");
        Kept::of("a".into(), "a".into(), &parse).0
    }

    fn text(kept: &Kept) -> String {
        String::from_utf8(kept.text()).unwrap()
    }

    #[test]
    fn definitions_stay_where_they_stand() {
        let kept = kept("echo 1;\nif (x()) { function f() { g(); } } echo 2;");
        assert_eq!(text(&kept), format!("       \n{:11}function f() {{ g(); }}{:10}", "", ""));
    }

    #[test]
    fn names_are_forgotten_one_by_one() {
        let mut kept = kept("import { a, b as c, $d } from \"m\"; class B { } function f() {}");
        assert_eq!(kept.names().map(|n| &**n).collect::<Vec<_>>(), ["a", "c", "$d", "B", "f"]);
        assert!(kept.forget(|name| name == "c" || name == "f").is_empty());
        assert_eq!(text(&kept).trim_end(), "import { a,         $d } from \"m\"; class B { }");
        assert_eq!(kept.forget(|name| name == "B"), [Arc::from("B")]);
        kept.forget(|_| true);
        assert!(kept.is_empty() && text(&kept).trim().is_empty());
    }
}
