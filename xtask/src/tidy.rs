//! Rules about the tree that no compiler checks.
//!
//! Layers, module documentation, unfinished marks and sleeps in tests. Each rule is a function
//! from the tree to findings; a finding names the file and the line.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use serde_json::Value;

use crate::run::{command, output, root};

/// Files that a tool wrote; their shape is not ours.
const GENERATED: &[&str] = &["parser.c", "generated.rs", "parser.h", "alloc.h", "array.h"];

/// Runs every rule and prints every finding.
pub(crate) fn run() -> anyhow::Result<()> {
    let mut findings = layers()?;
    for file in rust_files(&root())? {
        let text = fs::read_to_string(&file).with_context(|| file.display().to_string())?;
        let name = file.strip_prefix(root()).unwrap_or(&file).display().to_string();
        findings.extend(module_docs(&name, &text));
        findings.extend(leftovers(&name, &text));
        findings.extend(sleeps_in_tests(&name, &text));
    }
    for finding in &findings {
        eprintln!("{finding}");
    }
    if !findings.is_empty() {
        bail!("{} findings", findings.len());
    }
    Ok(())
}

/// A crate may use only crates of lower layers; test-only dependencies are free.
fn layers() -> anyhow::Result<Vec<String>> {
    let text = output(&mut command("cargo metadata --format-version 1 --no-deps"))?;
    let metadata: Value = serde_json::from_str(&text)?;
    let packages = metadata["packages"].as_array().cloned().unwrap_or_default();
    let mut layer_of = BTreeMap::new();
    for package in &packages {
        let name = package["name"].as_str().unwrap_or_default().to_owned();
        layer_of.insert(name, package["metadata"]["layer"].as_u64());
    }
    let mut findings = Vec::new();
    for package in &packages {
        let name = package["name"].as_str().unwrap_or_default();
        let Some(layer) = layer_of.get(name).copied().flatten() else {
            findings.push(format!("{name}: no `package.metadata.layer`"));
            continue;
        };
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            let used = dependency["name"].as_str().unwrap_or_default();
            let Some(Some(below)) = layer_of.get(used) else { continue };
            let macro_of_data = used == "hsl-macros" || layer == 6;
            if dependency["kind"].is_null() && *below >= layer && !(macro_of_data || layer == 0) {
                findings.push(format!("{name} (layer {layer}) uses {used} (layer {below})"));
            }
        }
    }
    Ok(findings)
}

fn rust_files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|n| n.to_str()).unwrap_or_default().to_owned();
        if path.is_dir() {
            if !["target", "node_modules", ".git", "dist", ".mailstop"].contains(&name.as_str()) {
                files.extend(rust_files(&path)?);
            }
        } else if name.ends_with(".rs") && !GENERATED.contains(&name.as_str()) {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn module_docs(name: &str, text: &str) -> Option<String> {
    let documented = text.lines().take(20).any(|line| line.starts_with("//!"));
    (!documented).then(|| format!("{name}:1: no module documentation"))
}

fn leftovers(name: &str, text: &str) -> Vec<String> {
    // Written in two halves so that this file does not find itself.
    let marks = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("X", "XX:")];
    let found = |line: &str| marks.iter().any(|mark| line.contains(mark));
    numbered(text)
        .filter(|(_, line)| found(line))
        .map(|(number, _)| format!("{name}:{number}: unfinished mark"))
        .collect()
}

fn sleeps_in_tests(name: &str, text: &str) -> Vec<String> {
    if !name.contains("/tests/") && !name.starts_with("tests/") {
        return Vec::new();
    }
    let sleep = [concat!("thread::", "sleep"), concat!("time::", "sleep")];
    numbered(text)
        .filter(|(_, line)| sleep.iter().any(|word| line.contains(word)))
        .map(|(number, _)| {
            format!("{name}:{number}: a test sleeps instead of waiting for an event")
        })
        .collect()
}

fn numbered(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().map(|(at, line)| (at + 1, line))
}
