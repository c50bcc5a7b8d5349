//! Commands to the conversation itself: words that begin with a colon, which no script does.

use std::sync::Arc;

use hsl_vm::code::Function;

use super::input::{Input, judge};
use super::session::{Answer, Session};
use super::value;
use crate::cmd::doc;
use crate::cmd::hsh::clock::Clock;
use crate::out::{remark, say};

/// Every command: name, what it takes, what it does.
pub(super) const ALL: &[(&str, &str, &str)] = &[
    (":help", "", "show this list"),
    (":doc", "NAME", "show the manual of a function, class, hook or configuration key"),
    (":type", "EXPRESSION", "show the type of a value"),
    (":time", "CODE", "run code and show how long it took"),
    (":disassemble", "CODE", "show what code is compiled to, and do not run it"),
    (":vars", "", "list variables with their values"),
    (":names", "", "list functions, classes and imported names"),
    (":load", "FILE", "run a file and keep what it defines"),
    (":reset", "", "forget variables, functions, classes and modules"),
    (":quit", "", "leave, as Ctrl-D does"),
];

/// A command with its argument.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Command<'t> {
    Help,
    Doc(&'t str),
    Type(&'t str),
    Time(&'t str),
    Disassemble(&'t str),
    Vars,
    Names,
    Load(&'t str),
    Reset,
    Quit,
}

/// What a line is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Parsed<'t> {
    /// A command.
    Command(Command<'t>),
    /// Looks like one; what is wrong.
    Unknown(String),
    /// Something to run.
    Script,
}

impl<'t> Command<'t> {
    /// Reads a line. A command may be shortened as long as it means one.
    pub(super) fn parse(line: &'t str) -> Parsed<'t> {
        let line = line.trim();
        if !line.starts_with(':') {
            return Parsed::Script;
        }
        let (word, argument) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let fitting: Vec<_> = ALL.iter().filter(|(name, ..)| name.starts_with(word)).collect();
        let (name, takes) = match fitting[..] {
            [(name, takes, _)] => (*name, *takes),
            [] => return Parsed::Unknown(format!("there is no command {word}; see :help")),
            _ => {
                let names: Vec<_> = fitting.iter().map(|(name, ..)| *name).collect();
                return Parsed::Unknown(format!("{word} may be {}", names.join(" or ")));
            }
        };
        let argument = argument.trim();
        if takes.is_empty() != argument.is_empty() {
            let usage = format!("{name} {takes}");
            return Parsed::Unknown(format!("usage: {}", usage.trim_end()));
        }
        Parsed::Command(match name {
            ":doc" => Self::Doc(argument),
            ":type" => Self::Type(argument),
            ":time" => Self::Time(argument),
            ":disassemble" => Self::Disassemble(argument),
            ":vars" => Self::Vars,
            ":names" => Self::Names,
            ":load" => Self::Load(argument),
            ":reset" => Self::Reset,
            ":quit" => Self::Quit,
            _ => Self::Help,
        })
    }

    /// The code that a command takes, which may span lines.
    pub(super) fn code(line: &'t str) -> Option<&'t str> {
        match Self::parse(line) {
            Parsed::Command(Self::Type(code) | Self::Time(code) | Self::Disassemble(code)) => {
                Some(code)
            }
            _ => None,
        }
    }

    /// Does it.
    pub(super) fn run(self, session: &mut Session, colour: bool) {
        match self {
            Self::Help => help(),
            Self::Doc(name) => {
                if let Err(failure) = doc::show(name) {
                    failure.show();
                }
            }
            Self::Type(code) => {
                if let Answer::Value(value) = session.evaluate(code) {
                    say!("{}", value::type_of(&value));
                }
            }
            Self::Time(code) => {
                let mut clock = Clock::new(true);
                session.timed(code, &mut clock).show(colour);
                clock.report();
            }
            Self::Disassemble(code) => disassemble(session, code),
            Self::Vars => {
                for (name, value) in session.variables() {
                    say!("{name} = {}", value::text(&value));
                }
            }
            Self::Names => {
                let mut names = session.names();
                names.sort();
                names.iter().for_each(|name| say!("{name}"));
            }
            Self::Load(path) => session.load(path).show(colour),
            Self::Reset => session.reset(),
            Self::Quit => {}
        }
    }
}

fn help() {
    say!("Type statements or an expression; a value is shown, the last `;` may be left out.");
    say!("Open brackets and strings go on in the next line. Tab completes, Ctrl-R searches.\n");
    for (name, takes, does) in ALL {
        say!("  {:<26}{does}", format!("{name} {takes}"));
    }
}

/// Shows the functions that an input itself is compiled to.
fn disassemble(session: &Session, code: &str) {
    let name: Arc<str> = "input".into();
    let text = match judge(code) {
        Input::Complete(text) => text,
        Input::Open => code.to_owned(),
    };
    let Some(compiled) = session.compile(Arc::clone(&name), text.as_bytes()) else { return };
    let program = compiled.program;
    let file = program.files.iter().position(|file| file.name == name);
    let is_own =
        |function: &Function| function.lines.iter().any(|row| Some(row.file as usize) == file);
    let own = program.functions.iter().enumerate().filter(|(_, function)| is_own(function));
    let texts: Vec<_> = own.map(|(id, _)| program.function_text(id)).collect();
    match texts.is_empty() {
        true => remark!("nothing to run"),
        false => say!("{}", texts.concat().trim_end()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_may_be_short() {
        assert_eq!(Command::parse(":q"), Parsed::Command(Command::Quit));
        assert_eq!(Command::parse(" :ty 1 + 2 "), Parsed::Command(Command::Type("1 + 2")));
        assert_eq!(Command::parse("echo 1"), Parsed::Script);
        for wrong in [":", ":t 1", ":x", ":type", ":vars 1"] {
            assert!(matches!(Command::parse(wrong), Parsed::Unknown(_)), "{wrong}");
        }
    }

    #[test]
    fn every_command_is_known() {
        for (name, takes, _) in ALL {
            let line = format!("{name} {takes}");
            let help = Parsed::Command(Command::Help);
            assert_eq!(*name == ":help", Command::parse(&line) == help, "{name}");
        }
    }
}
