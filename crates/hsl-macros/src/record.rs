//! `#[derive(Record)]`: a struct that becomes an array with known keys.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Data, DeriveInput, Field, Fields, Ident, Type};

use crate::settings::{Settings, error, id_kind, origin, version};
use crate::{docs, ty};

pub(crate) fn expand(item: TokenStream) -> syn::Result<TokenStream> {
    let mut input: DeriveInput = syn::parse2(item)?;
    let fields = fields(&mut input)?.iter_mut().map(entry).collect::<syn::Result<Vec<_>>>()?;
    let ident = &input.ident;
    let groups = groups(&fields);
    let inserts = fields.iter().map(insert);
    Ok(quote! {
        impl #ident {
            const KEY_GROUPS: &'static [&'static [::hsl_decl::Key]] = &[#(#groups),*];
            const KEY_LIST: [::hsl_decl::Key; ::hsl_std::binding::count(Self::KEY_GROUPS)] =
                ::hsl_std::binding::concat(Self::KEY_GROUPS);
        }

        impl ::hsl_std::binding::Record for #ident {
            fn insert_into(self, array: &mut ::hsl_vm::Array) {
                #(#inserts)*
            }
        }

        impl ::hsl_std::binding::Shape for #ident {
            const TY: ::hsl_decl::Ty = ::hsl_decl::Ty::ARRAY;
            const KEYS: &'static [::hsl_decl::Key] = &Self::KEY_LIST;

            fn into_value(self) -> ::hsl_vm::Value {
                ::hsl_std::binding::record(self)
            }
        }
    })
}

/// The named fields of a struct.
pub(crate) fn fields(
    input: &mut DeriveInput,
) -> syn::Result<&mut syn::punctuated::Punctuated<Field, syn::Token![,]>> {
    let span = input.span();
    match &mut input.data {
        Data::Struct(data) => match &mut data.fields {
            Fields::Named(fields) => Ok(&mut fields.named),
            other => error(other.span(), "needs named fields"),
        },
        _ => error(span, "only structs have keys"),
    }
}

struct Entry {
    ident: Ident,
    rust: Type,
    name: String,
    doc: String,
    declared: Option<TokenStream>,
    elements: Option<TokenStream>,
    of: Option<syn::Path>,
    secret: bool,
    values: TokenStream,
    id: TokenStream,
    origin: TokenStream,
    since: TokenStream,
    flatten: bool,
}

fn entry(field: &mut Field) -> syn::Result<Entry> {
    let mut settings = Settings::take(&mut field.attrs, "field")?;
    let Some(ident) = field.ident.clone() else { return error(field.span(), "needs a name") };
    let entry = Entry {
        name: settings.string("name")?.unwrap_or_else(|| ident.unraw().to_string()),
        doc: docs::sentence(&field.attrs),
        declared: settings
            .string("ty")?
            .map(|text| ty::from_text(&text, field.span()))
            .transpose()?,
        elements: settings
            .string("elements")?
            .map(|text| ty::from_text(&text, field.span()))
            .transpose()?,
        of: settings.path("of")?,
        secret: settings.flag("secret"),
        values: settings.words("values")?,
        id: id_kind(settings.path("id")?.as_ref()),
        origin: origin(settings.path("origin")?.as_ref()),
        since: version(settings.string("since")?.as_deref(), field.span())?,
        flatten: settings.flag("flatten"),
        rust: field.ty.clone(),
        ident,
    };
    settings.finish()?;
    if entry.doc.is_empty() && !entry.flatten {
        return error(entry.ident.span(), "a key needs a doc comment");
    }
    Ok(entry)
}

/// Slices of keys, one per run of own keys and one per flattened record.
fn groups(entries: &[Entry]) -> Vec<TokenStream> {
    entries
        .iter()
        .map(|entry| {
            let Entry { rust, name, doc, secret, values, id, origin, since, .. } = entry;
            if entry.flatten {
                return quote!(<#rust as ::hsl_std::binding::Shape>::KEYS);
            }
            let shape = quote!(<#rust as ::hsl_std::binding::Shape>);
            let ty = entry.declared.clone().unwrap_or_else(|| quote!(#shape::TY));
            let keys = match &entry.of {
                Some(path) => quote!(<#path as ::hsl_std::binding::Shape>::KEYS),
                None => quote!(#shape::KEYS),
            };
            let elements = match &entry.elements {
                Some(elements) => quote!(::core::option::Option::Some(#elements)),
                None => quote!(#shape::ELEMENTS),
            };
            quote! {
                &[::hsl_decl::Key {
                    name: #name,
                    ty: #ty,
                    optional: #shape::OPTIONAL,
                    secret: #secret,
                    values: #values,
                    id: #id,
                    origin: #origin,
                    since: #since,
                    doc: #doc,
                    keys: #keys,
                    elements: #elements,
                }]
            }
        })
        .collect()
}

fn insert(entry: &Entry) -> TokenStream {
    let Entry { ident, name, .. } = entry;
    if entry.flatten {
        quote!(::hsl_std::binding::Record::insert_into(self.#ident, array);)
    } else {
        quote!(::hsl_std::binding::Shape::insert(self.#ident, array, #name);)
    }
}
