//! The function between the virtual machine and a builtin: arguments in, result out.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::ext::IdentExt;

use crate::function::{Builtin, Role};
use crate::literal;
use crate::params::{Param, Source};

/// Name of the shim.
pub(crate) fn ident(builtin: &Builtin) -> Ident {
    format_ident!("native_{}", builtin.ident.unraw())
}

/// Name of the function that turns a verdict's arguments into a decision.
pub(crate) fn decide_ident(builtin: &Builtin) -> Ident {
    format_ident!("decide_{}", builtin.ident.unraw())
}

/// The shim of a plain function; `owner` is the type that a static function belongs to.
pub(crate) fn plain(builtin: &Builtin, owner: Option<&TokenStream>) -> TokenStream {
    let (shim, takes, call) = (ident(builtin), takes(builtin), call(builtin, owner));
    quote! {
        fn #shim(
            cx: &mut ::hsl_vm::Cx<'_>,
            args: &mut [::hsl_vm::Value],
        ) -> ::hsl_vm::NativeResult {
            let _ = &cx;
            #takes
            ::hsl_std::binding::Returned::into_step(#call)
        }
    }
}

/// The shim of a constructor.
pub(crate) fn constructor(builtin: &Builtin, owner: &TokenStream) -> TokenStream {
    let (shim, takes, call) = (ident(builtin), takes(builtin), call(builtin, Some(owner)));
    quote! {
        fn #shim(
            cx: &mut ::hsl_vm::Cx<'_>,
            args: &mut [::hsl_vm::Value],
        ) -> ::hsl_vm::NativeResult {
            let _ = &cx;
            #takes
            ::hsl_std::binding::constructed::<#owner>(#call)
        }
    }
}

/// The shim of a method.
pub(crate) fn method(builtin: &Builtin, owner: &TokenStream) -> TokenStream {
    let (shim, takes, call) = (ident(builtin), takes(builtin), call(builtin, Some(owner)));
    quote! {
        fn #shim(
            cx: &mut ::hsl_vm::Cx<'_>,
            this: &::std::rc::Rc<dyn ::hsl_vm::NativeObject>,
            args: &mut [::hsl_vm::Value],
        ) -> ::hsl_vm::NativeResult {
            let _ = &cx;
            let itself = this;
            let this = ::hsl_std::binding::receiver::<#owner>(this)?;
            #takes
            ::hsl_std::binding::Returned::into_step(#call)
        }
    }
}

/// The shim of a verdict, and the function that decodes its arguments.
pub(crate) fn verdict(builtin: &Builtin, decision: &TokenStream) -> TokenStream {
    let (shim, decide) = (ident(builtin), decide_ident(builtin));
    let (takes, call, name) = (takes(builtin), call(builtin, None), &builtin.name);
    let guard = match &builtin.role {
        Role::Verdict(Some(guard)) => quote!(#guard(cx)?;),
        _ => quote!(let _ = &cx;),
    };
    quote! {
        fn #decide(
            args: &mut [::hsl_vm::Value],
        ) -> ::core::result::Result<#decision, ::hsl_vm::Thrown> {
            #takes
            #call
        }

        fn #shim(
            cx: &mut ::hsl_vm::Cx<'_>,
            args: &mut [::hsl_vm::Value],
        ) -> ::hsl_vm::NativeResult {
            #guard
            let kept = args.to_vec();
            #decide(args)?;
            ::hsl_std::binding::terminate(#name, kept)
        }
    }
}

/// One `let` per parameter that comes from the call.
fn takes(builtin: &Builtin) -> TokenStream {
    let decl = builtin.decl_ident();
    let mut position = 0usize;
    let lets: Vec<_> = builtin
        .params
        .iter()
        .filter_map(|param| {
            let ident = param.ident.as_ref()?;
            let taken = take(param, position);
            position += 1;
            Some(quote!(let #ident = #taken;))
        })
        .collect();
    if lets.is_empty() {
        return quote!(let _ = args;);
    }
    quote! {
        let mut given = ::hsl_std::binding::Arguments::new(&#decl, args);
        #(#lets)*
    }
}

fn take(param: &Param, position: usize) -> TokenStream {
    match &param.source {
        Source::Optional if param.lent => quote!(given.lent_optional(#position)?),
        Source::Optional => quote!(given.optional(#position)?),
        Source::Default(value) => {
            let value = literal::value(value);
            quote!(match given.optional(#position)? {
                ::core::option::Option::Some(value) => value,
                ::core::option::Option::None => #value,
            })
        }
        Source::Options => quote!(given.options(#position)?),
        Source::Rest => quote!(given.rest(#position)?),
        _ if param.lent => quote!(given.lent(#position)?),
        _ => quote!(given.required(#position)?),
    }
}

fn call(builtin: &Builtin, owner: Option<&TokenStream>) -> TokenStream {
    let function = &builtin.ident;
    let arguments = builtin.params.iter().map(|param| match (&param.source, &param.ident) {
        (Source::Context, _) => quote!(cx),
        (Source::Receiver, _) => quote!(this),
        (Source::Itself, _) => quote!(itself),
        (_, ident) => quote!(#ident),
    });
    match owner {
        Some(owner) => quote!(<#owner>::#function(#(#arguments),*)),
        None => quote!(#function(#(#arguments),*)),
    }
}
