//! Renaming and finding on generated projects.
//!
//! Every symbol has a name that nothing else has, so its places are those of its name in the texts.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use hsl_graph::{FileNo, Graph};
use hsl_ide::project::{references, rename};
use mta_project::Snapshot;
use proptest::prelude::*;

/// A library, of which hooks and later libraries use functions, variables, classes and keys.
#[derive(Clone, Debug)]
struct Part {
    /// For each function, what it does.
    functions: Vec<Vec<(u8, u8)>>,
    /// How each earlier library is brought in: not at all, by name, by another name, as a name space,
    /// by `include`.
    imports: Vec<u8>,
    /// What the top level does.
    top: Vec<(u8, u8)>,
}

fn part() -> impl Strategy<Value = Part> {
    let statements = || prop::collection::vec((0u8..8, any::<u8>()), 0..5);
    let functions = prop::collection::vec(statements(), 1..4);
    let imports = prop::collection::vec(0u8..5, 4);
    (functions, imports, statements()).prop_map(|(functions, imports, top)| Part {
        functions,
        imports,
        top,
    })
}

/// Writes the files of a project, and lists the names in it.
struct Writer<'p> {
    parts: &'p [Part],
    names: BTreeSet<String>,
}

impl Writer<'_> {
    fn name(&mut self, name: String) -> String {
        self.names.insert(name.clone());
        name
    }

    fn file(&mut self, at: usize) -> String {
        let parts = self.parts;
        let part = &parts[at];
        let mut out = String::new();
        for (other, how) in (0..at.min(part.imports.len())).zip(&part.imports) {
            self.import(at, other, *how, &mut out);
        }
        let class = self.name(format!("Class{at}z"));
        let (method, property) =
            (self.name(format!("method{at}z")), self.name(format!("prop{at}z")));
        _ = writeln!(
            out,
            "class {class} {{ ${property} = 1; function {method}() {{ return $this->{property}; }} }}"
        );
        for (number, body) in part.functions.iter().enumerate() {
            let name = self.name(format!("fn{at}n{number}z"));
            let argument = self.name(format!("arg{at}n{number}z"));
            _ = write!(out, "function {name}(${argument} = 1) {{ global $context; ");
            self.body(at, &format!("${argument}"), &format!("n{number}"), body, &mut out);
            out += "}\n";
        }
        let global = self.name(format!("top{at}z"));
        _ = writeln!(out, "${global} = {class}();");
        self.body(at, &format!("${global}"), "", &part.top, &mut out);
        out
    }

    fn import(&mut self, at: usize, other: usize, how: u8, out: &mut String) {
        let count = self.parts[other].functions.len();
        let list = (0..count).map(|number| match how {
            1 => format!("fn{other}n{number}z"),
            _ => format!("fn{other}n{number}z as by{at}fn{other}n{number}z"),
        });
        let list = list.collect::<Vec<_>>().join(", ");
        _ = match how {
            1 | 2 => writeln!(out, "import {{ {list}, $top{other}z }} from \"lib{other}.hsl\";"),
            3 => writeln!(out, "import * as space{at}x{other}z from \"lib{other}.hsl\";"),
            _ => Ok(()),
        };
        for number in (0..count).filter(|_| how == 2) {
            self.names.insert(format!("by{at}fn{other}n{number}z"));
        }
        if how == 3 {
            self.names.insert(format!("space{at}x{other}z"));
        }
    }

    /// How a function of a library is called here; none when it is not brought in.
    fn call(&self, at: usize, other: usize, number: usize) -> Option<String> {
        let number = number % self.parts[other].functions.len();
        let name = format!("fn{other}n{number}z");
        if other == at {
            return Some(name);
        }
        match self.parts[at].imports.get(other)? {
            1 => Some(name),
            2 => Some(format!("by{at}{name}")),
            3 => Some(format!("space{at}x{other}z::{name}")),
            _ => None,
        }
    }

    fn body(&mut self, at: usize, known: &str, scope: &str, does: &[(u8, u8)], out: &mut String) {
        let variable = format!("var{at}{scope}z");
        for (kind, choice) in does {
            let choice = usize::from(*choice);
            let (local, key) = (format!("${variable}"), format!("key{}z", choice % 3));
            let text = match kind {
                0 => match self.call(at, choice % (at + 1), choice / 7) {
                    Some(call) => format!("{call}({known});"),
                    None => continue,
                },
                1 => format!("{local} = {known};"),
                2 => format!("{local} = \"a ${{{variable}}} {local}\";"),
                3 => format!("{local} = function () closure ({local}) {{ return {local}; }};"),
                4 => format!("$context[\"{key}\"] = {known};"),
                5 => format!("echo $context[\"{key}\"] . {known};"),
                6 => format!("foreach ([{known}] as {local}) {{ echo {local}; }}"),
                _ => format!("if ({known} == {local}) unset({local});"),
            };
            if text.contains(&local) {
                self.names.insert(variable.clone());
            }
            if text.contains(&key) {
                self.names.insert(key);
            }
            _ = write!(out, "{text} ");
        }
        out.push('\n');
    }
}

fn project(parts: &[Part]) -> (Snapshot, BTreeSet<String>) {
    let mut writer = Writer { parts, names: BTreeSet::new() };
    let mut snapshot = Snapshot::new();
    for at in 0..parts.len() {
        let name = match at + 1 == parts.len() {
            true => "src/hooks/eod/in.hsl".to_owned(),
            false => format!("src/files/lib{at}.hsl"),
        };
        let text = writer.file(at);
        snapshot.insert(name, text.into_bytes());
    }
    (snapshot, writer.names)
}

/// Every place of a word, by the place behind it.
fn searched(graph: &Graph, word: &str) -> BTreeSet<(FileNo, usize)> {
    let places = graph.files().flat_map(|(number, file)| {
        let text = String::from_utf8_lossy(&file.text).into_owned();
        let ends: Vec<_> =
            text.match_indices(word).map(|(at, _)| (number, at + word.len())).collect();
        ends.into_iter().filter(move |(_, end)| {
            // `fn1` in `by0fn1` is another word.
            let before = text[..end - word.len()].chars().next_back();
            !before.is_some_and(|c| c.is_ascii_alphanumeric())
        })
    });
    places.collect()
}

fn found(graph: &Graph, word: &str) -> BTreeSet<(FileNo, usize)> {
    let Some((file, end)) = searched(graph, word).into_iter().next() else {
        return BTreeSet::new();
    };
    let symbol = graph.symbol_at(file, end - 1).expect("a symbol where its name stands");
    let places = match symbol.alias {
        Some(id) => graph.occurrences_of_alias(file, id),
        None => references(graph, file, end - 1, true).into_iter().filter(|o| !o.alias).collect(),
    };
    let places = places.into_iter();
    let ends = places.map(|place| {
        let text = &graph.file(place.file).text[..place.span.end as usize];
        (place.file, text.len() - usize::from(text.ends_with(b"}")))
    });
    ends.collect()
}

fn renamed(snapshot: &Snapshot, old: &str, new: &str) -> Snapshot {
    let graph = mta_project::graph(None, snapshot, |_| None);
    let (file, end) = searched(&graph, old).into_iter().next().expect("the name stands somewhere");
    let rename = rename(&graph, file, end - 1, new).expect("a name that can be changed");
    let mut after = snapshot.clone();
    for (number, file) in graph.files() {
        let mut text = file.text.to_vec();
        for change in rename.changes.iter().rev().filter(|change| change.file == number) {
            text.splice(change.span.range(text.len()), change.text.bytes());
        }
        after.insert(&*file.name, text);
    }
    after
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn places_are_those_of_a_search(parts in prop::collection::vec(part(), 1..5)) {
        let (snapshot, names) = project(&parts);
        let graph = mta_project::graph(None, &snapshot, |_| None);
        for name in names.iter().filter(|name| !searched(&graph, name).is_empty()) {
            prop_assert_eq!(found(&graph, name), searched(&graph, name), "{}", name);
        }
    }

    #[test]
    fn a_name_and_back_is_the_same_text(
        parts in prop::collection::vec(part(), 1..5),
        choice in any::<prop::sample::Index>(),
    ) {
        let (snapshot, names) = project(&parts);
        let names: Vec<_> = names.into_iter().collect();
        let name = choice.get(&names);
        let there = renamed(&snapshot, name, "another_name");
        let back = renamed(&there, "another_name", name);
        for (file, text) in snapshot.files() {
            let after = back.text(file).expect("the file");
            prop_assert_eq!(String::from_utf8_lossy(text), String::from_utf8_lossy(after));
        }
    }
}
