//! What the generator of the typed tree cannot know: names without their marks, literal values.

use std::borrow::Cow;

use tree_sitter::Tree;

use crate::ast::{
    AstNode, EscapeSequence, IncludeStatement, MatchArm, MethodDefinition, Modifier, Number,
    PropertyDefinition, RawString, RawStringOrStringLiteral, Regex, SourceFile, StringContent,
    StringLiteral, StringLiteralItem, TernaryExpression, Variable, children,
};
use crate::literals;

impl<'t> SourceFile<'t> {
    /// The root of a tree, also when nothing in it made sense.
    pub fn root(tree: &'t Tree) -> Self {
        Self(tree.root_node())
    }
}

impl Variable<'_> {
    /// The name without `$`, and without the braces it may have in a string.
    pub fn name(self, source: &[u8]) -> &[u8] {
        let text = self.text(source);
        let text = text.strip_prefix(b"$").unwrap_or(text);
        text.strip_prefix(b"{").and_then(|text| text.strip_suffix(b"}")).unwrap_or(text)
    }
}

impl Number<'_> {
    /// The value.
    pub fn value(self, source: &[u8]) -> f64 {
        literals::number(self.text(source))
    }
}

impl StringLiteral<'_> {
    /// The bytes it stands for; none when it holds an interpolation.
    pub fn value(self, source: &[u8]) -> Option<Vec<u8>> {
        let mut value = Vec::new();
        for part in self.items() {
            value.extend_from_slice(&part.value(source)?);
        }
        Some(value)
    }
}

impl StringLiteralItem<'_> {
    /// The bytes of text or of an escape; none for an interpolation.
    pub fn value(self, source: &[u8]) -> Option<Cow<'_, [u8]>> {
        match self {
            Self::StringContent(text) => Some(text.value(source)),
            Self::EscapeSequence(escape) => Some(escape.value(source)),
            Self::Interpolation(_) => None,
        }
    }
}

impl StringContent<'_> {
    /// The bytes, which are those of the source.
    pub fn value(self, source: &[u8]) -> Cow<'_, [u8]> {
        Cow::Borrowed(self.text(source))
    }
}

impl EscapeSequence<'_> {
    /// The byte it stands for.
    pub fn value(self, source: &[u8]) -> Cow<'_, [u8]> {
        literals::unescape(self.text(source))
    }
}

impl RawString<'_> {
    /// The bytes it stands for.
    pub fn value(self, source: &[u8]) -> &[u8] {
        self.content().map_or(b"", |content| content.text(source))
    }
}

impl RawStringOrStringLiteral<'_> {
    /// The bytes of a path; none when it holds an interpolation.
    pub fn value(self, source: &[u8]) -> Option<Cow<'_, [u8]>> {
        match self {
            Self::RawString(raw) => Some(Cow::Borrowed(raw.value(source))),
            Self::StringLiteral(text) => text.value(source).map(Cow::Owned),
        }
    }
}

impl Regex<'_> {
    /// The pattern between the slashes, as written.
    pub fn body(self, source: &[u8]) -> &[u8] {
        self.pattern().map_or(b"", |pattern| pattern.text(source))
    }

    /// The modifiers, as written.
    pub fn modifiers(self, source: &[u8]) -> &[u8] {
        self.flags().map_or(b"", |flags| flags.text(source))
    }
}

impl TernaryExpression<'_> {
    /// Whether it is written `?:`, without a middle operand.
    pub fn is_short(self) -> bool {
        self.consequence().is_none() && !self.syntax().has_error()
    }
}

impl MatchArm<'_> {
    /// Whether it is the arm for everything else.
    pub fn is_default(self) -> bool {
        children::<tree_sitter::Node<'_>>(self.0).any(|child| child.kind() == "default")
    }
}

impl IncludeStatement<'_> {
    /// Whether a file that was included before is skipped.
    pub fn is_once(self) -> bool {
        self.0.child(0).is_some_and(|word| word.kind() == "include_once")
    }
}

/// What the modifiers of a class member say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Modifiers {
    /// Only for functions of the class.
    pub private: bool,
    /// Written only by functions of the class.
    pub readonly: bool,
    /// Belongs to the class, not to an instance.
    pub is_static: bool,
}

impl Modifiers {
    fn of<'t>(list: impl Iterator<Item = Modifier<'t>>) -> Self {
        let mut all = Self::default();
        for word in list.filter_map(|modifier| modifier.0.child(0)) {
            match word.kind() {
                "private" => all.private = true,
                "readonly" => all.readonly = true,
                _ => all.is_static = true,
            }
        }
        all
    }
}

impl MethodDefinition<'_> {
    /// Its modifiers, taken together.
    pub fn modifier_set(self) -> Modifiers {
        Modifiers::of(self.modifiers())
    }
}

impl PropertyDefinition<'_> {
    /// Its modifiers, taken together.
    pub fn modifier_set(self) -> Modifiers {
        Modifiers::of(self.modifiers())
    }
}
