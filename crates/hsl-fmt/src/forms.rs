//! What the layout makes of each kind of node: the names of the grammar, looked at once.

use std::sync::LazyLock;

use hsl_syntax::language;

/// How a node is laid out, or which token it is where that decides something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// Parts with spaces between them, or a token that needs nothing else.
    Words,
    /// Parts without anything between them.
    Joined,
    /// A token, though the grammar sees parts in it.
    Whole,
    /// `//`, `/* */` or `#!`.
    Comment,

    // Statements and definitions.
    Block,
    If,
    /// A head in parentheses and what it controls.
    Controlled,
    Try,
    Function,
    Class,
    SymbolImport,
    Empty,
    /// `case` or `default`.
    Label,
    Parameters,
    Captures,

    // Expressions.
    Binary,
    Ternary,
    Assignment,
    Unary,
    /// What stands behind an operand: a call, a member, an element.
    Link,
    Arguments,
    Array,
    ArrayPattern,
    Parenthesized,
    /// `isset` and `unset`.
    Tested,
    Match,
    MatchArm,
    /// Words, then `=` or `=>` and a value.
    Pair,
    FunctionExpression,

    // Tokens.
    Semicolon,
    Comma,
    Colon,
    Open,
    CloseBrace,
    Equals,
    Arrow,
    Member,
    Not,
    For,
    Else,
    FunctionWord,
}

impl Form {
    /// Of a kind, by its number in the grammar.
    pub(crate) fn of(kind: u16) -> Self {
        FORMS.get(usize::from(kind)).copied().unwrap_or(Self::Words)
    }
}

/// Forms by the numbers of kinds.
static FORMS: LazyLock<Vec<Form>> = LazyLock::new(|| {
    (0..language().node_kind_count())
        .map(|kind| u16::try_from(kind).ok().and_then(|kind| language().node_kind_for_id(kind)))
        .map(|name| name.map_or(Form::Words, named))
        .collect()
});

fn named(name: &str) -> Form {
    match name {
        "string" | "raw_string" | "regex" => Form::Whole,
        "comment" | "shebang" => Form::Comment,

        "block" | "switch_body" => Form::Block,
        "if_statement" => Form::If,
        "while_statement" | "for_statement" | "foreach_statement" | "switch_statement"
        | "forever_statement" => Form::Controlled,
        "try_statement" => Form::Try,
        "function_definition" | "constructor_definition" | "method_definition" => Form::Function,
        "function_expression" => Form::FunctionExpression,
        "class_definition" => Form::Class,
        "symbol_import" => Form::SymbolImport,
        "empty_statement" => Form::Empty,
        "case_label" | "default_label" => Form::Label,
        "parameters" => Form::Parameters,
        "captures" => Form::Captures,

        "binary_expression" => Form::Binary,
        "ternary_expression" => Form::Ternary,
        "assignment_expression" | "destructuring_assignment" => Form::Assignment,
        "unary_expression" | "prefix_update_expression" => Form::Unary,
        "call_expression"
        | "member_expression"
        | "subscript_expression"
        | "append_expression"
        | "slice_expression" => Form::Link,
        "arguments" => Form::Arguments,
        "array_literal" => Form::Array,
        "array_pattern" => Form::ArrayPattern,
        "parenthesized_expression" => Form::Parenthesized,
        "isset_expression" | "unset_expression" => Form::Tested,
        "match_expression" => Form::Match,
        "match_arm" => Form::MatchArm,
        "array_element" | "pattern_element" | "parameter" | "property_definition" => Form::Pair,
        "postfix_update_expression"
        | "scoped_expression"
        | "spread_argument"
        | "spread_element"
        | "rest_pattern"
        | "rest_parameter" => Form::Joined,

        ";" => Form::Semicolon,
        "," => Form::Comma,
        ":" => Form::Colon,
        "[" | "(" => Form::Open,
        "}" => Form::CloseBrace,
        "=" => Form::Equals,
        "=>" => Form::Arrow,
        "->" => Form::Member,
        "not" => Form::Not,
        "for" => Form::For,
        "else" => Form::Else,
        "function" => Form::FunctionWord,
        _ => Form::Words,
    }
}
