//! Scripts in which a name may stand, found by their texts.
//!
//! A text is searched some hundred times faster than it is read, and most names stand in few files. What
//! is found may still mean something else: who asks looks at the script.

use std::sync::Arc;

use memchr::memmem;

use crate::script::Script;
use crate::{File, FileNo, Graph};

/// Whether a word stands in a text.
pub(crate) fn has(text: &[u8], word: &str) -> bool {
    memmem::find(text, word.as_bytes()).is_some()
}

/// What stands in every path to a file: its name, or that of the folder that it stands for.
pub(crate) fn path_word(name: &str) -> &str {
    let folder = name.strip_suffix("/main.hsl").unwrap_or(name);
    folder.rsplit('/').next().unwrap_or(folder)
}

impl Graph {
    /// The scripts in whose text a name stands, without the `$` that it has or lacks there.
    pub(crate) fn scripts_with(&self, name: &str) -> impl Iterator<Item = (FileNo, Arc<Script>)> {
        // A byte that is no UTF-8 is shown as this character.
        let is_shown = name.contains('\u{FFFD}');
        self.scripts_where(name, move |_| is_shown)
    }

    /// The scripts in which a text of this value stands: it may be written with escapes.
    pub fn scripts_with_text(&self, value: &str) -> impl Iterator<Item = (FileNo, Arc<Script>)> {
        let is_plain = is_plain(value);
        self.scripts_where(value, move |text| !is_plain || has(text, "\\x"))
    }

    /// The scripts in whose texts a path to a file may stand.
    pub fn files_with_path_to(&self, of: FileNo) -> impl Iterator<Item = (FileNo, &File)> {
        let name = path_word(&self.file(of).name);
        let is_plain = is_plain(name);
        self.files_where(name, move |text| !is_plain || has(text, "\\x"))
    }

    fn scripts_where(
        &self,
        name: &str,
        or: impl Fn(&[u8]) -> bool,
    ) -> impl Iterator<Item = (FileNo, Arc<Script>)> {
        let files = self.files_where(name, or);
        files.filter_map(|(number, _)| Some((number, self.script(number)?)))
    }

    fn files_where(
        &self,
        name: &str,
        or: impl Fn(&[u8]) -> bool,
    ) -> impl Iterator<Item = (FileNo, &File)> {
        let finder = memmem::Finder::new(name.trim_start_matches('$')).into_owned();
        self.files().filter(move |(_, file)| {
            file.is_script() && (finder.find(&file.text).is_some() || or(&file.text))
        })
    }
}

/// Whether a text stands in a script as it is, or with numbers for its letters.
fn is_plain(value: &str) -> bool {
    value.chars().all(|c| matches!(c, ' '..='~') && !"\"$\\".contains(c))
}

#[cfg(test)]
mod tests {
    use super::path_word;

    #[test]
    fn paths_end_in_the_name_of_a_file_or_of_its_folder() {
        assert_eq!(path_word("src/files/lib/a.hsl"), "a.hsl");
        assert_eq!(path_word("src/files/pack/main.hsl"), "pack");
        assert_eq!(path_word("a.hsl"), "a.hsl");
    }
}
