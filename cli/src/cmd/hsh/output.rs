//! Standard output of a script.
//!
//! *Invariants.* On a terminal every line appears at once; elsewhere lines are gathered. Whoever
//! waits or writes to standard error flushes first.

use std::cell::{Cell, RefCell};
use std::io::{self, BufWriter, IsTerminal as _, Stdout, Write as _};
use std::rc::Rc;

/// Lines on their way to standard output.
#[derive(Clone)]
pub(super) struct Output {
    shared: Rc<Shared>,
}

struct Shared {
    out: RefCell<BufWriter<Stdout>>,
    each_line: bool,
    /// Why nothing can be written any more.
    failed: Cell<Option<io::ErrorKind>>,
}

impl Output {
    /// The output of this process.
    pub(super) fn new() -> Self {
        let stdout = io::stdout();
        let each_line = stdout.is_terminal();
        let out = RefCell::new(BufWriter::with_capacity(1 << 16, stdout));
        Self { shared: Rc::new(Shared { out, each_line, failed: Cell::new(None) }) }
    }

    /// One line of `echo`.
    pub(super) fn line(&self, line: &[u8]) {
        let mut out = self.shared.out.borrow_mut();
        let written = out.write_all(line).and_then(|()| out.write_all(b"\n"));
        drop(out);
        self.note(&written);
        if self.shared.each_line {
            self.flush();
        }
    }

    /// Writes what was gathered.
    pub(super) fn flush(&self) {
        if self.failure().is_none() {
            let flushed = self.shared.out.borrow_mut().flush();
            self.note(&flushed);
        }
    }

    /// Why nothing can be written any more: nobody reads ([`io::ErrorKind::BrokenPipe`]), the disk is
    /// full.
    pub(super) fn failure(&self) -> Option<io::ErrorKind> {
        self.shared.failed.get()
    }

    fn note(&self, written: &io::Result<()>) {
        if let Err(error) = written {
            self.shared.failed.set(Some(error.kind()));
        }
    }
}
