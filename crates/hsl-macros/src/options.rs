//! `#[derive(Options)]`: a struct read from an options array.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{DeriveInput, Field, Ident, Lit, Type};

use crate::record::fields;
use crate::settings::{Settings, error, id_kind, keys_of, string_of};
use crate::{docs, idle, literal, ty};

pub(crate) fn expand(item: TokenStream) -> syn::Result<TokenStream> {
    let mut input: DeriveInput = syn::parse2(item)?;
    let entries = fields(&mut input)?.iter_mut().map(entry).collect::<syn::Result<Vec<_>>>()?;
    let ident = &input.ident;
    let decls = entries.iter().map(declaration);
    let reads = entries.iter().enumerate().map(|(at, entry)| read(entry, at));
    Ok(quote! {
        impl ::hsl_std::binding::Options for #ident {
            const DECLS: &'static [::hsl_decl::OptionDecl] = &[#(#decls),*];

            fn read(
                given: &::hsl_std::binding::GivenOptions<'_>,
            ) -> ::core::result::Result<Self, ::hsl_vm::Thrown> {
                ::core::result::Result::Ok(Self { #(#reads),* })
            }
        }
    })
}

struct Entry {
    ident: Ident,
    rust: Type,
    name: String,
    doc: String,
    declared: Option<TokenStream>,
    default: Option<Lit>,
    shown: Option<String>,
    values: TokenStream,
    open: bool,
    lenient: bool,
    keys: TokenStream,
    listed: bool,
    id: TokenStream,
    needs: Option<String>,
    excludes: Option<String>,
    idle: Vec<TokenStream>,
}

fn entry(field: &mut Field) -> syn::Result<Entry> {
    let mut settings = Settings::take(&mut field.attrs, "option")?;
    let Some(ident) = field.ident.clone() else { return error(field.span(), "needs a name") };
    let idle = settings.list("idle")?.into_iter().map(|text| {
        let span = text.span();
        idle::declaration(&string_of(text)?, span)
    });
    let idle = idle.collect::<syn::Result<_>>()?;
    let entry = Entry {
        name: settings.string("name")?.unwrap_or_else(|| ident.unraw().to_string()),
        doc: docs::sentence(&field.attrs),
        declared: settings
            .string("ty")?
            .map(|text| ty::from_text(&text, field.span()))
            .transpose()?,
        default: settings.literal("default")?,
        shown: settings.string("shown")?,
        id: id_kind(settings.path("id")?.as_ref()),
        needs: settings.string("needs")?,
        excludes: settings.string("excludes")?,
        idle,
        values: settings.words("values")?,
        open: settings.flag("open"),
        lenient: settings.flag("lenient"),
        keys: keys_of(settings.path("keys")?.as_ref()),
        listed: settings.flag("listed"),
        rust: field.ty.clone(),
        ident,
    };
    settings.finish()?;
    if entry.doc.is_empty() {
        return error(entry.ident.span(), "an option needs a doc comment");
    }
    if entry.default.is_none() && ty::inner(&entry.rust, "Option").is_none() {
        return error(entry.ident.span(), "an option is `Option<T>` or has a `default`");
    }
    Ok(entry)
}

fn declaration(entry: &Entry) -> TokenStream {
    let Entry { rust, name, doc, values, open, lenient, keys, listed, id, idle, .. } = entry;
    let inner = ty::inner(rust, "Option").unwrap_or(rust);
    let ty = entry
        .declared
        .clone()
        .unwrap_or_else(|| quote!(<#inner as ::hsl_std::binding::FromValue>::TY));
    let default = match entry.shown.clone().or_else(|| entry.default.as_ref().map(literal::shown)) {
        Some(text) => quote!(::core::option::Option::Some(#text)),
        None => quote!(::core::option::Option::None),
    };
    let [needs, excludes] = [&entry.needs, &entry.excludes].map(|other| match other {
        Some(text) => quote!(::core::option::Option::Some(#text)),
        None => quote!(::core::option::Option::None),
    });
    quote! {
        ::hsl_decl::OptionDecl {
            name: #name, ty: #ty, default: #default, values: #values, open: #open,
            lenient: #lenient, keys: #keys, listed: #listed,
            id: #id,
            needs: #needs, excludes: #excludes, idle: &[#(#idle),*],
            doc: #doc,
        }
    }
}

fn read(entry: &Entry, at: usize) -> TokenStream {
    let ident = &entry.ident;
    match &entry.default {
        None => quote!(#ident: given.get(&Self::DECLS[#at])?),
        Some(default) => {
            let value = literal::value(default);
            quote!(#ident: match given.get(&Self::DECLS[#at])? {
                ::core::option::Option::Some(value) => value,
                ::core::option::Option::None => #value,
            })
        }
    }
}
