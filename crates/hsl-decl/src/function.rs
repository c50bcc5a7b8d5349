//! Functions, methods and the options they take.

use crate::{Condition, Contexts, Docs, Follows, IdKind, Idle, Key, Origin, Sinks, Ty};

/// What a call does besides computing its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Nothing: the same arguments give the same value; may be folded at compile time.
    Pure,
    /// Reads time, randomness or state of the process.
    Reads,
    /// Calls functions that the script passes in.
    Callback,
    /// Suspends on a service: network, file, timer.
    External,
    /// Changes the message, the queue or shared state.
    Mutates,
    /// Ends the hook with a verdict.
    Terminates,
}

/// One parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Param {
    /// Name without `$`.
    pub name: &'static str,
    /// Accepted types.
    pub ty: Ty,
    /// Whether a call must supply it.
    pub required: bool,
    /// Whether it takes all remaining arguments; only the last may.
    pub rest: bool,
    /// Literal that stands for an omitted argument, for the documentation.
    pub default: Option<&'static str>,
    /// Strings that it takes, or that a list of it has.
    pub values: &'static [&'static str],
    /// Whether other strings than `values`, or other keys than `keys`, are taken too.
    pub open: bool,
    /// Keys of the array that it takes.
    pub keys: &'static [OptionDecl],
    /// What of the configuration the text names, when it names something.
    pub id: Option<IdKind>,
    /// What an untrusted or secret value can do harm to there.
    pub sinks: Sinks,
    /// Whether a true result says that the argument is one of a closed set, or harmless in form.
    pub checked: bool,
    /// Whether it is the number of seconds that the call waits.
    pub waits: bool,
}

impl Param {
    /// A parameter that a call must supply, of which nothing more is known.
    pub const fn new(name: &'static str, ty: Ty) -> Self {
        Self {
            name,
            ty,
            required: true,
            rest: false,
            default: None,
            values: &[],
            open: false,
            keys: &[],
            id: None,
            sinks: Sinks::NONE,
            checked: false,
            waits: false,
        }
    }

    /// The strings that it takes, when it takes no others.
    pub const fn strings(&self) -> &'static [&'static str] {
        if self.open { &[] } else { self.values }
    }
}

/// One key of an options array.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OptionDecl {
    /// Key as written in the array.
    pub name: &'static str,
    /// Accepted types.
    pub ty: Ty,
    /// Default as the documentation shows it.
    pub default: Option<&'static str>,
    /// Strings that it takes, or that a list of it has.
    pub values: &'static [&'static str],
    /// Whether other strings than `values`, or other keys than `keys`, are taken too.
    pub open: bool,
    /// Whether another string is no exception when the call is made: its result tells of it.
    pub lenient: bool,
    /// Keys of the array that it takes.
    pub keys: &'static [Self],
    /// Whether the keys are those of arrays in a list, and the list is what it takes.
    pub listed: bool,
    /// What of the configuration the text names, when it names something.
    pub id: Option<IdKind>,
    /// The option without which it has no effect.
    pub needs: Option<&'static str>,
    /// The option beside which it has no effect.
    pub excludes: Option<&'static str>,
    /// When it has no effect: any of these.
    pub idle: &'static [Idle],
    /// One sentence, with units.
    pub doc: &'static str,
}

impl OptionDecl {
    /// The keys of options, of which there are as many.
    pub const fn names<const COUNT: usize>(options: &[Self]) -> [&'static str; COUNT] {
        let mut names = [""; COUNT];
        let mut at = 0;
        while at < COUNT {
            names[at] = options[at].name;
            at += 1;
        }
        names
    }

    /// An option of which nothing more is known.
    pub const fn new(name: &'static str, ty: Ty, doc: &'static str) -> Self {
        Self {
            name,
            ty,
            default: None,
            values: &[],
            open: false,
            lenient: false,
            keys: &[],
            listed: false,
            id: None,
            needs: None,
            excludes: None,
            idle: &[],
            doc,
        }
    }

    /// The strings that it takes, when it takes no others.
    pub const fn strings(&self) -> &'static [&'static str] {
        if self.open { &[] } else { self.values }
    }

    /// The keys of an array that it takes; of a list of arrays, it has none.
    pub const fn own_keys(&self) -> &'static [Self] {
        if self.listed { &[] } else { self.keys }
    }

    /// The keys of each array in a list that it takes.
    pub const fn keys_of_each(&self) -> &'static [Self] {
        if self.listed { self.keys } else { &[] }
    }

    /// Whether another option has no effect beside it, or it has none beside the other.
    pub fn excludes(&self, other: &Self) -> bool {
        let given = |idle: &Idle| matches!(idle.0, [Condition::Given(name)] if *name == self.name);
        self.excludes == Some(other.name)
            || other.excludes == Some(self.name)
            || other.idle.iter().any(given)
    }

    /// What the documentation says of the strings that it takes.
    pub fn about_values(&self) -> Option<String> {
        let list = (!self.values.is_empty()).then(|| self.values.join(", "))?;
        Some(if self.open { format!("For example {list}.") } else { format!("One of {list}.") })
    }

    /// The sentence about when it has no effect; empty when it always has one.
    pub fn limits(&self) -> String {
        let each: Vec<_> = self.idle.iter().map(ToString::to_string).collect();
        if each.is_empty() {
            return String::new();
        }
        format!("Has no effect when {}.", each.join(", or when "))
    }
}

/// A function, constructor or method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Function {
    /// Name as scripts write it.
    pub name: &'static str,
    /// Topic, the file it stands in (`strings`).
    pub topic: &'static str,
    /// Parameters in order.
    pub params: &'static [Param],
    /// Type of the result.
    pub returns: Ty,
    /// Known keys of a result array, or of the elements of a list.
    pub keys: &'static [Key],
    /// Type of the elements, when the result is a list.
    pub elements: Option<Ty>,
    /// What more is known about the result.
    pub follows: Follows,
    /// Who wrote the result.
    pub origin: Origin,
    /// What the result cannot do harm to, whatever the arguments are.
    pub cleans: Sinks,
    /// Keys of the options array, when there is one.
    pub options: &'static [OptionDecl],
    /// Where it exists.
    pub contexts: Contexts,
    /// What it does besides computing its value.
    pub effect: Effect,
    /// Seconds that a call waits at most, when no option says so.
    pub limit: Option<u32>,
    /// For methods: called on the class, not on an instance.
    pub is_static: bool,
    /// Replacement to suggest, for names kept for older scripts.
    pub deprecated: Option<&'static str>,
    /// What the replacement does in another way, besides taking other parameters.
    pub differs: Option<&'static str>,
    /// Documentation.
    pub docs: Docs,
}

impl Function {
    /// Least number of arguments.
    pub fn min_args(&self) -> usize {
        self.params.iter().filter(|p| p.required).count()
    }

    /// The place of the options array.
    pub fn options_at(&self) -> Option<usize> {
        if self.options.is_empty() {
            return None;
        }
        let named = self.params.iter().position(|param| param.name == "options");
        named.or_else(|| self.params.iter().rposition(|param| param.ty.overlaps(Ty::ARRAY)))
    }

    /// The keys of the array that stands at a place of the arguments, and whether there are others.
    pub fn keys_at(&self, place: usize) -> (&'static [OptionDecl], bool) {
        match self.params.get(place) {
            _ if Some(place) == self.options_at() => (self.options, false),
            Some(param) => (param.keys, param.open),
            None => (&[], true),
        }
    }

    /// Greatest number of arguments; none when unbounded.
    pub fn max_args(&self) -> Option<usize> {
        if self.params.iter().any(|p| p.rest) { None } else { Some(self.params.len()) }
    }

    /// `str_find(string $text, string $needle, [number $from]): number`
    pub fn signature(&self) -> String {
        let params: Vec<_> = self
            .params
            .iter()
            .map(|p| {
                let dots = if p.rest { "..." } else { "" };
                let text = format!("{} {dots}${}", p.ty, p.name);
                if p.required { text } else { format!("[{text}]") }
            })
            .collect();
        format!("{}({}): {}", self.name, params.join(", "), self.returns)
    }
}
