//! Attribute macros that turn documented Rust functions into HSL builtins.
//!
//! A builtin is one Rust function with a doc comment. From it the macros read name, parameters,
//! types, options, effect and documentation, and write the `hsl_decl` declaration and the shim
//! that checks and converts arguments. Nothing is registered by hand a second time.
//!
//! *Invariants.* The generated code names only `hsl_decl`, `hsl_vm` and `hsl_std::binding`; every
//! function without a doc comment is refused at build time.
//!
//! *Not here.* Conversion between Rust and HSL values (`hsl_std::binding`).

use proc_macro::TokenStream;

mod class;
mod docs;
mod function;
mod idle;
mod library;
mod literal;
mod options;
mod params;
mod record;
mod settings;
mod shim;
mod ty;
mod variables;

/// Turns every function of a module into a builtin.
///
/// `#[library(topic = "strings")] mod functions { … }` keeps the functions and adds
/// `pub static DECLS: &[&Function]` and `pub fn bind(&mut Library)`. Settings: `topic` (required),
/// `contexts = [eod, …]` (default everywhere) and `decision = Type` for modules with verdicts, which
/// adds `pub fn decode(&Verdict) -> Result<Type, Thrown>`.
///
/// A function takes `#[builtin(name = "…", effect = reads, returns = "string or none",
/// deprecated = "…", differs = "…")]`, or `#[verdict(name = "…", guard = path)]`. Parameters are Rust types that
/// implement `FromValue`, or borrowed ones that implement `LentValue` (texts are cheaper to lend than to
/// move); `Option<T>` is optional, `#[default(0)]` supplies a literal,
/// `#[shown("e")]` only documents one, `Rest` takes
/// what remains, `#[ty("string or array")]` narrows the declared type, a parameter called `options`
/// is an `Options` type, and `&mut Cx<'_>` asks for the running fiber.
///
/// What a function has to do with untrusted values is said by `origin = Text`, `cleans = [Pattern]` or
/// `keeps = [Key]`, and at its parameters by `#[sink(Path)]` and `#[checked]`, in the words of
/// `hsl_decl::{Origin, Sink}`.
///
/// `#[values("ecb", "cbc")]` closes the set of strings that a parameter takes, `#[open]` beside it says
/// that there are others; the strings may be those of a constant: `#[values(MODES)]`. `#[keys(Server)]`
/// names the `Options` type that the array is read into.
#[proc_macro_attribute]
pub fn library(settings: TokenStream, item: TokenStream) -> TokenStream {
    finish(library::expand(settings.into(), item.into()))
}

/// Turns an `impl` block into a native class.
///
/// `#[class(name = "Map", topic = "types")] impl Map { … }` keeps the methods and adds
/// `Map::CLASS` and `impl NativeObject for Map`. A method with `&self` is called on an instance, one
/// marked `#[builtin(constructor)]` makes one, every other is static. `iterate = path` names the
/// function that `foreach` gets its items from, `let_go = path` the one that drops the values it
/// holds, `freeze = path` the one that gives its form for other threads. `extends = Type` with
/// `base = path` inherits the methods of another class: the function gives the instance of that class
/// inside this one. A parameter `&Rc<dyn NativeObject>` gets the object that a method is called on,
/// which may be of a class that extends this one.
#[proc_macro_attribute]
pub fn class(settings: TokenStream, item: TokenStream) -> TokenStream {
    finish(class::expand(settings.into(), item.into()))
}

/// Reads an options array into a struct: one documented field per key.
///
/// `#[option(default = 5)]` gives the value of a missing key and its documentation;
/// `#[option(shown = "system resolvers")]` only documents it, for `Option<T>` fields;
/// `#[option(values = ["a", "mx"])]` or `values = NAMES` closes the set of strings, unless `open` stands
/// beside it, and raises no exception for another with `lenient`; `keys = Inner` names the `Options` type that an array is read into;
/// `needs = "background"` names the option without which it has no effect, `excludes = "sourceipid"` the
/// one beside which it has none; `name` and `ty` override what the field says.
#[proc_macro_derive(Options, attributes(option))]
pub fn options(item: TokenStream) -> TokenStream {
    finish(options::expand(item.into()))
}

/// Turns a struct into an array with known keys: one documented field per key.
///
/// `Option<T>` is left out when it is none. `#[field(secret)]` marks credentials, `flatten` inlines
/// another record, `name` and `ty` override what the field says, `origin = Word` tells who wrote it,
/// `since = "5.9"` names the version of the configuration format that first had the key.
#[proc_macro_derive(Record, attributes(field))]
pub fn record(item: TokenStream) -> TokenStream {
    finish(record::expand(item.into()))
}

/// Turns a struct into the variables of a hook: one documented field per variable.
///
/// `#[variable(writable)]` lets scripts assign it; all others are read-only.
#[proc_macro_derive(Variables, attributes(variable))]
pub fn variables(item: TokenStream) -> TokenStream {
    finish(variables::expand(item.into()))
}

fn finish(result: syn::Result<proc_macro2::TokenStream>) -> TokenStream {
    result.unwrap_or_else(syn::Error::into_compile_error).into()
}
