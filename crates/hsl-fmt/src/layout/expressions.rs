//! Expressions.

use super::Layout;
use super::lists::Padding;
use crate::forms::Form;
use crate::tree::Node;

impl Layout<'_> {
    /// Lays out an expression or a part of one with these children; not so nodes that are words.
    pub(super) fn expression(&mut self, node: Node, nodes: &[Node]) -> bool {
        match node.form {
            Form::Binary => self.binary(node),
            Form::Ternary => self.ternary(nodes),
            Form::Assignment => self.assignment(nodes),
            Form::Unary => self.unary(nodes),
            Form::Link => self.chain(node),
            Form::Arguments => self.arguments(nodes),
            Form::Array => self.array(nodes),
            Form::ArrayPattern => self.list(nodes, Padding::None, false),
            Form::Parenthesized => self.parenthesized(nodes),
            Form::Tested => self.tested(nodes),
            Form::Match => self.match_expression(nodes),
            Form::MatchArm => self.match_arm(nodes),
            Form::Pair => self.pair(nodes),
            Form::Joined => self.joined(nodes),
            _ => return false,
        }
        true
    }

    /// Operands of one operator in a row, on one line or each with its operator on a line.
    fn binary(&mut self, node: Node) {
        let mut links = Vec::new();
        let mut first = node;
        let mut operator = None;
        while first.form == Form::Binary
            && let [left, word, right] = self.tree.children(first)
            && *operator.get_or_insert(word.kind) == word.kind
        {
            links.push((*word, *right));
            first = *left;
        }
        if links.is_empty() {
            return self.words(self.tree.children(node));
        }
        self.group(|layout| {
            layout.node(first);
            layout.indent(|layout| {
                for (word, right) in links.into_iter().rev() {
                    layout.out.line();
                    layout.token(word);
                    layout.out.space();
                    layout.node(right);
                }
            });
        });
    }

    fn ternary(&mut self, nodes: &[Node]) {
        let (head, question, middle, colon, last) = match nodes {
            [head, question, middle, colon, last] => (head, question, Some(middle), colon, last),
            [head, question, colon, last] => (head, question, None, colon, last),
            _ => return self.words(nodes),
        };
        self.group(|layout| {
            layout.node(*head);
            layout.indent(|layout| {
                layout.out.line();
                layout.token(*question);
                if let Some(middle) = middle {
                    layout.out.space();
                    layout.node(*middle);
                    layout.out.line();
                }
                layout.token(*colon);
                layout.out.space();
                layout.node(*last);
            });
        });
    }

    fn assignment(&mut self, nodes: &[Node]) {
        let [head @ .., value] = nodes else { return };
        self.words(head);
        self.value(*value);
    }

    /// What follows `=` or `=>`: on its line, or on the next when only that is short enough.
    fn value(&mut self, node: Node) {
        if !matches!(node.form, Form::Binary | Form::Ternary) {
            self.out.space();
            return self.node(node);
        }
        self.group(|layout| {
            layout.indent(|layout| {
                layout.out.line();
                layout.node(node);
            });
        });
    }

    /// Words, then `=` or `=>` and a value.
    fn pair(&mut self, nodes: &[Node]) {
        let mut before = None;
        for node in nodes {
            if matches!(before, Some(Form::Equals | Form::Arrow)) {
                self.value(*node);
            } else {
                if before.is_some() && node.form != Form::Semicolon {
                    self.out.space();
                }
                self.node(*node);
            }
            before = Some(node.form);
        }
    }

    /// An operator before its operand; two signs never become one operator.
    fn unary(&mut self, nodes: &[Node]) {
        let [operator, operand] = nodes else { return self.words(nodes) };
        let text = |node: &Node| {
            self.first_token(*node).map_or(&[][..], |token| self.tree.tokens.token_text(token))
        };
        let sign = text(operator).last().copied();
        let one = matches!(sign, Some(b'+' | b'-')) && sign == text(operand).first().copied();
        self.token(*operator);
        if one || operator.form == Form::Not {
            self.out.space();
        }
        self.node(*operand);
    }

    /// An array; the author decides whether its elements stand on lines of their own.
    fn array(&mut self, nodes: &[Node]) {
        let open = nodes.iter().position(|node| node.form == Form::Open);
        let (word, list) = nodes.split_at(open.unwrap_or_default());
        let broken = list.len() > 2 && list.get(1).is_some_and(|first| self.on_new_line(*first));
        self.joined(word);
        self.list(list, Padding::None, broken);
    }

    fn parenthesized(&mut self, nodes: &[Node]) {
        let [open, inner, close] = nodes else { return self.words(nodes) };
        self.wrapped(*open, *close, |layout| layout.node(*inner));
    }

    /// `isset` and `unset`.
    fn tested(&mut self, nodes: &[Node]) {
        let [word, open, inner, close] = nodes else { return self.words(nodes) };
        self.token(*word);
        self.wrapped(*open, *close, |layout| layout.node(*inner));
    }

    fn match_expression(&mut self, nodes: &[Node]) {
        let [word, open, subject, close, left, arms @ .., right] = nodes else {
            return self.words(nodes);
        };
        self.token(*word);
        self.out.space();
        self.wrapped(*open, *close, |layout| layout.node(*subject));
        self.out.space();
        self.closed(*left, *right, arms, |layout| {
            for (at, arm) in arms.iter().enumerate() {
                if at > 0 && arm.form != Form::Comma {
                    layout.out.hard(layout.follows_blank(*arm));
                }
                layout.node(*arm);
            }
        });
    }

    /// Patterns with commas, then the value.
    fn match_arm(&mut self, nodes: &[Node]) {
        let [patterns @ .., sign, value] = nodes else { return self.words(nodes) };
        self.group(|layout| {
            for (at, pattern) in patterns.iter().enumerate() {
                if at > 0 && pattern.form != Form::Comma {
                    layout.out.line();
                }
                layout.node(*pattern);
            }
        });
        self.out.space();
        self.token(*sign);
        self.value(*value);
    }
}
