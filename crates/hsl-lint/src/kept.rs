//! Findings about sealed functions, kept from one look to the next.
//!
//! What the rules that look at expressions, statements and functions find in a sealed function
//! follows from its text, the types in it, whether the program is broken, and which members the
//! classes have; and from where the program runs, if a rule asked for that.
//!
//! *Invariants.* What is taken from here is what the rules would find. A function of which a rule
//! wanted to know what reaches it from elsewhere is not kept.

use std::hash::{Hash as _, Hasher as _};
use std::sync::Arc;

use diagnostics::{Diagnostic, Span};
use hsl_analysis::hir::{ExprId, FunctionId, Loc, Sealed};
use rustc_hash::FxHasher;

use crate::pass::{Local, Pass};

impl Pass<'_> {
    /// Has the rules look at all functions, those aside that they have looked at before.
    pub(crate) fn look(&mut self, rules: &Local) {
        let program = self.program;
        let mut known = vec![false; program.functions.len()];
        let around = self.digest_of_all();
        let mut exprs = 0;
        for sealed in &program.sealed {
            let Some(digest) = self.digest_of(sealed, around) else { continue };
            self.look_at_exprs(rules, exprs..sealed.exprs.start);
            exprs = sealed.exprs.end;
            known[sealed.function.index()] = true;
            self.look_or_recall(rules, sealed, digest);
        }
        self.look_at_exprs(rules, exprs..program.exprs.len() as u32);
        for (at, _) in known.into_iter().enumerate().filter(|(_, known)| !known) {
            self.look_at_function(rules, FunctionId(at as u32));
        }
    }

    fn look_or_recall(&mut self, rules: &Local, sealed: &Sealed, digest: u64) {
        let at = self.program.function(sealed.function).at;
        let here = self.digest_here(digest);
        let known = [digest, here].into_iter().find_map(|digest| sealed.memo.advice(digest));
        if let Some(found) = known {
            let file = self.program.file_name(at.file);
            let moved = found.iter().map(|finding| moved(finding, file, at.span.start));
            return moved.for_each(|finding| self.push(finding));
        }
        let first = self.found().len();
        self.forget_wanted();
        self.look_at_exprs(rules, sealed.exprs.clone());
        self.look_at_function(rules, sealed.function);
        if self.wanted_reach() {
            return;
        }
        let found: Option<Vec<_>> =
            self.found()[first..].iter().map(|finding| self.portable(finding, at)).collect();
        if let Some(found) = found {
            let digest = if self.wanted_unit() { here } else { digest };
            sealed.memo.keep_advice(digest, found.into());
        }
    }

    fn look_at_exprs(&mut self, rules: &Local, ids: std::ops::Range<u32>) {
        let program = self.program;
        for id in ids.map(ExprId) {
            if self.around.reached(id) {
                let expr = program.expr(id);
                rules.exprs.iter().for_each(|check| check(self, id, expr));
            }
        }
    }

    fn look_at_function(&mut self, rules: &Local, id: FunctionId) {
        let function = self.program.function(id);
        self.statements(function, &rules.stmts);
        rules.functions.iter().for_each(|check| check(self, function));
    }

    /// What functions see of the program as a whole.
    fn digest_of_all(&self) -> u64 {
        let mut hasher = FxHasher::default();
        self.broken.hash(&mut hasher);
        let members = self.program.classes.iter().flat_map(|class| &class.members);
        members.for_each(|member| member.name.hash(&mut hasher));
        hasher.finish()
    }

    /// Everything beside its text that decides about a function; none when that is not known.
    fn digest_of(&self, sealed: &Sealed, around: u64) -> Option<u64> {
        let walk = self.types().walk_of(sealed.function)?;
        let mut hasher = FxHasher::default();
        (walk, around).hash(&mut hasher);
        Some(hasher.finish())
    }

    /// The same with where the program runs.
    fn digest_here(&self, digest: u64) -> u64 {
        let unit = self.unit();
        let mut hasher = FxHasher::default();
        (digest, unit.hook, unit.library, unit.reached).hash(&mut hasher);
        hasher.finish()
    }

    /// A finding with places counted from the start of its function, if all of them lie in it.
    fn portable(&self, finding: &Diagnostic, at: Loc) -> Option<Diagnostic> {
        let is_inside = |span: Span| at.span.start <= span.start && span.end <= at.span.end;
        let edits = finding.fix.iter().flat_map(|fix| &fix.edits);
        let mut spans = finding.labels.iter().map(|label| label.span).chain(edits.map(|e| e.span));
        let is_own = finding.file == *self.program.file_name(at.file)
            && finding.labels.iter().all(|label| label.file == finding.file)
            && is_inside(finding.span)
            && spans.all(is_inside);
        is_own.then(|| moved(finding, &finding.file, at.span.start.wrapping_neg()))
    }
}

/// A finding that stands further behind, in a file of this name.
fn moved(finding: &Diagnostic, file: &Arc<str>, by: u32) -> Diagnostic {
    let to =
        |span: Span| Span { start: span.start.wrapping_add(by), end: span.end.wrapping_add(by) };
    let mut moved = finding.clone();
    moved.file = Arc::clone(file);
    moved.span = to(finding.span);
    for label in &mut moved.labels {
        (label.file, label.span) = (Arc::clone(file), to(label.span));
    }
    for edit in moved.fix.iter_mut().flat_map(|fix| &mut fix.edits) {
        edit.span = to(edit.span);
    }
    moved
}
