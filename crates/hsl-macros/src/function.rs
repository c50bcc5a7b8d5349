//! One builtin: what its declaration says.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Attribute, Path, ReturnType, Signature};

use crate::params::{self, Param, Source};
use crate::settings::{Settings, error, origin, sinks};
use crate::{docs, ty};

/// What all functions of a module or class share.
pub(crate) struct Family {
    pub(crate) topic: String,
    pub(crate) contexts: TokenStream,
}

/// A function that scripts can call.
pub(crate) struct Builtin {
    pub(crate) ident: Ident,
    pub(crate) name: String,
    pub(crate) params: Vec<Param>,
    pub(crate) role: Role,
    pub(crate) output: ReturnType,
    docs: String,
    effect: Ident,
    pub(crate) returns: Option<String>,
    result: Option<Path>,
    elements: Option<String>,
    follows: Option<Path>,
    tests: Option<String>,
    origin: TokenStream,
    cleans: TokenStream,
    deprecated: Option<String>,
    differs: Option<String>,
    limit: Option<Path>,
}

/// How a function is called.
#[derive(Clone, PartialEq)]
pub(crate) enum Role {
    /// By its name, or on a class.
    Plain,
    /// Makes an instance.
    Constructor,
    /// Ends the hook; the path is a check that needs the running fiber.
    Verdict(Option<Path>),
}

impl Builtin {
    /// Reads a function and strips our attributes off it.
    pub(crate) fn parse(
        attributes: &mut Vec<Attribute>,
        signature: &mut Signature,
    ) -> syn::Result<Self> {
        let ident = signature.ident.clone();
        let is_verdict = attributes.iter().any(|a| a.path().is_ident("verdict"));
        let mut settings =
            Settings::take(attributes, if is_verdict { "verdict" } else { "builtin" })?;
        let params = params::parse(signature)?;
        let role = if is_verdict {
            Role::Verdict(settings.path("guard")?)
        } else if settings.flag("constructor") {
            Role::Constructor
        } else {
            Role::Plain
        };
        let builtin = Self {
            name: settings.string("name")?.unwrap_or_else(|| ident.unraw().to_string()),
            docs: docs::text(attributes),
            effect: effect(&mut settings, &params, &role, &ident)?,
            returns: settings.string("returns")?,
            result: settings.path("result")?,
            elements: settings.string("elements")?,
            follows: settings.path("follows")?,
            tests: settings.string("tests")?,
            origin: origin(settings.path("origin")?.as_ref()),
            cleans: cleans(&mut settings)?,
            deprecated: settings.string("deprecated")?,
            differs: settings.string("differs")?,
            limit: settings.path("limit")?,
            output: signature.output.clone(),
            params,
            role,
            ident,
        };
        settings.finish()?;
        if builtin.docs.is_empty() {
            return error(builtin.ident.span(), "a builtin needs a doc comment");
        }
        Ok(builtin)
    }

    /// Name of the static that holds the declaration.
    pub(crate) fn decl_ident(&self) -> Ident {
        format_ident!("{}_DECL", self.ident.unraw().to_string().to_uppercase())
    }

    /// Whether it is called on an instance.
    pub(crate) fn is_method(&self) -> bool {
        self.params.iter().any(|param| matches!(param.source, Source::Receiver))
    }

    /// The static that declares it; `in_class` decides whether it can be static.
    pub(crate) fn declaration(&self, family: &Family, in_class: bool) -> syn::Result<TokenStream> {
        let decl = self.decl_ident();
        let (name, topic, docs) = (&self.name, &family.topic, &self.docs);
        let (contexts, effect) = (&family.contexts, &self.effect);
        let params = self
            .params
            .iter()
            .filter_map(|p| p.declaration().transpose())
            .collect::<Result<Vec<_>, _>>()?;
        let (returns, keys, options) = (self.returns()?, self.keys(), self.options());
        let (origin, cleans) = (&self.origin, &self.cleans);
        let (elements, follows) = (self.elements()?, self.follows()?);
        let is_static = in_class && self.role == Role::Plain && !self.is_method();
        let [deprecated, differs] = [&self.deprecated, &self.differs].map(|text| match text {
            Some(text) => quote!(::core::option::Option::Some(#text)),
            None => quote!(::core::option::Option::None),
        });
        let limit = match &self.limit {
            Some(path) => quote!(::core::option::Option::Some(#path)),
            None => quote!(::core::option::Option::None),
        };
        let summary = format!("Declaration of `{name}`.");
        Ok(quote! {
            #[doc = #summary]
            pub static #decl: ::hsl_decl::Function = ::hsl_decl::Function {
                name: #name,
                topic: #topic,
                params: &[#(#params),*],
                returns: #returns,
                keys: #keys,
                elements: #elements,
                follows: #follows,
                origin: #origin,
                cleans: #cleans,
                options: #options,
                contexts: #contexts,
                effect: ::hsl_decl::Effect::#effect,
                limit: #limit,
                is_static: #is_static,
                deprecated: #deprecated,
                differs: #differs,
                docs: ::hsl_decl::Docs(#docs),
            };
        })
    }

    fn returns(&self) -> syn::Result<TokenStream> {
        if let Some(text) = &self.returns {
            return ty::from_text(text, self.ident.span());
        }
        Ok(match (&self.role, &self.output) {
            (Role::Verdict(_), _) => quote!(::hsl_decl::Ty::NEVER),
            (_, ReturnType::Default) => quote!(::hsl_decl::Ty::NONE),
            (_, ReturnType::Type(_, ty)) => {
                quote!(<#ty as ::hsl_std::binding::Returned>::TY)
            }
        })
    }

    fn keys(&self) -> TokenStream {
        match (&self.result, &self.role, &self.output) {
            (Some(path), ..) => quote!(<#path as ::hsl_std::binding::Shape>::KEYS),
            (None, Role::Plain, ReturnType::Type(_, ty)) => {
                quote!(<#ty as ::hsl_std::binding::Returned>::KEYS)
            }
            _ => quote!(&[]),
        }
    }

    fn elements(&self) -> syn::Result<TokenStream> {
        if let Some(text) = &self.elements {
            let ty = ty::from_text(text, self.ident.span())?;
            return Ok(quote!(::core::option::Option::Some(#ty)));
        }
        Ok(match (&self.result, &self.role, &self.output) {
            (Some(path), ..) => quote!(<#path as ::hsl_std::binding::Shape>::ELEMENTS),
            (None, Role::Plain, ReturnType::Type(_, ty)) => {
                quote!(<#ty as ::hsl_std::binding::Returned>::ELEMENTS)
            }
            _ => quote!(::core::option::Option::None),
        })
    }

    fn follows(&self) -> syn::Result<TokenStream> {
        if let Some(text) = &self.tests {
            let ty = ty::from_text(text, self.ident.span())?;
            return Ok(quote!(::hsl_decl::Follows::Tests(#ty)));
        }
        Ok(match &self.follows {
            Some(path) => quote!(::hsl_decl::Follows::#path),
            None => quote!(::hsl_decl::Follows::Nothing),
        })
    }

    fn options(&self) -> TokenStream {
        let options = self.params.iter().find(|p| matches!(p.source, Source::Options));
        match options.and_then(|param| param.rust.as_ref()) {
            Some(rust) => quote!(<#rust as ::hsl_std::binding::Options>::DECLS),
            None => quote!(&[]),
        }
    }
}

/// What the result cannot do harm to: what `cleans` names, or all but what `keeps` names.
fn cleans(settings: &mut Settings) -> syn::Result<TokenStream> {
    let cleans = sinks(&settings.names("cleans")?.unwrap_or_default());
    let Some(keeps) = settings.names("keeps")? else { return Ok(cleans) };
    let keeps = sinks(&keeps);
    Ok(quote!(::hsl_decl::Sinks::ALL.without(#keeps).union(#cleans)))
}

/// The declared effect; a function that sees the fiber must say what it does with it.
fn effect(
    settings: &mut Settings,
    params: &[Param],
    role: &Role,
    ident: &Ident,
) -> syn::Result<Ident> {
    if matches!(role, Role::Verdict(_)) {
        return Ok(format_ident!("Terminates"));
    }
    let Some(path) = settings.path("effect")? else {
        if params.iter().any(|param| matches!(param.source, Source::Context)) {
            return error(ident.span(), "a builtin that takes `Cx` must name its `effect`");
        }
        return Ok(format_ident!("Pure"));
    };
    let name = match path.get_ident().map(Ident::to_string).as_deref() {
        Some("pure") => "Pure",
        Some("reads") => "Reads",
        Some("callback") => "Callback",
        Some("external") => "External",
        Some("mutates") => "Mutates",
        _ => return error(path.span(), "expected pure, reads, callback, external or mutates"),
    };
    Ok(format_ident!("{name}"))
}
