//! What editors without our own extension colour and structure by.
//!
//! The queries of `hsl-syntax` speak Neovim's names of captures; for Helix and Zed the names are
//! translated. Words come from the grammar.

use std::fs;

use anyhow::Context;
use hsl_syntax::words::KEYWORDS;

use super::files::File;
use super::textmate::CONSTANTS;
use crate::run::root;

/// Queries of the grammar that an editor reads, and its own names of captures, longest first.
struct Editor {
    folder: &'static str,
    queries: &'static [&'static str],
    captures: &'static [(&'static str, &'static str)],
    /// Beginnings of captures that it does not have; lines with one are left out.
    without: &'static [&'static str],
}

const EDITORS: [Editor; 3] = [
    Editor {
        folder: "neovim/queries/hsl",
        queries: &["highlights", "injections", "locals", "folds", "indents", "textobjects"],
        captures: &[],
        without: &[],
    },
    Editor {
        folder: "helix/queries/hsl",
        queries: &["highlights", "injections", "locals", "indents", "textobjects"],
        captures: &[
            ("@keyword.conditional", "@keyword.control.conditional"),
            ("@keyword.repeat", "@keyword.control.repeat"),
            ("@keyword.exception", "@keyword.control.exception"),
            ("@keyword.return", "@keyword.control.return"),
            ("@keyword.import", "@keyword.control.import"),
            ("@keyword.modifier", "@keyword.storage.modifier"),
            ("@boolean", "@constant.builtin.boolean"),
            ("@number", "@constant.numeric"),
            ("@string.escape", "@constant.character.escape"),
            ("@variable.member", "@variable.other.member"),
            ("@function.method.call", "@function.method"),
            ("@function.call", "@function"),
            ("@module", "@namespace"),
            ("@indent.begin", "@indent"),
            ("@indent.branch", "@outdent"),
            ("@function.outer", "@function.around"),
            ("@function.inner", "@function.inside"),
            ("@class.outer", "@class.around"),
            ("@class.inner", "@class.inside"),
            ("@parameter.outer", "@parameter.around"),
            ("@parameter.inner", "@parameter.inside"),
            ("@comment.outer", "@comment.around"),
        ],
        without: &[],
    },
    Editor {
        folder: "zed/languages/hsl",
        queries: &["highlights", "injections", "textobjects"],
        captures: &[
            ("@keyword.directive", "@preproc"),
            ("@string.regexp", "@string.regex"),
            ("@variable.builtin", "@variable.special"),
            ("@variable.member", "@property"),
            ("@function.outer", "@function.around"),
            ("@function.inner", "@function.inside"),
            ("@class.outer", "@class.around"),
            ("@class.inner", "@class.inside"),
            ("@comment.outer", "@comment.around"),
        ],
        without: &["@parameter."],
    },
];

/// Queries for each editor, and the words for Emacs.
pub(super) fn files() -> anyhow::Result<Vec<File>> {
    let mut files = vec![words()];
    for editor in &EDITORS {
        for query in editor.queries {
            let source = root().join(format!("crates/hsl-syntax/queries/{query}.scm"));
            let text = fs::read_to_string(&source).with_context(|| source.display().to_string())?;
            let path = format!("editors/{}/{query}.scm", editor.folder);
            let text = format!(
                "; Generated from crates/hsl-syntax/queries/{query}.scm.\n{}",
                translated(&kept(&text, editor.without), editor.captures)
            );
            files.push(File { path, text });
        }
    }
    Ok(files)
}

/// A query without the lines that have captures which begin so.
fn kept(query: &str, without: &[&str]) -> String {
    let is_kept = |line: &&str| !without.iter().any(|begin| line.contains(begin));
    query.split_inclusive('\n').filter(is_kept).collect()
}

/// A query with other names of captures.
fn translated(query: &str, captures: &[(&str, &str)]) -> String {
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    let mut parts = query.split('@');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(|c| !is_name(c)).unwrap_or(part.len());
        let name = format!("@{}", &part[..end]);
        let new =
            captures.iter().find(|(old, _)| *old == name).map_or(name.as_str(), |(_, new)| new);
        out += new;
        out += &part[end..];
    }
    out
}

fn words() -> File {
    let list = |words: Vec<&str>| format!("'(\"{}\")", words.join("\"\n    \""));
    let keywords = KEYWORDS.iter().copied().filter(|word| !CONSTANTS.contains(word)).collect();
    let text = format!(
        ";;; hsl-words.el --- Words of HSL  -*- lexical-binding: t; -*-\n\n\
         ;; Generated from the grammar.\n\n\
         (defconst hsl-words-constants\n  {}\n  \"Words that are values.\")\n\n\
         (defconst hsl-words-keywords\n  {}\n  \"All other words.\")\n\n\
         (provide 'hsl-words)\n;;; hsl-words.el ends here\n",
        list(CONSTANTS.to_vec()),
        list(keywords)
    );
    File { path: "editors/emacs/hsl-words.el".into(), text }
}
