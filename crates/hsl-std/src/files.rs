//! Files of the project.
//!
//! *Invariants.* A file is read whole when it is opened; positions never leave it.
//!
//! *Not here.* The file system: the host reads, below the roots that it allows.

use std::cell::RefCell;

use hsl_macros::class;
use hsl_vm::{
    Cx, Input, NativeFrame, NativeResult, NativeStep, Request, Response, Str, Thrown, Value,
};

use crate::binding::object;

/// Seekable read access to the content of a file.
///
/// The file is given by its path in the script store, or as a `file://` path below the script root.
///
/// # Errors
///
/// Raises an exception when the file cannot be opened.
///
/// # Example
///
/// ```hsl
/// $file = File::String("one\r\ntwo\n");
/// while (($line = $file->readline()) !== false) echo $line;
/// ```
///
/// Since: 0.1. Compat: same.
#[class(name = "File", topic = "files")]
impl File {
    /// Opens a file.
    ///
    /// Suspends on the file service.
    ///
    /// # Errors
    ///
    /// Raises an exception when the file cannot be read.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $file = File("file://lists/domains.txt");
    /// echo $file->readline();
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(constructor, effect = external)]
    fn open(fileresource: Str) -> NativeStep {
        NativeStep::enter(Reading { path: fileresource, then: Then::Open })
    }

    /// Closes the file: nothing can be read any more.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $file = File::String("x");
    /// $file->close();
    /// echo [$file->read() === none]; // [0=>true]
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = mutates)]
    fn close(&self) {
        self.state.borrow_mut().content = None;
    }

    /// Reads up to `length` bytes, or everything that is left.
    ///
    /// Gives the empty string at the end of the file, and `none` after `close`.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $file = File::String("abcdef");
    /// echo $file->read(2) . "|" . $file->read(); // ab|cdef
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = mutates)]
    fn read(&self, length: Option<f64>) -> Option<Str> {
        let mut state = self.state.borrow_mut();
        let rest = state.rest()?;
        let length = length.map_or(rest.len(), |length| length.max(0.0) as usize).min(rest.len());
        let read = Str::from(&rest[..length]);
        state.at += length;
        Some(read)
    }

    /// Reads a line without its line end.
    ///
    /// Gives `false` at the end of the file, and `none` after `close`.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo File::String("one\r\ntwo")->readline(); // one
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = mutates, returns = "string, boolean or none")]
    fn readline(&self) -> Option<Value> {
        let mut state = self.state.borrow_mut();
        let rest = state.rest()?;
        if rest.is_empty() {
            return Some(Value::boolean(false));
        }
        let length = rest.iter().position(|byte| *byte == b'\n').map_or(rest.len(), |at| at + 1);
        let line = rest[..length].strip_suffix(b"\n").unwrap_or(&rest[..length]);
        let line = Value::string(line.strip_suffix(b"\r").unwrap_or(line));
        state.at += length;
        Some(line)
    }

    /// Moves the position and returns the new one, in bytes.
    ///
    /// `whence` is `SEEK_SET`, `SEEK_CUR` or `SEEK_END`. A position outside the file gives `none`
    /// and changes nothing.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $file = File::String("abcdef");
    /// $file->seek(-2, "SEEK_END");
    /// echo $file->read(); // ef
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = mutates)]
    fn seek(&self, offset: f64, #[default("SEEK_SET")] whence: Str) -> Option<f64> {
        let mut state = self.state.borrow_mut();
        let length = state.content.as_ref()?.len();
        let base = match &whence[..] {
            b"SEEK_SET" => 0,
            b"SEEK_CUR" => state.at,
            b"SEEK_END" => length,
            _ => return None,
        };
        let target = base as f64 + offset.trunc();
        if !(0.0..=length as f64).contains(&target) {
            return None;
        }
        state.at = target as usize;
        Some(target)
    }

    /// Returns the current position in bytes.
    ///
    /// Gives `none` after `close`.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo File::String("abc")->tell(); // 0
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = reads)]
    fn tell(&self) -> Option<f64> {
        let state = self.state.borrow();
        state.content.as_ref().map(|_| state.at as f64)
    }

    /// Returns the path that the file was opened with; `none` when there is none.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo [File::String("abc")->getPath() === none]; // [0=>true]
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(name = "getPath", effect = reads)]
    fn path(&self) -> Option<Str> {
        self.path.clone()
    }

    /// Makes a file of a byte string.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo File::String("abc")->read(); // abc
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(name = "String", effect = reads, returns = "File")]
    fn string(data: Str) -> Value {
        object(Self::of(None, data))
    }

    /// Reads a whole file.
    ///
    /// A file that cannot be read gives `none`.
    /// Suspends on the file service.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo File::read("file://no/such/file") ?? "missing"; // missing
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(name = "read", effect = external, returns = "string or none")]
    fn read_whole(filename: Str) -> NativeStep {
        NativeStep::enter(Reading { path: filename, then: Then::Read })
    }
}

/// An open file.
pub(crate) struct File {
    path: Option<Str>,
    state: RefCell<State>,
}

struct State {
    /// None after `close`.
    content: Option<Str>,
    at: usize,
}

impl State {
    fn rest(&self) -> Option<&[u8]> {
        self.content.as_ref().map(|content| &content[self.at..])
    }
}

impl File {
    fn of(path: Option<Str>, content: Str) -> Self {
        Self { path, state: RefCell::new(State { content: Some(content), at: 0 }) }
    }
}

/// Waits for the content of a file.
struct Reading {
    path: Str,
    then: Then,
}

enum Then {
    Open,
    Read,
}

impl NativeFrame for Reading {
    fn resume(&mut self, cx: &mut Cx<'_>, input: Input) -> NativeResult {
        let Input::Response(response) = input else {
            let path = self.path.to_lossy().into_owned();
            return Ok(NativeStep::suspend(Request::ReadFile { path }));
        };
        let content = content(*response).inspect(|content| cx.charge(content.len()));
        let value = match self.then {
            Then::Open => object(File::of(Some(self.path.clone()), Str::from(content?))),
            Then::Read => content.map_or_else(|_| Value::none(), Value::string),
        };
        Ok(NativeStep::Return(value))
    }
}

/// The content that a file request was answered with.
pub(crate) fn content(response: Response) -> Result<Vec<u8>, Thrown> {
    match response {
        Response::File(content) => Ok(content),
        Response::Failed(message) => Err(Thrown::Error(message)),
        _ => Err(Thrown::error("the file service gave no file")),
    }
}
