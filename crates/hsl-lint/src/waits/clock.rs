//! Waits added up over the ways through a program.
//!
//! *Invariants.* Of branches the longest counts, and a loop counts as one round; calls of functions
//! inside themselves, and of values, count as no wait.

use hsl_analysis::hir::{Callee, ExprId, ExprKind, FunctionId, Stmt, StmtKind, SwitchItem};
use rustc_hash::FxHashMap;

use super::{Wait, of};
use crate::Pass;
use crate::flow::Flow;

/// Adds up waits, in seconds.
pub(crate) struct Clock<'p, 'a> {
    pass: &'p Pass<'a>,
    flow: Flow<'a>,
    /// Waits of calls of functions; nothing for those inside themselves.
    functions: FxHashMap<FunctionId, Ways>,
    /// The call that waits most.
    longest: Option<(f64, ExprId)>,
}

/// How long ways through statements may wait.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Ways {
    /// Those that come out at the end; none when all leave before.
    out: Option<f64>,
    /// All of them.
    pub(crate) most: f64,
    /// Whether a call on one of them has a limit that is not known.
    pub(crate) open: bool,
}

impl Ways {
    /// Straight through.
    fn straight(seconds: f64) -> Self {
        Self { out: Some(seconds), most: seconds, open: false }
    }

    /// These, or others.
    fn or(self, other: Self) -> Self {
        let out = match (self.out, other.out) {
            (Some(one), Some(two)) => Some(one.max(two)),
            (one, two) => one.or(two),
        };
        Self { out, most: self.most.max(other.most), open: self.open || other.open }
    }

    /// These, then others.
    fn then(self, next: Self) -> Self {
        let Some(before) = self.out else { return self };
        let (out, most) = (next.out.map(|after| before + after), before + next.most);
        Self { out, most: self.most.max(most), open: self.open || next.open }
    }
}

impl<'p, 'a> Clock<'p, 'a> {
    pub(crate) fn new(pass: &'p Pass<'a>) -> Self {
        Self { pass, flow: pass.flow(), functions: FxHashMap::default(), longest: None }
    }

    fn block(&mut self, block: &[Stmt]) -> Ways {
        block.iter().fold(Ways::straight(0.0), |ways, stmt| {
            if ways.out.is_none() { ways } else { ways.then(self.stmt(stmt)) }
        })
    }

    fn stmt(&mut self, stmt: &Stmt) -> Ways {
        match &stmt.kind {
            StmtKind::If { arms, otherwise } => self.branches(arms, otherwise),
            StmtKind::Switch { subject, items } => {
                let before = self.value(*subject);
                before.then(self.switch(items))
            }
            StmtKind::Try { body, handler, .. } => {
                let body = self.block(body);
                body.or(Ways::straight(body.most).then(self.block(handler)))
            }
            StmtKind::Return(_) | StmtKind::Throw(_) => {
                let mut ways = Ways::straight(0.0);
                stmt.kind.values(&mut |id| ways = ways.then(self.value(id)));
                Ways { out: None, ..ways }
            }
            StmtKind::Block(body) | StmtKind::Barrier { body, .. } => self.block(body),
            // A loop may also run no round.
            kind => {
                let mut ways = Ways::straight(0.0);
                kind.values(&mut |id| ways = ways.then(self.value(id)));
                let bodies: Vec<_> = kind.blocks().collect();
                for body in bodies {
                    ways = ways.then(self.block(body).or(Ways::straight(0.0)));
                }
                ways
            }
        }
    }

    fn branches(&mut self, arms: &[(ExprId, Vec<Stmt>)], otherwise: &[Stmt]) -> Ways {
        let (mut all, mut tested) = (Ways::default(), Ways::straight(0.0));
        for (condition, body) in arms {
            tested = tested.then(self.value(*condition));
            all = all.or(tested.then(self.block(body)));
        }
        all.or(tested.then(self.block(otherwise)))
    }

    /// From each label to the next.
    fn switch(&mut self, items: &[SwitchItem]) -> Ways {
        let (mut all, mut part) = (Ways::straight(0.0), Ways::straight(0.0));
        for item in items {
            match item {
                SwitchItem::Stmt(stmt) => part = part.then(self.stmt(stmt)),
                SwitchItem::Case(_) | SwitchItem::Default => {
                    all = all.or(std::mem::replace(&mut part, Ways::straight(0.0)));
                }
            }
        }
        all.or(part)
    }

    fn value(&mut self, id: ExprId) -> Ways {
        let (mut total, mut todo) = (Ways::straight(0.0), vec![id]);
        while let Some(id) = todo.pop() {
            let Ways { most, open, .. } = self.call(id);
            total = total.then(Ways { open, ..Ways::straight(most) });
            match &self.pass.expr(id).kind {
                // One of the others is computed.
                ExprKind::Ternary { condition, .. } => todo.push(*condition),
                ExprKind::Match { subject, .. } => todo.push(*subject),
                kind => kind.operands(&mut |operand| todo.push(operand)),
            }
        }
        let out = total.out.filter(|_| !self.flow.stops(id));
        Ways { out, ..total }
    }

    /// How long a call itself may wait.
    fn call(&mut self, id: ExprId) -> Ways {
        if let ExprKind::Call { callee: Callee::Function(function), .. } = self.pass.expr(id).kind {
            return self.function(function);
        }
        match of(self.pass, id) {
            Some(Wait { seconds: Some(seconds), .. }) => {
                if self.longest.is_none_or(|(most, _)| seconds > most) {
                    self.longest = Some((seconds, id));
                }
                Ways::straight(seconds)
            }
            wait => Ways { open: wait.is_some(), ..Ways::straight(0.0) },
        }
    }

    /// How long a call of a function, or a script, may wait.
    pub(crate) fn function(&mut self, id: FunctionId) -> Ways {
        if let Some(known) = self.functions.get(&id) {
            return *known;
        }
        self.functions.insert(id, Ways::default());
        let ways = self.block(&self.pass.program.function(id).body);
        self.functions.insert(id, ways);
        ways
    }

    /// The call that waits most, of those looked at.
    pub(crate) fn longest(&self) -> Option<(f64, ExprId)> {
        self.longest
    }
}
