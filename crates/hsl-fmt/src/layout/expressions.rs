//! Expressions.

use hsl_syntax::KindName as _;
use hsl_syntax::ast::{self, AstNode as _};
use hsl_syntax::tree_sitter::Node;

use super::lists::Padding;
use super::{Layout, children};
use crate::doc::Doc;

impl<'t> Layout<'t> {
    /// The layout of an expression or a part of one with these children; none for nodes that are words.
    pub(super) fn expression(&self, node: Node<'t>, nodes: &[Node<'t>]) -> Option<Doc<'t>> {
        Some(match node.kind_name() {
            "binary_expression" => self.binary(node),
            "ternary_expression" => self.ternary(nodes),
            "assignment_expression" | "destructuring_assignment" => self.assignment(nodes),
            "unary_expression" | "prefix_update_expression" => self.unary(nodes),
            "call_expression"
            | "member_expression"
            | "subscript_expression"
            | "append_expression"
            | "slice_expression" => self.chain(node),
            "arguments" => self.arguments(nodes),
            "array_literal" => self.array(nodes),
            "array_pattern" => self.list(nodes, Padding::None, false),
            "parenthesized_expression" => self.parenthesized(nodes),
            "isset_expression" | "unset_expression" => self.tested(nodes),
            "match_expression" => self.match_expression(nodes),
            "match_arm" => self.match_arm(nodes),
            "array_element" | "pattern_element" | "parameter" | "property_definition" => {
                self.pair(nodes)
            }
            "postfix_update_expression"
            | "scoped_expression"
            | "spread_argument"
            | "spread_element"
            | "rest_pattern"
            | "rest_parameter" => self.joined(nodes.iter().copied()),
            _ => return None,
        })
    }

    /// Operands of one operator in a row, on one line or each with its operator on a line.
    fn binary(&self, node: Node<'t>) -> Doc<'t> {
        let mut links = Vec::new();
        let mut first = node;
        let operator = operator_of(node);
        while first.kind_name() == "binary_expression" && operator_of(first) == operator {
            let nodes = children(first);
            let [left, word, right] = nodes[..] else { break };
            links.push((word, right));
            first = left;
        }
        let rest = links.into_iter().rev().flat_map(|(word, right)| {
            [Doc::line(), self.token(word), Doc::space(), self.node(right)]
        });
        let rest = Doc::concat(rest).indent();
        self.node(first).then(rest).group()
    }

    fn ternary(&self, nodes: &[Node<'t>]) -> Doc<'t> {
        let (head, rest) = match nodes {
            [head, question, middle, colon, last] => (
                head,
                [
                    Doc::line(),
                    self.words([*question, *middle]),
                    Doc::line(),
                    Doc::concat([self.token(*colon), Doc::space(), self.node(*last)]),
                ],
            ),
            [head, question, colon, last] => (
                head,
                [Doc::line(), self.joined([*question, *colon]), Doc::space(), self.node(*last)],
            ),
            _ => return self.words(nodes.iter().copied()),
        };
        self.node(*head).then(Doc::concat(rest).indent()).group()
    }

    fn assignment(&self, nodes: &[Node<'t>]) -> Doc<'t> {
        let [target, operator, value] = nodes else { return self.words(nodes.iter().copied()) };
        let head = self.words([*target, *operator]);
        head.then(self.value(*value))
    }

    /// What follows `=` or `=>`: on its line, or on the next when only that is short enough.
    fn value(&self, node: Node<'t>) -> Doc<'t> {
        match node.kind_name() {
            "binary_expression" | "ternary_expression" => {
                Doc::line().then(self.node(node)).indent().group()
            }
            _ => Doc::space().then(self.node(node)),
        }
    }

    /// Words, then `=` or `=>` and a value.
    fn pair(&self, nodes: &[Node<'t>]) -> Doc<'t> {
        let mut parts = Vec::new();
        let mut after_sign = false;
        for node in nodes {
            let is_end = node.kind_name() == ";";
            let gap = !parts.is_empty() && !after_sign && !is_end;
            parts.extend(gap.then(Doc::space));
            parts.push(if after_sign { self.value(*node) } else { self.node(*node) });
            after_sign = matches!(node.kind_name(), "=" | "=>");
        }
        Doc::concat(parts)
    }

    /// An operator before its operand; two signs never become one operator.
    fn unary(&self, nodes: &[Node<'t>]) -> Doc<'t> {
        let [operator, operand] = nodes else { return self.words(nodes.iter().copied()) };
        let sign = operator.kind_name().as_bytes().last().copied();
        let next = self.source.text.get(operand.start_byte()).copied();
        let apart =
            operator.kind_name() == "not" || (matches!(sign, Some(b'+' | b'-')) && sign == next);
        let gap = if apart { Doc::space() } else { Doc::nothing() };
        Doc::concat([self.token(*operator), gap, self.node(*operand)])
    }

    /// An array; the author decides whether its elements stand on lines of their own.
    fn array(&self, nodes: &[Node<'t>]) -> Doc<'t> {
        let open = nodes.iter().position(|node| matches!(node.kind_name(), "[" | "("));
        let (word, list) = nodes.split_at(open.unwrap_or_default());
        let broken = list.len() > 2 && list.get(1).is_some_and(|first| self.on_new_line(*first));
        self.joined(word.iter().copied()).then(self.list(list, Padding::None, broken))
    }

    fn parenthesized(&self, nodes: &[Node<'t>]) -> Doc<'t> {
        let [open, inner, close] = nodes else { return self.words(nodes.iter().copied()) };
        self.wrapped(*open, self.node(*inner), *close)
    }

    /// `isset` and `unset`.
    fn tested(&self, nodes: &[Node<'t>]) -> Doc<'t> {
        let [word, open, inner, close] = nodes else { return self.words(nodes.iter().copied()) };
        self.token(*word).then(self.wrapped(*open, self.node(*inner), *close))
    }

    fn match_expression(&self, nodes: &[Node<'t>]) -> Doc<'t> {
        let [word, open, subject, close, left, arms @ .., right] = nodes else {
            return self.words(nodes.iter().copied());
        };
        let subject = self.wrapped(*open, self.node(*subject), *close);
        let mut lines = Vec::new();
        for (at, arm) in arms.iter().enumerate() {
            if at > 0 && arm.kind_name() != "," {
                lines.push(Doc::hard(self.follows_blank(*arm)));
            }
            lines.push(self.node(*arm));
        }
        let head = Doc::concat([self.token(*word), Doc::space(), subject, Doc::space()]);
        head.then(self.closed(*left, Doc::concat(lines), !arms.is_empty(), *right))
    }

    /// Patterns with commas, then the value.
    fn match_arm(&self, nodes: &[Node<'t>]) -> Doc<'t> {
        let [patterns @ .., sign, value] = nodes else { return self.words(nodes.iter().copied()) };
        let mut parts = Vec::new();
        for (at, pattern) in patterns.iter().enumerate() {
            parts.extend((at > 0 && pattern.kind_name() != ",").then(Doc::line));
            parts.push(self.node(*pattern));
        }
        let patterns = Doc::concat(parts).group();
        Doc::concat([patterns, Doc::space(), self.token(*sign), self.value(*value)])
    }
}

fn operator_of(node: Node<'_>) -> Option<u16> {
    Some(ast::BinaryExpression::cast(node)?.operator()?.syntax().kind_id())
}
