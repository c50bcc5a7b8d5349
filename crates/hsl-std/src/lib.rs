//! Builtin functions and classes by topic.
//!
//! One file per topic; each function in a `functions` module is a builtin, its doc comment is the
//! reference page, and its example is a test. To add one, write the function.
//!
//! *Invariants.* Nothing here touches a clock, a file, a socket or a random source: natives ask the
//! world through [`hsl_vm::Cx::world`] or suspend on a [`hsl_vm::Request`].
//!
//! *Not here.* Values and operators (`hsl-vm`), what exists in hooks only (`mta-hooks`), serving
//! requests (`hsl-host`).

// The code that `hsl-macros` generates names this crate.
extern crate self as hsl_std;

mod addresses;
mod arrays;
pub mod binding;
mod callbacks;
pub mod certificates;
mod cipher;
mod cms;
mod codecs;
mod collections;
mod compat;
mod compress;
mod compute;
mod csv;
mod dns;
mod domains;
mod files;
mod foreign;
mod hash;
mod http;
mod iconv;
mod json;
mod keys;
mod log;
mod lookups;
mod mail;
mod memory;
mod metrics;
mod numbers;
mod pack;
mod passwords;
mod queue;
mod random;
mod regex;
mod resource;
mod server;
mod sockets;
mod spf;
mod strings;
pub mod testing;
mod time;
mod types;
mod urls;
mod yaml;

use hsl_decl::Function;
use hsl_vm::{Library, NativeClass};

use dns::older as dns_older;

pub use domains::{SuffixError, SuffixList};
pub use lookups::StateTimeouts;
pub use mail::{
    CopyDsn, CopyOptions, GivenAddress, MESSAGE_OF_TEXT, Mail, MailMessage, MimePart, QueuedCopy,
    QueuedId, Submission,
};
pub use metrics::{Bucket, Reading};
pub use queue::{EntryId, QueueFields, Usage};

/// A topic: its declarations and the binding of them.
type Topic = (&'static [&'static Function], fn(&mut Library));

macro_rules! topics {
    ($($topic:ident)*) => { &[$(($topic::functions::DECLS, $topic::functions::bind)),*] };
}

static TOPICS: &[Topic] = topics! {
    addresses arrays callbacks cipher cms codecs compat compress csv dns dns_older domains hash http json keys
    log lookups mail memory metrics numbers pack passwords queue random regex spf strings time types urls yaml
};

/// Declarations of all functions.
pub fn functions() -> impl Iterator<Item = &'static Function> {
    TOPICS.iter().flat_map(|(decls, _)| decls.iter().copied())
}

/// All classes.
pub fn classes() -> impl Iterator<Item = &'static NativeClass> {
    static CLASSES: &[&NativeClass] = &[
        collections::Map::CLASS,
        collections::Set::CLASS,
        collections::Iterator::CLASS,
        certificates::X509::CLASS,
        certificates::X509Crl::CLASS,
        files::File::CLASS,
        foreign::Ffi::CLASS,
        sockets::Socket::CLASS,
        sockets::TlsSocket::CLASS,
        iconv::Iconv::CLASS,
        mail::MimePart::CLASS,
        mail::MailMessage::CLASS,
        mail::Mime::CLASS,
        hsl_vm::Exception::CLASS,
    ];
    CLASSES.iter().copied()
}

/// Binds all functions and classes.
pub fn bind(library: &mut Library) {
    TOPICS.iter().for_each(|(_, bind)| bind(library));
    classes().for_each(|class| library.insert_class(class));
}
