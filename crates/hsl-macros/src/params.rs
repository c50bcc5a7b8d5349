//! Parameters of a builtin: how each is declared and how each is taken from the call.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::ext::IdentExt;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Attribute, Expr, FnArg, Lit, Pat, Path, Signature, Token, Type};

use crate::settings::{error, id_kind, keys_of, sinks, words};
use crate::{literal, ty};

/// Where a Rust argument comes from.
pub(crate) enum Source {
    /// The running fiber; not visible to scripts.
    Context,
    /// The instance a method is called on.
    Receiver,
    /// The object a method is called on, which may be of a class that extends this one.
    Itself,
    /// A required argument.
    Required,
    /// An argument that may be missing.
    Optional,
    /// An argument with a literal for its absence.
    Default(Lit),
    /// An options array.
    Options,
    /// Everything that remains.
    Rest,
}

/// One Rust parameter.
pub(crate) struct Param {
    pub(crate) ident: Option<Ident>,
    pub(crate) rust: Option<Type>,
    pub(crate) source: Source,
    /// Whether the argument is looked at where it stands.
    pub(crate) lent: bool,
    declared: Option<String>,
    shown: Option<String>,
    values: TokenStream,
    open: bool,
    keys: Option<Path>,
    id: Option<Path>,
    sinks: Vec<Path>,
    checked: bool,
    waits: bool,
}

/// Reads the parameters and strips our attributes off them.
pub(crate) fn parse(signature: &mut Signature) -> syn::Result<Vec<Param>> {
    signature.inputs.iter_mut().map(param).collect()
}

fn param(input: &mut FnArg) -> syn::Result<Param> {
    let typed = match input {
        FnArg::Receiver(_) => return Ok(hidden(Source::Receiver)),
        FnArg::Typed(typed) => typed,
    };
    if let Type::Reference(reference) = &*typed.ty
        && ty::is_named(&reference.elem, "Cx")
    {
        return Ok(hidden(Source::Context));
    }
    if let Type::Reference(reference) = &*typed.ty
        && ty::inner(&reference.elem, "Rc").is_some()
    {
        return Ok(hidden(Source::Itself));
    }
    let Pat::Ident(pattern) = &*typed.pat else {
        return error(typed.span(), "a builtin's parameter needs a plain name");
    };
    let ident = pattern.ident.clone();
    let declared = take_literal(&mut typed.attrs, "ty")?.map(|lit| literal::shown(&lit));
    let shown = take_literal(&mut typed.attrs, "shown")?.map(|lit| literal::shown(&lit));
    let default = take_literal(&mut typed.attrs, "default")?;
    let values = take_words(&mut typed.attrs, "values")?;
    let open = take_flag(&mut typed.attrs, "open");
    let keys = take_path(&mut typed.attrs, "keys")?;
    let id = take_path(&mut typed.attrs, "id")?;
    let sinks = take_names(&mut typed.attrs, "sink")?;
    let checked = take_flag(&mut typed.attrs, "checked");
    let waits = take_flag(&mut typed.attrs, "waits");
    let rust = (*typed.ty).clone();
    let source = match default {
        Some(default) => Source::Default(default),
        None if ident == "options" => Source::Options,
        None if ty::inner(&rust, "Rest").is_some() => Source::Rest,
        None if ty::inner(&rust, "Option").is_some() => Source::Optional,
        None => Source::Required,
    };
    let lent = ty::is_borrowed(ty::inner(&rust, "Option").unwrap_or(&rust));
    Ok(Param {
        ident: Some(ident),
        rust: Some(rust),
        source,
        lent,
        declared,
        shown,
        values,
        open,
        keys,
        id,
        sinks,
        checked,
        waits,
    })
}

fn hidden(source: Source) -> Param {
    Param {
        ident: None,
        rust: None,
        source,
        lent: false,
        declared: None,
        shown: None,
        values: TokenStream::new(),
        open: false,
        keys: None,
        id: None,
        sinks: Vec::new(),
        checked: false,
        waits: false,
    }
}

fn take_flag(attributes: &mut Vec<Attribute>, name: &str) -> bool {
    attributes.extract_if(.., |a| a.path().is_ident(name)).count() > 0
}

fn take_path(attributes: &mut Vec<Attribute>, name: &str) -> syn::Result<Option<Path>> {
    let at = attributes.iter().position(|a| a.path().is_ident(name));
    at.map(|at| attributes.remove(at).parse_args()).transpose()
}

fn take_words(attributes: &mut Vec<Attribute>, name: &str) -> syn::Result<TokenStream> {
    let Some(at) = attributes.iter().position(|a| a.path().is_ident(name)) else {
        return words([]);
    };
    let written = attributes.remove(at);
    words(written.parse_args_with(Punctuated::<Expr, Token![,]>::parse_terminated)?)
}

fn take_names(attributes: &mut Vec<Attribute>, name: &str) -> syn::Result<Vec<Path>> {
    let Some(at) = attributes.iter().position(|a| a.path().is_ident(name)) else {
        return Ok(Vec::new());
    };
    let names = attributes.remove(at);
    let names = names.parse_args_with(Punctuated::<Path, Token![,]>::parse_terminated)?;
    Ok(names.into_iter().collect())
}

fn take_literal(attributes: &mut Vec<Attribute>, name: &str) -> syn::Result<Option<Lit>> {
    let Some(at) = attributes.iter().position(|a| a.path().is_ident(name)) else {
        return Ok(None);
    };
    let expr: Expr = attributes.remove(at).parse_args()?;
    match expr {
        Expr::Lit(expr) => Ok(Some(expr.lit)),
        other => error(other.span(), "expected a literal"),
    }
}

impl Param {
    /// Name without `$`, for parameters that scripts see.
    pub(crate) fn name(&self) -> Option<String> {
        self.ident.as_ref().map(|ident| ident.unraw().to_string())
    }

    /// The `Param` of the declaration.
    pub(crate) fn declaration(&self) -> syn::Result<Option<TokenStream>> {
        let (Some(name), Some(rust)) = (self.name(), self.rust.as_ref()) else { return Ok(None) };
        let ty = self.declared_type(rust)?;
        let required = matches!(self.source, Source::Required);
        let rest = matches!(self.source, Source::Rest);
        let shown = match &self.source {
            Source::Default(value) => Some(literal::shown(value)),
            _ => self.shown.clone(),
        };
        let default = match shown {
            Some(text) => quote!(::core::option::Option::Some(#text)),
            None => quote!(::core::option::Option::None),
        };
        let (id, sinks) = (id_kind(self.id.as_ref()), sinks(&self.sinks));
        let (checked, waits) = (self.checked, self.waits);
        let (values, open, keys) = (&self.values, self.open, keys_of(self.keys.as_ref()));
        Ok(Some(quote! {
            ::hsl_decl::Param {
                name: #name, ty: #ty, required: #required, rest: #rest, default: #default,
                values: #values, open: #open, keys: #keys, id: #id,
                sinks: #sinks, checked: #checked, waits: #waits,
            }
        }))
    }

    fn declared_type(&self, rust: &Type) -> syn::Result<TokenStream> {
        if let Some(text) = &self.declared {
            return ty::from_text(text, rust.span());
        }
        let rust = match self.source {
            Source::Options => return Ok(quote!(::hsl_decl::Ty::ARRAY)),
            Source::Optional => ty::inner(rust, "Option").unwrap_or(rust),
            Source::Rest => ty::inner(rust, "Rest").unwrap_or(rust),
            _ => rust,
        };
        Ok(if self.lent {
            quote!(<#rust as ::hsl_std::binding::LentValue<'_>>::TY)
        } else {
            quote!(<#rust as ::hsl_std::binding::FromValue>::TY)
        })
    }
}
