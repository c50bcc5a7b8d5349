//! What an editor may be told about its own features: each setting with its default and its text.
//!
//! A user sets them in the editor, in its section `mailstop`; a project in `[editor]` of
//! `mailstop.toml`, by the same names, and the project wins.
//!
//! *Invariants.* A setting has an effect in the language server, or it is not here. What a project's
//! file says wrongly is an error of that file; what an editor says wrongly counts as not said.

use serde::Deserialize;
use serde_json::{Value, json};

/// A setting as an editor's own lists show it.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The heading that it stands under.
    pub title: &'static str,
    /// Name in the section, `inlayHints.hooks` for one.
    pub name: String,
    /// What it takes, in the words of JSON Schema.
    pub schema: Value,
    /// What holds when nobody says anything.
    pub default: Value,
    /// What it does.
    pub text: String,
    /// Where it stands in `mailstop.toml`; nowhere when projects have no say.
    pub place: Option<String>,
}

/// A value of a setting.
trait Shown {
    /// In the words of JSON Schema.
    fn schema() -> Value;
}

impl Shown for bool {
    fn schema() -> Value {
        json!({ "type": "boolean" })
    }
}

/// A short time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(try_from = "u64")]
pub struct Milliseconds(pub u64);

impl Milliseconds {
    const MOST: u64 = 10_000;
}

impl TryFrom<u64> for Milliseconds {
    type Error = String;

    fn try_from(count: u64) -> Result<Self, String> {
        let most = Self::MOST;
        (count <= most).then_some(Self(count)).ok_or(format!("at most {most} ms are wanted"))
    }
}

/// A number of characters that a person reads at a glance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(try_from = "u64")]
pub struct Length(pub usize);

impl Length {
    const LEAST: u64 = 5;
    const MOST: u64 = 500;
}

impl TryFrom<u64> for Length {
    type Error = String;

    fn try_from(count: u64) -> Result<Self, String> {
        let (least, most) = (Self::LEAST, Self::MOST);
        let fits = (least..=most).contains(&count);
        fits.then_some(Self(count as usize)).ok_or(format!("from {least} to {most} are wanted"))
    }
}

impl Shown for Length {
    fn schema() -> Value {
        json!({ "type": "integer", "minimum": Self::LEAST, "maximum": Self::MOST })
    }
}

impl Shown for Milliseconds {
    fn schema() -> Value {
        json!({ "type": "integer", "minimum": 0, "maximum": Self::MOST })
    }
}

/// Declares groups of settings: what holds (`EditorSettings`), what was said (`Said`), and their
/// rows (`rows`).
macro_rules! settings {
    ($(
        $(#[doc = $about:literal])+
        $group:ident $key:literal in $title:literal $type:ident {
            $($(#[doc = $text:literal])+ $field:ident $name:literal: $kind:ty = $default:expr,)+
        }
    )+) => {
        /// The settings that hold.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub struct EditorSettings {
            $($(#[doc = $about])+ pub $group: $type,)+
        }

        $(
            $(#[doc = $about])+
            #[derive(Clone, Copy, Debug, PartialEq, Eq)]
            pub struct $type {
                $($(#[doc = $text])+ pub $field: $kind,)+
            }

            impl Default for $type {
                fn default() -> Self {
                    Self { $($field: $default,)+ }
                }
            }
        )+

        /// What somebody said of them.
        #[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
        #[serde(deny_unknown_fields, default)]
        pub(super) struct Said {
            $(#[serde(rename = $key)] $group: said::$type,)+
        }

        mod said {
            use super::{Deserialize, Length, Milliseconds};

            $(
                #[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
                #[serde(deny_unknown_fields, default)]
                pub(super) struct $type {
                    $(#[serde(rename = $name)] pub(super) $field: Option<$kind>,)+
                }
            )+
        }

        impl Said {
            /// What an editor's section says.
            pub(super) fn of_section(section: &Value) -> Self {
                Self {
                    $($group: said::$type {
                        $($field: said_of(section, $key, $name),)+
                    },)+
                }
            }

            /// What holds: this, else what `user` says, else the default.
            pub(super) fn over(&self, user: &Self) -> EditorSettings {
                EditorSettings {
                    $($group: $type {
                        $($field: self.$group.$field.or(user.$group.$field).unwrap_or($default),)+
                    },)+
                }
            }
        }

        /// Every setting here, in order.
        pub(super) fn rows() -> Vec<Setting> {
            vec![$($(Setting {
                title: $title,
                name: concat!($key, ".", $name).to_owned(),
                schema: <$kind as Shown>::schema(),
                default: json!($default),
                text: concat!($($text),+).trim().to_owned(),
                place: Some(concat!("[editor.", $key, "] ", $name).to_owned()),
            },)+)+]
        }
    };
}

/// One value of a section; none when it is missing or of another kind.
pub(super) fn said_of<T: serde::de::DeserializeOwned>(
    section: &Value,
    group: &str,
    name: &str,
) -> Option<T> {
    T::deserialize(section.get(group)?.get(name)?).ok()
}

settings! {
    /// How findings are shown.
    diagnostics "diagnostics" in "Language Server" DiagnosticSettings {
        /// Milliseconds without an edit before the findings of other files, and of a file in which somebody types fast, are looked for.
        idle "idle": Milliseconds = Milliseconds(50),
        /// Reports findings of files that are not open, too, to editors that ask for the workspace.
        closed_files "closedFiles": bool = true,
    }

    /// Advice.
    lint "lint" in "Lint" LintSwitches {
        /// Shows advice; errors are shown in any case.
        enable "enable": bool = true,
    }

    /// The formatter in the editor.
    format "format" in "Format" FormatSwitches {
        /// Formats documents and ranges.
        enable "enable": bool = true,
        /// Formats the statement that `}`, `;` or a line end finished, where the editor formats while somebody types.
        on_type "onType": bool = true,
    }

    /// What completion lists.
    completion "completion" in "Language Server" CompletionSettings {
        /// Lists functions and classes of files that are not imported yet; taking one adds the import.
        imports "imports": bool = true,
        /// Fills in arguments and values as snippets, with places to go through.
        snippets "snippets": bool = true,
        /// Lists last, struck through, what the library has in other hooks only.
        other_hooks "otherHooks": bool = true,
    }

    /// What is shown under the cursor.
    hover "hover" in "Language Server" HoverSettings {
        /// Shows types, documentation and values under the pointer.
        enable "enable": bool = true,
        /// Says of regular expressions how long they may take in the worst case.
        patterns "patterns": bool = true,
    }

    /// The parameters of the call that is being written.
    signature_help "signatureHelp" in "Language Server" SignatureSettings {
        /// Shows the parameters of the call that is being written.
        enable "enable": bool = true,
        /// Shows beside them what the function does.
        documentation "documentation": bool = true,
    }

    /// Which hints stand between the words.
    inlay_hints "inlayHints" in "Inlay Hints" HintSettings {
        /// Shows hints between the words.
        enable "enable": bool = true,
        /// Shows names of parameters before literals between the words.
        parameter_names "parameterNames": bool = true,
        /// Shows types of the values of `foreach` between the words.
        loop_types "loopTypes": bool = true,
        /// Shows `| none` behind calls whose result may be `none` between the words.
        may_be_none "mayBeNone": bool = true,
        /// Shows the hooks that reach a function of `src/files` between the words.
        hooks "hooks": bool = true,
        /// Shows between the words how long a hook or function may wait for others.
        waits "waits": bool = true,
        /// Characters that a hint has at most; the rest is shown when it is pointed at.
        longest "longest": Length = Length(60),
    }

    /// What stands above lines.
    lens "lens" in "Lenses and Changes" LensSettings {
        /// Shows above functions, classes and ids of the configuration how often they are used.
        references "references": bool = true,
        /// Shows **Run**, **Debug** and **Run test** above hooks and tests.
        run "run": bool = true,
        /// Shows above hooks of the configuration what opens or creates their scripts, and above the configuration what shows it packed.
        files "files": bool = true,
    }

    /// Colours by meaning.
    semantic_tokens "semanticTokens" in "Language Server" TokenSettings {
        /// Colours names by what they mean.
        enable "enable": bool = true,
        /// Marks what holds a text that a peer wrote and nothing has checked.
        untrusted "untrusted": bool = true,
    }

    /// Links in texts.
    document_links "documentLinks" in "Language Server" LinkSettings {
        /// Makes paths, addresses and numbers of RFCs links.
        enable "enable": bool = true,
    }

    /// Changes that are offered.
    code_actions "codeActions" in "Lenses and Changes" ActionSettings {
        /// Offers other forms of the code under the cursor, not only what mends findings.
        refactorings "refactorings": bool = true,
        /// Offers a comment that allows a finding.
        allowances "allowances": bool = true,
        /// Offers to begin a test of the hook or function under the cursor.
        tests "tests": bool = true,
    }

    /// Renaming.
    rename "rename" in "Lenses and Changes" RenameSettings {
        /// Changes imports and the configuration when a file or folder is renamed in the editor.
        files "files": bool = true,
    }
}
