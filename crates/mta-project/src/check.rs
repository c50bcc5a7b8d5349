//! Everything that can be known about a project without running it.

use std::sync::Arc;

use diagnostics::{Code, Diagnostic, Span, codes};
use hsl_analysis::{Memory, Resolved, Unit};
use hsl_decl::Hook;
use hsl_graph::{Graph, Shelf};
use hsl_lint::Levels;
use hsl_vm::MockTable;
use mta_config::yaml::Node;
use mta_config::{Loaded, Parsed, PolicyFile, Running, Startup, SuspendFile};

use crate::layout;
use crate::programs::{self, Programs};
use crate::snapshot::Snapshot;
use crate::tests::TestSources;

/// A project that was checked.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The startup file, if it has no error.
    pub startup: Option<Startup>,
    /// The running file, if it has no error.
    pub running: Option<Running>,
    /// Tree of the startup file, for the packer.
    pub startup_tree: Option<Arc<Node>>,
    /// Tree of the running file, for the packer.
    pub running_tree: Option<Arc<Node>>,
    /// Tree of the policy file, if there is one.
    pub policy_tree: Option<Arc<Node>>,
    /// Tree of the suspend file, if there is one.
    pub suspend_tree: Option<Arc<Node>>,
    /// The hooks that compile.
    pub programs: Programs,
    /// Every finding, ordered by file and place.
    pub diagnostics: Vec<Diagnostic>,
}

impl Checked {
    /// Whether a finding refuses the project.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }
}

/// Checks the configuration files, that every hook has its script, and every script that a hook
/// reaches. In a strict check, an unknown key is an error.
pub fn check(snapshot: &Snapshot, strict: bool) -> Checked {
    check_each(snapshot, strict, &Arc::new(Memory::lasting()), |_, _| Vec::new())
}

/// What a check with advice has found.
#[derive(Debug)]
pub struct Advice {
    /// The findings, ordered by file and place.
    pub findings: Vec<Diagnostic>,
    /// The hooks that compile.
    pub programs: Programs,
    /// What files are to each other. To take it and the programs apart takes a tenth of the time of a
    /// check, which whoever ends anyway can spare.
    pub graph: Graph,
}

/// Findings in the project and its tests, which see the functions of tests too, with the advice of
/// every rule; levels and comments that allow findings are applied. What several programs reach is
/// told once.
pub fn check_with_advice(sources: &TestSources, strict: bool, levels: &Levels) -> Advice {
    let memory = Arc::new(Memory::lasting());
    let checked = check_each(sources.project(), strict, &memory, hsl_lint::lint);
    let graph = graph_knowing(memory, sources.project());
    let mut findings = across_files(&graph, &checked.diagnostics);
    findings.extend(checked.diagnostics);
    // Nothing that a test may replace is computed beforehand.
    let library = mta_hooks::library(None).replaceable(&MockTable::default());
    for (name, _) in sources.tests() {
        let unit = Unit::new(None, mta_hooks::test_catalog());
        let resolved = hsl_analysis::analyze(sources, name, &unit);
        findings.extend(hsl_lint::lint(&resolved, &unit));
        findings.extend(hsl_compile::compile(&resolved, &library).diagnostics);
    }
    programs::tell_once(&mut findings);
    let files = sources.files().filter(|(name, _)| name.ends_with(".hsl"));
    let findings = hsl_lint::review(findings, files.map(|(name, text)| (name, &**text)), levels);
    Advice { findings, programs: checked.programs, graph }
}

/// The graph of a project, of whose functions a memory knows parts.
fn graph_knowing(memory: Arc<Memory>, snapshot: &Snapshot) -> Graph {
    let (shelf, snapshot) = (Shelf::knowing(memory), Arc::new(snapshot.clone()));
    let tree = |name: &str| snapshot.parse_if_known(name).cloned();
    crate::graph_on(&shelf, None, &snapshot, tree)
}

/// What only the graph shows. Of functions that a hook does not have it shows the way that leads to
/// them; whether that refuses a program is said by `refused`, which leaves out scripts without a use.
fn across_files(graph: &Graph, refused: &[Diagnostic]) -> Vec<Diagnostic> {
    let mut findings = hsl_lint::lint_project(graph, mta_hooks::catalog());
    let is_same = |a: &Diagnostic, b: &Diagnostic| {
        a.code == b.code && a.file == b.file && a.span == b.span && a.message == b.message
    };
    findings.retain(|finding| {
        finding.code != &codes::FUNCTION_NOT_IN_HOOK || refused.iter().any(|f| is_same(f, finding))
    });
    findings
}

/// Findings of the configuration files by themselves, and of scripts that they name and that are not
/// there. No script is compiled.
pub fn check_config(snapshot: &Snapshot, strict: bool) -> Vec<Diagnostic> {
    let mut findings = config(snapshot, strict).diagnostics;
    findings.sort_by(|a, b| (&a.file, a.span).cmp(&(&b.file, b.span)));
    findings
}

fn check_each(
    snapshot: &Snapshot,
    strict: bool,
    memory: &Arc<Memory>,
    look: impl Fn(&Resolved, &Unit<'_>) -> Vec<Diagnostic> + Sync,
) -> Checked {
    let mut checked = config(snapshot, strict);
    let findings = &mut checked.diagnostics;
    if let Some(running) = &checked.running {
        let (compiled, of_scripts) = programs::compile_each(running, snapshot, memory, look);
        checked.programs = compiled;
        findings.extend(of_scripts);
    }
    drop_warnings_of_errors(findings);
    findings.sort_by(|a, b| (&a.file, a.span).cmp(&(&b.file, b.span)));
    checked
}

/// Everything but the scripts; findings are in no order.
fn config(snapshot: &Snapshot, strict: bool) -> Checked {
    let mut findings = snapshot.findings().to_vec();
    let startup_name = Arc::from(layout::STARTUP);
    let running_name = Arc::from(layout::RUNNING);
    let startup = read(snapshot, &startup_name, &mut findings).map(|file| file.startup(strict));
    let running = read(snapshot, &running_name, &mut findings).map(|file| file.running(strict));
    let (startup, startup_tree) = take(startup, &mut findings);
    let (running, running_tree) = take(running, &mut findings);
    if let Some(startup) = &startup {
        findings.extend(mta_config::check_startup(&startup_name, startup));
    }
    if let Some(running) = &running {
        findings.extend(mta_config::check_running(&running_name, running));
        findings.extend(check_hooks(&running_name, running, snapshot));
    }
    if let (Some(startup), Some(running)) = (&startup, &running) {
        let (startup, running) = ((&startup_name, startup), (&running_name, running));
        findings.extend(mta_config::check_pair(startup, running));
    }
    let policy_tree = policies(snapshot, strict, running.as_ref(), &mut findings);
    let suspend_tree = suspends(snapshot, strict, running.as_ref(), &mut findings);
    Checked {
        startup,
        running,
        startup_tree,
        running_tree,
        policy_tree,
        suspend_tree,
        programs: Programs::default(),
        diagnostics: findings,
    }
}

fn policies(
    snapshot: &Snapshot,
    strict: bool,
    running: Option<&Running>,
    findings: &mut Vec<Diagnostic>,
) -> Option<Arc<Node>> {
    let name = Arc::from(layout::POLICY);
    let loaded = snapshot.config(&name)?.policies(strict);
    let check = |file: &PolicyFile| mta_config::check_policies(&name, file, running);
    optional(loaded, check, findings)
}

fn suspends(
    snapshot: &Snapshot,
    strict: bool,
    running: Option<&Running>,
    findings: &mut Vec<Diagnostic>,
) -> Option<Arc<Node>> {
    let name = Arc::from(layout::SUSPEND);
    let loaded = snapshot.config(&name)?.suspends(strict);
    let check = |file: &SuspendFile| mta_config::check_suspends(&name, file, running);
    optional(loaded, check, findings)
}

/// The tree of a file that a project need not have.
fn optional<T>(
    loaded: Loaded<T>,
    check: impl Fn(&T) -> Vec<Diagnostic>,
    findings: &mut Vec<Diagnostic>,
) -> Option<Arc<Node>> {
    findings.extend(loaded.value.iter().flat_map(check));
    take(Some(loaded), findings).1
}

fn read<'s>(
    snapshot: &'s Snapshot,
    name: &Arc<str>,
    findings: &mut Vec<Diagnostic>,
) -> Option<&'s Parsed> {
    let config = snapshot.config(name);
    let reported = snapshot.findings().iter().any(|finding| finding.file == *name);
    if config.is_none() && !reported {
        let message = format!("the project has no {name}");
        let finding = Diagnostic::new(&codes::UNREADABLE_FILE, name, Span::default(), message);
        findings.push(finding.help("`mailstop init` makes a project to start from"));
    }
    config
}

fn take<T>(
    loaded: Option<Loaded<T>>,
    findings: &mut Vec<Diagnostic>,
) -> (Option<T>, Option<Arc<Node>>) {
    let Some(loaded) = loaded else { return (None, None) };
    findings.extend(loaded.diagnostics);
    (loaded.value, loaded.tree)
}

fn check_hooks(file: &Arc<str>, running: &Running, snapshot: &Snapshot) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    let mut used =
        vec![layout::hook_name(Hook::PreDelivery, ""), layout::hook_name(Hook::PostDelivery, "")];
    for (phase, id) in running.hooks() {
        let Some(hook) = Hook::from_name(phase) else { continue };
        let name = layout::hook_name(hook, id);
        let inline = running.scripting.hooks.of_phase(phase).iter().any(|h| h.id == *id);
        match snapshot.text(&name) {
            Some(text) => findings.extend(check_encoding(&name, text)),
            None if inline => {}
            None => findings.push(missing_script(file, id.span, &name, snapshot)),
        }
        used.push(name);
    }
    for (name, _) in snapshot.below(layout::HOOKS).filter(|(name, _)| !used.contains(name)) {
        findings.push(unused_script(name));
    }
    findings
}

fn missing_script(file: &Arc<str>, at: Span, name: &str, snapshot: &Snapshot) -> Diagnostic {
    let message = format!("there is no script {name}");
    let finding = Diagnostic::new(&codes::MISSING_HOOK_SCRIPT, file, at, message);
    let known = snapshot.below(layout::HOOKS).map(|(name, _)| &**name);
    match diagnostics::nearest(name, known) {
        Some(near) => finding.help(format!("did you mean {near}?")),
        None => finding,
    }
}

fn unused_script(name: &Arc<str>) -> Diagnostic {
    let finding = |message: String| whole_file(&codes::UNUSED_ID, name, message);
    match layout::hook_of(name) {
        Some((hook, id)) => finding(format!("no server uses this script as its {hook} hook"))
            .help(format!("name it in {}: phases: {{{hook}: {{hook: {id}}}}}", layout::RUNNING)),
        None => finding("this folder belongs to no hook".to_owned())
            .help("hook scripts lie in src/hooks/<hook>/<id>.hsl, and src/hooks/queue/"),
    }
}

/// A packed hook is YAML text, which cannot hold bytes that are not UTF-8.
fn check_encoding(name: &Arc<str>, text: &[u8]) -> Option<Diagnostic> {
    let error = std::str::from_utf8(text).err()?;
    let at = Span::new(error.valid_up_to(), error.valid_up_to() + 1);
    let message = "a hook script must be UTF-8 to be packed";
    let finding = Diagnostic::new(&codes::SUSPICIOUS_BYTES, name, at, message);
    let mut finding = finding.help("write the byte as an escape, such as \\xE9");
    finding.severity = diagnostics::Severity::Error;
    Some(finding)
}

/// What is refused in a hook script is only a warning elsewhere: one of both is enough.
fn drop_warnings_of_errors(findings: &mut Vec<Diagnostic>) {
    let refused = findings.iter().filter(|f| f.is_error() && f.code == &codes::SUSPICIOUS_BYTES);
    let refused: Vec<_> = refused.map(|f| (Arc::clone(&f.file), f.span.start)).collect();
    findings.retain(|f| {
        let is_same = refused.iter().any(|(file, at)| *file == f.file && *at == f.span.start);
        f.is_error() || f.code != &codes::SUSPICIOUS_BYTES || !is_same
    });
}

fn whole_file(code: &'static Code, name: &Arc<str>, message: String) -> Diagnostic {
    Diagnostic::new(code, name, Span::default(), message)
}
