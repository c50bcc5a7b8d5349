//! Default values: one literal that is both code and documentation.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Lit;

/// What the reference page shows.
pub(crate) fn shown(literal: &Lit) -> String {
    match literal {
        Lit::Str(text) => text.value(),
        Lit::Bool(value) => value.value.to_string(),
        Lit::Int(number) => number.base10_digits().to_owned(),
        Lit::Float(number) => number.base10_digits().to_owned(),
        other => quote!(#other).to_string(),
    }
}

/// The value; numbers are doubles.
pub(crate) fn value(literal: &Lit) -> TokenStream {
    match literal {
        Lit::Str(text) => quote!(::core::convert::From::from(#text)),
        Lit::Int(number) => quote!(#number as f64),
        other => quote!(#other),
    }
}
