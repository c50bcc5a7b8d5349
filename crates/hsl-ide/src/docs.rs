//! Declarations as Markdown.

use std::fmt::Write;

use hsl_decl::terms::Term;
use hsl_decl::{Class, Contexts, Effect, Function, Key, OptionDecl, Variable};

/// Documentation of something that may be written. Lists hold many and show one: so the page of a
/// declaration is made when it is read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Docs {
    /// There is none.
    #[default]
    None,
    /// As it is.
    Text(String),
    /// The page of a function.
    Function(&'static Function),
    /// The page of a class.
    Class(&'static Class),
}

impl Docs {
    /// The documentation, in Markdown.
    pub fn page(&self) -> Option<String> {
        match self {
            Self::None => None,
            Self::Text(text) => Some(text.clone()),
            Self::Function(declared) => Some(function(declared)),
            Self::Class(declared) => Some(class(declared)),
        }
    }

    /// Whether there is any.
    pub fn exists(&self) -> bool {
        *self != Self::None
    }
}

/// Text without anything in it is none.
impl From<&str> for Docs {
    fn from(text: &str) -> Self {
        Self::from(text.to_owned())
    }
}

impl From<String> for Docs {
    fn from(text: String) -> Self {
        if text.is_empty() { Self::None } else { Self::Text(text) }
    }
}

/// Keys listed in a page; the rest is what completion is for.
const MOST_KEYS: usize = 40;

/// Signature, documentation, options and where it exists.
pub(crate) fn function(function: &Function) -> String {
    let mut page = code(&function.signature());
    if let Some(instead) = function.deprecated {
        _ = write!(page, "\n*Deprecated: use `{instead}`.*\n");
    }
    _ = write!(page, "\n{}\n", function.docs.0.trim());
    page += &options(function.options);
    for param in function.params.iter().filter(|param| !param.keys.is_empty()) {
        _ = write!(page, "\nKeys of `${}`:\n{}", param.name, options(param.keys));
    }
    page += &keys(function.keys);
    if function.returns.is_sometimes_none() {
        let when = function.docs.none_when();
        let when = when.unwrap_or("The result may be `none`: test it before it is used.");
        _ = write!(page, "\n*Returns none:* {when}\n");
    }
    page += &footer(function.contexts, Some(function.effect));
    page
}

/// Constructor, documentation and members.
pub(crate) fn class(class: &Class) -> String {
    let head = match class.constructor {
        Some(constructor) => constructor.signature(),
        None => format!("class {}", class.name),
    };
    let mut page = code(&head);
    _ = write!(page, "\n{}\n", class.docs.0.trim());
    if class.members().next().is_some() {
        page += "\n";
        for method in class.members() {
            _ = writeln!(page, "- `{}`", method.signature());
        }
    }
    page += &footer(class.contexts, None);
    page
}

/// Type, documentation and keys.
pub(crate) fn variable(variable: &Variable) -> String {
    let mut page = code(&format!("{}: {}", variable.name, variable.ty));
    let readonly = if variable.readonly { " Read-only." } else { "" };
    _ = write!(page, "\n{}{readonly}\n", variable.doc.trim());
    page += &keys(variable.keys);
    page
}

/// Type, documentation and the keys below.
pub(crate) fn key(key: &Key) -> String {
    let mut page = code(&format!("{:?}: {}", key.name, key.ty));
    _ = write!(page, "\n{}\n", key.about());
    if key.secret {
        page += SECRET;
    }
    page += &keys(key.keys);
    page
}

/// Type, default, values and documentation of an option.
pub(crate) fn option(option: &OptionDecl) -> String {
    let default = option.default.map(|default| format!(" = {default}")).unwrap_or_default();
    let mut page = code(&format!("{:?} => {}{default}", option.name, option.ty));
    _ = write!(page, "\n{}\n", option.doc.trim());
    if let Some(values) = option.about_values() {
        _ = write!(page, "\n{values}\n");
    }
    if !option.idle.is_empty() {
        _ = write!(page, "\n{}\n", option.limits());
    }
    if option.listed {
        page += "\nKeys of each array in the list:\n";
    }
    page += &options(option.keys);
    page
}

/// What a word of the mail standards means.
pub(crate) fn term(term: &Term) -> String {
    let mut page = format!("**{}** {}\n", term.name, term.meaning);
    if !term.more.is_empty() {
        _ = write!(page, "\n{}\n", term.more);
    }
    _ = write!(page, "\n*{}*\n", term.source);
    page
}

/// What is said of secrets.
pub(crate) const SECRET: &str = "\nA secret: the debugger hides it.\n";

/// Text as a block of code.
pub(crate) fn code(text: &str) -> String {
    format!("```hsl\n{text}\n```\n")
}

fn options(options: &[OptionDecl]) -> String {
    if options.is_empty() {
        return String::new();
    }
    let mut table = "\n| option | type | default | |\n|---|---|---|---|\n".to_owned();
    for option in options {
        let default = option.default.map(|d| format!("`{d}`")).unwrap_or_default();
        let ty = option.ty.to_string();
        _ = writeln!(table, "| `{}` | {ty} | {default} | {} |", option.name, cell(option.doc));
    }
    table
}

fn keys(keys: &[Key]) -> String {
    if keys.is_empty() {
        return String::new();
    }
    let mut table = "\n| key | type | |\n|---|---|---|\n".to_owned();
    for key in keys.iter().take(MOST_KEYS) {
        _ = writeln!(table, "| `{}` | {} | {} |", key.name, key.ty, cell(key.doc));
    }
    table
}

fn cell(text: &str) -> String {
    text.trim().replace('\n', " ").replace('|', "\\|")
}

fn footer(contexts: Contexts, effect: Option<Effect>) -> String {
    let hooks = match contexts {
        Contexts::Everywhere => None,
        Contexts::Hooks(set) => {
            let names: Vec<_> = set.iter().map(|hook| format!("`{hook}`")).collect();
            Some(format!("Hooks: {}.", names.join(", ")))
        }
    };
    let effect = effect.and_then(|effect| match effect {
        Effect::External => Some("Waits for a service."),
        Effect::Terminates => Some("Ends the hook."),
        Effect::Mutates => Some("Changes the message, the queue or shared state."),
        Effect::Pure | Effect::Reads | Effect::Callback => None,
    });
    let parts: Vec<_> = hooks.into_iter().chain(effect.map(str::to_owned)).collect();
    if parts.is_empty() { String::new() } else { format!("\n---\n{}\n", parts.join(" ")) }
}
