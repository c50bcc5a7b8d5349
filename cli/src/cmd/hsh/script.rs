//! The program that a command line names.

use std::ffi::{OsStr, OsString};
use std::io::Read as _;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;
use std::sync::Arc;

use hsl_vm::{Array, Value};

use crate::args::Hsh;
use crate::exit::{Exit, Failure};

/// Name of a program that was given on the command line.
const INLINE: &str = "-e";
/// Name of standard input, on the command line and in findings.
const INPUT: &str = "-";

/// A program's text, with what it was started with.
pub(super) struct Script {
    /// Path of its file, or what stands for one.
    pub(super) name: String,
    pub(super) text: Arc<[u8]>,
    arguments: Vec<OsString>,
}

impl Script {
    /// No program: inputs come later.
    pub(super) fn nothing() -> Self {
        Self { name: String::new(), text: Arc::default(), arguments: Vec::new() }
    }

    /// Reads the program: code of `-e`, else the file of the first word, else standard input.
    pub(super) fn read(args: &Hsh) -> Result<Self, Failure> {
        if let Some(code) = &args.code {
            let text = Arc::from(code.as_bytes());
            return Ok(Self { name: INLINE.to_owned(), text, arguments: args.words.clone() });
        }
        let (file, arguments) = match args.words.split_first() {
            // A `--` may stand between the file and its arguments.
            Some((file, [dashes, arguments @ ..])) if dashes == "--" => {
                (file.as_os_str(), arguments.to_vec())
            }
            Some((file, arguments)) => (file.as_os_str(), arguments.to_vec()),
            None => (OsStr::new(INPUT), Vec::new()),
        };
        let read = match file == INPUT {
            true => {
                let mut text = Vec::new();
                std::io::stdin().read_to_end(&mut text).map(|_| text)
            }
            false => std::fs::read(file),
        };
        let name = file.to_string_lossy().into_owned();
        let shown = if file == INPUT { "standard input" } else { &name };
        let text = read.map_err(|error| {
            let failure = Failure::new(Exit::Usage, format!("cannot read {shown}: {error}"));
            match Path::new(file).is_dir() {
                true => failure.help("name the script in it, such as main.hsl"),
                false => failure,
            }
        })?;
        Ok(Self { name, text: text.into(), arguments })
    }

    /// `$argv`: the name of the program, then its arguments.
    pub(super) fn argv(&self) -> Value {
        let name = Value::from(self.name.as_str());
        let arguments = self.arguments.iter().map(|argument| Value::from(argument.as_bytes()));
        Value::array(Array::list(std::iter::once(name).chain(arguments)))
    }
}
