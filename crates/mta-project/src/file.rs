//! One file of a snapshot.

use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use hsl_syntax::Parse;
use mta_config::Parsed;

/// Bytes of a file that is read when it is asked for. Larger ones are no scripts, and as data they
/// would fill the memory of an editor.
const LARGEST: u64 = 16 << 20;

/// A text and its tree, each made when it is first asked for.
///
/// *Invariant.* What was once given stays: a file that changed on disk is another value.
#[derive(Debug)]
pub(crate) struct File {
    /// The folder to read it from.
    root: Option<Arc<Path>>,
    text: OnceLock<Option<Arc<[u8]>>>,
    parse: OnceLock<Parse>,
    parsed: OnceLock<Parsed>,
}

impl File {
    /// A text that is known.
    pub(crate) fn new(text: Arc<[u8]>) -> Self {
        Self {
            root: None,
            text: Some(text).into(),
            parse: OnceLock::new(),
            parsed: OnceLock::new(),
        }
    }

    /// A text whose tree is known.
    pub(crate) fn parsed(parse: Parse) -> Self {
        let text = Some(Arc::clone(&parse.text));
        Self { root: None, text: text.into(), parse: parse.into(), parsed: OnceLock::new() }
    }

    /// A file below a folder, to be read later.
    pub(crate) fn unread(root: Arc<Path>) -> Self {
        Self {
            root: Some(root),
            text: OnceLock::new(),
            parse: OnceLock::new(),
            parsed: OnceLock::new(),
        }
    }

    /// The text; none when it cannot be read or is too large.
    pub(crate) fn text(&self, name: &str) -> Option<&Arc<[u8]>> {
        self.text.get_or_init(|| read(&self.root.as_ref()?.join(name))).as_ref()
    }

    /// Whether the text was asked for before.
    pub(crate) fn is_read(&self) -> bool {
        self.text.get().is_some()
    }

    /// The tree of the text.
    pub(crate) fn parse(&self, name: &str) -> Option<&Parse> {
        let text = self.text(name)?;
        Some(self.parse.get_or_init(|| hsl_syntax::parse(Arc::clone(text))))
    }

    /// The text as configuration.
    pub(crate) fn config(&self, name: &Arc<str>) -> Option<&Parsed> {
        let text = self.text(name)?;
        Some(self.parsed.get_or_init(|| Parsed::new(name, text)))
    }

    /// The tree, if it was made.
    pub(crate) fn parse_if_known(&self) -> Option<&Parse> {
        self.parse.get()
    }
}

/// The bytes of a file; none when it cannot be read or is larger than a script can be.
pub fn read(path: &Path) -> Option<Arc<[u8]>> {
    let file = fs::File::open(path).ok()?;
    file.metadata().ok().filter(|found| found.is_file() && found.len() <= LARGEST)?;
    let mut text = Vec::new();
    // It may grow meanwhile, so its size is no bound.
    file.take(LARGEST + 1).read_to_end(&mut text).ok()?;
    (text.len() as u64 <= LARGEST).then(|| text.into())
}
