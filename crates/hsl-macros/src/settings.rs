//! The `name = value` settings inside our attributes.
//!
//! *Invariants.* Every setting is consumed by someone; [`Settings::finish`] refuses the rest, so a
//! misspelt one does not pass silently.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Attribute, Expr, ExprLit, Lit, Meta, Path, Token};

/// Settings not yet asked for.
pub(crate) struct Settings {
    entries: Vec<Meta>,
}

impl Settings {
    /// The settings of an attribute macro.
    pub(crate) fn parse(tokens: TokenStream) -> syn::Result<Self> {
        let entries = Punctuated::<Meta, Token![,]>::parse_terminated.parse2(tokens)?;
        Ok(Self { entries: entries.into_iter().collect() })
    }

    /// Takes every attribute of this name off the item; absent means no settings.
    pub(crate) fn take(attributes: &mut Vec<Attribute>, name: &str) -> syn::Result<Self> {
        let mut entries = Vec::new();
        for attribute in attributes.extract_if(.., |a| a.path().is_ident(name)) {
            match &attribute.meta {
                Meta::Path(_) => {}
                Meta::List(list) => entries.extend(Self::parse(list.tokens.clone())?.entries),
                Meta::NameValue(pair) => {
                    return Err(syn::Error::new(pair.span(), "write the settings in parentheses"));
                }
            }
        }
        Ok(Self { entries })
    }

    /// Whether the bare word stands there.
    pub(crate) fn flag(&mut self, name: &str) -> bool {
        self.remove(name).is_some_and(|meta| matches!(meta, Meta::Path(_)))
    }

    /// The text of `name = "text"`.
    pub(crate) fn string(&mut self, name: &str) -> syn::Result<Option<String>> {
        self.value(name)?.map(string_of).transpose()
    }

    /// The path of `name = path`.
    pub(crate) fn path(&mut self, name: &str) -> syn::Result<Option<Path>> {
        self.value(name)?.map(path_of).transpose()
    }

    /// The literal of `name = literal`.
    pub(crate) fn literal(&mut self, name: &str) -> syn::Result<Option<Lit>> {
        self.value(name)?.map(literal_of).transpose()
    }

    /// The elements of `name = [a, b]`.
    pub(crate) fn list(&mut self, name: &str) -> syn::Result<Vec<Expr>> {
        match self.value(name)? {
            None => Ok(Vec::new()),
            Some(Expr::Array(array)) => Ok(array.elems.into_iter().collect()),
            Some(other) => Err(syn::Error::new(other.span(), "expected a list in brackets")),
        }
    }

    /// The strings of `name = ["a", "b"]`, or of the constant `name = NAMES`.
    pub(crate) fn words(&mut self, name: &str) -> syn::Result<TokenStream> {
        match self.value(name)? {
            Some(Expr::Array(array)) => words(array.elems),
            Some(constant) => words([constant]),
            None => words([]),
        }
    }

    /// The names of `name = [A, B]`.
    pub(crate) fn names(&mut self, name: &str) -> syn::Result<Option<Vec<Path>>> {
        let Some(value) = self.value(name)? else { return Ok(None) };
        let Expr::Array(array) = value else {
            return error(value.span(), "expected a list in brackets");
        };
        array.elems.into_iter().map(path_of).collect::<syn::Result<_>>().map(Some)
    }

    /// Refuses settings that nobody asked for.
    pub(crate) fn finish(self) -> syn::Result<()> {
        match self.entries.first() {
            None => Ok(()),
            Some(entry) => Err(syn::Error::new(entry.span(), "unknown setting")),
        }
    }

    fn value(&mut self, name: &str) -> syn::Result<Option<Expr>> {
        match self.remove(name) {
            None => Ok(None),
            Some(Meta::NameValue(pair)) => Ok(Some(pair.value)),
            Some(other) => Err(syn::Error::new(other.span(), "expected `= value`")),
        }
    }

    fn remove(&mut self, name: &str) -> Option<Meta> {
        let at = self.entries.iter().position(|meta| meta.path().is_ident(name))?;
        Some(self.entries.remove(at))
    }
}

/// The `id` of a declaration, from the name of an `IdKind`.
pub(crate) fn id_kind(name: Option<&Path>) -> TokenStream {
    match name {
        Some(name) => quote!(::core::option::Option::Some(::hsl_decl::IdKind::#name)),
        None => quote!(::core::option::Option::None),
    }
}

/// The keys of an array, from the name of the `Options` type that reads it.
pub(crate) fn keys_of(options: Option<&Path>) -> TokenStream {
    match options {
        Some(options) => quote!(<#options as ::hsl_std::binding::Options>::DECLS),
        None => quote!(&[]),
    }
}

/// A set of strings: those that are written, or those of the one constant that is named.
pub(crate) fn words(written: impl IntoIterator<Item = Expr>) -> syn::Result<TokenStream> {
    let written: Vec<_> = written.into_iter().collect();
    if let [Expr::Path(constant)] = &written[..] {
        return Ok(quote!(&#constant));
    }
    let words = written.into_iter().map(string_of).collect::<syn::Result<Vec<_>>>()?;
    Ok(quote!(&[#(#words),*]))
}

/// The `origin` of a declaration, from the name of an `Origin`.
pub(crate) fn origin(name: Option<&Path>) -> TokenStream {
    match name {
        Some(name) => quote!(::hsl_decl::Origin::#name),
        None => quote!(::hsl_decl::Origin::Inherited),
    }
}

/// The `since` of a declaration, from a version such as `5.9`.
pub(crate) fn version(text: Option<&str>, span: Span) -> syn::Result<TokenStream> {
    let Some(text) = text else { return Ok(quote!(::core::option::Option::None)) };
    let is_number = |part: &str| part.parse::<u16>().is_ok();
    match text.split_once('.') {
        Some((major, minor)) if is_number(major) && is_number(minor) => {
            Ok(quote!(::core::option::Option::Some(#text)))
        }
        _ => error(span, "a version is two numbers around a dot"),
    }
}

/// A set of sinks, from the names of each `Sink`.
pub(crate) fn sinks(names: &[Path]) -> TokenStream {
    quote!(::hsl_decl::Sinks::of(&[#(::hsl_decl::Sink::#names),*]))
}

fn path_of(value: Expr) -> syn::Result<Path> {
    match value {
        Expr::Path(path) => Ok(path.path),
        other => Err(syn::Error::new(other.span(), "expected a name")),
    }
}

/// The text of a string literal.
pub(crate) fn string_of(value: Expr) -> syn::Result<String> {
    match literal_of(value)? {
        Lit::Str(text) => Ok(text.value()),
        other => Err(syn::Error::new(other.span(), "expected a string")),
    }
}

fn literal_of(value: Expr) -> syn::Result<Lit> {
    match value {
        Expr::Lit(ExprLit { lit, .. }) => Ok(lit),
        other => Err(syn::Error::new(other.span(), "expected a literal")),
    }
}

/// An error without a better place.
pub(crate) fn error<T>(span: Span, message: &str) -> syn::Result<T> {
    Err(syn::Error::new(span, message))
}
