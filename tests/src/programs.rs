//! Programs made at random, reproducibly, for two implementations to disagree about.
//!
//! *Invariants.* The same seed gives the same program. Every program follows the grammar, names
//! only what exists, and ends: loops count, recursion is bounded. It uses nothing that waits.

use std::fmt::Write;

/// Functions of the library with the kinds of their arguments: `s`tring, `a`rray, `n`umber, `f`unction, anything.
const LIBRARY: &[(&str, &str)] = &[
    ("length", "a"),
    ("length", "s"),
    ("string", "x"),
    ("number", "x"),
    ("boolean", "x"),
    ("is_array", "x"),
    ("is_string", "x"),
    ("is_number", "x"),
    ("str_lower", "s"),
    ("str_upper", "s"),
    ("str_strip", "s"),
    ("abs", "n"),
    ("floor", "n"),
    ("array_keys", "a"),
    ("array_join", "as"),
    ("array_map", "fa"),
    ("array_filter", "fa"),
    ("array_find", "fa"),
    ("array_every", "fa"),
    ("array_includes", "xa"),
];

const VARIABLES: &[&str] = &["$a", "$b", "$c", "$d", "$e"];
const NUMBERS: &[&str] = &["0", "1", "2", "3", "7", "10", "255", "0.5", "2.25", "1000", "0x1F"];
const TEXTS: &[&str] =
    &["\"\"", "\"a\"", "\"7\"", "\"abc\"", "\"Mixed Case\"", "''raw''", "\"x$a\"", "\"10\""];
const KEYS: &[&str] = &["\"k\"", "\"m\"", "0", "1", "2", "\"7\"", "true", "1.9"];
const BINARY: &[&str] = &[
    "+", "-", "*", "%", ".", "==", "!=", "===", "!==", "<", ">", "<=", ">=", "and", "or", "??",
    "&", "|", "^", "<<", ">>", ">>>", "/",
];

/// The program of a seed.
pub fn program(seed: u64) -> String {
    let mut writer = Writer {
        random: Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1),
        ..Writer::default()
    };
    writer.program();
    writer.text
}

struct Random(u64);

impl Default for Random {
    fn default() -> Self {
        Self(1)
    }
}

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % limit
    }

    fn of<'t>(&mut self, list: &[&'t str]) -> &'t str {
        list[self.below(list.len())]
    }
}

#[derive(Default)]
struct Writer {
    random: Random,
    text: String,
    /// Loops around the current statement, for `break`, `continue` and counters.
    loops: usize,
    /// Statements may nest this much more.
    room: usize,
    functions: usize,
    counters: usize,
    in_function: bool,
}

impl Writer {
    fn program(&mut self) {
        for name in VARIABLES {
            let value = self.literal();
            let _ = writeln!(self.text, "{name} = {value};");
        }
        self.class();
        for _ in 0..=self.random.below(3) {
            self.function();
        }
        for _ in 0..3 + self.random.below(6) {
            self.room = 3;
            self.text.push_str("try {\n");
            self.statements(3);
            self.text.push_str("} catch ($x) { echo \"caught\"; }\n");
        }
        let _ = writeln!(self.text, "echo [{}];", VARIABLES.join(", "));
    }

    fn class(&mut self) {
        let (first, second) = (self.literal(), self.literal());
        let _ = writeln!(
            self.text,
            "class C {{ $v = {first}; private $p = {second}; static $s = 0;\n\
             constructor($v = 1) {{ $this->w = $v; }}\n\
             function add($n) {{ $this->w += $n; return $this; }}\n\
             function get() {{ return [$this->v, $this->w, $this->p]; }}\n\
             static function next() {{ static::$s += 1; return C::$s; }} }}"
        );
    }

    fn function(&mut self) {
        let number = self.functions;
        self.in_function = true;
        self.room = 2;
        let _ = writeln!(
            self.text,
            "function f{number}($a, $b = {}, ...$c) {{",
            self.random.of(NUMBERS)
        );
        let _ = writeln!(self.text, "$d = $a; $e = [$b];");
        self.statements(3);
        let result = self.expression(2);
        let _ = writeln!(self.text, "return {result};\n}}");
        self.in_function = false;
        self.functions += 1;
    }

    fn statements(&mut self, most: usize) {
        for _ in 0..=self.random.below(most) {
            self.statement();
        }
    }

    fn block(&mut self) {
        self.text.push_str("{\n");
        self.room -= 1;
        self.statements(3);
        self.room += 1;
        self.text.push_str("}\n");
    }

    fn statement(&mut self) {
        let kinds = if self.room > 0 { 15 } else { 8 };
        match self.random.below(kinds) {
            0 | 1 => self.line("echo"),
            2 => {
                let (name, value) = (self.variable(), self.expression(3));
                let _ = writeln!(self.text, "{name} = {value};");
            }
            3 => {
                let operator = self.random.of(&["+=", "-=", ".=", "??=", "*=", "%="]);
                let (name, value) = (self.variable(), self.expression(1));
                // Kept small: doubling an array in a loop would outgrow any memory.
                let value = if operator == "*=" { "2 % 3".to_owned() } else { value };
                let _ = writeln!(self.text, "{name} {operator} {value};");
            }
            4 => {
                let (place, value) = (self.place(), self.expression(2));
                let operator = self.random.of(&["=", "=", "=", "+=", ".="]);
                let _ = writeln!(self.text, "{place} {operator} {value};");
            }
            5 => {
                let (place, value) = (self.variable(), self.expression(2));
                let _ = writeln!(self.text, "{place}[] = {value};");
            }
            6 => self.destructuring(),
            7 => {
                let place = self.place();
                let word = self.random.of(&["unset", "isset"]);
                let _ = writeln!(self.text, "echo {word}({place});");
            }
            8 => {
                let condition = self.expression(2);
                let _ = writeln!(self.text, "if ({condition})");
                self.block();
                if self.random.below(2) == 0 {
                    self.text.push_str("else ");
                    self.block();
                }
            }
            9 => self.counted_loop(),
            10 => self.foreach(),
            11 => self.switch(),
            12 => {
                self.text.push_str("try ");
                self.block();
                self.text.push_str("catch ($t) { echo is_string($t) ? $t : \"error\"; }\n");
            }
            13 => {
                let condition = self.expression(1);
                let _ = writeln!(self.text, "if ({condition}) throw \"thrown\";");
            }
            _ => self.jump(),
        }
    }

    fn line(&mut self, word: &str) {
        let value = self.expression(3);
        let _ = writeln!(self.text, "{word} {value};");
    }

    fn jump(&mut self) {
        let condition = self.expression(1);
        let word = match (self.loops, self.in_function) {
            (0, true) => "return \"early\"",
            (0, false) => "echo \"level\"",
            _ => self.random.of(&["break", "continue"]),
        };
        let _ = writeln!(self.text, "if ({condition}) {word};");
    }

    fn counted_loop(&mut self) {
        let counter = format!("$i{}", self.counters);
        self.counters += 1;
        let limit = 1 + self.random.below(4);
        let _ = writeln!(self.text, "for ({counter} = 0; {counter} < {limit}; {counter}++)");
        self.loops += 1;
        self.block();
        self.loops -= 1;
    }

    fn foreach(&mut self) {
        let subject = self.array();
        let name = format!("$k{}", self.counters);
        self.counters += 1;
        let value = self.variable();
        let _ = writeln!(self.text, "foreach ({subject} as {name} => {value})");
        self.loops += 1;
        self.block();
        self.loops -= 1;
    }

    fn switch(&mut self) {
        let subject = self.expression(1);
        let _ = writeln!(self.text, "switch ({subject}) {{");
        self.room -= 1;
        self.loops += 1;
        for _ in 0..=self.random.below(2) {
            let label = self.literal();
            let _ = writeln!(self.text, "case {label}:");
            self.in_switch();
        }
        self.text.push_str("default:\n");
        self.in_switch();
        self.loops -= 1;
        self.room += 1;
        self.text.push_str("}\n");
    }

    /// Statements of a case. `continue` may have no loop around the switch, so none jumps.
    fn in_switch(&mut self) {
        let loops = std::mem::take(&mut self.loops);
        let room = std::mem::take(&mut self.room);
        self.statements(2);
        (self.loops, self.room) = (loops, room);
        if self.random.below(2) == 0 {
            self.text.push_str("break;\n");
        }
    }

    fn destructuring(&mut self) {
        let value = self.expression(2);
        let (first, second) = (self.variable(), self.variable());
        let pattern = match self.random.below(3) {
            0 => format!("[{first}, {second} = 3]"),
            1 => format!("[\"k\" => {first}, \"m\" => {second} = \"none\"]"),
            _ => format!("[{first}, ...{second}]"),
        };
        let _ = writeln!(self.text, "{pattern} = {value};");
    }

    fn variable(&mut self) -> String {
        self.random.of(VARIABLES).to_owned()
    }

    fn place(&mut self) -> String {
        let mut place = self.variable();
        for _ in 0..=self.random.below(2) {
            let _ = write!(place, "[{}]", self.random.of(KEYS));
        }
        place
    }

    fn literal(&mut self) -> String {
        match self.random.below(6) {
            0 => "none".to_owned(),
            1 => self.random.of(&["true", "false"]).to_owned(),
            2 | 3 => self.random.of(NUMBERS).to_owned(),
            4 => self.random.of(&["\"\"", "\"a\"", "\"7\"", "\"abc\"", "''raw''"]).to_owned(),
            _ => format!("[{}, \"k\" => {}]", self.random.of(NUMBERS), self.random.of(NUMBERS)),
        }
    }

    fn array(&mut self) -> String {
        let items: Vec<_> = (0..self.random.below(4))
            .map(|_| match self.random.below(4) {
                0 => format!("{} => {}", self.random.of(KEYS), self.expression(1)),
                1 => "...[1, \"k\" => 2]".to_owned(),
                _ => self.expression(1),
            })
            .collect();
        format!("[{}]", items.join(", "))
    }

    fn text(&mut self) -> String {
        self.random.of(TEXTS).to_owned()
    }

    fn callback(&mut self) -> String {
        match self.random.below(3) {
            0 => "is_string".to_owned(),
            1 => {
                let body = self.expression(1);
                format!("function ($a) {{ $b = 1; $c = 2; $d = 3; $e = 4; return {body}; }}")
            }
            _ => "function ($v) closure ($a) { return [$v] == $a ? $v : $a; }".to_owned(),
        }
    }

    fn expression(&mut self, depth: usize) -> String {
        if depth == 0 {
            return match self.random.below(4) {
                0 => self.random.of(NUMBERS).to_owned(),
                1 => self.text(),
                2 => self.literal(),
                _ => self.variable(),
            };
        }
        let depth = depth - 1;
        match self.random.below(15) {
            0..=2 => {
                let operator = self.random.of(BINARY);
                let left = self.expression(depth);
                // A product of a text or array stays small when the number does.
                let right = if operator == "*" { "2".to_owned() } else { self.expression(depth) };
                format!("({left} {operator} {right})")
            }
            3 => format!(
                "({} ? {} : {})",
                self.expression(depth),
                self.expression(depth),
                self.expression(depth)
            ),
            4 => format!("({} ?: {})", self.expression(depth), self.expression(depth)),
            5 => self.array(),
            6 => format!("{}[{}]", self.variable(), self.random.of(KEYS)),
            7 => {
                let (first, last) =
                    (self.random.of(&["", "1", "-2", "0"]), self.random.of(&["", "2", "-1"]));
                let step = self.random.of(&["", "", ":2", ":-1"]);
                format!("{}[{first}:{last}{step}]", self.variable())
            }
            8 | 9 => self.library_call(depth),
            10 if self.functions > 0 => {
                let number = self.random.below(self.functions);
                format!("f{number}({}, ...[{}])", self.expression(depth), self.random.of(NUMBERS))
            }
            11 => format!(
                "{}({})",
                self.random.of(&["!", "-", "~", "not ", "+"]),
                self.expression(depth)
            ),
            12 => format!(
                "match ({}) {{ {} => {}, default => {} }}",
                self.expression(depth),
                self.literal(),
                self.expression(depth),
                self.expression(depth)
            ),
            13 => {
                format!("C({})->add({})->get()", self.random.of(NUMBERS), self.random.of(NUMBERS))
            }
            _ => self.variable(),
        }
    }

    fn library_call(&mut self, depth: usize) -> String {
        let (name, kinds) = LIBRARY[self.random.below(LIBRARY.len())];
        let arguments: Vec<_> = kinds
            .chars()
            .map(|kind| match kind {
                'a' => self.array(),
                's' => self.text(),
                'n' => self.random.of(NUMBERS).to_owned(),
                'f' => self.callback(),
                _ => self.expression(depth),
            })
            .collect();
        format!("{name}({})", arguments.join(", "))
    }
}
