//! Words with a meaning of their own, as `grammar.js` lists them.

/// Words of the language; never names of functions, classes or imports.
pub const KEYWORDS: &[&str] = &[
    "and",
    "array",
    "as",
    "barrier",
    "break",
    "builtin",
    "cache",
    "case",
    "catch",
    "class",
    "closure",
    "constructor",
    "continue",
    "default",
    "echo",
    "else",
    "false",
    "for",
    "foreach",
    "forever",
    "from",
    "function",
    "global",
    "if",
    "import",
    "include",
    "include_once",
    "isset",
    "match",
    "none",
    "not",
    "or",
    "private",
    "readonly",
    "return",
    "static",
    "switch",
    "throw",
    "true",
    "try",
    "unset",
    "while",
    "with",
    "yield",
];

/// Words kept free for later versions; refused in the same places.
pub const FUTURE: &[&str] = &[
    "clone",
    "const",
    "destroy",
    "export",
    "extends",
    "final",
    "finally",
    "goto",
    "in",
    "interface",
    "lambda",
    "namespace",
    "new",
    "object",
    "pass",
    "print",
    "protected",
    "public",
    "self",
    "struct",
    "this",
    "trait",
    "use",
];

/// The word that only test files may use, as the name of a library function: nothing may be defined
/// under it.
pub const ASSERT: &str = "assert";

/// Whether the word may not name a function, class or import.
pub fn is_reserved(word: &str) -> bool {
    KEYWORDS.contains(&word) || FUTURE.contains(&word) || word == ASSERT
}

/// Whether the bytes have the form of an identifier.
pub fn is_identifier(text: &[u8]) -> bool {
    let (first, rest) = match text.split_first() {
        Some(parts) => parts,
        None => return false,
    };
    is_start(*first) && rest.iter().all(|byte| is_part(*byte))
}

/// Whether an identifier may begin with this byte.
pub fn is_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_'
}

/// Whether an identifier may go on with this byte.
pub fn is_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The grammar is JavaScript, so its lists cannot be read from here; their text can.
    #[test]
    fn lists_are_those_of_the_grammar() {
        let grammar = include_str!("../grammar.js");
        for (name, words) in [("KEYWORDS", KEYWORDS), ("FUTURE", FUTURE)] {
            let from = grammar.find(&format!("const {name} = [")).expect("the list");
            let list = &grammar[from..from + grammar[from..].find("];").expect("its end")];
            let mut expected: Vec<_> = list.split('\'').skip(1).step_by(2).collect();
            expected.sort_unstable();
            assert_eq!(words, expected);
        }
    }

    #[test]
    fn identifiers() {
        assert!(is_identifier(b"_a1") && is_identifier(b"x"));
        assert!(!is_identifier(b"1a") && !is_identifier(b"") && !is_identifier(b"a-b"));
    }
}
