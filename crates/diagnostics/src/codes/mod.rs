//! The one table of diagnostic codes, with the page of each.
//!
//! A page is the doc comment: what the finding is about, then `# Why`, and `# Bad` and `# Good` with
//! programs where a program can show it. ` ```hsl rcptto ` is a program of a hook, ` ```hsl file NAME `
//! a file that the next program can import; tests run them.
//!
//! *Not here.* Codes of advice (`hsl-lint`), each beside its check.

mod configuration;
mod language;
mod names;

pub use configuration::*;
pub use language::*;
pub use names::*;

use crate::Code;

macro_rules! codes {
    ($(
        $(#[doc = $page:literal])*
        $konst:ident = $id:literal $name:literal $severity:ident $summary:literal;
    )*) => {
        $(
            #[doc = $summary]
            #[doc = ""]
            $(#[doc = $page])*
            pub static $konst: crate::Code = crate::Code {
                id: $id,
                name: $name,
                severity: crate::Severity::$severity,
                summary: $summary,
                doc: &[$($page),*],
            };
        )*

        /// The codes of this file, in its order.
        pub(super) const ALL: &[&crate::Code] = &[$(&$konst),*];
    };
}
use codes;

/// Every code, in the order of the files of this folder.
pub static ALL: &[&Code] = &joined();

/// How many there are.
const COUNT: usize = names::ALL.len() + language::ALL.len() + configuration::ALL.len();

const fn joined() -> [&'static Code; COUNT] {
    let mut all = [names::ALL[0]; COUNT];
    let parts = [names::ALL, language::ALL, configuration::ALL];
    let (mut part, mut at) = (0, 0);
    while part < parts.len() {
        let mut within = 0;
        while within < parts[part].len() {
            all[at] = parts[part][within];
            (within, at) = (within + 1, at + 1);
        }
        part += 1;
    }
    all
}

/// The code with this id or name.
pub fn find(id_or_name: &str) -> Option<&'static Code> {
    ALL.iter().copied().find(|c| c.id == id_or_name || c.name == id_or_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_and_names_are_unique() {
        for (i, a) in ALL.iter().enumerate() {
            for b in &ALL[i + 1..] {
                assert_ne!(a.id, b.id);
                assert_ne!(a.name, b.name);
            }
        }
    }
}
