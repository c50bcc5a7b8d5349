//! Functions and classes that hide those of the library.

use hsl_analysis::SymbolKind;

use crate::Pass;
use crate::lint::lint;

lint! {
    /// A function or class has the name of one of the library.
    ///
    /// # Why
    ///
    /// From here on the name means the script's own, in every file that imports it, and readers who
    /// know the library are led astray. `builtin` in front of a call reaches the hidden one.
    ///
    /// # Bad
    ///
    /// ```hsl
    /// function str_lower($text) { return $text; }
    /// echo str_lower("A");
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl
    /// function as_given($text) { return $text; }
    /// echo as_given("A");
    /// ```
    SHADOWED_BUILTIN = "HSL3009" "shadowed-builtin" Warning
        "A name of the library is hidden.", Program(check)
}

fn check(pass: &mut Pass<'_>) {
    for symbol in &pass.facts.symbols {
        let (SymbolKind::Function | SymbolKind::Class, Some(at)) = (symbol.kind, symbol.name_at)
        else {
            continue;
        };
        let kind = match () {
            () if pass.unit().function(&symbol.name).is_some() => "function",
            () if pass.unit().class(&symbol.name).is_some() => "class",
            () => continue,
        };
        let message = format!("`{}` is a {kind} of the library; this one hides it", symbol.name);
        pass.report(&SHADOWED_BUILTIN, at, message);
    }
}
