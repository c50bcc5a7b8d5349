//! What a script sees and may decide in each phase.
//!
//! One file per hook: a struct of its variables, which the server fills, and one function per
//! verdict, from which declaration, argument checks and the typed decision follow.
//!
//! *Invariants.* A variable that is declared is filled, or the crate does not compile; a verdict
//! that reached the server decodes; a failed script never accepts.
//!
//! *Not here.* Running a hook (`mta`), the reply on the wire (`smtp-proto`), functions that exist
//! everywhere (`hsl-std`).

pub mod address;
pub mod attempt;
pub mod auth;
pub mod connect;
pub mod connection;
pub mod disconnect;
pub mod eod;
pub mod helo;
pub mod mailfrom;
pub mod message;
pub mod metadata;
mod nested;
pub mod outcome;
mod phase;
pub mod postdelivery;
pub mod predelivery;
pub mod proxy;
pub mod queued;
pub mod rcptto;
pub mod refusal;
pub mod reply;
pub mod requeue;
pub mod sample;
pub mod transaction;

use std::sync::OnceLock;

use hsl_decl::{Catalog, Class, Function, Hook, HookDecl};
use hsl_vm::{Library, NativeClass};

pub use phase::{Phase, Variables};

/// Every hook in the order of a message's life.
pub static HOOKS: [&HookDecl; 10] = [
    &connect::DECL,
    &proxy::DECL,
    &helo::DECL,
    &auth::DECL,
    &mailfrom::DECL,
    &rcptto::DECL,
    &eod::DECL,
    &disconnect::DECL,
    &predelivery::DECL,
    &postdelivery::DECL,
];

/// Everything a script can name: the standard library, the hooks and what exists only there.
pub fn catalog() -> &'static Catalog {
    static CATALOG: OnceLock<Catalog> = OnceLock::new();
    CATALOG.get_or_init(|| Catalog::new(functions(), declared_classes(), HOOKS))
}

/// Everything that a test file can name: what exists on the command line, and the functions of
/// tests.
pub fn test_catalog() -> &'static Catalog {
    static CATALOG: OnceLock<Catalog> = OnceLock::new();
    CATALOG.get_or_init(|| {
        Catalog::new(functions().chain(hsl_std::testing::declarations()), declared_classes(), HOOKS)
    })
}

/// What the runner of tests compiles with: its own functions too.
pub fn runner_catalog() -> &'static Catalog {
    static CATALOG: OnceLock<Catalog> = OnceLock::new();
    CATALOG.get_or_init(|| {
        let of_tests = hsl_std::testing::declarations();
        let own = hsl_std::testing::runner_declarations();
        Catalog::new(functions().chain(of_tests).chain(own), declared_classes(), HOOKS)
    })
}

/// The catalogue for a file of this name: that of tests for `*.test.hsl`.
pub fn catalog_for(file: &str) -> &'static Catalog {
    if is_test(file) { test_catalog() } else { catalog() }
}

/// Whether a file of this name is a test.
pub fn is_test(file: &str) -> bool {
    file.ends_with(".test.hsl")
}

/// The bindings of everything that exists in a hook, or on the command line for none.
#[must_use]
pub fn library(hook: Option<Hook>) -> Library {
    let mut library = Library::new();
    hsl_std::bind(&mut library);
    let Some(hook) = hook else { return library };
    if !hook.is_smtp() {
        metadata::functions::bind(&mut library);
    }
    classes()
        .filter(|class| class.decl.contexts.allow(Some(hook)))
        .for_each(|class| library.insert_class(class));
    bind_verdicts(hook, &mut library);
    library
}

fn functions() -> impl Iterator<Item = &'static Function> {
    hsl_std::functions().chain(metadata::functions::DECLS.iter().copied())
}

fn declared_classes() -> impl Iterator<Item = &'static Class> {
    hsl_std::classes().chain(classes()).map(|class| class.decl)
}

/// Classes of this crate.
fn classes() -> impl Iterator<Item = &'static NativeClass> {
    std::iter::once(message::EodMessage::CLASS)
}

fn bind_verdicts(hook: Hook, library: &mut Library) {
    match hook {
        Hook::Connect => connect::functions::bind(library),
        Hook::Proxy => proxy::functions::bind(library),
        Hook::Helo => helo::functions::bind(library),
        Hook::Auth => auth::functions::bind(library),
        Hook::MailFrom => mailfrom::functions::bind(library),
        Hook::RcptTo => rcptto::functions::bind(library),
        Hook::Eod => eod::functions::bind(library),
        Hook::Disconnect => disconnect::functions::bind(library),
        Hook::PreDelivery => predelivery::functions::bind(library),
        Hook::PostDelivery => postdelivery::functions::bind(library),
    }
}
