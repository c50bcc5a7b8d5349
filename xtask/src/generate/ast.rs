//! Typed accessors from the node types of the grammar.
//!
//! A node kind becomes a struct, a supertype an enum, a field a method. A field that accepts a few
//! kinds gives an enum named after them (`IdentifierOrVariable`); one that accepts many kinds of one
//! supertype gives the supertype.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use anyhow::Context;
use serde_json::Value;

use super::files::{File, rustfmt};

const PATH: &str = "crates/hsl-syntax/src/ast/generated.rs";
const HEADER: &str =
    "//! Typed nodes. Written by `cargo xtask generate` from the grammar; not to be edited.

use tree_sitter::Node;

use super::{AstNode, Children, Token, field};
";
/// Above this many kinds a field gives the supertype that holds them all.
const MAX_UNION: usize = 3;

/// The file of accessors, from the generated parser among `files`.
pub(super) fn file(files: &[File]) -> anyhow::Result<File> {
    let text_of = |name: &str| {
        let found = files.iter().find(|file| file.path.ends_with(name));
        found.map(|file| file.text.as_str()).with_context(|| format!("{name} was not generated"))
    };
    let nodes: Vec<Value> = serde_json::from_str(text_of("node-types.json")?)?;
    let numbers = numbers(text_of("parser.c")?);
    let mut writer = Writer::new(&nodes, numbers);
    for node in &nodes {
        if node["named"] == true {
            writer.node(node)?;
        }
    }
    writer.unions();
    Ok(File { path: PATH.to_owned(), text: rustfmt(&writer.out)? })
}

/// The numbers of kinds (`sym_x`) and fields (`field_x`) in the parser's enums.
fn numbers(parser: &str) -> BTreeMap<&str, u16> {
    parser
        .lines()
        .filter_map(|line| line.trim().strip_suffix(',')?.split_once(" = "))
        .filter(|(name, _)| name.starts_with("sym_") || name.starts_with("field_"))
        .filter_map(|(name, number)| Some((name, number.parse().ok()?)))
        .collect()
}

struct Writer<'a> {
    out: String,
    numbers: BTreeMap<&'a str, u16>,
    /// Supertype and the kinds that it holds, directly.
    supertypes: Vec<(&'a str, BTreeSet<&'a str>)>,
    /// Enums over a few kinds: name and kinds.
    unions: BTreeMap<String, Vec<&'a str>>,
}

impl<'a> Writer<'a> {
    fn new(nodes: &'a [Value], numbers: BTreeMap<&'a str, u16>) -> Self {
        let supertypes = nodes
            .iter()
            .filter(|node| node.get("subtypes").is_some())
            .map(|node| (name_of(node), kinds(&node["subtypes"]).into_iter().collect()))
            .collect();
        Self { out: HEADER.to_owned(), numbers, supertypes, unions: BTreeMap::new() }
    }

    fn node(&mut self, node: &'a Value) -> anyhow::Result<()> {
        let kind = name_of(node);
        if node.get("subtypes").is_some() {
            let kinds = kinds(&node["subtypes"]);
            self.sum(&camel(kind), &kinds, &format!("Any `{kind}`."));
            return Ok(());
        }
        let number = self.numbers.get(format!("sym_{kind}").as_str()).copied();
        let number = number.with_context(|| format!("no number for {kind}"))?;
        let name = camel(kind);
        write!(
            self.out,
            "
/// `{kind}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct {name}<'t>(pub(crate) Node<'t>);

impl<'t> AstNode<'t> for {name}<'t> {{
    fn cast(node: Node<'t>) -> Option<Self> {{ (node.kind_id() == Self::KIND).then_some(Self(node)) }}
    fn syntax(self) -> Node<'t> {{ self.0 }}
}}

impl<'t> {name}<'t> {{
    /// Number of the kind in the grammar.
    pub const KIND: u16 = {number};
"
        )?;
        for (field, value) in node["fields"].as_object().into_iter().flatten() {
            self.field(field, value)?;
        }
        if let Some(children) = node.get("children") {
            self.children(&name, children)?;
        }
        self.out.push_str("}\n");
        Ok(())
    }

    fn field(&mut self, field: &str, value: &'a Value) -> anyhow::Result<()> {
        let number = self.numbers.get(format!("field_{field}").as_str()).copied();
        let number = number.with_context(|| format!("no number for field {field}"))?;
        let ty = self.type_of(&value["types"]);
        if value["multiple"] == true {
            write!(
                self.out,
                "
    /// Each `{field}`, in order.
    pub fn {field}s(self) -> Children<'t, {ty}<'t>> {{ Children::new(self.0, Some({number})) }}
"
            )?;
        } else {
            write!(
                self.out,
                "
    /// Field `{field}`.
    pub fn {field}(self) -> Option<{ty}<'t>> {{ field(self.0, {number}) }}
"
            )?;
        }
        Ok(())
    }

    /// Children without a field: named after their kind, or `items` when there are several.
    fn children(&mut self, node: &str, value: &'a Value) -> anyhow::Result<()> {
        let kinds = kinds(&value["types"]);
        let ty = match kinds[..] {
            [kind] => camel(kind),
            _ => format!("{node}Item"),
        };
        if kinds.len() > 1 {
            self.unions.insert(ty.clone(), kinds.clone());
        }
        let method = if let [kind] = kinds[..] { format!("{kind}s") } else { "items".to_owned() };
        write!(
            self.out,
            "
    /// The children, in order.
    pub fn {method}(self) -> Children<'t, {ty}<'t>> {{ Children::new(self.0, None) }}
"
        )?;
        Ok(())
    }

    /// The Rust type for a set of kinds.
    fn type_of(&mut self, types: &'a Value) -> String {
        let named = kinds(types);
        let tokens = types.as_array().is_some_and(|t| t.iter().any(|t| t["named"] == false));
        match (&named[..], tokens) {
            ([], _) => return "Token".to_owned(),
            ([one], false) => return camel(one),
            _ => {}
        }
        if named.len() > MAX_UNION
            && let Some(supertype) = self.supertype_of(&named)
        {
            return camel(supertype);
        }
        let mut parts: Vec<_> = named.iter().map(|kind| camel(kind)).collect();
        parts.extend(tokens.then(|| "Token".to_owned()));
        let name = parts.join("Or");
        let mut members = named;
        members.extend(tokens.then_some("Token"));
        self.unions.insert(name.clone(), members);
        name
    }

    fn supertype_of(&self, kinds: &[&str]) -> Option<&'a str> {
        let holds = |set: &BTreeSet<&str>| kinds.iter().all(|kind| set.contains(kind));
        self.supertypes.iter().find(|(_, set)| holds(set)).map(|(name, _)| *name)
    }

    fn unions(&mut self) {
        for (name, members) in std::mem::take(&mut self.unions) {
            let shown: Vec<_> = members.iter().map(|kind| format!("`{kind}`")).collect();
            self.sum(&name, &members, &format!("One of {}.", shown.join(", ")));
        }
    }

    /// An enum with a variant for each member. A kind is known by its number; a supertype or a
    /// token is asked.
    fn sum(&mut self, name: &str, members: &[&str], doc: &str) {
        let mut variants = String::new();
        let mut casts = String::new();
        let mut tries = Vec::new();
        let mut nodes = String::new();
        for member in members {
            let ty = camel(member);
            _ = writeln!(variants, "/// `{member}`.\n{ty}({ty}<'t>),");
            _ = writeln!(nodes, "Self::{ty}(node) => node.syntax(),");
            let is_kind = *member != "Token" && !self.supertypes.iter().any(|(n, _)| n == member);
            if is_kind {
                _ = writeln!(casts, "{ty}::KIND => Some(Self::{ty}({ty}(node))),");
            } else {
                tries.push(format!("{ty}::cast(node).map(Self::{ty})"));
            }
        }
        let rest = if tries.is_empty() { "None".to_owned() } else { tries.join(".or_else(|| ") };
        let rest = rest + &")".repeat(tries.len().saturating_sub(1));
        _ = write!(
            self.out,
            "
/// {doc}
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum {name}<'t> {{ {variants} }}

impl<'t> AstNode<'t> for {name}<'t> {{
    fn cast(node: Node<'t>) -> Option<Self> {{
        match node.kind_id() {{ {casts} _ => {rest}, }}
    }}
    fn syntax(self) -> Node<'t> {{ match self {{ {nodes} }} }}
}}
"
        );
    }
}

fn name_of(node: &Value) -> &str {
    node["type"].as_str().unwrap_or_default()
}

/// The named kinds of a list of types.
fn kinds(types: &Value) -> Vec<&str> {
    types.as_array().into_iter().flatten().filter(|t| t["named"] == true).map(name_of).collect()
}

/// `if_statement` as `IfStatement`. Kinds that would hide a name of the language end in `Literal`.
fn camel(kind: &str) -> String {
    let words = kind.split('_').filter(|word| !word.is_empty());
    let capital = |word: &str| word[..1].to_uppercase() + &word[1..];
    let name: String = words.map(capital).collect();
    if ["string", "true", "false", "none"].contains(&kind) { name + "Literal" } else { name }
}
