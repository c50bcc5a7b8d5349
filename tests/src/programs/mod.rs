//! Programs made at random, reproducibly, for two implementations to disagree about.
//!
//! *Invariants.* The same seed gives the same program. Every program follows the grammar, names
//! only what exists, and ends: loops count, functions call only those before them, and recursion
//! is bounded. It uses nothing that waits, and prints no message of a built-in error.

mod definition;
mod expression;
mod reduce;
mod statement;
mod words;

use std::fmt::Write;

pub use reduce::reduce;

use words::VARIABLES;

/// The program of a seed.
pub fn program(seed: u64) -> String {
    let mut writer = Writer {
        random: Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1),
        ..Writer::default()
    };
    writer.program();
    writer.text
}

/// A small generator of random numbers (xorshift64*).
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

    /// True once in `times`.
    fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }
}

/// A program as far as it is written.
#[derive(Default)]
struct Writer {
    random: Random,
    text: String,
    /// Loops around the current statement, for `break` and `continue`.
    loops: usize,
    /// Statements may nest this much more.
    room: usize,
    /// Functions `f0`, `f1` … that can be called.
    functions: usize,
    /// Generators `g0`, `g1` … that can be called.
    generators: usize,
    /// Variables made for one statement so far, so that none is used twice.
    counters: usize,
    /// Only expressions without an effect.
    quiet: bool,
    place: Place,
}

/// What surrounds the current statement.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Place {
    #[default]
    Script,
    Function,
    Generator,
}

impl Writer {
    fn program(&mut self) {
        for name in VARIABLES {
            let value = self.literal();
            let _ = writeln!(self.text, "{name} = {value};");
        }
        self.definitions();
        for _ in 0..3 + self.random.below(6) {
            self.room = 3;
            self.text.push_str("try {\n");
            self.statements(3);
            self.text.push_str("} catch ($x) { echo is_object($x) ? \"caught\" : [$x]; }\n");
        }
        let _ = writeln!(self.text, "echo [{}];", VARIABLES.join(", "));
        self.text.push_str("echo [$o->v, $o->w, $o->list, $o->r, C::$s, $m->size()];\n");
    }

    /// A name that no other statement uses.
    fn fresh(&mut self, letter: char) -> String {
        self.counters += 1;
        format!("${letter}{}", self.counters)
    }
}
