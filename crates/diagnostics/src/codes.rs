//! The one table of diagnostic codes.

use crate::{Code, Severity};

macro_rules! codes {
    ($(
        $(#[doc = $page:literal])*
        $konst:ident = $id:literal $name:literal $severity:ident $summary:literal;
    )*) => {
        $(
            #[doc = $summary]
            #[doc = ""]
            $(#[doc = $page])*
            pub static $konst: Code = Code {
                id: $id,
                name: $name,
                severity: Severity::$severity,
                summary: $summary,
                doc: &[$($page),*],
            };
        )*

        /// Every code, in the order of this table.
        pub static ALL: &[&Code] = &[$(&$konst),*];
    };
}

codes! {
    SYNTAX_ERROR = "HSL1001" "syntax-error" Error "The text does not follow the grammar.";
    UNKNOWN_FUNCTION = "HSL1002" "unknown-function" Error "A function or class that is called is not defined.";
    UNKNOWN_MEMBER = "HSL1003" "unknown-member" Error "A class has no such static member.";
    UNRESOLVED_IMPORT = "HSL1004" "unresolved-import" Error "An included or imported file does not exist.";
    UNKNOWN_SYMBOL = "HSL1005" "unknown-symbol" Error "A module does not define the imported name.";
    IMPORT_CYCLE = "HSL1006" "import-cycle" Error "Files include or import each other, or an import is conditional.";
    ARGUMENT_COUNT = "HSL1007" "argument-count" Error "A call has too few or too many arguments.";
    MISPLACED_JUMP = "HSL1008" "misplaced-jump" Error "A jump or yield stands outside the construct it belongs to.";
    DUPLICATE_DEFINITION = "HSL1009" "duplicate-definition" Error "A name is defined twice in one scope.";
    INVALID_REGEX = "HSL1010" "invalid-regex" Error "A literal regular expression does not compile.";
    READONLY_ASSIGNMENT = "HSL1011" "readonly-assignment" Error "A read-only variable is assigned or modified.";
    CACHE_BARRIER_MISUSE = "HSL1012" "cache-barrier-misuse" Error "`cache` or `barrier` is used on something it cannot hold.";
    INVALID_TARGET = "HSL1013" "invalid-target" Error "Something that is not a variable, element or property is assigned, tested or removed.";
    INVALID_DATA_IMPORT = "HSL1014" "invalid-data-import" Error "An imported data file cannot be converted.";
    INVALID_PARAMETERS = "HSL1015" "invalid-parameters" Error "A parameter list breaks the order or constancy rules.";
    CODE_LIMIT = "HSL1016" "code-limit" Error "A function needs more registers, constants or code than the virtual machine has.";
    SUSPICIOUS_BYTES = "HSL1105" "suspicious-bytes" Warning "The file is not valid UTF-8, or has NUL or bidirectional control characters.";
    UNKNOWN_ESCAPE = "HSL1106" "unknown-escape" Warning "A backslash in a string begins no escape and stays in the text.";
    UNREACHABLE_CODE = "HSL2001" "unreachable-code" Warning "A statement stands behind one that always leaves.";
    FUNCTION_NOT_IN_HOOK = "HSL2003" "function-not-in-hook" Error "A function does not exist in the hook that reaches it.";
    UNSUPPORTED_OPERANDS = "HSL3003" "impossible-type" Error "Literal operands can never fit the operator.";
    MAYBE_UNDEFINED = "HSL3007" "maybe-undefined" Warning "A variable is read but never created in its scope.";
    UNKNOWN_OPTION = "HSL3016" "unknown-option" Error "An options array has a key that the function does not know.";
    UNUSED_ALLOW = "HSL9001" "unused-allow" Info "A comment allows what is not found there, or does not say why.";
    SCHEMA = "MS6001" "schema" Error "A configuration value has the wrong type or an impossible value.";
    UNDEFINED_ID = "MS6002" "undefined-id" Error "An id is referenced but not defined.";
    UNUSED_ID = "MS6003" "unused-id" Warning "A hook script on disk is not referenced by the configuration.";
    MISSING_HOOK_SCRIPT = "MS6004" "missing-hook-script" Error "The configuration names a hook whose script does not exist.";
    DUPLICATE_ID = "MS6008" "duplicate-id" Error "An id is defined twice.";
    YAML_SYNTAX = "MS6011" "yaml-syntax" Error "The text is not well-formed YAML.";
    UNKNOWN_KEY = "MS6012" "unknown-key" Warning "A configuration key is not known.";
    IGNORED_KEY = "MS6013" "ignored-key" Info "A configuration key of the reference is accepted and has no effect.";
    UNSUPPORTED_VERSION = "MS6014" "unsupported-version" Error "The `version` of a configuration file is missing or not supported.";
    UNREADABLE_FILE = "MS6015" "unreadable-file" Error "A file of the project cannot be read.";
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
