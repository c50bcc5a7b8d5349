//! Messages that are acknowledged and dropped.

use hsl_analysis::hir::{
    Callee, ExprId, ExprKind, FunctionId, Program, Stmt, StmtKind, SwitchItem,
};
use hsl_decl::Hook;
use rustc_hash::FxHashSet;

use crate::Pass;
use crate::lint::lint;

lint! {
    /// A script of `eod` accepts a message on a way where nothing was queued.
    ///
    /// # Why
    ///
    /// `Accept` tells the client that the message is in good hands. Only what `queue` was called for
    /// is delivered: without it the message is gone, and nobody is told. Who drops mail on purpose
    /// says so in a comment that allows it.
    ///
    /// # Bad
    ///
    /// ```hsl eod
    /// $arguments["mail"]->addHeader("X-Seen", "yes");
    /// Accept();
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl eod
    /// $mail = $arguments["mail"];
    /// foreach ($transaction["recipients"] as $to)
    ///     $mail->queue($transaction["senderaddress"], $to["address"], $to["transportid"]);
    /// Accept();
    /// ```
    ///
    /// Source: RFC 5321 section 6.1.
    ACCEPT_WITHOUT_QUEUE = "HSL5016" "accept-without-queue" Warning
        "A message is accepted and not queued.", Program(check)
}

fn check(pass: &mut Pass<'_>) {
    if pass.unit().hook != Some(Hook::Eod) || pass.broken {
        return;
    }
    let Some(entry) = pass.program.entry() else { return };
    let mut walk = Walk { pass, keepers: keepers(pass.program), broken: false, found: Vec::new() };
    walk.block(&pass.program.function(entry.top).body, true);
    for verdict in walk.found {
        let message = "nothing was queued on the way here: the message is lost";
        let at = pass.expr(verdict).at;
        let finding = pass.finding(&ACCEPT_WITHOUT_QUEUE, at, message);
        pass.push(finding.help("call `queue` for each recipient first"));
    }
}

/// Follows the ways through a script. "Bare" is a way on which nothing that could keep the message
/// has run; loops are taken to run at least once.
struct Walk<'p, 'a> {
    pass: &'p Pass<'a>,
    keepers: FxHashSet<FunctionId>,
    /// Whether a bare way leaves the loop or `switch` by `break`.
    broken: bool,
    found: Vec<ExprId>,
}

impl Walk<'_, '_> {
    /// Whether a bare way comes out of the end, when it goes in at the beginning.
    fn block(&mut self, block: &[Stmt], bare: bool) -> bool {
        block.iter().fold(bare, |bare, stmt| bare && self.stmt(stmt))
    }

    fn stmt(&mut self, stmt: &Stmt) -> bool {
        match &stmt.kind {
            StmtKind::Expr(value) | StmtKind::Echo(value) => self.value(*value),
            StmtKind::Return(_) | StmtKind::Throw(_) | StmtKind::Continue => false,
            StmtKind::Break => {
                self.broken = true;
                false
            }
            StmtKind::If { arms, otherwise } => {
                let mut out = false;
                for (condition, body) in arms {
                    if !self.value(*condition) {
                        return out;
                    }
                    out |= self.block(body, true);
                }
                out | self.block(otherwise, true)
            }
            StmtKind::While { condition, body } => self.value(*condition) && self.repeated(body),
            StmtKind::For { body, .. } | StmtKind::Foreach { body, .. } | StmtKind::Forever(body) => {
                self.repeated(body)
            }
            StmtKind::Switch { subject, items } => self.value(*subject) && self.switch(items),
            StmtKind::Try { body, handler, .. } => {
                let out = self.block(body, true);
                self.block(handler, true) | out
            }
            StmtKind::Block(body) | StmtKind::Barrier { body, .. } => self.block(body, true),
            StmtKind::Import(module) => {
                let top = self.pass.program.modules[module.index()].top;
                !self.keepers.contains(&top)
            }
            StmtKind::BindGlobal { .. } | StmtKind::Data { .. } => true,
        }
    }

    fn repeated(&mut self, body: &[Stmt]) -> bool {
        let outer = std::mem::replace(&mut self.broken, false);
        let out = self.block(body, true);
        std::mem::replace(&mut self.broken, outer) | out
    }

    fn switch(&mut self, items: &[SwitchItem]) -> bool {
        let outer = std::mem::replace(&mut self.broken, false);
        let (mut bare, mut complete) = (false, false);
        for item in items {
            match item {
                SwitchItem::Stmt(stmt) => bare = bare && self.stmt(stmt),
                SwitchItem::Case(_) => bare = true,
                SwitchItem::Default => (bare, complete) = (true, true),
            }
        }
        std::mem::replace(&mut self.broken, outer) | bare | !complete
    }

    /// Computes a value on a bare way: notes an `Accept`, and tells whether the way stays bare.
    fn value(&mut self, id: ExprId) -> bool {
        if let Some((verdict, _)) = self.pass.verdict(id) {
            if verdict.name == "Accept" {
                self.found.push(id);
            }
            return false;
        }
        !keeps(self.pass.program, id, &self.keepers)
    }
}

/// Functions that may keep the message.
fn keepers(program: &Program) -> FxHashSet<FunctionId> {
    let mut keepers = FxHashSet::default();
    loop {
        let before = keepers.len();
        for (number, function) in program.functions.iter().enumerate() {
            let id = FunctionId(number as u32);
            if !keepers.contains(&id) && function.body.iter().any(|s| stmt_keeps(program, s, &keepers)) {
                keepers.insert(id);
            }
        }
        if keepers.len() == before {
            return keepers;
        }
    }
}

fn stmt_keeps(program: &Program, stmt: &Stmt, keepers: &FxHashSet<FunctionId>) -> bool {
    let mut keeps_message = false;
    stmt.kind.values(&mut |value| keeps_message |= keeps(program, value, keepers));
    keeps_message || stmt.kind.nested().any(|stmt| stmt_keeps(program, stmt, keepers))
}

/// Whether computing a value may keep the message: a method of this kind, or code that is not known.
fn keeps(program: &Program, id: ExprId, keepers: &FxHashSet<FunctionId>) -> bool {
    let mut todo = vec![id];
    while let Some(id) = todo.pop() {
        let kind = &program.expr(id).kind;
        let keeps = match kind {
            ExprKind::Call { callee, .. } | ExprKind::Cache { callee, .. } => match callee {
                Callee::Method { name, .. } => {
                    matches!(&**name, "queue" | "send" | "toFile" | "toString")
                        || program.classes.iter().any(|c| c.members.iter().any(|m| m.name == *name))
                }
                Callee::Function(id) => keepers.contains(id),
                Callee::Builtin(function) => function.topic == "queue",
                Callee::Class(_) | Callee::Value(_) => true,
                Callee::BuiltinClass(_) | Callee::BuiltinStatic(..) => false,
            },
            ExprKind::Closure(id) | ExprKind::Function(id) => keepers.contains(id),
            _ => false,
        };
        if keeps {
            return true;
        }
        kind.operands(&mut |operand| todo.push(operand));
    }
    false
}
