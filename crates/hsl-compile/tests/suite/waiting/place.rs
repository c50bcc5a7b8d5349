//! The places, from their Markdown.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use hsl_compile::MemorySources;
use hsl_vm::code::Program;

use super::deeds::Journey;
use crate::support::{compile, render};

/// What every place may import.
const DEED: &str = "import { deed } from \"deed.hsl\";\n";
/// Runs a place twice, so that what is left of the first run shows in the second.
const TWICE: &str = "\ntry { place(); } catch ($caught) { echo \"caught $caught\"; }\necho \"--\";\n\
                     place();\necho \"--\";\n";

/// A place that may wait.
pub(super) struct Place {
    pub(super) name: String,
    /// Names in backticks.
    pub(super) builtins: Vec<String>,
    /// Whether it is a function, which is called twice, and not a program.
    pub(super) repeats: bool,
    files: HashMap<String, String>,
}

/// All places.
pub(super) fn places() -> Vec<Place> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite/waiting/places.md");
    let text = std::fs::read_to_string(path).expect("the places are there");
    text.split("\n## ").skip(1).map(Place::new).collect()
}

impl Place {
    fn new(section: &str) -> Self {
        let name = section.lines().next().unwrap_or_default().to_owned();
        let builtins = name.split('`').skip(1).step_by(2).map(str::to_owned).collect();
        let mut files = HashMap::new();
        let mut repeats = false;
        for block in testkit::blocks(section) {
            match block.tag.strip_prefix("hsl-file:") {
                Some(file) => drop(files.insert(file.to_owned(), block.text)),
                None => {
                    repeats = block.text.contains("function place()");
                    let end = if repeats { TWICE } else { "" };
                    files.insert("main.hsl".to_owned(), format!("{DEED}{}{end}", block.text));
                }
            }
        }
        Self { name, builtins, repeats, files }
    }

    /// The program in which `deed()` does this: `nothing`, `waits`, or `throws N`.
    pub(super) fn compile(&self, deed: &str) -> Arc<Program> {
        let body = match deed.split_once(' ') {
            None if deed == "nothing" => "return $value;".to_owned(),
            None => "sleep(1); $kept = $value; dns_query(\"a.example\"); return $kept;".to_owned(),
            Some((_, nth)) => {
                format!(
                    "global $count; $count += 1; if ($count == {nth}) throw \"deed\"; return $value;"
                )
            }
        };
        let deed = format!("$count = 0;\nfunction deed($value = none) {{ {body} }}\n");
        let mut sources = MemorySources::new().with("deed.hsl", deed.as_str());
        for (name, text) in &self.files {
            sources.insert(name, text);
        }
        let built = compile(&sources, "main.hsl");
        let findings = render(&sources, &built.diagnostics);
        built.program.unwrap_or_else(|| panic!("{}:\n{findings}", self.name))
    }

    /// What it prints when nothing is done.
    pub(super) fn plain_output(&self) -> String {
        let mut journey = Journey::new(&self.compile("nothing"));
        journey.run(1_000_000);
        assert!(
            journey.ending().is_some_and(|end| end.is_good()),
            "{}: {:?}",
            self.name,
            journey.ending()
        );
        journey.output()
    }

    /// How often one run of it does the deed.
    pub(super) fn deeds(&self) -> usize {
        let mut journey = Journey::new(&self.compile("waits"));
        journey.run(1_000_000);
        let runs = if self.repeats { 2 } else { 1 };
        journey.deeds() / runs
    }
}
