//! Patterns, as far as their automaton needs them.

/// A set of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bytes([u64; 4]);

impl Bytes {
    fn of(holds: impl Fn(u8) -> bool) -> Self {
        let mut bits = [0; 4];
        for byte in (0..=255u8).filter(|byte| holds(*byte)) {
            bits[usize::from(byte >> 6)] |= 1 << (byte & 63);
        }
        Self(bits)
    }

    fn has(self, byte: u8) -> bool {
        self.0[usize::from(byte >> 6)] & (1 << (byte & 63)) != 0
    }

    /// The bytes that are in both sets.
    pub(super) fn both(self, other: Self) -> Self {
        Self::of(|byte| self.has(byte) && other.has(byte))
    }

    /// One byte of both sets, a readable one if there is any.
    pub(super) fn common(self, other: Self) -> Option<u8> {
        let both = |byte: &u8| self.has(*byte) && other.has(*byte);
        let readable = (b'a'..=b'z').chain(b'!'..=b'~');
        readable.chain(0..=255).find(both)
    }
}

/// What a pattern is made of.
#[derive(Clone, Debug)]
pub(super) enum Node {
    /// One byte of a set.
    Set(Bytes),
    /// One after the other.
    Sequence(Vec<Node>),
    /// One of them.
    Choice(Vec<Node>),
    /// Again and again: at least so often, and at most.
    Repeat(Box<Node>, u32, Option<u32>),
}

/// How deep groups may be nested.
const DEPTH: u32 = 40;

/// A pattern as a tree; none when something in it is not known.
pub(super) fn parse(pattern: &[u8], caseless: bool) -> Option<Node> {
    let mut parser = Parser { rest: pattern, caseless, depth: 0 };
    let node = parser.choice()?;
    parser.rest.is_empty().then_some(node)
}

struct Parser<'p> {
    rest: &'p [u8],
    caseless: bool,
    depth: u32,
}

impl Parser<'_> {
    fn take(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    fn eat(&mut self, text: &[u8]) -> bool {
        let rest = self.rest.strip_prefix(text);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn choice(&mut self) -> Option<Node> {
        let mut branches = vec![self.sequence()?];
        while self.eat(b"|") {
            branches.push(self.sequence()?);
        }
        Some(Node::Choice(branches))
    }

    fn sequence(&mut self) -> Option<Node> {
        let mut items = Vec::new();
        while !matches!(self.rest.first(), None | Some(b'|' | b')')) {
            let atom = self.atom()?;
            items.push(self.repeated(atom)?);
        }
        Some(Node::Sequence(items))
    }

    fn repeated(&mut self, atom: Node) -> Option<Node> {
        let (least, most) = match self.rest.first() {
            Some(b'*') => (0, None),
            Some(b'+') => (1, None),
            Some(b'?') => (0, Some(1)),
            Some(b'{') => return self.counted(atom),
            _ => return Some(atom),
        };
        self.take();
        self.lazy(Node::Repeat(Box::new(atom), least, most))
    }

    fn counted(&mut self, atom: Node) -> Option<Node> {
        let end = self.rest.iter().position(|byte| *byte == b'}')?;
        let text = std::str::from_utf8(&self.rest[1..end]).ok()?;
        let (least, most) = match text.split_once(',') {
            None => (text.parse().ok()?, Some(text.parse().ok()?)),
            Some((least, "")) => (least.parse().ok()?, None),
            Some((least, most)) => (least.parse().ok()?, Some(most.parse().ok()?)),
        };
        self.rest = &self.rest[end + 1..];
        self.lazy(Node::Repeat(Box::new(atom), least, most))
    }

    /// A lazy quantifier tries the same ways in another order; a possessive one does not.
    fn lazy(&mut self, node: Node) -> Option<Node> {
        self.eat(b"?");
        (!matches!(self.rest.first(), Some(b'+' | b'*' | b'?' | b'{'))).then_some(node)
    }

    fn atom(&mut self) -> Option<Node> {
        let nothing = Some(Node::Sequence(Vec::new()));
        match self.take()? {
            b'^' | b'$' => nothing,
            b'.' => Some(Node::Set(Bytes::of(|byte| byte != b'\n'))),
            b'(' => self.group(),
            b'[' => self.class(),
            b'\\' => match self.rest.first()? {
                b'b' | b'B' | b'A' | b'z' | b'Z' => {
                    self.take();
                    nothing
                }
                _ => self.escaped().map(Node::Set),
            },
            byte => Some(Node::Set(self.byte(byte))),
        }
    }

    fn group(&mut self) -> Option<Node> {
        self.depth += 1;
        if self.depth > DEPTH || self.rest.starts_with(b"*") {
            return None;
        }
        if self.eat(b"?") && !self.eat(b":") {
            self.named()?;
        }
        let inside = self.choice()?;
        self.depth -= 1;
        self.eat(b")").then_some(inside)
    }

    /// Passes over the name of a group; other kinds are not known.
    fn named(&mut self) -> Option<()> {
        self.eat(b"P");
        let named = self.eat(b"<") && !matches!(self.rest.first(), Some(b'=' | b'!'));
        let end = self.rest.iter().position(|byte| *byte == b'>').filter(|_| named)?;
        self.rest = &self.rest[end + 1..];
        Some(())
    }

    fn byte(&self, byte: u8) -> Bytes {
        let caseless = self.caseless;
        Bytes::of(|b| b == byte || caseless && b.eq_ignore_ascii_case(&byte))
    }

    fn escaped(&mut self) -> Option<Bytes> {
        let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        let blank = |byte: u8| byte.is_ascii_whitespace() || byte == 0x0b;
        Some(match self.take()? {
            b'd' => Bytes::of(|byte| byte.is_ascii_digit()),
            b'D' => Bytes::of(|byte| !byte.is_ascii_digit()),
            b'w' => Bytes::of(word),
            b'W' => Bytes::of(|byte| !word(byte)),
            b's' => Bytes::of(blank),
            b'S' => Bytes::of(|byte| !blank(byte)),
            b'n' => self.byte(b'\n'),
            b'r' => self.byte(b'\r'),
            b't' => self.byte(b'\t'),
            byte if byte.is_ascii_alphanumeric() => return None,
            byte => self.byte(byte),
        })
    }

    fn class(&mut self) -> Option<Node> {
        let inverted = self.eat(b"^");
        let mut sets = Vec::new();
        // A bracket that comes first stands for itself.
        while sets.is_empty() || !self.rest.starts_with(b"]") {
            sets.push(self.range()?);
        }
        self.take();
        let any = |byte| sets.iter().any(|set| set.has(byte));
        Some(Node::Set(Bytes::of(|byte| any(byte) != inverted)))
    }

    fn range(&mut self) -> Option<Bytes> {
        let first = match self.take()? {
            b'\\' => return self.escaped(),
            b'[' if self.rest.starts_with(b":") => return None,
            first => first,
        };
        let last = match self.rest {
            [b'-', b'\\' | b'[', ..] => return None,
            [b'-', last, ..] if *last != b']' => *last,
            _ => return Some(self.byte(first)),
        };
        self.rest = &self.rest[2..];
        let holds = |byte: u8| (first..=last).contains(&byte);
        let both = |b: u8| holds(b.to_ascii_lowercase()) || holds(b.to_ascii_uppercase());
        let caseless = self.caseless;
        Some(Bytes::of(|byte| holds(byte) || caseless && both(byte)))
    }
}
