//! What a layout is made of: texts, and places where a line may end.

/// A layout. `breaks` tells whether it holds a line end that must be.
pub(crate) struct Doc<'t> {
    pub(crate) kind: Kind<'t>,
    pub(crate) breaks: bool,
}

/// Kinds of layout.
pub(crate) enum Kind<'t> {
    /// Bytes as they are.
    Text(&'t [u8]),
    /// A space, unless the line begins or ends here.
    Space,
    /// One after the other.
    Concat(Vec<Doc<'t>>),
    /// One step further in, after each line end inside.
    Indent(Box<Doc<'t>>),
    /// All lines inside end where they may, or none does.
    Group(Box<Doc<'t>>),
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
    /// A list of arguments.
    Arguments {
        /// The bracket that opens it.
        open: Box<Doc<'t>>,
        /// Each with its comma.
        items: Vec<Doc<'t>>,
        /// The bracket that closes it.
        close: Box<Doc<'t>>,
        /// Whether the last one may spread over lines while the others stay on the first.
        hugs: Hug,
    },
}

/// What stands in the place of a line end that is not taken.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flat {
    /// A space.
    Space,
    /// Nothing.
    Nothing,
    /// Cannot be: the line ends.
    Never,
}

/// How the last argument may go on over lines behind the others.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hug {
    /// It may not.
    Never,
    /// It has lines of its own anyway.
    Body,
    /// Between its brackets.
    Brackets,
}

impl<'t> Doc<'t> {
    fn new(kind: Kind<'t>, breaks: bool) -> Self {
        Self { kind, breaks }
    }

    pub(crate) fn text(text: &'t [u8]) -> Self {
        Self::new(Kind::Text(text), false)
    }

    pub(crate) fn space() -> Self {
        Self::new(Kind::Space, false)
    }

    pub(crate) fn nothing() -> Self {
        Self::concat([])
    }

    /// A space or a line end.
    pub(crate) fn line() -> Self {
        Self::new(Kind::Line { flat: Flat::Space, blank: false }, false)
    }

    /// A space or a line end, after which a line stays empty.
    pub(crate) fn line_and(blank: bool) -> Self {
        Self::new(Kind::Line { flat: Flat::Space, blank }, false)
    }

    /// Nothing or a line end.
    pub(crate) fn soft() -> Self {
        Self::new(Kind::Line { flat: Flat::Nothing, blank: false }, false)
    }

    /// A line end.
    pub(crate) fn hard(blank: bool) -> Self {
        Self::new(Kind::Line { flat: Flat::Never, blank }, true)
    }

    pub(crate) fn fresh() -> Self {
        Self::new(Kind::Fresh, true)
    }

    pub(crate) fn suffix(text: &'t [u8]) -> Self {
        Self::new(Kind::Suffix(text), true)
    }

    pub(crate) fn concat(parts: impl IntoIterator<Item = Self>) -> Self {
        let parts: Vec<Self> = parts.into_iter().collect();
        let breaks = parts.iter().any(|part| part.breaks);
        Self::new(Kind::Concat(parts), breaks)
    }

    pub(crate) fn indent(self) -> Self {
        let breaks = self.breaks;
        Self::new(Kind::Indent(Box::new(self)), breaks)
    }

    pub(crate) fn group(self) -> Self {
        let breaks = self.breaks;
        Self::new(Kind::Group(Box::new(self)), breaks)
    }

    /// The same, whose lines all end where they may.
    pub(crate) fn broken_if(self, broken: bool) -> Self {
        let breaks = self.breaks || broken;
        Self { breaks, ..self }
    }

    pub(crate) fn arguments(open: Self, items: Vec<Self>, close: Self, hugs: Hug) -> Self {
        let breaks = open.breaks || close.breaks || items.iter().any(|item| item.breaks);
        Self::new(
            Kind::Arguments { open: Box::new(open), items, close: Box::new(close), hugs },
            breaks,
        )
    }

    /// This one, then that one.
    pub(crate) fn then(self, next: Self) -> Self {
        Self::concat([self, next])
    }
}
