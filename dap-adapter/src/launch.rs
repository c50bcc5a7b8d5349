//! The launch configuration: which test, hook or script, and the command that runs it.
//!
//! Invariants: a program runs as `mailstop test`, `hook` or `hsh` runs it, by the same command that
//! this adapter is; what cannot be run is refused before anything starts.
//!
//! Not here: the process (`debuggee`).

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use mta_project::{Project, layout};
use serde::Deserialize;

use crate::workspace::Workspace;

/// What the user wrote in `launch.json`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct LaunchArguments {
    /// A script, the script of a hook, or a file of tests; relative to `cwd`.
    program: Option<PathBuf>,
    /// One test of the file; all of them unless given.
    test: Option<String>,
    /// Words that the script finds in `$argv`.
    args: Vec<String>,
    /// Files that a hook is run on; relative to `cwd`.
    samples: Vec<PathBuf>,
    /// Variables of a hook, by name without `$`, over those of the samples.
    variables: serde_json::Map<String, serde_json::Value>,
    /// Folder that the program runs in.
    cwd: Option<PathBuf>,
    /// Stop at the first statement.
    stop_on_entry: bool,
    /// Run without the debugger.
    pub(crate) no_debug: bool,
}

/// A program to start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    /// Words behind the name of the command.
    pub arguments: Vec<OsString>,
    /// Folder to run in.
    pub folder: PathBuf,
}

/// A configuration that cannot be used.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum LaunchError {
    #[error("the configuration is not understood: {0}")]
    Shape(String),
    #[error("`program` is missing: the path of a script, or of a `*.test.hsl` file")]
    Program,
    #[error("there is no file {0}")]
    Missing(PathBuf),
    #[error("{0} belongs to no project: tests run inside of one, which has src/config")]
    Outside(PathBuf),
    #[error("`test` names a test, and {0} is no `*.test.hsl` file")]
    NoTest(PathBuf),
    #[error("there is no folder {0}")]
    Folder(PathBuf),
    #[error("`args` are for scripts: a {0} has none")]
    Arguments(&'static str),
    #[error("`samples` and `variables` are for hooks, and {0} is no script of one")]
    NoHook(PathBuf),
}

/// The project that holds a file, and the file in it.
struct Home {
    root: PathBuf,
    workspace: Workspace,
    name: String,
}

impl Home {
    fn of(file: &Path) -> Option<Self> {
        // Not the folder that links lead to: the editor knows files by the path it was opened with.
        let root = file.ancestors().find(|folder| Project::open(folder).is_ok())?.to_owned();
        let workspace = Workspace::new(root.clone());
        let name = workspace.name(file.to_str()?)?;
        Some(Self { root, workspace, name })
    }
}

impl LaunchArguments {
    pub(crate) fn read(arguments: serde_json::Value) -> Result<Self, LaunchError> {
        serde_json::from_value(arguments).map_err(|e| LaunchError::Shape(e.to_string()))
    }

    /// The command that runs the program, and how its files are named.
    pub(crate) fn program(&self) -> Result<(Program, Workspace), LaunchError> {
        let file = self.program.as_deref().filter(|file| !file.as_os_str().is_empty());
        let file = self.base().join(file.ok_or(LaunchError::Program)?);
        match &self.cwd {
            Some(cwd) if !self.base().is_dir() => return Err(LaunchError::Folder(cwd.clone())),
            _ => {}
        }
        if !file.is_file() {
            return Err(LaunchError::Missing(file));
        }
        let home = Home::of(&file);
        let is_hook = home.as_ref().is_some_and(|home| layout::hook_of(&home.name).is_some());
        match home {
            _ if self.has_sample() && !is_hook => Err(LaunchError::NoHook(file)),
            home if mta_hooks::is_test(&file.to_string_lossy()) => {
                self.tests(home.ok_or(LaunchError::Outside(file))?)
            }
            _ if self.test.is_some() => Err(LaunchError::NoTest(file)),
            Some(home) if is_hook => self.hook(home, &file),
            _ => Ok(self.script(&file)),
        }
    }

    fn has_sample(&self) -> bool {
        !self.samples.is_empty() || !self.variables.is_empty()
    }

    fn hook(&self, home: Home, file: &Path) -> Result<(Program, Workspace), LaunchError> {
        if !self.args.is_empty() {
            return Err(LaunchError::Arguments("hook"));
        }
        let mut arguments = self.words("hook");
        for sample in &self.samples {
            let sample = self.base().join(sample);
            if !sample.is_file() {
                return Err(LaunchError::Missing(sample));
            }
            arguments.extend(["--sample".into(), sample.into()]);
        }
        for (name, value) in &self.variables {
            arguments.extend(["--set".into(), format!("{name}={value}").into()]);
        }
        arguments.extend(["--".into(), file.into()]);
        let folder = self.cwd.clone().unwrap_or(home.root);
        Ok((Program { arguments, folder }, home.workspace))
    }

    fn tests(&self, home: Home) -> Result<(Program, Workspace), LaunchError> {
        if !self.args.is_empty() {
            return Err(LaunchError::Arguments("test"));
        }
        let Home { root, workspace, name } = home;
        let mut arguments = self.words("test");
        arguments.extend(["--file".into(), name.into()]);
        if let Some(test) = &self.test {
            arguments.extend(["--function".into(), test.into()]);
        }
        arguments.extend(["--".into(), root.clone().into()]);
        let folder = self.cwd.clone().unwrap_or(root);
        Ok((Program { arguments, folder }, workspace))
    }

    fn script(&self, file: &Path) -> (Program, Workspace) {
        let mut arguments = self.words("hsh");
        arguments.extend(["--".into(), file.into()]);
        arguments.extend(self.args.iter().map(OsString::from));
        let folder = self.cwd.clone().or_else(|| file.parent().map(Path::to_owned));
        (Program { arguments, folder: folder.unwrap_or_default() }, Workspace::of_paths())
    }

    fn words(&self, subcommand: &str) -> Vec<OsString> {
        let mut words = vec![subcommand.into(), "--debug".into()];
        if self.stop_on_entry && !self.no_debug {
            words.push("--stop-on-entry".into());
        }
        words
    }

    fn base(&self) -> PathBuf {
        let here = std::env::current_dir().unwrap_or_default();
        self.cwd.as_ref().map_or(here.clone(), |cwd| here.join(cwd))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(value: serde_json::Value) -> Result<(Vec<String>, PathBuf), LaunchError> {
        let (program, _) = LaunchArguments::read(value)?.program()?;
        let words = program.arguments.iter().map(|word| word.to_string_lossy().into_owned());
        Ok((words.collect(), program.folder))
    }

    #[test]
    fn tests_run_in_their_project_and_scripts_beside_themselves() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        std::fs::create_dir_all(root.join("src/config")).unwrap();
        std::fs::create_dir_all(root.join("tests")).unwrap();
        for file in ["src/config/smtpd-app.yaml", "tests/a.test.hsl", "tests/b.hsl"] {
            std::fs::write(root.join(file), "").unwrap();
        }
        let shown = |(words, folder): (Vec<String>, PathBuf)| {
            let text = format!("{} in {}", words.join(" "), folder.display());
            text.replace(&*root.to_string_lossy(), "<root>")
        };
        let one =
            json!({ "program": root.join("tests/a.test.hsl"), "test": "test_a", "type": "hsl" });
        insta::assert_snapshot!(shown(read(one).unwrap()), @"test --debug --file tests/a.test.hsl --function test_a -- <root> in <root>");
        let script =
            json!({ "cwd": root, "program": "tests/b.hsl", "args": ["-x"], "stopOnEntry": true });
        insta::assert_snapshot!(shown(read(script).unwrap()), @"hsh --debug --stop-on-entry -- <root>/tests/b.hsl -x in <root>");
        let hook = root.join("src/hooks/eod/default.hsl");
        std::fs::create_dir_all(hook.parent().unwrap()).unwrap();
        std::fs::write(&hook, "").unwrap();
        std::fs::write(root.join("a.eml"), "").unwrap();
        let sample = json!({
            "program": hook, "cwd": root, "samples": ["a.eml"], "variables": { "context": { "n": 1 } },
        });
        insta::assert_snapshot!(shown(read(sample).unwrap()), @r#"hook --debug --sample <root>/a.eml --set context={"n":1} -- <root>/src/hooks/eod/default.hsl in <root>"#);
        let alone = json!({ "program": hook });
        insta::assert_snapshot!(shown(read(alone).unwrap()), @"hook --debug -- <root>/src/hooks/eod/default.hsl in <root>");
        let wrong = json!({ "program": hook, "cwd": root, "samples": ["b.eml"] });
        assert_eq!(read(wrong), Err(LaunchError::Missing(root.join("b.eml"))));
        let wrong = json!({ "program": root.join("tests/b.hsl"), "variables": { "context": 1 } });
        assert_eq!(read(wrong), Err(LaunchError::NoHook(root.join("tests/b.hsl"))));
        let wrong = json!({ "program": root.join("tests/b.hsl"), "test": "test_a" });
        assert_eq!(read(wrong), Err(LaunchError::NoTest(root.join("tests/b.hsl"))));
    }

    #[test]
    fn what_cannot_run_is_one_sentence() {
        assert_eq!(read(json!({})), Err(LaunchError::Program));
        let nowhere = json!({ "cwd": "/nowhere", "program": "a.hsl" });
        assert_eq!(read(nowhere), Err(LaunchError::Folder("/nowhere".into())));
        let folder = tempfile::tempdir().unwrap();
        let missing = json!({ "cwd": folder.path(), "program": "a.hsl" });
        assert_eq!(read(missing), Err(LaunchError::Missing(folder.path().join("a.hsl"))));
        let alone = folder.path().join("a.test.hsl");
        std::fs::write(&alone, "").unwrap();
        assert_eq!(read(json!({ "program": alone })), Err(LaunchError::Outside(alone)));
    }
}
