//! Everything that is compiled once and run by all threads.

use std::collections::BTreeMap;
use std::sync::Arc;

use diagnostics::Diagnostic;
use hsl_analysis::{Sources as _, Unit};
use hsl_decl::Hook;
use hsl_ide::OutlineKind;
use hsl_vm::MockTable;
use hsl_vm::code::Program;
use mta_config::Running;
use mta_project::{Programs, TestSources};

use crate::args::Test;

/// What a test function's name begins with.
const PREFIX: &str = "test_";

/// One test function.
#[derive(Clone, Debug)]
pub(super) struct Case {
    /// Name of its file.
    pub(super) file: Arc<str>,
    /// Name of the function.
    pub(super) function: String,
}

impl Case {
    /// `src/files/policy.test.hsl: test_local`
    pub(super) fn title(&self) -> String {
        format!("{}: {}", self.file, self.function)
    }
}

/// Which tests to run.
#[derive(Debug)]
pub(super) enum Wanted {
    /// All of them.
    All,
    /// Those whose file or name has this text.
    With(String),
    /// Those of one file, or one of them.
    Of { file: String, function: Option<String> },
}

impl Wanted {
    /// What the command line asks for.
    pub(super) fn of(args: &Test) -> Self {
        match (&args.file, &args.filter) {
            (Some(file), _) => Self::Of { file: file.clone(), function: args.function.clone() },
            (None, Some(text)) => Self::With(text.clone()),
            (None, None) => Self::All,
        }
    }

    fn has(&self, name: &str, function: &str) -> bool {
        match self {
            Self::All => true,
            Self::With(text) => name.contains(text) || function.contains(text),
            Self::Of { file, function: wanted } => {
                file == name && wanted.as_ref().is_none_or(|wanted| wanted == function)
            }
        }
    }

    /// Why there is nothing to run.
    pub(super) fn missing(&self) -> String {
        match self {
            Self::All => "the project has no tests".to_owned(),
            Self::With(text) => format!("no test has `{text}` in its name"),
            Self::Of { file, function: None } => format!("{file} has no tests"),
            Self::Of { file, function: Some(name) } => format!("{file} has no test `{name}`"),
        }
    }
}

/// The tests of a project, compiled.
pub(in crate::cmd) struct Suite {
    /// Files of the project and its tests.
    pub(super) sources: TestSources,
    /// The running configuration.
    pub(super) running: Option<Running>,
    /// The hooks of the project.
    pub(super) hooks: Programs,
    /// What to run, in order.
    pub(super) cases: Vec<Case>,
    /// What was found in test files.
    pub(super) findings: Vec<Diagnostic>,
    programs: BTreeMap<Arc<str>, Arc<Program>>,
}

impl Suite {
    /// Compiles the hooks alone.
    pub(in crate::cmd) fn of_hooks(sources: TestSources, running: Option<Running>) -> Self {
        let hooks = running
            .as_ref()
            .map(|running| mta_project::compile_for_tests(running, sources.project()));
        Self {
            hooks: hooks.unwrap_or_default(),
            running,
            cases: Vec::new(),
            findings: Vec::new(),
            programs: BTreeMap::new(),
            sources,
        }
    }

    /// Compiles hooks and tests. Only files with a wanted case are compiled.
    pub(super) fn new(sources: TestSources, running: Option<Running>, wanted: &Wanted) -> Self {
        let mut suite = Self::of_hooks(sources, running);
        let tests: Vec<_> = suite.sources.tests().map(|(n, t)| (n.clone(), t.clone())).collect();
        for (name, text) in tests {
            suite.add(&name, &text, wanted);
        }
        suite
    }

    /// The program of a test file.
    pub(super) fn program(&self, file: &str) -> Option<&Arc<Program>> {
        self.programs.get(file)
    }

    /// Every program, of tests and hooks.
    pub(in crate::cmd) fn programs(&self) -> impl Iterator<Item = &Arc<Program>> {
        self.programs.values().chain(self.hooks.iter().map(|(_, _, program)| program))
    }

    /// The text of a file as its author sees it.
    pub(in crate::cmd) fn text(&self, name: &str) -> Option<Arc<[u8]>> {
        self.sources.read(name)
    }

    /// Ids of the scripts of a hook.
    pub(super) fn ids(&self, hook: Hook) -> Vec<&str> {
        self.hooks.iter().filter(|(of, ..)| *of == hook).map(|(_, id, _)| id).collect()
    }

    fn add(&mut self, name: &Arc<str>, text: &Arc<[u8]>, wanted: &Wanted) {
        let functions = functions(text);
        let is_wanted = |function: &&String| wanted.has(name, function);
        let wanted: Vec<_> = functions.iter().filter(is_wanted).cloned().collect();
        if wanted.is_empty() {
            return;
        }
        let sources = self.sources.with_text(name, with_call(text, &functions));
        let unit = Unit::new(None, mta_hooks::runner_catalog());
        let build = hsl_compile::build(
            &sources,
            name,
            &unit,
            &super::bench::library(&MockTable::default()),
        );
        let own = |finding: &Diagnostic| {
            finding.file != *name || (finding.span.start as usize) < text.len().max(1)
        };
        self.findings.extend(build.diagnostics.into_iter().filter(own));
        if let Some(program) = build.program {
            self.programs.insert(Arc::clone(name), program);
        }
        let file = || Arc::clone(name);
        self.cases.extend(wanted.into_iter().map(|function| Case { file: file(), function }));
    }
}

/// Names of the test functions of a file.
fn functions(text: &Arc<[u8]>) -> Vec<String> {
    let outline = hsl_ide::outline(&hsl_syntax::parse(Arc::clone(text)));
    let functions = outline.into_iter().filter(|item| item.kind == OutlineKind::Function);
    functions.map(|item| item.name).filter(|name| name.starts_with(PREFIX)).collect()
}

/// A test file with the call behind it that runs the case whose turn it is.
fn with_call(text: &[u8], functions: &[String]) -> Vec<u8> {
    let pairs: Vec<_> = functions.iter().map(|name| format!("\"{name}\" => {name}")).collect();
    let call = format!("\n__run_case([{}]);\n", pairs.join(", "));
    [text, call.as_bytes()].concat()
}
