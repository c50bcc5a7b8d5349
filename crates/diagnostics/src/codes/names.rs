//! What refuses a program by its grammar and its names.

use super::codes;

codes! {
    /// The text does not follow the grammar of the language.
    ///
    /// # Why
    ///
    /// The program cannot be read, so it cannot run. The finding stands where reading failed; the cause
    /// may stand a little before it.
    ///
    /// # Bad
    ///
    /// ```hsl
    /// if (1 > 0 { echo "yes"; }
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl
    /// if (1 > 0) { echo "yes"; }
    /// ```
    SYNTAX_ERROR = "HSL1001" "syntax-error" Error "The text does not follow the grammar.";
    /// A function or class that is called is not defined, neither here nor in the library.
    ///
    /// # Why
    ///
    /// The call could only fail when it is reached. Names of the library are known with their case.
    ///
    /// # Bad
    ///
    /// ```hsl
    /// echo str_uper("a");
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl
    /// echo str_upper("a");
    /// ```
    UNKNOWN_FUNCTION = "HSL1002" "unknown-function" Error "A function or class that is called is not defined.";
    /// A class has no static function or variable of this name.
    ///
    /// # Why
    ///
    /// The access could only fail when it is reached. Methods of an instance are written with `->`.
    ///
    /// # Bad
    ///
    /// ```hsl
    /// class Limits { static $most = 5; } echo Limits::$least;
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl
    /// class Limits { static $most = 5; } echo Limits::$most;
    /// ```
    UNKNOWN_MEMBER = "HSL1003" "unknown-member" Error "A class has no such static member.";
    /// A file that is included or imported does not exist.
    ///
    /// # Why
    ///
    /// Paths without `./` begin at the folder of shared files, `./` and `../` at the folder of the file
    /// itself. The program cannot be put together without it.
    ///
    /// # Bad
    ///
    /// ```hsl
    /// import { is_local } from "nowhere.hsl"; echo is_local("a");
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl file policy.hsl
    /// function is_local($domain) { return true; }
    /// ```
    ///
    /// ```hsl
    /// import { is_local } from "policy.hsl"; echo is_local("a");
    /// ```
    UNRESOLVED_IMPORT = "HSL1004" "unresolved-import" Error "An included or imported file does not exist.";
    /// An imported file does not define the name that is imported from it.
    ///
    /// # Why
    ///
    /// The name was changed there, or is spelled differently here.
    ///
    /// # Bad
    ///
    /// ```hsl file policy.hsl
    /// function is_local($domain) { return true; }
    /// ```
    ///
    /// ```hsl
    /// import { local } from "policy.hsl"; echo local("a");
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl file policy.hsl
    /// function is_local($domain) { return true; }
    /// ```
    ///
    /// ```hsl
    /// import { is_local } from "policy.hsl"; echo is_local("a");
    /// ```
    UNKNOWN_SYMBOL = "HSL1005" "unknown-symbol" Error "A module does not define the imported name.";
    /// Files import or include each other, or an import stands under a condition or in a function.
    ///
    /// # Why
    ///
    /// Each file runs once, before the file that imports it, which is impossible in a circle. What two
    /// files share belongs into a third.
    ///
    /// # Bad
    ///
    /// ```hsl file a.hsl
    /// import { two } from "b.hsl"; function one() { return two(); }
    /// ```
    ///
    /// ```hsl file b.hsl
    /// import { one } from "a.hsl"; function two() { return one(); }
    /// ```
    ///
    /// ```hsl
    /// import { one } from "a.hsl"; echo one();
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl file a.hsl
    /// function one() { return 1; }
    /// ```
    ///
    /// ```hsl file b.hsl
    /// import { one } from "a.hsl"; function two() { return one() + 1; }
    /// ```
    ///
    /// ```hsl
    /// import { two } from "b.hsl"; echo two();
    /// ```
    IMPORT_CYCLE = "HSL1006" "import-cycle" Error "Files include or import each other, or an import is conditional.";
    /// A call has fewer arguments than the function needs, or more than it takes.
    ///
    /// # Why
    ///
    /// The call could only fail when it is reached.
    ///
    /// # Bad
    ///
    /// ```hsl
    /// echo length();
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl
    /// echo length("abc");
    /// ```
    ARGUMENT_COUNT = "HSL1007" "argument-count" Error "A call has too few or too many arguments.";
    /// `break` or `continue` stands outside a loop, or `yield` outside a function.
    ///
    /// # Why
    ///
    /// There is nothing to leave or to go on with.
    ///
    /// # Bad
    ///
    /// ```hsl
    /// if (1 > 0) break;
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl
    /// foreach ([1, 2] as $n) if ($n == 2) break;
    /// ```
    MISPLACED_JUMP = "HSL1008" "misplaced-jump" Error "A jump or yield stands outside the construct it belongs to.";
    /// A function, class or parameter is defined twice in one scope.
    ///
    /// # Why
    ///
    /// Only one can be meant by the name.
    ///
    /// # Bad
    ///
    /// ```hsl
    /// function f($a, $a) { return $a; } echo f(1, 2);
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl
    /// function f($a, $b) { return $a + $b; } echo f(1, 2);
    /// ```
    DUPLICATE_DEFINITION = "HSL1009" "duplicate-definition" Error "A name is defined twice in one scope.";
    /// A regular expression that is written out does not compile: `#/a(b/` lacks a bracket.
    ///
    /// # Why
    ///
    /// It could never match. The finding stands at the place in the pattern.
    INVALID_REGEX = "HSL1010" "invalid-regex" Error "A literal regular expression does not compile.";
    /// A variable that scripts may only read is assigned or changed.
    ///
    /// # Why
    ///
    /// `$connection`, `$transaction` and `$arguments` tell what happened; verdicts change what happens
    /// next. `$context` is there to keep values from one script to the next.
    ///
    /// # Bad
    ///
    /// ```hsl rcptto
    /// $arguments["recipient"] = "other@shop.example";
    /// Accept();
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl rcptto
    /// Accept(["recipient" => "other@shop.example"]);
    /// ```
    READONLY_ASSIGNMENT = "HSL1011" "readonly-assignment" Error "A read-only variable is assigned or modified.";
}
