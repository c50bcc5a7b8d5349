//! `#[derive(Variables)]`: a struct whose fields are the variables of a hook.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{DeriveInput, Field, Ident, Type};

use crate::docs;
use crate::record::fields;
use crate::settings::{Settings, error};

pub(crate) fn expand(item: TokenStream) -> syn::Result<TokenStream> {
    let mut input: DeriveInput = syn::parse2(item)?;
    let entries = fields(&mut input)?.iter_mut().map(entry).collect::<syn::Result<Vec<_>>>()?;
    let ident = &input.ident;
    let decls = entries.iter().map(|Entry { rust, name, doc, writable, .. }| {
        let shape = quote!(<#rust as ::hsl_std::binding::Shape>);
        quote! {
            ::hsl_decl::Variable {
                name: #name, ty: #shape::TY, readonly: !#writable, doc: #doc, keys: #shape::KEYS,
                elements: #shape::ELEMENTS,
            }
        }
    });
    let inserts = entries.iter().map(|Entry { ident, name, .. }| {
        quote! {
            if let ::core::option::Option::Some(value) =
                ::hsl_std::binding::Shape::present(self.#ident)
            {
                variables.push((#name, value));
            }
        }
    });
    Ok(quote! {
        impl #ident {
            /// Declarations of the variables.
            pub const VARIABLES: &'static [::hsl_decl::Variable] = &[#(#decls),*];

            /// Names, with `$`, and values.
            #[must_use]
            pub fn into_variables(
                self,
            ) -> ::std::vec::Vec<(&'static str, ::hsl_vm::Value)> {
                let mut variables = ::std::vec::Vec::with_capacity(Self::VARIABLES.len());
                #(#inserts)*
                variables
            }
        }
    })
}

struct Entry {
    ident: Ident,
    rust: Type,
    name: String,
    doc: String,
    writable: bool,
}

fn entry(field: &mut Field) -> syn::Result<Entry> {
    let mut settings = Settings::take(&mut field.attrs, "variable")?;
    let Some(ident) = field.ident.clone() else { return error(field.span(), "needs a name") };
    let entry = Entry {
        name: format!("${}", ident.unraw()),
        doc: docs::sentence(&field.attrs),
        writable: settings.flag("writable"),
        rust: field.ty.clone(),
        ident,
    };
    settings.finish()?;
    if entry.doc.is_empty() {
        return error(entry.ident.span(), "a variable needs a doc comment");
    }
    Ok(entry)
}
