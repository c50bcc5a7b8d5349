//! The vocabulary in which everything a script can name is declared.
//!
//! A builtin, a class, a hook variable or an options key is declared once, as a value of these
//! types, beside the code that implements it. Run time, completion, hover, lints and the reference
//! pages read that one declaration.
//!
//! *Invariants.* Declarations are `'static` data without behaviour; a [`Catalog`] is an index over
//! them and never owns text.
//!
//! *Not here.* Implementations (`hsl-std`, `mta-hooks`), values (`hsl-vm`).

mod catalog;
mod class;
mod docs;
mod follows;
mod function;
mod hook;
mod id;
mod idle;
pub mod markdown;
mod secret;
mod taint;
pub mod terms;
mod ty;

pub use catalog::Catalog;
pub use class::{Class, Property};
pub use docs::Docs;
pub use follows::Follows;
pub use function::{Effect, Function, OptionDecl, Param};
pub use hook::{COMMAND_LINE, Contexts, Hook, HookDecl, HookSet, Key, Variable};
pub use id::IdKind;
pub use idle::{Condition, Idle};
pub use secret::{SecretForm, is_secret_name, secret_form};
pub use taint::{Origin, Sink, Sinks};
pub use ty::Ty;
