//! The conversation without a script: reads an input, runs it, shows its value, and keeps what it
//! defined for the next.
//!
//! *Invariants.* No input ends the conversation: a finding, an exception, a limit or Ctrl-C ends the
//! input alone. Only Ctrl-D and `:quit` end it.

mod colour;
mod command;
mod complete;
mod definitions;
mod editor;
mod input;
mod inputs;
mod session;
mod value;

use anstream::{AutoStream, ColorChoice};

use super::disk::Disk;
use crate::args::Hsh;
use crate::exit::{Exit, Failure};
use crate::out::{remark, say};
use command::{Command, Parsed};
use editor::{Editor, Line};
use session::Session;

/// Talks until the end of input.
pub(super) fn run(args: &Hsh, disk: Disk) -> Result<Exit, Failure> {
    let colour = AutoStream::choice(&std::io::stdout()) != ColorChoice::Never;
    let mut session = Session::new(args, disk)?;
    let mut editor = Editor::new(colour)?;
    say!("mailstop {}; `:help` explains, Ctrl-D leaves", env!("CARGO_PKG_VERSION"));
    loop {
        editor.offer(session.context());
        let text = match editor.read(session.number()) {
            Line::Text(text) => text,
            Line::Abandoned => continue,
            Line::End => return Ok(Exit::Done),
            Line::Broken(message) => return Err(Failure::new(Exit::Findings, message)),
        };
        match Command::parse(&text) {
            Parsed::Command(Command::Quit) => return Ok(Exit::Done),
            Parsed::Command(command) => command.run(&mut session, colour),
            Parsed::Unknown(message) => remark!("{message}"),
            Parsed::Script if text.trim().is_empty() => {}
            Parsed::Script => session.evaluate(&text).show(colour),
        }
    }
}
