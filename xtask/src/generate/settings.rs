//! Settings of editors, from their declarations: the manifest of the Visual Studio Code extension
//! and a reference page.
//!
//! The first group of the manifest holds what the extension reads itself, and stays as it is.

use std::fmt::Write as _;
use std::fs;

use anyhow::Context;
use mta_project::{SECTION, Setting, ToolSettings, settings};
use serde_json::{Map, Value, json};

use super::files::File;
use crate::run::root;

const MANIFEST: &str = "editors/vscode/package.json";
const PAGE: &str = "docs/reference/settings.md";

/// The manifest and the page.
pub(super) fn files() -> anyhow::Result<Vec<File>> {
    let settings = settings();
    Ok(vec![manifest(&settings)?, page(&settings)])
}

fn manifest(settings: &[Setting]) -> anyhow::Result<File> {
    let text = fs::read_to_string(root().join(MANIFEST)).context(MANIFEST)?;
    let mut manifest: Value = serde_json::from_str(&text).context(MANIFEST)?;
    let groups = manifest["contributes"]["configuration"].as_array_mut();
    let groups = groups.with_context(|| format!("{MANIFEST}: no list of settings"))?;
    groups.truncate(1);
    groups.extend(titles(settings).into_iter().map(|title| group(title, settings)));
    let text = format!("{}\n", serde_json::to_string_pretty(&manifest)?);
    Ok(File { path: MANIFEST.to_owned(), text })
}

fn group(title: &str, settings: &[Setting]) -> Value {
    let mut properties = Map::new();
    for setting in settings.iter().filter(|setting| setting.title == title) {
        let mut property = setting.schema.clone();
        property["default"] = setting.default.clone();
        property["scope"] = json!("window");
        property["order"] = json!(properties.len() + 1);
        property["markdownDescription"] = json!(described(setting));
        properties.insert(format!("{SECTION}.{}", setting.name), property);
    }
    json!({ "title": title, "properties": properties })
}

fn described(setting: &Setting) -> String {
    match &setting.place {
        Some(place) => format!("{} `{place}` of `{}` wins.", setting.text, ToolSettings::FILE),
        None => setting.text.clone(),
    }
}

fn page(settings: &[Setting]) -> File {
    let mut text = format!(
        "# Settings of editors\n\nGenerated from the declarations in the source. A user sets them \
         in the editor, in its section `{SECTION}`; a project in `{file}`, which wins:\n\n\
         ```toml\n[format]\nwidth = 80\n\n[editor.hover]\npatterns = false\n```\n",
        file = ToolSettings::FILE
    );
    for title in titles(settings) {
        // A String takes any text.
        let _ = write!(
            text,
            "\n## {title}\n\n| Setting | Default | In `{}` | What |\n|---|---|---|---|\n",
            ToolSettings::FILE
        );
        for setting in settings.iter().filter(|setting| setting.title == title) {
            let place = setting.place.as_ref().map(|place| format!("`{place}`"));
            let _ = writeln!(
                text,
                "| `{SECTION}.{}` | `{}` | {} | {} |",
                setting.name,
                setting.default,
                place.unwrap_or_default(),
                setting.text
            );
        }
    }
    File { path: PAGE.to_owned(), text }
}

/// The headings, each once, in the order of the settings.
fn titles(settings: &[Setting]) -> Vec<&'static str> {
    let mut titles = Vec::new();
    for setting in settings {
        if !titles.contains(&setting.title) {
            titles.push(setting.title);
        }
    }
    titles
}
