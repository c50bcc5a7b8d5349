//! What a user says in the editor, of all that can be said.

use std::collections::BTreeMap;
use std::path::Path;

use globset::Glob;
use hsl_fmt::{Indent, Style};
use serde_json::{Value, json};

use super::editor::{self, Said, Setting, said_of};
use super::format::{FormatTable, STEPS, WIDTHS};

/// Name of the section in an editor.
pub const SECTION: &str = "mailstop";

/// What the editor's section says; what a project's `mailstop.toml` says goes before it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserSettings {
    pub(super) format: FormatTable,
    /// Levels by rule, and by `all`.
    pub(super) rules: BTreeMap<String, String>,
    pub(super) editor: Said,
    /// Patterns of folders in which no projects are looked for.
    pub exclude: Vec<String>,
}

impl UserSettings {
    /// Reads the section; what is not understood counts as not said.
    pub fn of_section(section: &Value) -> Self {
        Self {
            format: FormatTable {
                width: said_of(section, "format", "width"),
                indent: said_of(section, "format", "indent"),
            },
            rules: said_of(section, "lint", "rules").unwrap_or_default(),
            editor: Said::of_section(section),
            exclude: said_of(section, "projects", "exclude").unwrap_or_default(),
        }
    }

    /// Whether no projects are looked for in a folder below one that is open.
    pub fn excludes(&self, opened: &Path, folder: &Path) -> bool {
        let Ok(name) = folder.strip_prefix(opened) else { return false };
        let patterns = self.exclude.iter().filter_map(|pattern| Glob::new(pattern).ok());
        let mut matchers = patterns.map(|pattern| pattern.compile_matcher());
        matchers.any(|pattern| name.ancestors().any(|name| pattern.is_match(name)))
    }
}

/// Every setting that a user can say in an editor, and that the language server reads.
pub fn settings() -> Vec<Setting> {
    let Style { width, indent } = Style::default();
    let indent = if let Indent::Spaces(wide) = indent { json!(wide) } else { json!("tab") };
    let mut all = editor::rows();
    let levels = json!({ "type": "string", "enum": ["off", "hint", "info", "warning", "error"] });
    let mut rules = serde_json::Map::new();
    rules.insert("all".to_owned(), levels.clone());
    for code in hsl_lint::table().into_iter().filter(|code| !hsl_lint::refuses(code)) {
        let mut level = levels.clone();
        level["description"] = json!(code.summary);
        rules.insert(code.name.to_owned(), level);
    }
    all.extend([
        Setting {
            title: "Lint",
            name: "lint.rules".to_owned(),
            // Ids serve as well as names.
            schema: json!({
                "type": "object", "properties": rules, "additionalProperties": false,
                "patternProperties": { "^(HSL|MS)[0-9]{4}$": levels },
            }),
            default: json!({}),
            text: "How serious findings are, by the name of their rule; `all` is every rule that is not named."
                .to_owned(),
            place: Some("[lint.rules]".to_owned()),
        },
        Setting {
            title: "Format",
            name: "format.width".to_owned(),
            schema: json!({ "type": "integer", "minimum": WIDTHS.start(), "maximum": WIDTHS.end() }),
            default: json!(width),
            text: "Columns that a line should not pass.".to_owned(),
            place: Some("[format] width".to_owned()),
        },
        Setting {
            title: "Format",
            name: "format.indent".to_owned(),
            schema: json!({ "anyOf": [
                { "type": "integer", "minimum": STEPS.start(), "maximum": STEPS.end() },
                { "type": "string", "enum": ["tab"] },
            ] }),
            default: indent,
            text: "A step of indentation: a number of spaces, or `tab`.".to_owned(),
            place: Some("[format] indent".to_owned()),
        },
        Setting {
            title: "Language Server",
            name: "projects.exclude".to_owned(),
            schema: json!({ "type": "array", "items": { "type": "string" } }),
            default: json!([]),
            text: "Patterns of folders, relative to the folder that is open, in which no projects are looked for: `old`, `**/fixtures`."
                .to_owned(),
            place: None,
        },
    ]);
    all
}
