//! The line editor: history, many lines, completion, colours.

use std::borrow::Cow;
use std::fs;
use std::path::PathBuf;

use rustyline::completion::Completer;
use rustyline::config::Configurer as _;
use rustyline::error::ReadlineError;
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::history::DefaultHistory;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{ColorMode, CompletionType, Config};

use super::command::{ALL, Command, Parsed};
use super::input::{Input, judge};
use super::session::Context;
use super::{colour, complete};
use crate::exit::{Exit, Failure};
use crate::out::remark;

/// Most inputs that the history keeps.
const HISTORY: usize = 10_000;

/// A terminal on which inputs are typed.
pub(super) struct Editor {
    line: rustyline::Editor<Helper, DefaultHistory>,
    history: Option<PathBuf>,
}

/// What was typed.
pub(super) enum Line {
    /// A complete input.
    Text(String),
    /// Ctrl-C: the input was given up.
    Abandoned,
    /// Ctrl-D.
    End,
    /// The terminal fails.
    Broken(String),
}

impl Editor {
    /// An editor with the history of earlier conversations.
    pub(super) fn new(colour: bool) -> Result<Self, Failure> {
        let broken = |error| Failure::new(Exit::Findings, format!("no terminal: {error}"));
        let config = Config::builder()
            .completion_type(CompletionType::List)
            .history_ignore_space(true)
            .max_history_size(HISTORY)
            .map_err(broken)?;
        let mode = if colour { ColorMode::Enabled } else { ColorMode::Disabled };
        let mut line =
            rustyline::Editor::with_config(config.color_mode(mode).build()).map_err(broken)?;
        line.set_tab_stop(4);
        line.set_helper(Some(Helper { colour, context: None }));
        let history = history_file();
        if let Some(file) = &history {
            // The first conversation has none yet.
            let _ = line.load_history(file);
        }
        Ok(Self { line, history })
    }

    /// Lets completion know what can be named.
    pub(super) fn offer(&mut self, context: Context) {
        if let Some(helper) = self.line.helper_mut() {
            helper.context = Some(context);
        }
    }

    /// Reads one input.
    pub(super) fn read(&mut self, number: usize) -> Line {
        match self.line.readline(&format!("{number}> ")) {
            Ok(text) => {
                self.remember(&text);
                Line::Text(text)
            }
            Err(ReadlineError::Interrupted) => Line::Abandoned,
            Err(ReadlineError::Eof) => Line::End,
            Err(error) => Line::Broken(format!("the terminal cannot be read: {error}")),
        }
    }

    /// Adds an input to the history at once: the conversation may be killed.
    fn remember(&mut self, text: &str) {
        let is_new = self.line.add_history_entry(text).unwrap_or(false);
        let Some(file) = self.history.as_deref().filter(|_| is_new) else { return };
        if let Err(error) = self.line.append_history(file) {
            remark!("the history cannot be kept in {}: {error}", file.display());
            self.history = None;
        }
    }
}

/// Where the history is kept: the user's state folder of the XDG base directories.
fn history_file() -> Option<PathBuf> {
    let absolute = |name| std::env::var_os(name).map(PathBuf::from).filter(|p| p.is_absolute());
    let home = || absolute("HOME").map(|home| home.join(".local/state"));
    let folder = absolute("XDG_STATE_HOME").or_else(home)?.join("mailstop");
    fs::create_dir_all(&folder).ok()?;
    Some(folder.join("hsh_history"))
}

struct Helper {
    colour: bool,
    context: Option<Context>,
}

impl rustyline::Helper for Helper {}

impl rustyline::hint::Hinter for Helper {
    type Hint = String;
}

impl Validator for Helper {
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        let text = context.input();
        let code = match Command::parse(text) {
            Parsed::Script => Some(text),
            _ => Command::code(text),
        };
        Ok(match code.map(judge) {
            Some(Input::Open) => ValidationResult::Incomplete,
            _ => ValidationResult::Valid(None),
        })
    }
}

impl Completer for Helper {
    type Candidate = String;

    fn complete(
        &self,
        line: &str,
        at: usize,
        _: &rustyline::Context<'_>,
    ) -> rustyline::Result<(usize, Vec<String>)> {
        let typed = &line[..at];
        if typed.starts_with(':') && !typed.contains(char::is_whitespace) {
            let fitting = ALL.iter().filter(|(name, ..)| name.starts_with(typed));
            return Ok((0, fitting.map(|(name, ..)| (*name).to_owned()).collect()));
        }
        let Some(context) = &self.context else { return Ok((at, Vec::new())) };
        // Behind the word of a command, code begins.
        let code =
            if line.starts_with(':') { line.find(char::is_whitespace).unwrap_or(0) } else { 0 };
        let (start, items) = complete::complete(context, &line[code..], at - code);
        Ok((start + code, items))
    }
}

impl Highlighter for Helper {
    fn highlight<'l>(&self, line: &'l str, _: usize) -> Cow<'l, str> {
        match self.colour && !line.starts_with(':') {
            true => Cow::Owned(colour::paint(line)),
            false => Cow::Borrowed(line),
        }
    }

    fn highlight_prompt<'b, 's: 'b, 'p: 'b>(&'s self, prompt: &'p str, _: bool) -> Cow<'b, str> {
        match self.colour {
            true => Cow::Owned(format!("\u{1b}[1m{prompt}\u{1b}[0m")),
            false => Cow::Borrowed(prompt),
        }
    }

    fn highlight_char(&self, _: &str, _: usize, kind: CmdKind) -> bool {
        self.colour && kind == CmdKind::Other
    }
}
