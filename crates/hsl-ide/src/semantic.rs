//! What each token of a file is, for its colour.

mod kept;
mod names;

use std::collections::HashSet;
use std::ops::Range;

use diagnostics::Span;
use hsl_syntax::ast::span_of;
use hsl_syntax::tree_sitter::{Node, TreeCursor};

use crate::View;
use kept::Sealed;
use names::Names;

macro_rules! legend {
    ($(#[$doc:meta])* $name:ident { $($(#[$item:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$item])* $variant,)* }

        impl $name {
            /// Each with the name that editors know.
            pub const ALL: &'static [(Self, &'static str)] = &[$((Self::$variant, $text),)*];
        }
    };
}

legend! {
    /// What a token is.
    TokenKind {
        /// Function of a script or the library.
        Function = "function",
        /// Function of a class.
        Method = "method",
        /// Class.
        Class = "class",
        /// Parameter.
        Parameter = "parameter",
        /// Variable.
        Variable = "variable",
        /// Variable of a class, or key of an array.
        Property = "property",
        /// Regular expression.
        Regexp = "regexp",
        /// Text.
        String = "string",
        /// Word of the language.
        Keyword = "keyword",
        /// Number.
        Number = "number",
        /// Comment.
        Comment = "comment",
        /// Imported module.
        Namespace = "namespace",
        /// Function that ends the hook.
        Event = "event",
    }
}

legend! {
    /// What is special about a token.
    TokenModifier {
        /// It cannot be assigned.
        Readonly = "readonly",
        /// Kept for older scripts only.
        Deprecated = "deprecated",
        /// Of the library.
        DefaultLibrary = "defaultLibrary",
        /// It does not exist in this hook.
        Unavailable = "unavailable",
        /// It waits for a service.
        Async = "async",
        /// A global variable.
        Mutable = "mutable",
        /// Here it is defined.
        Definition = "definition",
        /// It holds what a peer wrote, and nothing has checked it.
        Tainted = "tainted",
    }
}

/// One token. It may reach over many lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SemanticToken {
    /// Where it stands.
    pub span: Span,
    /// What it is.
    pub kind: TokenKind,
    /// What is special about it.
    pub modifiers: Vec<TokenModifier>,
}

/// The tokens that touch a range of a file, in order, without overlap. Brackets and operators are
/// left to the editor's own grammar. What [`View::untrusted`] holds is marked.
pub fn semantic_tokens(view: &View, range: Range<usize>) -> Vec<SemanticToken> {
    let mut tokens = plain_tokens(view, range);
    let untrusted = view.untrusted.get().map_or(&[][..], Vec::as_slice);
    if !untrusted.is_empty() {
        let places: HashSet<Span> = untrusted.iter().copied().collect();
        for token in tokens.iter_mut().filter(|token| places.contains(&token.span)) {
            token.modifiers.push(TokenModifier::Tainted);
        }
    }
    tokens
}

fn plain_tokens(view: &View, range: Range<usize>) -> Vec<SemanticToken> {
    let names = Names::of(view);
    let sealed = Sealed::of(view);
    let mut tokens = Vec::new();
    collect(&names, &sealed, view.parse.tree.root_node(), &[], &range, &mut tokens);
    tokens
}

/// Adds the tokens of a node that touch a range.
fn collect<'t>(
    names: &Names<'_>,
    sealed: &Sealed<'_>,
    root: Node<'t>,
    above: &[Node<'t>],
    range: &Range<usize>,
    tokens: &mut Vec<SemanticToken>,
) {
    let mut cursor = root.walk();
    // Asking a node for what is around it would search from the root.
    let mut around = above.to_vec();
    loop {
        let node = cursor.node();
        let is_kept = sealed.add(names, node, &around, range, tokens);
        let touches = node.start_byte() < range.end && node.end_byte() > range.start;
        let looks = touches && !is_kept;
        let whole = if looks { token(names, &cursor, &around) } else { None };
        let is_leaf = whole.is_some() || !looks;
        tokens.extend(whole);
        if !is_leaf && cursor.goto_first_child() {
            around.push(node);
            continue;
        }
        while !cursor.goto_next_sibling() {
            around.pop();
            if !cursor.goto_parent() {
                return;
            }
        }
    }
}

/// The token that the node at the cursor is, with the nodes around it; none for what is looked at in
/// its parts, or has no colour.
fn token<'t>(
    names: &Names<'_>,
    cursor: &TreeCursor<'t>,
    around: &[Node<'t>],
) -> Option<SemanticToken> {
    let node = cursor.node();
    let plain = |kind| Some(SemanticToken { span: span_of(node), kind, modifiers: Vec::new() });
    match node.kind() {
        "comment" | "shebang" => plain(TokenKind::Comment),
        "number" => plain(TokenKind::Number),
        "true" | "false" | "none" => plain(TokenKind::Keyword),
        "regex" => plain(TokenKind::Regexp),
        "string" if !has_interpolation(node) => plain(text_kind(around, cursor.field_name())),
        "raw_string" => plain(text_kind(around, cursor.field_name())),
        // Between the variables of a string.
        "string_content" | "escape_sequence" | "\"" => plain(TokenKind::String),
        "identifier" | "variable" => names.token(node, around),
        kind if is_word(kind) && !node.is_named() => plain(TokenKind::Keyword),
        _ => None,
    }
}

fn is_word(kind: &str) -> bool {
    kind.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}

fn has_interpolation(node: Node<'_>) -> bool {
    let mut cursor = node.walk();
    node.children(&mut cursor).any(|part| part.kind() == "interpolation")
}

/// A text that is a key is a property.
fn text_kind(around: &[Node<'_>], field: Option<&str>) -> TokenKind {
    match (around.last().map(|parent| parent.kind()), field) {
        (Some("array_element" | "pattern_element"), Some("key")) => TokenKind::Property,
        (Some("subscript_expression"), Some("index")) => TokenKind::Property,
        _ => TokenKind::String,
    }
}
