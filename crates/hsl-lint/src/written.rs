//! What the variables of each function are assigned.

use hsl_analysis::hir::{ExprId, ExprKind, FunctionId, Program, Stmt, StmtKind, VarId};
/// How a variable gets a value.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Write {
    /// `=` with this value; the assignment itself.
    Assigned { by: ExprId, value: ExprId },
    /// A loop, an operator, an element, a pattern: anything else.
    Otherwise,
}

/// Every write of every variable, by function and variable.
#[derive(Debug, Default)]
pub(crate) struct Written {
    /// Of which variable each write is, ordered.
    of: Vec<(FunctionId, VarId)>,
    writes: Vec<Write>,
}

/// Writes as they are met.
#[derive(Debug, Default)]
struct Notes(Vec<((FunctionId, VarId), Write)>);

impl Written {
    /// Notes all writes; `function` tells where an expression stands.
    pub(crate) fn of(program: &Program, function: impl Fn(ExprId) -> Option<FunctionId>) -> Self {
        let mut written = Notes::default();
        for (number, of) in program.functions.iter().enumerate() {
            let id = FunctionId(number as u32);
            of.params.iter().for_each(|param| written.note(id, param.variable, Write::Otherwise));
            of.rest.iter().for_each(|rest| written.note(id, *rest, Write::Otherwise));
            of.captures.iter().for_each(|capture| {
                written.note(id, capture.inner, Write::Otherwise);
            });
            written.statements(id, &of.body);
        }
        for number in 0..program.exprs.len() {
            let id = ExprId(number as u32);
            if let Some(function) = function(id) {
                written.expr(program, function, id);
            }
        }
        // Those of one variable stay in the order in which they were met.
        written.0.sort_by_key(|(of, _)| *of);
        let (of, writes) = written.0.into_iter().unzip();
        Self { of, writes }
    }

    /// The writes of a variable.
    pub(crate) fn writes(&self, function: FunctionId, variable: VarId) -> &[Write] {
        let of = (function, variable);
        let first = self.of.partition_point(|known| *known < of);
        let end = self.of.partition_point(|known| *known <= of);
        &self.writes[first..end]
    }
}

impl Notes {
    fn note(&mut self, function: FunctionId, variable: VarId, write: Write) {
        self.0.push(((function, variable), write));
    }

    fn statements(&mut self, function: FunctionId, body: &[Stmt]) {
        let mut todo: Vec<&Stmt> = body.iter().collect();
        while let Some(stmt) = todo.pop() {
            let bound = match &stmt.kind {
                StmtKind::Foreach { key, value, .. } => [*key, Some(*value)],
                StmtKind::Try { variable, .. }
                | StmtKind::BindGlobal { variable, .. }
                | StmtKind::Data { variable, .. } => [Some(*variable), None],
                StmtKind::Barrier { variable, .. } => [*variable, None],
                _ => [None, None],
            };
            bound.into_iter().flatten().for_each(|v| self.note(function, v, Write::Otherwise));
            todo.extend(stmt.kind.nested());
        }
    }

    fn expr(&mut self, program: &Program, function: FunctionId, id: ExprId) {
        match &program.expr(id).kind {
            ExprKind::Assign { place, value } => match program.expr(*place).kind {
                ExprKind::Variable(variable) => {
                    self.note(function, variable, Write::Assigned { by: id, value: *value });
                }
                _ => self.modified(program, function, *place),
            },
            ExprKind::AssignOp { place, .. }
            | ExprKind::Update { place, .. }
            | ExprKind::Unset(place) => self.modified(program, function, *place),
            ExprKind::Destructure { pattern, .. } => {
                let targets = pattern.elements.iter().map(|element| element.target);
                targets.chain(pattern.rest).for_each(|t| self.modified(program, function, t));
            }
            _ => {}
        }
    }

    /// A place is changed: its variable is.
    fn modified(&mut self, program: &Program, function: FunctionId, place: ExprId) {
        let mut place = place;
        loop {
            match program.expr(place).kind {
                ExprKind::Variable(variable) => {
                    return self.note(function, variable, Write::Otherwise);
                }
                ExprKind::Index { object, .. }
                | ExprKind::Append { object }
                | ExprKind::Slice { object, .. }
                | ExprKind::Member { object, .. } => place = object,
                _ => return,
            }
        }
    }
}
