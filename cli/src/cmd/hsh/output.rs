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
    /// Nobody reads any more.
    closed: Cell<bool>,
}

impl Output {
    /// The output of this process.
    pub(super) fn new() -> Self {
        let stdout = io::stdout();
        let each_line = stdout.is_terminal();
        let out = RefCell::new(BufWriter::with_capacity(1 << 16, stdout));
        Self { shared: Rc::new(Shared { out, each_line, closed: Cell::new(false) }) }
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
        if self.shared.closed.get() {
            return;
        }
        let flushed = self.shared.out.borrow_mut().flush();
        self.note(&flushed);
    }

    /// Whether nobody reads any more.
    pub(super) fn is_closed(&self) -> bool {
        self.shared.closed.get()
    }

    fn note(&self, written: &io::Result<()>) {
        if written.is_err() {
            self.shared.closed.set(true);
        }
    }
}
