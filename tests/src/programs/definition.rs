//! Classes, functions and generators.

use std::fmt::Write;

use super::words::{NUMBERS, VARIABLES};
use super::{Place, Writer};

impl Writer {
    pub(super) fn definitions(&mut self) {
        self.classes();
        for _ in 0..=self.random.below(3) {
            self.function();
        }
        for _ in 0..=self.random.below(2) {
            self.generator();
        }
        self.text.push_str(
            "function count_down($n) { return $n <= 0 ? [] : [$n, ...count_down($n - 1)]; }\n\
             function maker($n) { return function ($by = 1) closure ($n) { $n += $by; return $n; }; }\n\
             $o = C(1); $m = Map(\"string\", \"number\"); $k = maker(3); $r = #/[a-z]+/;\n",
        );
        let generator = self.random.below(self.generators);
        let _ = writeln!(self.text, "$g = g{generator}(2);");
    }

    fn classes(&mut self) {
        let (first, second, third) = (self.literal(), self.literal(), self.literal());
        let _ = writeln!(
            self.text,
            "class C {{ $v = {first}; $list = [1]; private $p = {second}; readonly $r = {third}; static $s = 0;\n\
             private static $hidden = [1];\n\
             constructor($v = 1, ...$more) {{ if ($v === \"7\") throw \"refused\"; $this->w = $v; $this->list += $more; }}\n\
             function add($n) {{ $this->w += $n; $this->r = [$n]; return $this; }}\n\
             function get() {{ return [$this->v, $this->w, $this->p, static::$hidden]; }}\n\
             function same($o) {{ return $o->p === $this->p; }}\n\
             function handler() {{ return function ($x) closure ($this) {{ $this->p = $x; return $this->secret(); }}; }}\n\
             function each() {{ foreach ($this->list as $k => $x) yield [$k, $x]; return \"end\"; }}\n\
             private function secret() {{ return [$this->p]; }}\n\
             static function next() {{ static::$s += 1; static::$hidden[] = C::$s; return C::$s; }} }}"
        );
    }

    fn function(&mut self) {
        let number = self.functions;
        self.place = Place::Function;
        self.room = 2;
        let default = self.random.of(NUMBERS);
        let _ = writeln!(self.text, "function f{number}($a, $b = {default}, ...$c) {{");
        self.text.push_str(match self.random.below(3) {
            0 => "global $d, $o; $e = [$b];\n",
            _ => "global $o; $d = $a; $e = [$b];\n",
        });
        self.statements(3);
        let result = self.expression(2);
        let _ = writeln!(self.text, "return {result};\n}}");
        self.place = Place::Script;
        self.functions += 1;
    }

    /// A generator: a few items at the top, in a loop, and out of a `try`.
    fn generator(&mut self) {
        let number = self.generators;
        self.place = Place::Generator;
        self.room = 2;
        let _ = writeln!(self.text, "function g{number}($a, $b = 2) {{");
        self.text.push_str("global $o; $c = 0; $d = \"d\"; $e = [];\n");
        self.statements(2);
        let value = self.expression(1);
        let _ = writeln!(
            self.text,
            "for ($j = 0; $j < $b and $j < 4; $j++) {{ $e[] = yield {value}; if ($c) continue; }}"
        );
        self.statements(2);
        let last = self.random.of(VARIABLES);
        let _ = writeln!(
            self.text,
            "try {{ $a = yield [$j, {last}]; if ($a) throw $a; yield $a; }} catch ($t) {{ yield is_object($t) ? 1 : $t; }}"
        );
        let _ = writeln!(self.text, "return $e;\n}}");
        self.place = Place::Script;
        self.generators += 1;
    }
}
