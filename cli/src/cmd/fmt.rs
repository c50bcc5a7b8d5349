//! `mailstop fmt`.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use hsl_fmt::{Refused, Style};
use hsl_syntax::{Parse, parse};
use mta_project::ToolSettings;

use crate::args::Fmt;
use crate::exit::{Exit, Failure};
use crate::out::{remark, say};
use crate::{difference, replace, target};

/// Formats the scripts that were named, those of the project, or standard input.
pub(crate) fn run(args: &Fmt, option: Option<&Path>) -> Result<Exit, Failure> {
    if args.stdin {
        return standard_input();
    }
    let paths = match args.paths.is_empty() {
        true => vec![target::project(None, option)?.root().to_owned()],
        false => args.paths.clone(),
    };
    let mut outcome = Outcome::default();
    for path in &paths {
        for script in scripts(path)? {
            outcome.add(one(&script, args)?);
        }
    }
    Ok(outcome.exit(args))
}

fn standard_input() -> Result<Exit, Failure> {
    let mut text = Vec::new();
    std::io::stdin().read_to_end(&mut text).map_err(|error| unreadable("standard input", error))?;
    let style = style_for(&std::env::current_dir().unwrap_or_default())?;
    let formatted = hsl_fmt::format(&parse(text), &style)
        .map_err(|error| Failure::new(Exit::Invalid, format!("standard input: {error}")))?;
    let written = std::io::stdout().write_all(&formatted);
    written.map_err(|error| unreadable("standard output", error))?;
    Ok(Exit::Done)
}

/// What became of the files.
#[derive(Default)]
struct Outcome {
    changed: usize,
    same: usize,
    refused: usize,
}

/// What became of a file.
enum Fate {
    Changed,
    Same,
    Refused,
}

impl Outcome {
    fn add(&mut self, fate: Fate) {
        match fate {
            Fate::Changed => self.changed += 1,
            Fate::Same => self.same += 1,
            Fate::Refused => self.refused += 1,
        }
    }

    fn exit(&self, args: &Fmt) -> Exit {
        let only_shows = args.check || args.diff;
        let verb = if only_shows { "would change" } else { "changed" };
        remark!("{} {verb}, {} in the style already", count(self.changed), self.same);
        match (self.refused, only_shows && self.changed > 0) {
            (1.., _) => Exit::Invalid,
            (0, true) => Exit::Findings,
            (0, false) => Exit::Done,
        }
    }
}

fn count(files: usize) -> String {
    if files == 1 { "1 file".into() } else { format!("{files} files") }
}

fn one(path: &Path, args: &Fmt) -> Result<Fate, Failure> {
    let text = std::fs::read(path).map_err(|error| unreadable(path.display(), error))?;
    let source = parse(text);
    let formatted = match hsl_fmt::format(&source, &style_for(path)?) {
        Ok(formatted) => formatted,
        Err(error) => {
            remark!("{}", refusal(path, &source, &error));
            return Ok(Fate::Refused);
        }
    };
    if formatted == *source.text {
        return Ok(Fate::Same);
    }
    match (args.diff, args.check) {
        (true, _) => say!("{}", difference(path, &source.text, &formatted)),
        (false, true) => say!("{}", path.display()),
        (false, false) => {
            replace::replace(path, &formatted)
                .map_err(|error| unreadable(path.display(), error))?;
        }
    }
    Ok(Fate::Changed)
}

/// Where the file breaks the grammar, else why it was refused.
fn refusal(path: &Path, source: &Parse, error: &Refused) -> String {
    let path = path.display();
    let Some(first) = source.errors.first() else { return format!("{path}: {error}") };
    let place = diagnostics::LineIndex::new(&source.text).line_col(first.span.start);
    format!(
        "{path}:{}:{}: {}; the file was left as it is",
        place.line + 1,
        place.col + 1,
        first.message
    )
}

fn difference(path: &Path, old: &[u8], new: &[u8]) -> String {
    let (old, new) = (String::from_utf8_lossy(old), String::from_utf8_lossy(new));
    difference::unified(&path.display().to_string(), &old, &new)
}

/// The script itself, or all below a folder; those that `.gitignore` excludes are left out.
fn scripts(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut found = Vec::new();
    for entry in ignore::WalkBuilder::new(path).sort_by_file_path(Path::cmp).build() {
        let entry = entry.map_err(|error| Failure::new(Exit::Usage, error))?;
        let is_script = entry.path().extension().is_some_and(|end| end == "hsl");
        found.extend((is_script && entry.path().is_file()).then(|| entry.into_path()));
    }
    Ok(found)
}

/// The style that holds for a file.
fn style_for(path: &Path) -> Result<Style, Failure> {
    let settings =
        ToolSettings::holding(path).map_err(|error| Failure::new(Exit::Invalid, error))?;
    Ok(settings.format.style())
}

fn unreadable(what: impl std::fmt::Display, error: std::io::Error) -> Failure {
    Failure::new(Exit::Usage, format!("{what}: {error}"))
}
