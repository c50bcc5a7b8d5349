//! Options that the rest of the call takes their effect.

use diagnostics::{Edit, Fix, Span};
use hsl_analysis::hir::{Arg, Element, Expr, ExprId, ExprKind};
use hsl_decl::{Condition, Function, Idle, OptionDecl};

use crate::Pass;
use crate::lint::lint;

lint! {
    /// An option has no effect in this call.
    ///
    /// # Why
    ///
    /// Another option or argument decides what it would: the call does not do what the array says,
    /// and who reads it believes in a limit or a check that is not there. The pages of functions say
    /// when their options have no effect.
    ///
    /// # Bad
    ///
    /// ```hsl eod
    /// $key = function ($host) { return ["result" => "v=DKIM1; p=AAAA"]; };
    /// $mail = $arguments["mail"];
    /// echo $mail->verifyDKIM("DKIM-Signature", ["timeout" => 1, "dns_function" => $key]);
    /// ```
    ///
    /// ```hsl
    /// http("http://api.example/", ["timeout" => 5, "tls_default_ca" => true]);
    /// ```
    ///
    /// ```hsl
    /// echo aes_encrypt("text", "0123456789abcdef", "ecb", ["iv" => "fedcba9876543210"]);
    /// ```
    ///
    /// ```hsl postdelivery
    /// Queue([
    ///     "hold" => true,
    ///     "delay" => 3600,
    /// ]);
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl
    /// http("https://api.example/", ["timeout" => 5, "tls_default_ca" => true]);
    /// http("http://api.example/", ["timeout" => 5, "tls_default_ca" => true, "redirects" => 2]);
    /// ```
    ///
    /// ```hsl
    /// echo aes_encrypt("text", "0123456789abcdef", "cbc", ["iv" => "fedcba9876543210"]);
    /// ```
    ///
    /// ```hsl
    /// function subject($mail, $raw) {
    ///     return $mail->getHeader("Subject", ["field" => $raw, "decode" => false]);
    /// }
    /// ```
    ///
    /// ```hsl postdelivery
    /// Queue(["hold" => true]);
    /// ```
    USELESS_OPTION = "HSL3019" "useless-option" Warning
        "An option has no effect in this call.", Expr(check)
}

fn check(pass: &mut Pass<'_>, id: ExprId, _: &Expr) {
    let (declared, args) = pass.declarations(id);
    let Some(function) = declared.first() else { return };
    let Some(array) = pass.options(function, args) else { return };
    let call = Call { pass, function, args, array };
    let found: Vec<_> = function.options.iter().filter_map(|option| call.finding(option)).collect();
    found.into_iter().for_each(|finding| pass.push(finding));
}

/// A call with an array literal of options.
struct Call<'p, 'a> {
    pass: &'p Pass<'a>,
    function: &'static Function,
    args: &'p [Arg],
    array: ExprId,
}

impl<'a> Call<'_, 'a> {
    fn finding(&self, option: &OptionDecl) -> Option<diagnostics::Diagnostic> {
        let idle = option.idle.iter().find(|idle| self.holds(idle))?;
        let at = self.position(option.name)?;
        let Element::Pair(key, value) = self.elements()[at] else { return None };
        // What is written as it would be anyway is a remark, not a mistake.
        let shown = self.constant(value);
        if shown.as_deref().is_some_and(|value| value == "none" || option.default == Some(value)) {
            return None;
        }
        let message = format!("`{}` has no effect when {idle}", option.name);
        let mut finding = self.pass.finding(&USELESS_OPTION, self.pass.expr(key).at, message);
        finding.fix = self.removal(at);
        Some(finding)
    }

    fn holds(&self, idle: &Idle) -> bool {
        idle.0.iter().all(|condition| match *condition {
            Condition::Given(name) => self.value(name).is_some_and(|value| self.is_given(value)),
            Condition::Is(name, wanted) => match self.value(name) {
                Some(value) => self.constant(value).as_deref() == Some(wanted),
                None => !self.pass.is_open(self.array) && self.default(name) == wanted,
            },
            Condition::Argument(name, wanted) => self.argument(name) == Some(wanted.as_bytes()),
            Condition::Begins(name, wanted) => {
                self.argument(name).is_some_and(|text| text.starts_with(wanted.as_bytes()))
            }
        })
    }

    fn elements(&self) -> &'a [Element] {
        match &self.pass.expr(self.array).kind {
            ExprKind::Array(elements) => elements,
            _ => &[],
        }
    }

    /// Where an option stands, the last time.
    fn position(&self, name: &str) -> Option<usize> {
        self.elements().iter().rposition(|element| match element {
            Element::Pair(key, _) => self.pass.string(*key) == Some(name.as_bytes()),
            _ => false,
        })
    }

    fn value(&self, name: &str) -> Option<ExprId> {
        self.pass.option(self.array, name)
    }

    /// Whether a value is certainly there, and not `false`.
    fn is_given(&self, value: ExprId) -> bool {
        self.pass.types().of(value).is_some_and(|ty| {
            let is_switch = !(ty.is_string() || ty.is_number() || ty.is_array());
            !ty.may_be_none() && (!is_switch || ty.callable().is_some() || ty.truth() == Some(true))
        })
    }

    /// A value that is written here, as the documentation writes defaults.
    fn constant(&self, value: ExprId) -> Option<String> {
        match &self.pass.expr(value).kind {
            ExprKind::None => Some("none".to_owned()),
            ExprKind::Boolean(value) => Some(value.to_string()),
            ExprKind::String(text) => Some(String::from_utf8_lossy(text).into_owned()),
            _ => self.pass.number(value).map(|number| number.to_string()),
        }
    }

    /// What holds for an option that is not given.
    fn default(&self, name: &str) -> &'static str {
        let option = self.function.options.iter().find(|option| option.name == name);
        option.and_then(|option| option.default).unwrap_or("none")
    }

    fn argument(&self, name: &str) -> Option<&'a [u8]> {
        let at = self.function.params.iter().position(|param| param.name == name)?;
        self.pass.string(self.args.get(at)?.value)
    }

    /// Takes an element out, with its comma; not so when something else stands between it and the
    /// next, or when its value has an effect.
    fn removal(&self, at: usize) -> Option<Fix> {
        let elements = self.elements();
        let Element::Pair(key, value) = *elements.get(at)? else { return None };
        let key_at = self.pass.expr(key).at;
        let text = &self.pass.program.files[key_at.file.index()].text;
        let range = |id: ExprId| self.pass.expr(id).at.span.range(text.len());
        let (start, end) = (range(key).start, range(value).end);
        let is_comma = |from: usize, to: usize| {
            text.get(from..to).is_some_and(|gap| gap.trim_ascii() == b",")
        };
        let span = match (at.checked_sub(1).map(|at| elements[at]), elements.get(at + 1)) {
            (_, Some(Element::Pair(next, _) | Element::Item(next))) => {
                let next = range(*next).start;
                is_comma(end, next).then(|| Span::new(start, next))?
            }
            (_, Some(Element::Spread(_))) => return None,
            (Some(Element::Pair(_, before) | Element::Item(before)), None) => {
                let before = range(before).end;
                is_comma(before, start).then(|| Span::new(before, end))?
            }
            (Some(Element::Spread(_)), None) => return None,
            (None, None) => {
                let rest = text.get(end..)?.trim_ascii_start();
                rest.starts_with(b"]").then(|| Span::new(start, end))?
            }
        };
        let edits = vec![Edit { span, text: String::new() }];
        let title = "Take the option out".to_owned();
        self.pass.is_idle(value).then_some(Fix { title, edits, safe: true })
    }
}
