//! Statements, definitions and the members of classes.

use super::Layout;
use super::lists::Padding;
use crate::forms::Form;
use crate::tree::Node;

impl Layout<'_> {
    /// Statements, each on its line, with the author's empty lines.
    pub(super) fn statements(&mut self, items: &[Node]) {
        let mut in_label = false;
        for (at, item) in items.iter().enumerate() {
            if at > 0 {
                self.out.hard(self.follows_blank(*item));
            }
            let is_label = item.form == Form::Label;
            if in_label && !is_label {
                self.indent(|layout| layout.node(*item));
            } else {
                self.node(*item);
            }
            in_label |= is_label;
        }
    }

    /// Lays out a statement with these children; not so other nodes and those that are words.
    pub(super) fn statement(&mut self, node: Node, nodes: &[Node]) -> bool {
        match node.form {
            Form::Block => self.block(nodes),
            Form::If => self.if_statement(nodes),
            Form::Controlled => self.controlled(nodes),
            Form::Try => self.try_statement(nodes),
            Form::Function | Form::FunctionExpression => self.function(nodes),
            Form::Class => self.class(nodes),
            Form::Parameters => self.list(nodes, Padding::None, false),
            Form::Captures => self.captures(nodes),
            Form::SymbolImport => self.symbol_import(nodes),
            _ => return false,
        }
        true
    }

    /// A head in parentheses and what it controls.
    fn controlled(&mut self, nodes: &[Node]) {
        let [head @ .., body] = nodes else { return };
        self.head(head);
        self.body(*body);
    }

    /// A word and, in parentheses, what it needs.
    fn head(&mut self, nodes: &[Node]) {
        let [word, open, inner @ .., close] = nodes else { return self.words(nodes) };
        self.token(*word);
        self.out.space();
        self.wrapped(*open, *close, |layout| {
            if word.form == Form::For {
                layout.for_head(inner);
            } else {
                layout.words(inner);
            }
        });
    }

    /// The three parts of `for`; a part that is missing takes no space.
    fn for_head(&mut self, nodes: &[Node]) {
        for (at, node) in nodes.iter().enumerate() {
            if at > 0 && node.form != Form::Semicolon {
                self.out.line();
            }
            self.node(*node);
        }
    }

    /// What a head controls: a block on its line, anything else there or on the next, as written.
    fn body(&mut self, node: Node) {
        match node.form {
            Form::Block => {
                self.out.space();
                self.node(node);
            }
            Form::Empty => self.node(node),
            _ if self.on_new_line(node) => self.indent(|layout| {
                layout.out.hard(false);
                layout.node(node);
            }),
            _ => self.group(|layout| {
                layout.indent(|layout| {
                    layout.out.line();
                    layout.node(node);
                });
            }),
        }
    }

    fn if_statement(&mut self, nodes: &[Node]) {
        let Some(at) = nodes.iter().position(|node| node.form == Form::Else) else {
            return self.controlled(nodes);
        };
        let (before, after) = nodes.split_at(at);
        self.controlled(before);
        match before.last().map(|node| node.form) {
            Some(Form::Block) => self.out.space(),
            _ => self.out.hard(false),
        }
        let [word, alternative] = after else { return self.words(after) };
        self.token(*word);
        if alternative.form == Form::If && !self.on_new_line(*alternative) {
            self.out.space();
            self.node(*alternative);
        } else {
            self.body(*alternative);
        }
    }

    fn try_statement(&mut self, nodes: &[Node]) {
        let [word, body, catch, open, variable, close, handler] = nodes else {
            return self.words(nodes);
        };
        self.words(&[*word, *body, *catch]);
        self.out.space();
        self.wrapped(*open, *close, |layout| layout.node(*variable));
        self.out.space();
        self.node(*handler);
    }

    /// A function with or without a name, and members that are functions.
    fn function(&mut self, nodes: &[Node]) {
        let mut before = None;
        for node in nodes {
            let attached = match node.form {
                Form::Parameters => before != Some(Form::FunctionWord),
                Form::Semicolon => true,
                _ => before.is_none(),
            };
            if !attached {
                self.out.space();
            }
            self.node(*node);
            before = Some(node.form);
        }
    }

    fn captures(&mut self, nodes: &[Node]) {
        let [word, list @ ..] = nodes else { return };
        self.token(*word);
        self.out.space();
        self.list(list, Padding::None, false);
    }

    fn class(&mut self, nodes: &[Node]) {
        let [word, name, members @ ..] = nodes else { return self.words(nodes) };
        self.words(&[*word, *name]);
        self.out.space();
        self.block(members);
    }

    fn symbol_import(&mut self, nodes: &[Node]) {
        let Some(end) = nodes.iter().position(|node| node.form == Form::CloseBrace) else {
            return self.words(nodes);
        };
        let (list, path) = nodes.split_at(end + 1);
        let [word, list @ ..] = list else { return };
        self.token(*word);
        self.out.space();
        self.list(list, Padding::Space, false);
        self.out.space();
        self.words(path);
    }
}
