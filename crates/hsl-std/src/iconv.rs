//! The class `Iconv`: text from one character set to another.
//!
//! *Not here.* The character sets (`charset`), approximations (`translit`).

mod charset;
mod translit;

use std::cell::Cell;

use hsl_macros::class;
use hsl_vm::{Cx, Str, Thrown};

use charset::{Charset, Problem};

/// Converter of text from one character set to another.
///
/// Known are the character sets of the Encoding Standard by all their labels, of which `gbk`,
/// `shift_jis` and `iso-8859-9` are the supersets that the web uses, and exactly `us-ascii`,
/// `iso-8859-1`, `utf-16` and `utf-32` (each also with `le` and `be`; without, the low byte comes first
/// after a byte order mark, and reading follows the mark). The name of the target may end with
/// `//TRANSLIT`, which writes what the target does not have by similar characters, or a question mark;
/// and with `//IGNORE`, which leaves it out, and malformed text too.
///
/// # Errors
///
/// Raises an exception for an unknown character set.
///
/// # Example
///
/// ```hsl
/// $latin = Iconv("iso-8859-1", "utf-8");
/// echo $latin->convert("gr\xfcn") == "gr\xc3\xbcn"; // true
/// echo Iconv("utf-8", "us-ascii//TRANSLIT")->convert("caf\xc3\xa9"); // cafe
/// ```
///
/// Source: the Encoding Standard of the WHATWG, RFC 2781, POSIX.1-2017 iconv. Since: 0.1. Compat: same.
#[class(name = "Iconv", topic = "iconv")]
impl Iconv {
    /// Makes a converter.
    ///
    /// # Errors
    ///
    /// Raises an exception for an unknown character set.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo Iconv("koi8-r", "utf-8")->convert("\xc1") == "\xd0\xb0"; // true
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(constructor, effect = pure)]
    fn new(fromcharset: Str, tocharset: Str) -> Result<Self, Thrown> {
        let (target, suffixes) = split(&tocharset);
        let (source, _) = split(&fromcharset);
        let has = |name: &[u8]| suffixes.iter().any(|suffix| suffix.eq_ignore_ascii_case(name));
        Ok(Self {
            from: find(source)?,
            to: find(target)?,
            translit: has(b"TRANSLIT"),
            ignore: has(b"IGNORE"),
            closed: Cell::new(false),
            errno: Cell::new(0),
        })
    }

    /// Releases the converter, which converts no more.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $c = Iconv("utf-8", "utf-16be");
    /// $c->close();
    /// echo [$c->convert("a") === none, $c->errno()]; // [0=>true,1=>9]
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = mutates)]
    fn close(&self) {
        self.closed.set(true);
    }

    /// Converts a whole text; nothing is kept for the next call.
    ///
    /// Gives `none` for a text that is not in its character set, that ends within a character, or
    /// that the target does not have; `errno()` tells which.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo Iconv("utf-8", "utf-16be")->convert("a") == "\x00a"; // true
    /// echo [Iconv("utf-8", "us-ascii")->convert("\xc3\xa9") === none]; // [0=>true]
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = mutates, returns = "string or none")]
    fn convert(&self, cx: &mut Cx<'_>, text: Str) -> Result<Option<Str>, Thrown> {
        if self.closed.get() {
            return Ok(self.failed(EBADF));
        }
        // A byte becomes four at most, and there is a text in UTF-8 in between.
        cx.reserve(text.len().saturating_mul(8))?;
        let ignore = self.ignore;
        let characters = match self.from.decode(&text, ignore) {
            Ok(characters) => characters,
            Err(Problem::Malformed) => return Ok(self.failed(EILSEQ)),
            Err(Problem::Incomplete) => return Ok(self.failed(EINVAL)),
        };
        let similar = |character| match self.translit {
            true => translit::similar(character, |c| self.to.has(c)),
            false => ignore.then(String::new),
        };
        let Some(converted) = self.to.encode(&characters, similar) else {
            return Ok(self.failed(EILSEQ));
        };
        self.errno.set(0);
        Ok(Some(Str::from(converted)))
    }

    /// Returns the error of the last conversion, as a number of Linux.
    ///
    /// 0 none, 84 (`EILSEQ`) a byte or character that cannot be converted, 22 (`EINVAL`) a text that ends
    /// within a character, 9 (`EBADF`) a closed converter.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $c = Iconv("utf-8", "utf-16");
    /// $c->convert("\xff");
    /// echo $c->errno(); // 84
    /// $c->convert("\xc3");
    /// echo $c->errno(); // 22
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = reads)]
    fn errno(&self) -> i32 {
        self.errno.get()
    }
}

const EBADF: i32 = 9;
const EINVAL: i32 = 22;
const EILSEQ: i32 = 84;

/// A converter.
pub(crate) struct Iconv {
    from: Charset,
    to: Charset,
    translit: bool,
    ignore: bool,
    closed: Cell<bool>,
    errno: Cell<i32>,
}

impl Iconv {
    fn failed(&self, errno: i32) -> Option<Str> {
        self.errno.set(errno);
        None
    }
}

/// The name of a character set, and what stands behind it.
fn split(name: &[u8]) -> (&[u8], Vec<&[u8]>) {
    let end = name.windows(2).position(|pair| pair == b"//").unwrap_or(name.len());
    let suffixes = name[end..].split(|byte| *byte == b'/').filter(|suffix| !suffix.is_empty());
    (&name[..end], suffixes.collect())
}

fn find(name: &[u8]) -> Result<Charset, Thrown> {
    Charset::find(name).ok_or_else(|| {
        let name = String::from_utf8_lossy(name);
        Thrown::Error(format!("Iconv: the character set \"{name}\" is not known"))
    })
}
