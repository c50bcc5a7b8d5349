//! Whether what follows fits on the line.

use super::{Frame, List, Mode, Printer, columns};
use crate::elements::{Element, Flat};

impl Printer<'_, '_> {
    /// Whether the group or list of arguments at `at`, laid out so, and, `with_rest`, what follows
    /// it on its line, fit on the line.
    pub(super) fn fits(&mut self, at: usize, mode: Mode, list: List, with_rest: bool) -> bool {
        let mut around = std::mem::take(&mut self.ahead);
        around.clear();
        let frame = Frame { mode, list, level: self.level };
        let outer = self.frames.len();
        let fits = Ahead { printer: self, frame, around: &mut around, outer }.fits(at, with_rest);
        self.ahead = around;
        fits
    }
}

/// A look at what comes next on the line.
struct Ahead<'a, 'e, 't> {
    printer: &'a Printer<'e, 't>,
    /// What the next element is in.
    frame: Frame,
    /// What that is in, of that which began since the look.
    around: &'a mut Vec<Frame>,
    /// How many frames of the printer are around these.
    outer: usize,
}

impl Ahead<'_, '_, '_> {
    fn fits(mut self, at: usize, with_rest: bool) -> bool {
        let printer = self.printer;
        let width = printer.style.width;
        let start =
            if printer.fresh { printer.level * printer.step_width() } else { printer.column };
        let mut room = width.checked_sub(start + usize::from(printer.space));
        let mut in_rest = false;
        let rest = printer.elements.get(at + 1..).unwrap_or_default();
        for element in rest {
            let Some(left) = room else { return false };
            match *element {
                Element::Text(text) => room = room_behind(text, left, width),
                Element::Space => room = left.checked_sub(1),
                Element::Group { breaks } => {
                    let mode = self.frame.mode;
                    // A group that follows may end the line at its first chance.
                    let broken =
                        breaks || mode == Mode::Spread || (in_rest && mode == Mode::Broken);
                    self.begin(if broken { Mode::Broken } else { Mode::Flat });
                }
                Element::Arguments { .. } => self.begin(self.frame.mode),
                Element::Line { flat, .. } => match (self.frame.mode, flat) {
                    (Mode::Flat, Flat::Space) => room = left.checked_sub(1),
                    (Mode::Flat, Flat::Nothing) => {}
                    _ => return true,
                },
                Element::Item { place } => {
                    match self.frame.list {
                        List::Lines => return true,
                        List::Hugged(mode) if place.last => self.frame.mode = mode,
                        List::Hugged(_) | List::Line => {}
                    }
                    room = left.checked_sub(usize::from(!place.first));
                }
                Element::ItemsEnd => match self.frame.list {
                    List::Lines => return true,
                    List::Hugged(_) => self.frame.mode = Mode::Flat,
                    List::Line => {}
                },
                Element::GroupEnd | Element::ArgumentsEnd => {
                    in_rest |= self.end();
                    if in_rest && !with_rest {
                        return true;
                    }
                }
                Element::Fresh => return true,
                Element::Indent | Element::Dedent | Element::Suffix(_) => {}
            }
        }
        room.is_some()
    }

    fn begin(&mut self, mode: Mode) {
        self.around.push(self.frame);
        self.frame = Frame { mode, list: List::Line, level: self.frame.level };
    }

    /// Goes out of what has ended; whether that began before the look.
    fn end(&mut self) -> bool {
        if let Some(frame) = self.around.pop() {
            self.frame = frame;
            return false;
        }
        let before = self.outer.checked_sub(1);
        let frame = before.and_then(|at| self.printer.frames.get(at));
        self.outer = before.unwrap_or_default();
        let top = Frame { mode: Mode::Broken, list: List::Line, level: 0 };
        self.frame = frame.copied().unwrap_or(top);
        true
    }
}

/// Columns that a text leaves of its line, or of the last of its lines.
fn room_behind(text: &[u8], left: usize, width: usize) -> Option<usize> {
    let Some(first) = memchr::memchr(b'\n', text) else { return left.checked_sub(columns(text)) };
    left.checked_sub(columns(&text[..first]))?;
    let last = memchr::memrchr(b'\n', text).unwrap_or(first);
    width.checked_sub(columns(&text[last + 1..]))
}
