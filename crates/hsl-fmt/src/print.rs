//! A layout to text: where lines end.
//!
//! Each group is laid out on one line when it fits there, and else with all its line ends. What
//! fits is looked up at most one line ahead, so the time grows with the text.
//!
//! *Sources*: P. Wadler, "A prettier printer" (2003), with comments that go to the end of the line.

use crate::doc::{Doc, Flat, Hug, Kind};
use crate::{Indent, Style};

/// Columns of a tab.
const TAB: usize = 4;

/// How the line ends of a layout are taken.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// None is.
    Flat,
    /// All are.
    Broken,
    /// Those of the first groups are.
    Spread,
}

#[derive(Clone, Copy)]
struct Task<'a, 't> {
    level: usize,
    mode: Mode,
    doc: &'a Doc<'t>,
}

/// The text of a layout.
pub(crate) fn print(doc: &Doc<'_>, style: &Style, line_end: &'static [u8]) -> Vec<u8> {
    let mut printer = Printer::new(style, line_end);
    let mut tasks = vec![Task { level: 0, mode: Mode::Broken, doc }];
    while let Some(task) = tasks.pop() {
        printer.step(task, &mut tasks);
    }
    printer.finish()
}

struct Printer<'s, 't> {
    style: &'s Style,
    line_end: &'static [u8],
    out: Vec<u8>,
    /// Column behind what the line holds.
    column: usize,
    /// Whether the line holds nothing yet, not even its indentation.
    fresh: bool,
    /// Whether a space is due before the next text.
    space: bool,
    /// Comments that wait for the end of the line.
    suffixes: Vec<&'t [u8]>,
}

impl<'s, 't> Printer<'s, 't> {
    fn new(style: &'s Style, line_end: &'static [u8]) -> Self {
        let out = Vec::new();
        Self { style, line_end, out, column: 0, fresh: true, space: false, suffixes: Vec::new() }
    }

    fn step<'a>(&mut self, task: Task<'a, 't>, tasks: &mut Vec<Task<'a, 't>>) {
        let Task { level, mode, doc } = task;
        match &doc.kind {
            Kind::Text(text) => self.text(text, level),
            Kind::Space => self.space = true,
            Kind::Concat(parts) => {
                tasks.extend(parts.iter().rev().map(|doc| Task { doc, ..task }));
            }
            Kind::Indent(doc) => tasks.push(Task { level: level + 1, mode, doc }),
            Kind::Group(inner) => {
                let flat = Task { level, mode: Mode::Flat, doc: inner };
                let fits = !doc.breaks && mode != Mode::Spread && self.fits(&[flat], tasks);
                tasks.push(if fits { flat } else { Task { mode: Mode::Broken, ..flat } });
            }
            Kind::Line { flat, blank } => match (mode, flat) {
                (Mode::Flat, Flat::Space) => self.space = true,
                (Mode::Flat, Flat::Nothing) => {}
                _ => self.line(level, *blank),
            },
            Kind::Fresh if self.fresh => {}
            Kind::Fresh => self.line(level, false),
            Kind::Suffix(comment) => self.suffixes.push(comment),
            Kind::Arguments { open, items, close, hugs } => {
                self.arguments(task, (open, items, close, *hugs), tasks);
            }
        }
    }

    /// On one line, or with the last argument spread over lines, or one argument a line.
    fn arguments<'a>(
        &mut self,
        task: Task<'a, 't>,
        (open, items, close, hugs): (&'a Doc<'t>, &'a [Doc<'t>], &'a Doc<'t>, Hug),
        tasks: &mut Vec<Task<'a, 't>>,
    ) {
        let on_one_line = one_line(Task { mode: Mode::Flat, ..task }, (open, items, close));
        if task.mode == Mode::Flat || (!task.doc.breaks && self.fits(&on_one_line, tasks)) {
            tasks.extend(on_one_line);
            return;
        }
        let mode = match hugs {
            Hug::Never => None,
            Hug::Body => Some(Mode::Broken),
            Hug::Brackets => Some(Mode::Spread),
        };
        if let (Some(mode), Some((last, rest))) =
            (mode.filter(|_| !open.breaks), items.split_last())
            && rest.iter().all(|item| !item.breaks)
        {
            let mut hugged = on_one_line;
            hugged[1] = Task { level: task.level, mode, doc: last };
            if self.fits(&hugged, &[]) {
                tasks.extend(hugged);
                return;
            }
        }
        self.one_a_line(task, (open, items, close), tasks);
    }

    fn one_a_line<'a>(
        &mut self,
        task: Task<'a, 't>,
        (open, items, close): (&'a Doc<'t>, &'a [Doc<'t>], &'a Doc<'t>),
        tasks: &mut Vec<Task<'a, 't>>,
    ) {
        let Task { level, .. } = task;
        tasks.push(Task { level, mode: Mode::Broken, doc: close });
        tasks.push(Task { level, mode: Mode::Broken, doc: &END });
        for doc in items.iter().rev() {
            tasks.push(Task { level: level + 1, mode: Mode::Broken, doc });
            tasks.push(Task { level: level + 1, mode: Mode::Broken, doc: &END });
        }
        tasks.push(Task { level, mode: Mode::Broken, doc: open });
    }

    /// Whether the tasks (the first one last), and what follows them on their line, fit on it.
    fn fits(&self, tasks: &[Task<'_, 't>], rest: &[Task<'_, 't>]) -> bool {
        let level = tasks.last().map_or(0, |task| task.level);
        let start = if self.fresh { level * self.step_width() } else { self.column };
        let mut room = (self.style.width).checked_sub(start + usize::from(self.space));
        let mut ahead = tasks.to_vec();
        let mut rest = rest.iter().rev();
        let mut in_rest = false;
        while let Some(left) = room {
            if ahead.is_empty() {
                in_rest = true;
                ahead.extend(rest.next());
            }
            let Some(Task { level, mode, doc }) = ahead.pop() else { return true };
            match &doc.kind {
                Kind::Text(text) => {
                    let end = memchr::memchr(b'\n', text).unwrap_or(text.len());
                    room = left.checked_sub(columns(&text[..end]));
                    if let (Some(_), Some(at)) = (room, memchr::memrchr(b'\n', text)) {
                        room = self.style.width.checked_sub(columns(&text[at + 1..]));
                    }
                }
                Kind::Space => room = left.checked_sub(1),
                Kind::Concat(parts) => {
                    ahead.extend(parts.iter().rev().map(|doc| Task { level, mode, doc }));
                }
                Kind::Indent(doc) => ahead.push(Task { level, mode, doc }),
                Kind::Group(inner) => {
                    // A group that follows may end the line at its first chance.
                    let broken =
                        doc.breaks || mode == Mode::Spread || (in_rest && mode == Mode::Broken);
                    let mode = if broken { Mode::Broken } else { Mode::Flat };
                    ahead.push(Task { level, mode, doc: inner });
                }
                Kind::Line { flat, .. } => match (mode, flat) {
                    (Mode::Flat, Flat::Space) => room = left.checked_sub(1),
                    (Mode::Flat, Flat::Nothing) => {}
                    _ => return true,
                },
                Kind::Fresh => return true,
                Kind::Suffix(_) => {}
                Kind::Arguments { open, items, close, .. } => {
                    ahead.extend(one_line(Task { level, mode, doc }, (open, items, close)));
                }
            }
        }
        false
    }

    fn text(&mut self, text: &[u8], level: usize) {
        if !self.suffixes.is_empty() {
            self.line(level, false);
        }
        if self.fresh {
            self.indent(level);
        } else if self.space {
            self.out.push(b' ');
            self.column += 1;
        }
        self.space = false;
        self.out.extend_from_slice(text);
        self.column = match memchr::memrchr(b'\n', text) {
            Some(at) => columns(&text[at + 1..]),
            None => self.column + columns(text),
        };
    }

    fn indent(&mut self, level: usize) {
        self.fresh = false;
        let (byte, count) = match self.style.indent {
            Indent::Spaces(wide) => (b' ', level * wide),
            Indent::Tab => (b'\t', level),
        };
        self.out.resize(self.out.len() + count, byte);
        self.column = level * self.step_width();
    }

    /// Columns of a step of indentation.
    fn step_width(&self) -> usize {
        if let Indent::Spaces(wide) = self.style.indent { wide } else { TAB }
    }

    fn line(&mut self, level: usize, blank: bool) {
        for comment in std::mem::take(&mut self.suffixes) {
            if self.fresh {
                self.indent(level);
            } else {
                self.out.push(b' ');
            }
            self.out.extend_from_slice(comment);
        }
        self.out.extend_from_slice(self.line_end);
        if blank {
            self.out.extend_from_slice(self.line_end);
        }
        (self.fresh, self.space, self.column) = (true, false, 0);
    }

    /// The text, with one line end at its end.
    fn finish(mut self) -> Vec<u8> {
        if !self.suffixes.is_empty() || !self.fresh {
            self.line(0, false);
        }
        self.out
    }
}

/// Arguments with their brackets on one line, the first one last.
fn one_line<'a, 't>(
    task: Task<'a, 't>,
    (open, items, close): (&'a Doc<'t>, &'a [Doc<'t>], &'a Doc<'t>),
) -> Vec<Task<'a, 't>> {
    let mut all = vec![Task { doc: close, ..task }];
    for (at, doc) in items.iter().enumerate().rev() {
        all.push(Task { doc, ..task });
        all.extend((at > 0).then_some(Task { doc: &SPACE, ..task }));
    }
    all.push(Task { doc: open, ..task });
    all
}

/// A line end between arguments.
static END: Doc<'static> =
    Doc { kind: Kind::Line { flat: Flat::Never, blank: false }, breaks: true };

/// What stands between arguments on one line.
static SPACE: Doc<'static> = Doc { kind: Kind::Space, breaks: false };

/// Columns that a text takes: its characters.
fn columns(text: &[u8]) -> usize {
    text.iter()
        .map(|byte| if *byte == b'\t' { TAB } else { usize::from(byte & 0xC0 != 0x80) })
        .sum()
}
