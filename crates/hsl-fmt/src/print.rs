//! A layout to text: where lines end.
//!
//! Each group is laid out on one line when it fits there, and else with all its line ends. What
//! fits is looked up at most one line ahead (`fits`), so the time grows with the text.
//!
//! *Sources*: P. Wadler, "A prettier printer" (2003), with comments that go to the end of the line.

mod fits;

use crate::elements::{Breaks, Element, Flat, Hug, Place};
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

/// A group or a list of arguments that has begun.
#[derive(Clone, Copy)]
struct Frame {
    mode: Mode,
    list: List,
    /// Steps of indentation where it began.
    level: usize,
}

/// How the items of a list of arguments stand; groups have none.
#[derive(Clone, Copy, PartialEq, Eq)]
enum List {
    /// On one line.
    Line,
    /// On one line up to the last, whose line ends are taken so.
    Hugged(Mode),
    /// Each on a line of its own.
    Lines,
}

/// The text of a layout.
pub(crate) fn print(elements: &[Element<'_>], style: &Style, line_end: &'static [u8]) -> Vec<u8> {
    let mut printer = Printer::new(elements, style, line_end);
    for (at, element) in elements.iter().enumerate() {
        printer.step(at, *element);
    }
    printer.finish()
}

struct Printer<'e, 't> {
    elements: &'e [Element<'t>],
    style: &'e Style,
    line_end: &'static [u8],
    out: Vec<u8>,
    /// What the next element is in, the innermost last.
    frames: Vec<Frame>,
    /// Frames of the last look ahead: their room is used again.
    ahead: Vec<Frame>,
    /// Steps of indentation of the next line.
    level: usize,
    /// Column behind what the line holds.
    column: usize,
    /// Whether the line holds nothing yet, not even its indentation.
    fresh: bool,
    /// Whether a space is due before the next text.
    space: bool,
    /// Comments that wait for the end of the line.
    suffixes: Vec<&'t [u8]>,
}

impl<'e, 't> Printer<'e, 't> {
    fn new(elements: &'e [Element<'t>], style: &'e Style, line_end: &'static [u8]) -> Self {
        Self {
            elements,
            style,
            line_end,
            out: Vec::new(),
            frames: Vec::new(),
            ahead: Vec::new(),
            level: 0,
            column: 0,
            fresh: true,
            space: false,
            suffixes: Vec::new(),
        }
    }

    fn step(&mut self, at: usize, element: Element<'t>) {
        match element {
            Element::Text(text) => self.text(text),
            Element::Space => self.space = true,
            Element::Indent => self.level += 1,
            Element::Dedent => self.level -= 1,
            Element::Group { breaks } => self.group(at, breaks),
            Element::Line { flat, blank } => match (self.mode(), flat) {
                (Mode::Flat, Flat::Space) => self.space = true,
                (Mode::Flat, Flat::Nothing) => {}
                _ => self.line(blank),
            },
            Element::Fresh if self.fresh => {}
            Element::Fresh => self.line(false),
            Element::Suffix(comment) => self.suffixes.push(comment),
            Element::Arguments { breaks, hugs } => self.arguments(at, breaks, hugs),
            Element::Item { place } => self.item(place),
            Element::ItemsEnd => self.end_items(),
            Element::GroupEnd | Element::ArgumentsEnd => {
                self.frames.pop();
            }
        }
    }

    /// How the line ends of what the next element is in are taken.
    fn mode(&self) -> Mode {
        self.frames.last().map_or(Mode::Broken, |frame| frame.mode)
    }

    fn begin(&mut self, mode: Mode, list: List) {
        self.frames.push(Frame { mode, list, level: self.level });
    }

    fn group(&mut self, at: usize, breaks: bool) {
        let flat = match self.mode() {
            Mode::Flat => true,
            Mode::Broken => !breaks && self.fits(at, Mode::Flat, List::Line, true),
            Mode::Spread => false,
        };
        self.begin(if flat { Mode::Flat } else { Mode::Broken }, List::Line);
    }

    /// On one line, or with the last argument spread over lines, or one argument a line.
    fn arguments(&mut self, at: usize, breaks: Breaks, hugs: Hug) {
        let hugged = match hugs {
            _ if breaks == Breaks::Early => None,
            Hug::Never => None,
            Hug::Body => Some(List::Hugged(Mode::Broken)),
            Hug::Brackets => Some(List::Hugged(Mode::Spread)),
        };
        let on_one_line = self.mode() == Mode::Flat
            || (breaks == Breaks::Never && self.fits(at, Mode::Flat, List::Line, true));
        if on_one_line {
            self.begin(Mode::Flat, List::Line);
        } else if let Some(list) = hugged
            && self.fits(at, Mode::Flat, list, false)
        {
            self.begin(Mode::Flat, list);
        } else {
            self.begin(Mode::Broken, List::Lines);
        }
    }

    fn item(&mut self, place: Place) {
        let Some(frame) = self.frames.last_mut() else { return };
        match frame.list {
            List::Lines => {
                self.level = frame.level + 1;
                self.line(false);
            }
            List::Line => self.space |= !place.first,
            List::Hugged(mode) => {
                self.space |= !place.first;
                if place.last {
                    frame.mode = mode;
                }
            }
        }
    }

    fn end_items(&mut self) {
        let Some(frame) = self.frames.last_mut() else { return };
        self.level = frame.level;
        match frame.list {
            List::Line => {}
            List::Hugged(_) => frame.mode = Mode::Flat,
            List::Lines => self.line(false),
        }
    }

    fn text(&mut self, text: &[u8]) {
        if !self.suffixes.is_empty() {
            self.line(false);
        }
        if self.fresh {
            self.indent();
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

    fn indent(&mut self) {
        self.fresh = false;
        let (byte, count) = match self.style.indent {
            Indent::Spaces(wide) => (b' ', self.level * wide),
            Indent::Tab => (b'\t', self.level),
        };
        self.out.resize(self.out.len() + count, byte);
        self.column = self.level * self.step_width();
    }

    /// Columns of a step of indentation.
    fn step_width(&self) -> usize {
        if let Indent::Spaces(wide) = self.style.indent { wide } else { TAB }
    }

    fn line(&mut self, blank: bool) {
        for comment in std::mem::take(&mut self.suffixes) {
            if self.fresh {
                self.indent();
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
            self.line(false);
        }
        self.out
    }
}

/// Columns that a text takes: its characters.
fn columns(text: &[u8]) -> usize {
    text.iter()
        .map(|byte| if *byte == b'\t' { TAB } else { usize::from(byte & 0xC0 != 0x80) })
        .sum()
}
