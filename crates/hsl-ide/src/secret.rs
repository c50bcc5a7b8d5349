//! A secret that stands in a script becomes the content of a file that the script reads.
//!
//! *Not here.* Which texts are secrets (`hsl-lint`), how the file is made (crate `lsp`).

use diagnostics::{Edit, Span};
use hsl_syntax::ast::{
    ArrayElement, AssignmentExpression, AstNode, Expression, RawString, StringLiteral,
};
use hsl_syntax::tree_sitter::Node;

use crate::View;
use crate::refactor::is_sound;

/// Longest part of a name that a file gets.
const LONGEST: usize = 40;

/// A secret in a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenSecret {
    /// What the script calls it, in letters that a file name may have.
    pub name: String,
    /// The secret.
    pub value: String,
    /// The literal.
    pub span: Span,
}

/// The text that begins at an offset, when it can stand in a file by itself.
pub fn secret_at(view: &View, offset: usize) -> Option<WrittenSecret> {
    let text = view.text();
    let token = view.parse.tree.root_node().descendant_for_byte_range(offset, offset + 1)?;
    let around = std::iter::successors(Some(token), |node| node.parent()).take(3);
    let (value, node) = around.into_iter().find_map(|node| {
        let plain = StringLiteral::cast(node).and_then(|string| string.value(text));
        let value = plain.or_else(|| RawString::cast(node).map(|raw| raw.value(text).to_vec()))?;
        Some((value, node))
    })?;
    let value = String::from_utf8(value).ok()?;
    // The script takes blanks off, because files end in a line end.
    let is_kept = value.trim() == value || value.trim_end() == value.trim();
    let name = name_of(view, node).unwrap_or_else(|| "secret".to_owned());
    is_kept.then(|| WrittenSecret { name, value, span: hsl_syntax::ast::span_of(node) })
}

/// The edit after which the script reads a file instead; none where no call may stand.
pub fn read_secret(view: &View, secret: &WrittenSecret, file: &str) -> Option<Edit> {
    let text = format!("str_strip(File::read(\"file://{file}\") ?? \"\")");
    let edit = Edit { span: secret.span, text };
    is_sound(view, std::slice::from_ref(&edit)).then_some(edit)
}

/// The name of the variable, property or key that gets a value.
fn name_of(view: &View, value: Node<'_>) -> Option<String> {
    let parent = value.parent()?;
    let target = if let Some(set) = AssignmentExpression::cast(parent) {
        set.left()?
    } else {
        ArrayElement::cast(parent)?.key()?
    };
    let last = match target {
        Expression::SubscriptExpression(access) => access.index()?,
        other => other,
    };
    let span = last.span();
    let text = String::from_utf8_lossy(view.text().get(span.range(view.text().len()))?);
    // `$this->apikey` is called as its property is.
    let text = text.rsplit("->").next().unwrap_or_default().to_ascii_lowercase();
    let plain: String =
        text.chars().filter(|c| c.is_ascii_alphanumeric() || "_-".contains(*c)).collect();
    let name: String = plain.chars().take(LONGEST).collect();
    (!name.is_empty()).then_some(name)
}
