//! Names that nothing uses.

use diagnostics::{Edit, Fix, Span};
use hsl_analysis::hir::{
    ExprId, ExprKind, Function, FunctionId, FunctionKind, GlobalKind, Loc, StmtKind, Storage,
    VarId,
};
use hsl_analysis::{Access, Meaning, SymbolId, SymbolKind};
use rustc_hash::FxHashSet;

use crate::lint::lint;
use crate::written::Write;
use crate::{Pass, Role};

mod idle;

lint! {
    /// A name is imported, assigned or defined, and never used.
    ///
    /// # Why
    ///
    /// It is a leftover, or the name that should use it is spelled differently. Reported are
    /// imported names, variables of functions and hook scripts that are assigned and never read, and
    /// functions of a hook script. Parameters, names beginning with `$_` and everything that another
    /// file could import are not.
    ///
    /// # Bad
    ///
    /// ```hsl rcptto
    /// $domain = str_lower($arguments["address"]["domain"]);
    /// Accept();
    /// ```
    ///
    /// ```hsl file answers.hsl
    /// function known() { return true; }
    /// function listed() { return false; }
    /// ```
    ///
    /// ```hsl rcptto
    /// import { known, listed } from "answers.hsl";
    /// if (known()) Accept();
    /// Reject("No such user");
    /// ```
    ///
    /// ```hsl rcptto
    /// function refuse() { Reject("no"); }
    /// Accept();
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl rcptto
    /// $domain = str_lower($arguments["address"]["domain"]);
    /// if ($domain == "shop.example") Accept();
    /// Reject("No such domain");
    /// ```
    UNUSED_SYMBOL = "HSL3008" "unused-symbol" Info
        "A name is never used.", Program(check)
}

fn check(pass: &mut Pass<'_>) {
    if pass.broken {
        return;
    }
    imports(pass);
    variables(pass);
    functions(pass);
}

/// Names of imports that the script does not mention again. What an imported file imports may be
/// imported from there.
fn imports(pass: &mut Pass<'_>) {
    let program = pass.program;
    let Some(entry) = program.entry().filter(|_| !pass.unit().library) else { return };
    for import in &program.function(entry.top).body {
        if !matches!(import.kind, StmtKind::Import(_)) || import.at.file != entry.file {
            continue;
        }
        for (at, symbol) in unused_names(pass, import.at) {
            let name = &pass.facts.symbol(symbol).name;
            let message = format!("`{name}` is imported and never used");
            let mut finding = pass.finding(&UNUSED_SYMBOL, at, message);
            finding.fix = without(pass, at);
            pass.push(finding);
        }
    }
}

/// Takes a name out of the list of an import. The only one stays: without a list there is no import,
/// and the file would not run.
fn without(pass: &Pass<'_>, name: Loc) -> Option<Fix> {
    let text = &pass.program.files[name.file.index()].text;
    let start = name.span.start as usize;
    let item = text[start..].iter().position(|byte| b",}".contains(byte))? + start;
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"_$ ".contains(byte);
    if !text[start..item].iter().all(plain) {
        return None;
    }
    let span = if text[item] == b',' {
        let rest = &text[item + 1..];
        Span::new(start, text.len() - rest.trim_ascii_start().len())
    } else {
        let before = text[..start].trim_ascii_end();
        let comma = before.len() - before.ends_with(b",").then_some(1)?;
        Span::new(comma, start + text[start..item].trim_ascii_end().len())
    };
    let edits = vec![Edit { span, text: String::new() }];
    Some(Fix { title: "Take it out of the import".to_owned(), edits, safe: true })
}

fn unused_names(pass: &Pass<'_>, import: Loc) -> Vec<(Loc, SymbolId)> {
    let inside = |at: Loc| import.span.start <= at.span.start && at.span.end <= import.span.end;
    let here: Vec<_> = pass.facts.references_in(import.file).collect();
    let named = here.iter().filter(|r| inside(r.at) && r.access == Access::Read);
    let named = named.filter_map(|r| match r.meaning {
        Meaning::Symbol(symbol) => Some((r.at, symbol)),
        _ => None,
    });
    let used = |symbol| here.iter().any(|r| r.meaning == Meaning::Symbol(symbol) && !inside(r.at));
    named.filter(|(_, symbol)| !used(*symbol)).collect()
}

fn variables(pass: &mut Pass<'_>) {
    let read = reads(pass);
    let program = pass.program;
    for (number, function) in program.functions.iter().enumerate() {
        let id = FunctionId(number as u32);
        for index in 0..function.variables.len() {
            let variable = VarId(index as u32);
            if read.contains(&(id, variable)) || !is_own(pass, function, variable) {
                continue;
            }
            let Some(at) = only_assigned(pass, id, variable) else { continue };
            let name = &function.variable(variable).name;
            let message = format!("`{name}` is assigned and never read");
            let mut finding = pass.finding(&UNUSED_SYMBOL, at, message);
            finding.fix = idle::without(pass, id, variable);
            pass.push(finding);
        }
    }
}

/// Whether only the function itself can read a variable.
fn is_own(pass: &Pass<'_>, function: &Function, variable: VarId) -> bool {
    let variable = function.variable(variable);
    if variable.name.starts_with("$_") {
        return false;
    }
    match variable.storage {
        Storage::Local => function.kind != FunctionKind::Module,
        Storage::Global(global) => {
            let global = pass.program.global(global);
            let entry = pass.program.modules.len().wrapping_sub(1);
            let of_entry = matches!(global.kind, GlobalKind::Module(m) if m.index() == entry);
            of_entry && !global.shared && pass.unit().hook.is_some()
        }
        _ => false,
    }
}

/// Where a variable is first assigned, when `=` is all that ever writes it.
fn only_assigned(pass: &Pass<'_>, function: FunctionId, variable: VarId) -> Option<Loc> {
    let writes = pass.around.written.writes(function, variable);
    let places = writes.iter().map(|write| match write {
        Write::Assigned { by, .. } => match pass.expr(*by).kind {
            ExprKind::Assign { place, .. } => Some(pass.expr(place).at),
            _ => None,
        },
        Write::Otherwise => None,
    });
    places.collect::<Option<Vec<_>>>()?.into_iter().min()
}

/// Every variable that is read somewhere, or passed to a closure.
fn reads(pass: &Pass<'_>) -> FxHashSet<(FunctionId, VarId)> {
    let mut read = FxHashSet::default();
    for (number, expr) in pass.program.exprs.iter().enumerate() {
        let id = ExprId(number as u32);
        let Some(function) = pass.around.function(id) else { continue };
        match expr.kind {
            ExprKind::Variable(variable) if !is_target(pass, id) => {
                read.insert((function, variable));
            }
            ExprKind::Closure(closure) => {
                let captures = &pass.program.function(closure).captures;
                read.extend(captures.iter().map(|capture| (function, capture.outer)));
            }
            _ => {}
        }
    }
    read
}

/// Whether it is what an assignment writes.
fn is_target(pass: &Pass<'_>, id: ExprId) -> bool {
    let Some(parent) = pass.around.parent(id) else { return false };
    let is_effect = pass.around.role(parent) == Role::Effect;
    match pass.expr(parent).kind {
        ExprKind::Assign { place, .. } => place == id,
        ExprKind::AssignOp { place, .. } | ExprKind::Update { place, .. } => {
            place == id && is_effect
        }
        _ => false,
    }
}

/// Functions of the hook script itself that nothing calls.
fn functions(pass: &mut Pass<'_>) {
    let Some(entry) = pass.program.entry().filter(|_| pass.unit().hook.is_some()) else { return };
    let used = used_elsewhere(pass);
    let facts = pass.facts;
    let own = facts.symbols_in(entry.file);
    let unused = own.filter(|(id, symbol)| symbol.kind == SymbolKind::Function && !used.contains(id));
    let unused: Vec<_> = unused.filter_map(|(_, symbol)| Some((symbol, symbol.name_at?))).collect();
    if unused.is_empty() {
        return;
    }
    // A text of the program may be the name: a call by name is possible.
    let named = texts_among(pass, unused.iter().map(|(symbol, _)| symbol.name.as_bytes()).collect());
    for (symbol, at) in unused {
        if !named.contains(symbol.name.as_bytes()) {
            let message = format!("nothing calls `{}`", symbol.name);
            pass.report(&UNUSED_SYMBOL, at, message);
        }
    }
}

/// Symbols that are used outside of their definition.
fn used_elsewhere(pass: &Pass<'_>) -> FxHashSet<SymbolId> {
    let uses = pass.facts.references.iter().filter(|r| r.access != Access::Definition);
    let used = uses.filter_map(|r| {
        let Meaning::Symbol(id) = r.meaning else { return None };
        let is_inside = pass.facts.symbol(id).full.is_some_and(|full| {
            full.file == r.at.file
                && full.span.start <= r.at.span.start
                && r.at.span.end <= full.span.end
        });
        (!is_inside).then_some(id)
    });
    used.collect()
}

/// Those of these texts that the program holds.
fn texts_among<'p>(pass: &Pass<'p>, texts: FxHashSet<&[u8]>) -> FxHashSet<&'p [u8]> {
    let held = pass.program.exprs.iter().filter_map(|expr| match &expr.kind {
        ExprKind::String(text) => Some(&**text),
        _ => None,
    });
    held.filter(|text| texts.contains(text)).collect()
}
