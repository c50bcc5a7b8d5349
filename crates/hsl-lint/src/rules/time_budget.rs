//! Waits that together take longer than clients wait.

use hsl_analysis::hir::{Callee, ExprId, ExprKind, FunctionId, Stmt, StmtKind, SwitchItem};
use hsl_decl::Hook;
use rustc_hash::FxHashMap;

use super::waits;
use crate::Pass;
use crate::flow::Flow;
use crate::lint::lint;

lint! {
    /// The calls on one way through a hook may wait for longer than the client does.
    ///
    /// # Why
    ///
    /// RFC 5321 section 4.5.3.2 lets clients give up after five minutes without a reply, ten at the
    /// end of the data. A message whose reply comes too late is sent again, and may arrive twice. The
    /// limits of all calls on a way are added; of branches the longest counts, and a loop counts as
    /// one round.
    ///
    /// # Bad
    ///
    /// ```hsl rcptto
    /// $a = http("https://a.example/", ["timeout" => 200]);
    /// $b = http("https://b.example/", ["timeout" => 200]);
    /// if ($a == $b) Reject("no");
    /// Accept();
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl rcptto
    /// $a = http("https://a.example/", ["timeout" => 20]);
    /// $b = http("https://b.example/", ["timeout" => 20]);
    /// if ($a == $b) Reject("no");
    /// Accept();
    /// ```
    ///
    /// Source: RFC 5321 section 4.5.3.2.
    TIME_BUDGET = "HSL2009" "time-budget" Warning
        "A hook may wait for longer than its client.", Program(check)
}

fn check(pass: &mut Pass<'_>) {
    let Some(hook) = pass.unit.hook.filter(|hook| hook.is_smtp()) else { return };
    let budget = match hook {
        Hook::Eod => 600.0,
        _ => 300.0,
    };
    let Some(entry) = pass.program.entry() else { return };
    let mut clock = Clock::new(pass);
    let total = clock.block(&pass.program.function(entry.top).body).most;
    let Some((_, call)) = clock.longest.filter(|_| total > budget) else { return };
    let message = format!(
        "calls on one way through `{hook}` may wait {total} seconds; clients wait {budget}"
    );
    let finding = pass.finding(&TIME_BUDGET, pass.expr(call).at, message);
    pass.push(finding.help("set `timeout` so that all together stay below"));
}

/// Adds up waits, in seconds.
struct Clock<'p, 'a> {
    pass: &'p Pass<'a>,
    flow: Flow<'a>,
    /// Waits of calls of functions; nothing for those inside themselves.
    functions: FxHashMap<FunctionId, f64>,
    /// The call that waits most.
    longest: Option<(f64, ExprId)>,
}

/// How long ways through statements may wait.
#[derive(Clone, Copy, Default)]
struct Ways {
    /// Those that come out at the end; none when all leave before.
    out: Option<f64>,
    /// All of them.
    most: f64,
}

impl Ways {
    /// Straight through.
    fn straight(seconds: f64) -> Self {
        Self { out: Some(seconds), most: seconds }
    }

    /// These, or others.
    fn or(self, other: Self) -> Self {
        let out = match (self.out, other.out) {
            (Some(one), Some(two)) => Some(one.max(two)),
            (one, two) => one.or(two),
        };
        Self { out, most: self.most.max(other.most) }
    }

    /// These, then others.
    fn then(self, next: Self) -> Self {
        let Some(before) = self.out else { return self };
        Self { out: next.out.map(|after| before + after), most: self.most.max(before + next.most) }
    }
}

impl<'p, 'a> Clock<'p, 'a> {
    fn new(pass: &'p Pass<'a>) -> Self {
        let flow = Flow::of(pass.program);
        Self { pass, flow, functions: FxHashMap::default(), longest: None }
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
        let (mut total, mut todo) = (0.0, vec![id]);
        while let Some(id) = todo.pop() {
            total += self.call(id);
            match &self.pass.expr(id).kind {
                // One of the others is computed.
                ExprKind::Ternary { condition, .. } => todo.push(*condition),
                ExprKind::Match { subject, .. } => todo.push(*subject),
                kind => kind.operands(&mut |operand| todo.push(operand)),
            }
        }
        let out = (!self.flow.stops(id)).then_some(total);
        Ways { out, most: total }
    }

    /// How long a call itself may wait.
    fn call(&mut self, id: ExprId) -> f64 {
        if let ExprKind::Call { callee: Callee::Function(function), .. } = self.pass.expr(id).kind {
            return self.function(function);
        }
        let Some(wait) = waits::of(self.pass, id) else { return 0.0 };
        if self.longest.is_none_or(|(most, _)| wait.seconds > most) {
            self.longest = Some((wait.seconds, id));
        }
        wait.seconds
    }

    fn function(&mut self, id: FunctionId) -> f64 {
        if let Some(known) = self.functions.get(&id) {
            return *known;
        }
        self.functions.insert(id, 0.0);
        let most = self.block(&self.pass.program.function(id).body).most;
        self.functions.insert(id, most);
        most
    }
}
