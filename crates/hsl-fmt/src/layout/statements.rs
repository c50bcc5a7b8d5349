//! Statements, definitions and the members of classes.

use hsl_syntax::KindName as _;
use hsl_syntax::tree_sitter::Node;

use super::Layout;
use super::lists::Padding;
use crate::doc::Doc;

impl<'t> Layout<'t> {
    /// Statements, each on its line, with the author's empty lines.
    pub(super) fn statements(&self, items: impl IntoIterator<Item = Node<'t>>) -> Doc<'t> {
        let mut parts = Vec::new();
        let mut in_label = false;
        for item in items {
            if !parts.is_empty() {
                parts.push(Doc::hard(self.follows_blank(item)));
            }
            let is_label = matches!(item.kind_name(), "case_label" | "default_label");
            let doc = self.node(item);
            parts.push(if in_label && !is_label { doc.indent() } else { doc });
            in_label |= is_label;
        }
        Doc::concat(parts)
    }

    /// The layout of a statement with these children; none for other nodes and for those that are words.
    pub(super) fn statement(&self, node: Node<'t>, nodes: &[Node<'t>]) -> Option<Doc<'t>> {
        Some(match node.kind_name() {
            "block" | "switch_body" => self.block(nodes),
            "if_statement" => self.if_statement(nodes),
            "while_statement" | "for_statement" | "foreach_statement" | "switch_statement"
            | "forever_statement" => self.controlled(nodes),
            "try_statement" => self.try_statement(nodes),
            "function_definition"
            | "function_expression"
            | "constructor_definition"
            | "method_definition" => self.function(nodes),
            "class_definition" => self.class(nodes),
            "parameters" => self.list(nodes, Padding::None, false),
            "captures" => self.captures(nodes),
            "symbol_import" => self.symbol_import(nodes),
            _ => return None,
        })
    }

    /// A head in parentheses and what it controls.
    fn controlled(&self, nodes: &[Node<'t>]) -> Doc<'t> {
        let [head @ .., body] = nodes else { return Doc::nothing() };
        self.head(head).then(self.body(*body))
    }

    /// A word and, in parentheses, what it needs.
    fn head(&self, nodes: &[Node<'t>]) -> Doc<'t> {
        match nodes {
            [word, open, inner @ .., close] => {
                let inner = if word.kind_name() == "for" {
                    self.for_head(inner)
                } else {
                    self.words(inner.iter().copied())
                };
                Doc::concat([self.token(*word), Doc::space(), self.wrapped(*open, inner, *close)])
            }
            _ => self.words(nodes.iter().copied()),
        }
    }

    /// The three parts of `for`; a part that is missing takes no space.
    fn for_head(&self, nodes: &[Node<'t>]) -> Doc<'t> {
        let mut parts = Vec::new();
        for node in nodes {
            if node.kind_name() != ";" && !parts.is_empty() {
                parts.push(Doc::line());
            }
            parts.push(self.node(*node));
        }
        Doc::concat(parts)
    }

    /// What a head controls: a block on its line, anything else there or on the next, as written.
    fn body(&self, node: Node<'t>) -> Doc<'t> {
        match node.kind_name() {
            "block" | "switch_body" => Doc::space().then(self.node(node)),
            "empty_statement" => self.node(node),
            _ if self.on_new_line(node) => Doc::hard(false).then(self.node(node)).indent(),
            _ => Doc::line().then(self.node(node)).indent().group(),
        }
    }

    fn if_statement(&self, nodes: &[Node<'t>]) -> Doc<'t> {
        let Some(at) = nodes.iter().position(|node| node.kind_name() == "else") else {
            return self.controlled(nodes);
        };
        let (before, after) = nodes.split_at(at);
        let gap = match before.last().map(|node| node.kind_name()) {
            Some("block") => Doc::space(),
            _ => Doc::hard(false),
        };
        let first = self.controlled(before).then(gap);
        let [word, alternative] = after else { return first };
        let rest = match alternative.kind_name() {
            "if_statement" if !self.on_new_line(*alternative) => {
                Doc::space().then(self.node(*alternative))
            }
            _ => self.body(*alternative),
        };
        Doc::concat([first, self.token(*word), rest])
    }

    fn try_statement(&self, nodes: &[Node<'t>]) -> Doc<'t> {
        let [word, body, catch, open, variable, close, handler] = nodes else {
            return self.words(nodes.iter().copied());
        };
        let caught = self.wrapped(*open, self.node(*variable), *close);
        Doc::concat([
            self.words([*word, *body, *catch]),
            Doc::space(),
            caught,
            Doc::space(),
            self.node(*handler),
        ])
    }

    /// A function with or without a name, and members that are functions.
    fn function(&self, nodes: &[Node<'t>]) -> Doc<'t> {
        let mut parts = Vec::new();
        let mut before = "";
        for node in nodes {
            let attached = match node.kind_name() {
                "parameters" => before != "function",
                ";" => true,
                _ => parts.is_empty(),
            };
            parts.extend((!attached).then(Doc::space));
            parts.push(self.node(*node));
            before = node.kind_name();
        }
        Doc::concat(parts)
    }

    fn captures(&self, nodes: &[Node<'t>]) -> Doc<'t> {
        let [word, list @ ..] = nodes else { return Doc::nothing() };
        Doc::concat([self.token(*word), Doc::space(), self.list(list, Padding::None, false)])
    }

    fn class(&self, nodes: &[Node<'t>]) -> Doc<'t> {
        let [word, name, members @ ..] = nodes else { return self.words(nodes.iter().copied()) };
        Doc::concat([self.words([*word, *name]), Doc::space(), self.block(members)])
    }

    fn symbol_import(&self, nodes: &[Node<'t>]) -> Doc<'t> {
        let Some(end) = nodes.iter().position(|node| node.kind_name() == "}") else {
            return self.words(nodes.iter().copied());
        };
        let (list, path) = nodes.split_at(end + 1);
        let [word, list @ ..] = list else { return Doc::nothing() };
        Doc::concat([
            self.token(*word),
            Doc::space(),
            self.list(list, Padding::Space, false),
            Doc::space(),
            self.words(path.iter().copied()),
        ])
    }
}
