//! Names for what is extracted.

use hsl_syntax::ast::{AstNode, Expression};
use hsl_syntax::words;

use super::Place;

impl Place<'_> {
    /// A name for a variable, without `$`; with a number behind it when there is such a variable.
    pub(crate) fn fresh_variable(&self, name: &str) -> String {
        let forms = |name: &str| [format!("${name}"), format!("${{{name}}}")];
        numbered(name, |name| !forms(name).iter().any(|form| self.has_word(form)))
    }

    /// A name for a function; with a number behind it when anything has the name.
    pub(crate) fn fresh_function(&self, name: &str) -> String {
        let is_known = |name: &str| {
            let unit = &self.view.unit;
            unit.function(name).is_some() || unit.class(name).is_some() || self.has_word(name)
        };
        numbered(name, |name| !is_known(name))
    }

    /// A name for the value of an expression.
    pub(crate) fn name_for(&self, value: Expression<'_>) -> String {
        let told = match value {
            Expression::CallExpression(call) => {
                call.function().and_then(|callee| self.last_word(callee))
            }
            other => self.last_word(other),
        };
        let told = told.filter(|word| words::is_identifier(word.as_bytes()));
        self.fresh_variable(told.as_deref().unwrap_or("value"))
    }

    fn last_word(&self, expression: Expression<'_>) -> Option<String> {
        let text = self.view.text();
        let bytes = match expression {
            Expression::MemberExpression(member) => member.name()?.text(text).to_vec(),
            Expression::ScopedExpression(scoped) => scoped.name()?.text(text).to_vec(),
            Expression::Identifier(name) => name.text(text).to_vec(),
            Expression::SubscriptExpression(lookup) => match lookup.index()? {
                Expression::StringLiteral(key) => key.value(text)?,
                _ => return None,
            },
            _ => return None,
        };
        let name = String::from_utf8(bytes).ok()?.to_ascii_lowercase();
        // The library's prefix tells where a function stands, not what it gives.
        let short = ["str_", "array_", "json_", "pcre_", "dns_", "is_", "get"];
        let short = short.iter().find_map(|prefix| name.strip_prefix(prefix)).unwrap_or(&name);
        let short = short.trim_start_matches('$');
        (!words::is_reserved(short)).then(|| short.to_owned())
    }

    /// Whether the text has these bytes, and no name goes on behind them.
    fn has_word(&self, word: &str) -> bool {
        let text = self.view.text();
        let ends = |at: usize| text.get(at + word.len()).is_none_or(|byte| !words::is_part(*byte));
        let windows = text.windows(word.len()).enumerate();
        windows.filter(|(_, window)| *window == word.as_bytes()).any(|(at, _)| ends(at))
    }
}

fn numbered(name: &str, is_free: impl Fn(&str) -> bool) -> String {
    let more = (2..).map(|number| format!("{name}{number}"));
    let mut names = std::iter::once(name.to_owned()).chain(more);
    names.find(|name| is_free(name)).unwrap_or_default()
}
