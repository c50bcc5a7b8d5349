//! The tree of a file as the layout needs it, read off in one walk: nodes and tokens in lists.
//!
//! *Invariants.* Every node has a token; the children of a node stand in a row, in their order. A
//! node without children is one token.

use hsl_syntax::Parse;
use hsl_syntax::tree_sitter::TreeCursor;

use crate::forms::Form;
use crate::tokens::Tokens;

/// A node that is neither a comment nor without text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Node {
    /// How it is laid out.
    pub(crate) form: Form,
    /// Its kind in the grammar.
    pub(crate) kind: u16,
    /// Its first token.
    pub(crate) token: u32,
    first_child: u32,
    behind_children: u32,
}

/// The tree of a file.
pub(crate) struct Tree<'t> {
    /// All tokens.
    pub(crate) tokens: Tokens<'t>,
    nodes: Vec<Node>,
    /// Parts of the file.
    parts: Vec<Node>,
}

/// A node whose children are being read.
struct Open {
    node: Node,
    /// How many nodes waited for their parents when it began.
    waiting: usize,
}

impl<'t> Tree<'t> {
    /// Of a text without errors.
    pub(crate) fn of(source: &'t Parse) -> Self {
        let root = source.tree.root_node();
        // About half of the nodes of a usual text are tokens; those inside of strings are not read.
        let count = root.descendant_count();
        let tokens = Tokens::new(&source.text, count / 2);
        let mut tree = Self { tokens, nodes: Vec::with_capacity(count), parts: Vec::new() };
        let mut cursor = root.walk();
        if cursor.goto_first_child() {
            tree.parts = tree.read(cursor);
        }
        tree.tokens.finish();
        tree
    }

    /// Parts of the file.
    pub(crate) fn parts(&self) -> &[Node] {
        &self.parts
    }

    /// Children of a node.
    pub(crate) fn children(&self, node: Node) -> &[Node] {
        let range = node.first_child as usize..node.behind_children as usize;
        self.nodes.get(range).unwrap_or_default()
    }

    /// Reads a node, what is below it, and what follows it.
    fn read(&mut self, mut cursor: TreeCursor<'_>) -> Vec<Node> {
        // Nodes that have been read while their parents have not.
        let mut waiting: Vec<Node> = Vec::new();
        let mut open: Vec<Open> = Vec::new();
        loop {
            let node = cursor.node();
            let (range, kind) = (node.byte_range(), node.kind_id());
            let form = Form::of(kind);
            if form == Form::Comment {
                self.tokens.push_comment(range);
            } else if !range.is_empty() {
                let token = self.tokens.count();
                let node = Node { form, kind, token, first_child: 0, behind_children: 0 };
                if form != Form::Whole && cursor.goto_first_child() {
                    open.push(Open { node, waiting: waiting.len() });
                    continue;
                }
                self.tokens.push(range);
                waiting.push(node);
            }
            while !cursor.goto_next_sibling() {
                let Some(Open { mut node, waiting: from }) = open.pop() else { return waiting };
                cursor.goto_parent();
                // What holds nothing but comments has no token.
                if from < waiting.len() {
                    node.first_child = self.nodes.len() as u32;
                    self.nodes.extend(waiting.drain(from..));
                    node.behind_children = self.nodes.len() as u32;
                    waiting.push(node);
                }
            }
        }
    }
}
