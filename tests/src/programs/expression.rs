//! Expressions.

use std::fmt::Write;

use super::words::{
    BINARY, DELIMITERS, FORMATS, KEYS, LIBRARY, NUMBERS, PATTERNS, TEXTS, VARIABLES,
};
use super::{Place, Writer};

impl Writer {
    pub(super) fn variable(&mut self) -> String {
        self.random.of(VARIABLES).to_owned()
    }

    /// An element of a variable, at some depth.
    pub(super) fn path(&mut self) -> String {
        let mut path = self.variable();
        for _ in 0..=self.random.below(3) {
            match self.random.below(5) {
                0 => path.push_str("->k"),
                _ => {
                    let _ = write!(path, "[{}]", self.random.of(KEYS));
                }
            }
        }
        path
    }

    pub(super) fn literal(&mut self) -> String {
        match self.random.below(7) {
            0 => "none".to_owned(),
            1 => self.random.of(&["true", "false"]).to_owned(),
            2 | 3 => self.random.of(NUMBERS).to_owned(),
            4 => self.random.of(&["\"\"", "\"a\"", "\"7\"", "\"abc\"", "''raw''"]).to_owned(),
            5 => format!("[{}, \"k\" => {}]", self.random.of(NUMBERS), self.random.of(NUMBERS)),
            _ => "[[1, 2], \"m\" => [\"k\" => \"deep\"]]".to_owned(),
        }
    }

    pub(super) fn array(&mut self) -> String {
        let items: Vec<_> = (0..self.random.below(4))
            .map(|_| match self.random.below(6) {
                0 | 1 => format!("{} => {}", self.random.of(KEYS), self.expression(1)),
                2 => "...[1, \"k\" => 2]".to_owned(),
                3 if self.generators > 0 => {
                    format!("...g{}(1)", self.random.below(self.generators))
                }
                _ => self.expression(1),
            })
            .collect();
        format!("[{}]", items.join(", "))
    }

    /// An expression without an effect: what the right side of an augmented assignment may do to
    /// its target is not described.
    pub(super) fn quietly(&mut self, depth: usize) -> String {
        let before = std::mem::replace(&mut self.quiet, true);
        let value = self.expression(depth);
        self.quiet = before;
        value
    }

    pub(super) fn expression(&mut self, depth: usize) -> String {
        if depth == 0 {
            return match self.random.below(4) {
                0 => self.random.of(NUMBERS).to_owned(),
                1 => self.random.of(TEXTS).to_owned(),
                2 => self.literal(),
                _ => self.variable(),
            };
        }
        let depth = depth - 1;
        let kinds = if self.quiet { 12 } else { 22 };
        match self.random.below(kinds) {
            0..=2 => self.binary(depth),
            3 => format!(
                "({} ? {} : {})",
                self.expression(depth),
                self.expression(depth),
                self.expression(depth)
            ),
            4 => format!("({} ?: {})", self.expression(depth), self.expression(depth)),
            5 => self.path(),
            6 => {
                let (first, last) =
                    (self.random.of(&["", "1", "-2", "0"]), self.random.of(&["", "2", "-1"]));
                let step = self.random.of(&["", "", ":2", ":-1", ":$c"]);
                format!("{}[{first}:{last}{step}]", self.variable())
            }
            7 => {
                let operator = self.random.of(&["!", "-", "~", "not ", "+"]);
                format!("{operator}({})", self.expression(depth))
            }
            8 => {
                let word = self.random.of(&["=~", "!~"]);
                format!("({} {word} {})", self.expression(depth), self.random.of(PATTERNS))
            }
            9 => {
                let template = self.random.of(FORMATS);
                format!("({template} % [{}, {}])", self.expression(depth), self.expression(depth))
            }
            10 => format!("({} ?? {})", self.path(), self.expression(depth)),
            11 => format!("isset({})", self.path()),
            12 => self.array(),
            13..=15 => self.library_call(depth),
            16 | 17 => self.call(depth),
            18 => format!(
                "match ({}) {{ {}, {} => {}, default => {} }}",
                self.expression(depth),
                self.literal(),
                self.expression(depth),
                self.expression(depth),
                self.expression(depth)
            ),
            19 => self.member(depth),
            20 => {
                let operator = self.random.of(&["=", "=", ".=", "+=", "??="]);
                let (place, value) = (self.path(), self.quietly(depth));
                format!("({place} {operator} {value})")
            }
            _ => self.variable(),
        }
    }

    fn binary(&mut self, depth: usize) -> String {
        let operator = self.random.of(BINARY);
        let left = self.expression(depth);
        // A product of a text or array stays small when the number does.
        let right = if operator == "*" { "2".to_owned() } else { self.expression(depth) };
        format!("({left} {operator} {right})")
    }

    /// A call of a function of the program.
    fn call(&mut self, depth: usize) -> String {
        match self.random.below(6) {
            0 | 1 if self.functions > 0 => {
                let number = self.random.below(self.functions);
                format!("f{number}({}, ...[{}])", self.expression(depth), self.random.of(NUMBERS))
            }
            2 => format!("count_down({} % 4)", self.random.of(NUMBERS)),
            3 if self.place == Place::Script => format!("$k({})", self.random.of(NUMBERS)),
            4 if self.place == Place::Script => {
                let key = self.random.of(&["[\"value\"]", "[\"done\"]", ""]);
                format!("$g->next({}){key}", self.expression(depth))
            }
            5 => {
                let body = self.expression(depth);
                format!(
                    "function ($a, $b = 2) closure ($c, $d, $e, $o) {{ return {body}; }}({})",
                    self.random.of(NUMBERS)
                )
            }
            _ => format!("maker({})()", self.random.of(NUMBERS)),
        }
    }

    /// Something of a class or an object.
    fn member(&mut self, depth: usize) -> String {
        let value = self.expression(depth);
        match self.random.below(8) {
            0 => format!("C({value})->add({})->get()", self.random.of(NUMBERS)),
            1 => "C::next()".to_owned(),
            2 => "C::$s".to_owned(),
            3 => format!("$o->add({value})->w"),
            4 => "[$o->r, $o->v, $o->nothing]".to_owned(),
            5 => format!("$o->handler()({value})"),
            6 => "[$o->same($o), $o === $o, $o == C(1)]".to_owned(),
            _ => "array_map(C, [1, 2])[0]->w".to_owned(),
        }
    }

    fn callback(&mut self) -> String {
        match self.random.below(6) {
            0 => {
                self.random.of(&["is_string", "length", "boolean", "builtin is_number"]).to_owned()
            }
            1 => {
                let body = self.expression(1);
                format!("function ($a) closure ($b, $c, $d, $e, $o) {{ return {body}; }}")
            }
            2 => {
                "function ($v) closure ($a) { $a[] = $v; return [$v] == $a ? $v : $a; }".to_owned()
            }
            3 => "function ($v) closure ($e) { if ($v === 2) throw \"two\"; $e = $v; return !$v; }"
                .to_owned(),
            4 => "$o->add".to_owned(),
            _ => "maker(1)".to_owned(),
        }
    }

    fn library_call(&mut self, depth: usize) -> String {
        if self.random.once_in(12) {
            return self.fold();
        }
        let (name, kinds) = LIBRARY[self.random.below(LIBRARY.len())];
        let arguments: Vec<_> = kinds
            .chars()
            .map(|kind| match kind {
                'a' => self.array(),
                's' => self.random.of(TEXTS).to_owned(),
                'd' => self.random.of(DELIMITERS).to_owned(),
                'n' => self.random.of(NUMBERS).to_owned(),
                'p' => self.random.of(PATTERNS).to_owned(),
                'f' => self.callback(),
                _ => self.expression(depth),
            })
            .collect();
        format!("{name}({})", arguments.join(", "))
    }

    /// Callbacks of two arguments, and replacements.
    fn fold(&mut self) -> String {
        let text = self.random.of(TEXTS);
        let pattern = self.random.of(PATTERNS);
        match self.random.below(4) {
            0 => "array_sort(function ($a, $b) { return $a < $b; }, [3, 10, \"k\" => 2, 7])"
                .to_owned(),
            1 => format!(
                "array_reduce(function ($sum, $x) {{ return $sum . $x; }}, {})",
                self.array()
            ),
            2 => format!(
                "array_reduce(function ($sum, $x) {{ return $sum + $x; }}, {}, 1)",
                self.array()
            ),
            _ => format!(
                "pcre_replace({pattern}, function ($m) closure ($d) {{ $d = $m; return \"<\" . length($m) . \">\"; }}, {text})"
            ),
        }
    }
}
