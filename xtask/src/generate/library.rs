//! Reference pages of functions by topic, classes and hooks, from their declarations.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use hsl_decl::{Contexts, Function, markdown};
use mta_config::ConfigKind;

use super::files::File;

const FOLDER: &str = "docs/reference";

/// `docs/reference/functions/`, `classes/`, `hooks/`, and the page that lists them.
pub(super) fn files() -> Vec<File> {
    let catalog = mta_hooks::test_catalog();
    let mut index = "# Reference\n\nGenerated from the declarations in the source; `mailstop doc \
                     NAME` shows the same.\n\n## Functions\n\n"
        .to_owned();
    let mut files = Vec::new();
    for (topic, functions) in topics() {
        let page = markdown::topic(&title(topic), &functions);
        add(&mut files, &mut index, &title(topic), &format!("functions/{topic}.md"), page);
    }
    index.push_str("\n## Classes\n\n");
    for class in catalog.classes() {
        let path = format!("classes/{}.md", class.name);
        add(&mut files, &mut index, class.name, &path, markdown::class(class));
    }
    index.push_str("\n## Hooks\n\n");
    for hook in catalog.hooks() {
        let is_here = |f: &&Function| matches!(f.contexts, Contexts::Hooks(hooks) if hooks.contains(hook.hook));
        let functions: Vec<_> = catalog.functions().filter(is_here).collect();
        let path = format!("hooks/{}.md", hook.hook);
        add(&mut files, &mut index, hook.hook.as_str(), &path, markdown::hook(hook, &functions));
    }
    index.push_str("\n## Configuration\n\n");
    for name in ConfigKind::ALL.map(ConfigKind::file_name) {
        index.push_str(&format!("- [{name}]({}.md)\n", name.trim_end_matches(".yaml")));
    }
    index.push_str("\n## Editors\n\n- [Settings](settings.md)\n");
    index.push_str("\n## Findings\n\n- [What the tools find](findings/README.md)\n");
    files.push(File { path: format!("{FOLDER}/README.md"), text: index });
    files
}

/// Functions that exist everywhere, by topic and name.
fn topics() -> BTreeMap<&'static str, Vec<&'static Function>> {
    let mut topics: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for function in mta_hooks::test_catalog().functions() {
        if function.contexts == Contexts::Everywhere {
            topics.entry(function.topic).or_default().push(function);
        }
    }
    topics
}

fn add(files: &mut Vec<File>, index: &mut String, name: &str, path: &str, text: String) {
    // A String takes any text.
    let _ = writeln!(index, "- [{name}]({path})");
    files.push(File { path: format!("{FOLDER}/{path}"), text });
}

/// `memory` as a heading.
fn title(topic: &str) -> String {
    match topic {
        "csv" | "dns" | "json" | "ffi" | "http" | "mime" => return topic.to_ascii_uppercase(),
        "urls" => return "URLs".to_owned(),
        _ => {}
    }
    let mut letters = topic.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}
