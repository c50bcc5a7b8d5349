//! What a layout is made of: texts, and places where a line may end, one after the other.
//!
//! *Invariants.* What begins also ends, and nothing overlaps: [`Elements`] writes both.

/// A part of a layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Element<'t> {
    /// Bytes as they are.
    Text(&'t [u8]),
    /// A space, unless the line begins or ends here.
    Space,
    /// From here on, lines begin one step further in.
    Indent,
    /// The end of the last step in.
    Dedent,
    /// Up to its end, all lines end where they may, or none does.
    Group {
        /// Whether it holds a line end that must be.
        breaks: bool,
    },
    /// The end of a group.
    GroupEnd,
    /// A place where the line may end.
    Line {
        /// What stands here when the line does not end.
        flat: Flat,
        /// Whether an empty line follows when it does.
        blank: bool,
    },
    /// The line ends here, if it is not empty.
    Fresh,
    /// A comment at the end of the line, whatever else is on it.
    Suffix(&'t [u8]),
    /// A list of arguments: its bracket, items, the other bracket.
    Arguments {
        /// Which line ends must be.
        breaks: Breaks,
        /// Whether the last one may spread over lines while the others stay on the first.
        hugs: Hug,
    },
    /// One of the arguments, with its comma.
    Item {
        /// Which of them.
        place: Place,
    },
    /// The end of the arguments, before the bracket that closes them.
    ItemsEnd,
    /// The end of a list of arguments.
    ArgumentsEnd,
}

/// What stands in the place of a line end that is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flat {
    /// A space.
    Space,
    /// Nothing.
    Nothing,
    /// Cannot be: the line ends.
    Never,
}

/// How the last argument may go on over lines behind the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hug {
    /// It may not.
    Never,
    /// It has lines of its own anyway.
    Body,
    /// Between its brackets.
    Brackets,
}

/// Where in a list of arguments a line end must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Breaks {
    /// Nowhere.
    Never,
    /// In the last one, or behind it.
    Last,
    /// Before the last one.
    Early,
}

/// Which of the arguments one is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// Whether none is before it.
    pub(crate) first: bool,
    /// Whether none is behind it.
    pub(crate) last: bool,
}

/// The elements of a layout, as they are written.
#[derive(Default)]
pub(crate) struct Elements<'t> {
    all: Vec<Element<'t>>,
    /// Line ends so far that must be.
    breaks: usize,
}

/// Something that has begun, where the line ends in it are counted.
#[derive(Clone, Copy)]
pub(crate) struct Begun {
    at: usize,
    breaks: usize,
}

impl<'t> Elements<'t> {
    /// No elements yet, and room for so many.
    pub(crate) fn with_capacity(count: usize) -> Self {
        Self { all: Vec::with_capacity(count), breaks: 0 }
    }

    /// All of them.
    pub(crate) fn into_vec(self) -> Vec<Element<'t>> {
        self.all
    }

    pub(crate) fn text(&mut self, text: &'t [u8]) {
        self.all.push(Element::Text(text));
    }

    pub(crate) fn space(&mut self) {
        self.all.push(Element::Space);
    }

    /// A space or a line end.
    pub(crate) fn line(&mut self) {
        self.line_and(false);
    }

    /// A space or a line end, after which a line stays empty.
    pub(crate) fn line_and(&mut self, blank: bool) {
        self.all.push(Element::Line { flat: Flat::Space, blank });
    }

    /// Nothing or a line end.
    pub(crate) fn soft(&mut self) {
        self.all.push(Element::Line { flat: Flat::Nothing, blank: false });
    }

    /// A line end.
    pub(crate) fn hard(&mut self, blank: bool) {
        self.all.push(Element::Line { flat: Flat::Never, blank });
        self.breaks += 1;
    }

    pub(crate) fn fresh(&mut self) {
        self.all.push(Element::Fresh);
        self.breaks += 1;
    }

    pub(crate) fn suffix(&mut self, comment: &'t [u8]) {
        self.all.push(Element::Suffix(comment));
        self.breaks += 1;
    }

    pub(crate) fn indent(&mut self) {
        self.all.push(Element::Indent);
    }

    pub(crate) fn dedent(&mut self) {
        self.all.push(Element::Dedent);
    }

    /// Begins a group; a broken one has all its line ends.
    pub(crate) fn group(&mut self, broken: bool) -> Begun {
        let begun = self.begin(Element::Group { breaks: broken });
        self.breaks += usize::from(broken);
        begun
    }

    pub(crate) fn end_group(&mut self, begun: Begun) {
        if let (true, Some(Element::Group { breaks })) =
            (self.breaks_since(begun), self.all.get_mut(begun.at))
        {
            *breaks = true;
        }
        self.all.push(Element::GroupEnd);
    }

    /// Begins a list of arguments.
    pub(crate) fn arguments(&mut self, hugs: Hug) -> Begun {
        self.begin(Element::Arguments { breaks: Breaks::Never, hugs })
    }

    pub(crate) fn item(&mut self, begun: Begun, place: Place) {
        if place.last && self.breaks_since(begun) {
            self.break_arguments(begun, Breaks::Early);
        }
        self.all.push(Element::Item { place });
    }

    pub(crate) fn end_items(&mut self) {
        self.all.push(Element::ItemsEnd);
    }

    pub(crate) fn end_arguments(&mut self, begun: Begun) {
        if self.breaks_since(begun) {
            self.break_arguments(begun, Breaks::Last);
        }
        self.all.push(Element::ArgumentsEnd);
    }

    fn begin(&mut self, element: Element<'t>) -> Begun {
        let begun = Begun { at: self.all.len(), breaks: self.breaks };
        self.all.push(element);
        begun
    }

    fn breaks_since(&self, begun: Begun) -> bool {
        self.breaks > begun.breaks
    }

    fn break_arguments(&mut self, begun: Begun, found: Breaks) {
        if let Some(Element::Arguments { breaks: breaks @ Breaks::Never, .. }) =
            self.all.get_mut(begun.at)
        {
            *breaks = found;
        }
    }
}
