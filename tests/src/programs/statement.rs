//! Statements.

use std::fmt::Write;

use super::words::{KEYS, NUMBERS, VARIABLES};
use super::{Place, Writer};

impl Writer {
    pub(super) fn statements(&mut self, most: usize) {
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
        let kinds = if self.room > 0 { 22 } else { 13 };
        match self.random.below(kinds) {
            0..=2 => self.line("echo"),
            3 => {
                let (name, value) = (self.variable(), self.expression(3));
                let _ = writeln!(self.text, "{name} = {value};");
            }
            4 => self.augmented(),
            5 => {
                let (place, value) = (self.path(), self.quietly(2));
                let operator = self.random.of(&["=", "=", "=", "+=", ".=", "-=", "??="]);
                let _ = writeln!(self.text, "{place} {operator} {value};");
            }
            6 => {
                let (place, value) = (self.variable(), self.expression(2));
                let _ = writeln!(self.text, "{place}[] = {value};");
            }
            7 => self.destructuring(),
            8 => {
                let place = self.path();
                let word = self.random.of(&["unset", "isset", "unset"]);
                let _ = writeln!(self.text, "echo {word}({place});");
            }
            9 => self.slice(),
            10 => self.object(),
            11 => self.container(),
            12 => {
                let (value, key) = (self.expression(1), self.random.of(KEYS));
                let step = self.random.of(&["++", "--"]);
                let name = self.variable();
                let _ = writeln!(
                    self.text,
                    "echo [{name}[{key}]{step}, {name}]; {name}[{key}] = {value};"
                );
            }
            13 => {
                let condition = self.expression(2);
                let _ = writeln!(self.text, "if ({condition})");
                self.block();
                if self.random.once_in(2) {
                    self.text.push_str("else ");
                    self.block();
                }
            }
            14 | 15 => self.counted_loop(),
            16 | 17 => self.foreach(),
            18 => self.switch(),
            19 => {
                self.text.push_str("try ");
                self.block();
                self.text.push_str("catch ($t) { echo is_object($t) ? \"error\" : [$t]; }\n");
            }
            20 => {
                let (condition, value) = (self.expression(1), self.expression(1));
                let thrown = self.random.of(&["Exception(\"made\")", "\"text\"", "value"]);
                let thrown = if thrown == "value" { &value } else { thrown };
                let _ = writeln!(self.text, "if ({condition}) throw {thrown};");
            }
            _ => self.jump(),
        }
    }

    fn line(&mut self, word: &str) {
        let value = self.expression(3);
        let _ = writeln!(self.text, "{word} {value};");
    }

    fn augmented(&mut self) {
        let operator = self.random.of(&["+=", "-=", ".=", "??=", "*=", "%=", "/=", "**="]);
        let (name, value) = (self.variable(), self.quietly(1));
        // Kept small: doubling an array in a loop would outgrow any memory.
        let value = if operator == "*=" { "2 % 3".to_owned() } else { value };
        let _ = writeln!(self.text, "{name} {operator} {value};");
    }

    /// A change of a part of a sequence.
    fn slice(&mut self) {
        let (name, value) = (self.variable(), self.expression(1));
        let (first, last) = (self.random.of(&["", "1", "-2"]), self.random.of(&["", "2", "-1"]));
        if self.random.once_in(3) {
            let _ = writeln!(self.text, "echo [unset({name}[{first}:{last}]), {name}];");
        } else {
            let _ = writeln!(self.text, "{name}[{first}:{last}] = {value};");
        }
    }

    /// Use of an object, allowed or not.
    fn object(&mut self) {
        let (value, key) = (self.expression(1), self.random.of(KEYS));
        let _ = match self.random.below(10) {
            0 => writeln!(self.text, "$o->v = {value};"),
            1 => writeln!(self.text, "$o->list[{key}] = {value};"),
            2 => writeln!(self.text, "$o->list[][{key}] = {value};"),
            3 => writeln!(self.text, "echo $o->p;"),
            4 => writeln!(self.text, "$o->r = {value};"),
            5 => writeln!(self.text, "$o->r[{key}] = {value};"),
            6 => writeln!(
                self.text,
                "echo [isset($o->w), unset($o->new), isset($o[{key}])]; $o->new = 1;"
            ),
            7 => writeln!(self.text, "$o = C({value}, ...[{key}]);"),
            8 => writeln!(self.text, "$o->secret();"),
            _ => writeln!(self.text, "C::$s = {value}; C::$s ??= 0;"),
        };
    }

    /// Use of a map, which takes texts as keys and numbers as values.
    fn container(&mut self) {
        if self.place != Place::Script {
            return self.line("echo");
        }
        let (value, number) = (self.expression(1), self.random.of(NUMBERS));
        // One key only: the order of more is not described.
        let key = self.random.of(&["\"k\"", "\"k\"", "1"]);
        let _ = match self.random.below(4) {
            0 => writeln!(self.text, "echo $m->set({key}, {number});"),
            1 => writeln!(self.text, "echo [$m->get({key}), $m->has({key})];"),
            2 => writeln!(self.text, "echo $m->delete({key});"),
            _ => writeln!(self.text, "$m->set({key}, {value});"),
        };
    }

    fn jump(&mut self) {
        let condition = self.expression(1);
        let word = match (self.loops, self.place) {
            (0, Place::Script) => "echo \"level\"",
            (0, _) => "return \"early\"",
            _ => self.random.of(&["break", "continue"]),
        };
        let _ = writeln!(self.text, "if ({condition}) {word};");
    }

    fn counted_loop(&mut self) {
        let counter = self.fresh('i');
        let limit = 1 + self.random.below(4);
        let condition = self.expression(1);
        let _ = match self.random.below(4) {
            0 => {
                writeln!(self.text, "{counter} = 0; while ({counter}++ < {limit} and {condition})")
            }
            1 => writeln!(self.text, "{counter} = 0; forever {{ if (++{counter} > {limit}) break;"),
            _ => writeln!(self.text, "for ({counter} = 0; {counter} < {limit}; {counter}++)"),
        };
        let open = self.text.ends_with("break;\n");
        self.loops += 1;
        self.block();
        self.loops -= 1;
        if open {
            self.text.push_str("}\n");
        }
    }

    fn foreach(&mut self) {
        let subject = match self.random.below(8) {
            0 if self.generators > 0 => {
                let number = self.random.below(self.generators);
                format!("g{number}({}, 3)", self.expression(1))
            }
            1 if self.place == Place::Script => "$g".to_owned(),
            2 if self.place == Place::Script => "$m".to_owned(),
            3 => "$o->each()".to_owned(),
            4 => self.variable(),
            _ => self.array(),
        };
        let (name, value) = (self.fresh('k'), self.variable());
        let _ = match self.random.below(3) {
            0 => writeln!(self.text, "foreach ({subject} as {value})"),
            _ => writeln!(self.text, "foreach ({subject} as {name} => {value})"),
        };
        self.loops += 1;
        self.block();
        self.loops -= 1;
    }

    fn switch(&mut self) {
        let subject = self.expression(1);
        let _ = writeln!(self.text, "switch ({subject}) {{");
        let default = self.random.below(4);
        for at in 0..3 {
            if at == default {
                self.text.push_str("default:\n");
            } else {
                let label =
                    if self.random.once_in(3) { self.expression(1) } else { self.literal() };
                let _ = writeln!(self.text, "case {label}:");
            }
            self.in_switch();
        }
        self.text.push_str("}\n");
    }

    /// Statements of a case, which may fall through or go on with the loop around the switch.
    fn in_switch(&mut self) {
        let room = std::mem::take(&mut self.room);
        self.statements(2);
        self.room = room;
        match self.random.below(4) {
            0 | 1 => self.text.push_str("break;\n"),
            2 if self.loops > 0 => self.text.push_str("continue;\n"),
            _ => {}
        }
    }

    fn destructuring(&mut self) {
        let (value, default) = (self.expression(2), self.expression(1));
        let (first, second) = (self.variable(), self.path());
        let rest = self.random.of(VARIABLES);
        let pattern = match self.random.below(5) {
            0 => format!("[{first}, {second} = {default}]"),
            1 => format!("[\"k\" => {first}, 0 => {second} = {default}]"),
            2 => format!("[{first}, ...{rest}]"),
            3 => format!("[{second}, $o->w, {first}]"),
            _ => format!("[{second}, {first}]"),
        };
        let _ = writeln!(self.text, "echo [{pattern} = {value}];");
    }
}
