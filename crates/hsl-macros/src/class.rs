//! `#[class]`: an `impl` block of a native class.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::spanned::Spanned;
use syn::{Attribute, ImplItem, ItemImpl, Path, Signature};

use crate::function::{Builtin, Family, Role};
use crate::library::family;
use crate::settings::{Settings, error};
use crate::{docs, shim};

pub(crate) fn expand(settings: TokenStream, item: TokenStream) -> syn::Result<TokenStream> {
    let mut settings = Settings::parse(settings)?;
    let family = family(&mut settings)?;
    let Some(name) = settings.string("name")? else {
        return error(Span::call_site(), "`name` is missing");
    };
    let iterate = settings.path("iterate")?;
    let let_go = settings.path("let_go")?;
    let freeze = settings.path("freeze")?;
    let line = match (settings.path("extends")?, settings.path("base")?) {
        (Some(class), Some(object)) => Some(Line { class, object }),
        (None, None) => None,
        _ => return error(Span::call_site(), "`extends` and `base` go together"),
    };
    settings.finish()?;
    let mut block: ItemImpl = syn::parse2(item)?;
    let docs = docs::text(&block.attrs);
    if docs.is_empty() {
        return error(block.span(), "a class needs a doc comment");
    }
    let mut builtins = Vec::new();
    for item in &mut block.items {
        if let ImplItem::Fn(function) = item {
            builtins.push(method(&mut function.attrs, &mut function.sig, &name)?);
        }
    }
    let mut traits = traits(iterate.as_ref(), let_go.as_ref(), freeze.as_ref());
    traits.extend(line.as_ref().map(Line::base));
    let extends = line.as_ref().map(|line| &line.class);
    let class = generate(&builtins, &family, &name, &docs, &block, extends, &traits)?;
    Ok(quote!(#block #class))
}

/// The class that is extended, and the function that gives its instance.
struct Line {
    class: Path,
    object: Path,
}

impl Line {
    fn base(&self) -> TokenStream {
        let object = &self.object;
        quote! {
            fn base(&self) -> ::core::option::Option<&dyn ::hsl_vm::NativeObject> {
                ::core::option::Option::Some(#object(self))
            }
        }
    }
}

/// A method; a constructor goes by the name of its class.
fn method(
    attributes: &mut Vec<Attribute>,
    signature: &mut Signature,
    class: &str,
) -> syn::Result<Builtin> {
    let mut builtin = Builtin::parse(attributes, signature)?;
    if builtin.role == Role::Constructor {
        builtin.name = class.to_owned();
        builtin.returns = Some(class.to_owned());
    }
    Ok(builtin)
}

fn generate(
    builtins: &[Builtin],
    family: &Family,
    name: &str,
    docs: &str,
    block: &ItemImpl,
    extends: Option<&Path>,
    traits: &TokenStream,
) -> syn::Result<TokenStream> {
    let self_ty = &block.self_ty;
    let owner = quote!(#self_ty);
    let declarations =
        builtins.iter().map(|b| b.declaration(family, true)).collect::<syn::Result<Vec<_>>>()?;
    let shims = builtins.iter().map(|builtin| match builtin.role {
        Role::Constructor => shim::constructor(builtin, &owner),
        _ if builtin.is_method() => shim::method(builtin, &owner),
        _ => shim::plain(builtin, Some(&owner)),
    });
    let constructor = builtins.iter().find(|b| b.role == Role::Constructor);
    let constructor_decl = constructor.map_or(quote!(::core::option::Option::None), |builtin| {
        let decl = builtin.decl_ident();
        quote!(::core::option::Option::Some(&#decl))
    });
    let constructor_native = constructor.map_or(quote!(::core::option::Option::None), |builtin| {
        let native = shim::ident(builtin);
        quote!(::core::option::Option::Some(#native))
    });
    let methods: Vec<_> = builtins.iter().filter(|b| b.role != Role::Constructor).collect();
    let decls = methods.iter().map(|b| b.decl_ident());
    let of_instance = methods.iter().filter(|b| b.is_method()).map(|b| {
        let (decl, native) = (b.decl_ident(), shim::ident(b));
        quote!((&#decl, #native as ::hsl_vm::NativeMethod))
    });
    let of_class = methods.iter().filter(|b| !b.is_method()).map(|b| {
        let (decl, native) = (b.decl_ident(), shim::ident(b));
        quote!((&#decl, #native as ::hsl_vm::Native))
    });
    let (topic, contexts) = (&family.topic, &family.contexts);
    let none = quote!(::core::option::Option::None);
    let (extends, native_extends) = extends.map_or((none.clone(), none), |class| {
        let some = quote!(::core::option::Option::Some);
        (quote!(#some(<#class>::DECL)), quote!(#some(<#class>::CLASS)))
    });
    Ok(quote! {
        const _: () = {
            #(#declarations)*
            #(#shims)*

            static DECL: ::hsl_decl::Class = ::hsl_decl::Class {
                name: #name,
                topic: #topic,
                extends: #extends,
                constructor: #constructor_decl,
                methods: &[#(&#decls),*],
                properties: &[],
                contexts: #contexts,
                docs: ::hsl_decl::Docs(#docs),
            };

            static CLASS: ::hsl_vm::NativeClass = ::hsl_vm::NativeClass {
                decl: &DECL,
                extends: #native_extends,
                constructor: #constructor_native,
                methods: &[#(#of_instance),*],
                statics: &[#(#of_class),*],
            };

            impl #owner {
                /// The declaration of the class.
                pub const DECL: &'static ::hsl_decl::Class = &DECL;
                /// The class as the virtual machine knows it.
                pub const CLASS: &'static ::hsl_vm::NativeClass = &CLASS;
            }

            impl ::hsl_vm::NativeObject for #owner {
                fn class(&self) -> &'static ::hsl_vm::NativeClass {
                    &CLASS
                }

                fn as_any(&self) -> &dyn ::core::any::Any {
                    self
                }

                #traits
            }
        };
    })
}

/// What a class does beyond its methods.
fn traits(iterate: Option<&Path>, let_go: Option<&Path>, freeze: Option<&Path>) -> TokenStream {
    let iterate = iterate.map(|iterate| {
        quote! {
            fn iterate(
                &self,
            ) -> ::core::option::Option<::std::boxed::Box<dyn ::hsl_vm::NativeIterator>> {
                ::core::option::Option::Some(#iterate(self))
            }
        }
    });
    let let_go = let_go.map(|let_go| {
        quote! {
            fn holds_values(&self) -> bool {
                true
            }

            fn let_go(&self) {
                #let_go(self)
            }
        }
    });
    let freeze = freeze.map(|freeze| {
        quote! {
            fn freeze(
                &self,
                freezer: &mut ::hsl_vm::Freezer,
            ) -> ::core::option::Option<::std::sync::Arc<dyn ::hsl_vm::FrozenObject>> {
                #freeze(self, freezer)
            }
        }
    });
    quote!(#iterate #let_go #freeze)
}
