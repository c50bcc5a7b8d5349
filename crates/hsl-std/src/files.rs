//! Files of the project.
//!
//! *Invariants.* The content does not change while a file is open; positions never leave it.
//!
//! *Not here.* The file system: the host reads, below the roots that it allows.

use std::cell::RefCell;
use std::rc::Rc;

use hsl_decl::Ty;
use hsl_macros::class;
use hsl_vm::{
    Cx, FromValue, Input, NativeFrame, NativeResult, NativeStep, Request, Response, Str, Thrown,
    Value,
};
use mail_message::{MemorySource, Source};

use crate::binding::object;
use crate::foreign;

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
    fn open(#[sink(Path)] fileresource: Str) -> NativeStep {
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
    fn read(&self, cx: &mut Cx<'_>, length: Option<f64>) -> Result<Option<Str>, Thrown> {
        let mut state = self.state.borrow_mut();
        let Some(rest) = state.rest() else { return Ok(None) };
        let length = length.map_or(rest, |length| length.max(0.0) as u64).min(rest);
        cx.reserve(usize::try_from(length).unwrap_or(usize::MAX))?;
        Ok(state.take(length).map(Str::from))
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
    fn readline(&self, cx: &mut Cx<'_>) -> Result<Option<Value>, Thrown> {
        let mut state = self.state.borrow_mut();
        match state.rest() {
            None => return Ok(None),
            Some(0) => return Ok(Some(Value::boolean(false))),
            Some(_) => {}
        }
        let Some(length) = state.line() else { return Ok(None) };
        cx.reserve(usize::try_from(length).unwrap_or(usize::MAX))?;
        let Some(line) = state.take(length) else { return Ok(None) };
        let line = line.strip_suffix(b"\n").unwrap_or(&line);
        Ok(Some(Value::string(line.strip_suffix(b"\r").unwrap_or(line))))
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
        let length = state.content.as_ref()?.size();
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
        state.at = target as u64;
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

    /// Returns a pointer to a `FILE` of C that reads the content from its beginning, for functions of
    /// native libraries.
    ///
    /// The stream has a position of its own and is closed with the value. Gives `none` for a closed
    /// file, and where no native library is allowed.
    /// Suspends on native code.
    ///
    /// # Errors
    ///
    /// Never. Content that does not fit the memory limit ends the script.
    ///
    /// # Example
    ///
    /// ```hsl
    /// if (false) {
    ///     $fgetc = FFI("libc.so.6")->func("fgetc", [FFI::type("pointer")], FFI::type("sint32"));
    ///     echo FFI::number($fgetc(File::String("text")->toFFIValue()));
    /// }
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(name = "toFFIValue", effect = external, returns = "resource or none")]
    fn to_ffi_value(&self, cx: &mut Cx<'_>) -> Result<NativeStep, Thrown> {
        let Some(content) = self.state.borrow().content.clone() else {
            return Ok(NativeStep::Return(Value::none()));
        };
        let size = usize::try_from(content.size()).unwrap_or(usize::MAX);
        cx.reserve(size)?;
        let mut bytes = vec![0; size];
        Ok(match content.read_at(0, &mut bytes) {
            Ok(()) => foreign::stream(bytes),
            Err(_) => NativeStep::Return(Value::none()),
        })
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
    fn read_whole(#[sink(Path)] filename: Str) -> NativeStep {
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
    content: Option<Rc<dyn Source>>,
    at: u64,
}

impl State {
    /// Bytes after the position.
    fn rest(&self) -> Option<u64> {
        self.content.as_ref().map(|content| content.size() - self.at)
    }

    /// Reads as many bytes as there are for sure, and moves on.
    fn take(&mut self, length: u64) -> Option<Vec<u8>> {
        let mut bytes = vec![0; usize::try_from(length).ok()?];
        self.content.as_ref()?.read_at(self.at, &mut bytes).ok()?;
        self.at += length;
        Some(bytes)
    }

    /// Length of the line at the position with its line end.
    fn line(&self) -> Option<u64> {
        const CHUNK: u64 = 4096;
        let content = self.content.as_ref()?;
        let mut buffer = [0; CHUNK as usize];
        let mut at = self.at;
        while at < content.size() {
            let chunk = &mut buffer[..(content.size() - at).min(CHUNK) as usize];
            content.read_at(at, chunk).ok()?;
            if let Some(end) = memchr::memchr(b'\n', chunk) {
                return Some(at + end as u64 + 1 - self.at);
            }
            at += chunk.len() as u64;
        }
        Some(at - self.at)
    }
}

impl File {
    fn of(path: Option<Str>, content: Str) -> Self {
        Self::over(path, Rc::new(MemorySource(content)))
    }

    fn over(path: Option<Str>, content: Rc<dyn Source>) -> Self {
        Self { path, state: RefCell::new(State { content: Some(content), at: 0 }) }
    }

    /// A file of bytes that are read when they are wanted.
    pub(crate) fn of_source(path: Option<Str>, content: Rc<dyn Source>) -> Value {
        object(Self::over(path, content))
    }
}

/// The content of a file that a script passes in; none after `close`.
pub(crate) struct GivenFile(pub(crate) Option<Rc<dyn Source>>);

impl FromValue for GivenFile {
    const TY: Ty = Ty::instance(&["File"]);

    fn from_value(value: Value) -> Result<Self, Value> {
        let content = match &value {
            Value::Native(object) => {
                object.downcast::<File>().map(|f| f.state.borrow().content.clone())
            }
            _ => None,
        };
        content.map(Self).ok_or(value)
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
