//! `#[library]`: a module of builtins.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};
use syn::spanned::Spanned;
use syn::{Expr, Item, ItemFn, ItemMod, Path};

use crate::function::{Builtin, Family, Role};
use crate::settings::{Settings, error};
use crate::shim;

pub(crate) fn expand(settings: TokenStream, item: TokenStream) -> syn::Result<TokenStream> {
    let mut settings = Settings::parse(settings)?;
    let family = family(&mut settings)?;
    let decision = settings.path("decision")?;
    settings.finish()?;
    let mut module: ItemMod = syn::parse2(item)?;
    let Some((_, items)) = &mut module.content else {
        return error(module.span(), "`library` needs the module's body in the same file");
    };
    let mut builtins = Vec::new();
    for item in items.iter_mut() {
        if let Item::Fn(function) = item {
            builtins.push(parse(function)?);
        }
    }
    let generated = generate(&builtins, &family, decision.as_ref())?;
    items.push(Item::Verbatim(generated));
    Ok(quote!(#module))
}

/// Topic and contexts, common to `library` and `class`.
pub(crate) fn family(settings: &mut Settings) -> syn::Result<Family> {
    let Some(topic) = settings.string("topic")? else {
        return error(Span::call_site(), "`topic` is missing");
    };
    let hooks = settings.list("contexts")?.iter().map(hook).collect::<syn::Result<Vec<_>>>()?;
    let contexts = if hooks.is_empty() {
        quote!(::hsl_decl::Contexts::Everywhere)
    } else {
        quote! {
            ::hsl_decl::Contexts::Hooks(::hsl_decl::HookSet::of(&[#(::hsl_decl::Hook::#hooks),*]))
        }
    };
    Ok(Family { topic, contexts })
}

fn hook(name: &Expr) -> syn::Result<Ident> {
    let known = match name {
        Expr::Path(path) => path.path.get_ident().map(Ident::to_string),
        _ => None,
    };
    let variant = match known.as_deref() {
        Some("connect") => "Connect",
        Some("proxy") => "Proxy",
        Some("helo") => "Helo",
        Some("auth") => "Auth",
        Some("mailfrom") => "MailFrom",
        Some("rcptto") => "RcptTo",
        Some("eod") => "Eod",
        Some("disconnect") => "Disconnect",
        Some("predelivery") => "PreDelivery",
        Some("postdelivery") => "PostDelivery",
        _ => return error(name.span(), "expected the name of a hook"),
    };
    Ok(format_ident!("{variant}"))
}

fn parse(function: &mut ItemFn) -> syn::Result<Builtin> {
    let builtin = Builtin::parse(&mut function.attrs, &mut function.sig)?;
    if builtin.is_method() || builtin.role == Role::Constructor {
        return error(function.span(), "methods belong into `class`");
    }
    Ok(builtin)
}

fn generate(
    builtins: &[Builtin],
    family: &Family,
    decision: Option<&Path>,
) -> syn::Result<TokenStream> {
    let declarations =
        builtins.iter().map(|b| b.declaration(family, false)).collect::<syn::Result<Vec<_>>>()?;
    let shims = builtins
        .iter()
        .map(|builtin| match (&builtin.role, decision) {
            (Role::Verdict(_), Some(decision)) => Ok(shim::verdict(builtin, &quote!(#decision))),
            (Role::Verdict(_), None) => {
                error(builtin.ident.span(), "a module with verdicts needs `decision = Type`")
            }
            _ => Ok(shim::plain(builtin, None)),
        })
        .collect::<syn::Result<Vec<_>>>()?;
    let decls: Vec<_> = builtins.iter().map(Builtin::decl_ident).collect();
    let natives = builtins.iter().map(shim::ident);
    let decode = decision.map(|decision| decoder(builtins, decision));
    Ok(quote! {
        #(#declarations)*
        #(#shims)*

        /// Declarations in source order.
        pub static DECLS: &[&::hsl_decl::Function] = &[#(&#decls),*];

        /// Binds every function of this module.
        pub fn bind(library: &mut ::hsl_vm::Library) {
            #(library.insert(&#decls, #natives);)*
        }

        #decode
    })
}

fn decoder(builtins: &[Builtin], decision: &Path) -> TokenStream {
    let arms = builtins.iter().filter(|b| matches!(b.role, Role::Verdict(_))).map(|builtin| {
        let (name, decide) = (&builtin.name, shim::decide_ident(builtin));
        quote!(#name => #decide(&mut args))
    });
    quote! {
        /// The decision that a verdict stands for.
        ///
        /// # Errors
        ///
        /// A name that is no verdict here, or arguments that the verdict would not have let pass.
        pub fn decode(
            verdict: &::hsl_vm::Verdict,
        ) -> ::core::result::Result<#decision, ::hsl_vm::Thrown> {
            let mut args = verdict.args.to_vec();
            match verdict.name {
                #(#arms,)*
                other => ::core::result::Result::Err(::hsl_std::binding::not_here(other)),
            }
        }
    }
}
