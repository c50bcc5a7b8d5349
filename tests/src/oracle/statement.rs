//! Statements (section 10).

use std::sync::Arc;
use std::sync::atomic::Ordering;

use hsl_syntax::ast::{
    Block, Expression, ForStatement, ForeachStatement, Statement, SwitchBodyItem, SwitchStatement,
    TryStatement,
};

use super::scope::Env;
use super::value::Value;
use super::{STEPS, Stop, compare, data, lock, module, text, thrown, unsupported};

/// How a statement ended.
pub(super) enum Flow {
    Normal,
    Break,
    Continue,
    Return(Value),
}

impl Env {
    pub(super) fn statement(self: &Arc<Self>, statement: Statement<'static>) -> Result<Flow, Stop> {
        if self.run.steps.fetch_add(1, Ordering::Relaxed) > STEPS {
            return unsupported("an endless program");
        }
        match statement {
            Statement::EmptyStatement(_)
            | Statement::FunctionDefinition(_)
            | Statement::ClassDefinition(_) => {}
            Statement::Block(block) => return self.block(block),
            Statement::EchoStatement(s) => {
                let value = self.required(s.value())?;
                let mut output = lock(&self.run.output);
                output.extend(text::of(&value));
                output.push(b'\n');
            }
            Statement::ExpressionStatement(s) => {
                self.required(s.expression())?;
            }
            Statement::IfStatement(s) => {
                let branch = if self.required(s.condition())?.truthy() {
                    s.consequence()
                } else {
                    s.alternative()
                };
                return branch.map_or(Ok(Flow::Normal), |branch| self.statement(branch));
            }
            Statement::WhileStatement(s) => return self.repeat(s.condition(), None, s.body()),
            Statement::ForeverStatement(s) => return self.repeat(None, None, s.body()),
            Statement::ForStatement(s) => return self.for_loop(s),
            Statement::ForeachStatement(s) => return self.foreach(s),
            Statement::SwitchStatement(s) => return self.switch(s),
            Statement::BreakStatement(_) => return Ok(Flow::Break),
            Statement::ContinueStatement(_) => return Ok(Flow::Continue),
            Statement::ReturnStatement(s) => {
                return Ok(Flow::Return(s.value().map_or(Ok(Value::None), |v| self.eval(v))?));
            }
            Statement::ThrowStatement(s) => return Err(Stop::Throw(self.required(s.value())?)),
            Statement::TryStatement(s) => return self.attempt(s),
            Statement::GlobalStatement(s) => {
                for variable in s.variables() {
                    let name = self.name(variable);
                    if self.peek(&name).is_some() {
                        return Err(thrown("global variable exists here"));
                    }
                    self.bind(&name, self.globals().cell(&name));
                }
            }
            Statement::SymbolImport(import) => module::import_symbols(self, import)?,
            Statement::NamespaceImport(import) => module::import_namespace(self, import)?,
            Statement::BarrierStatement(barrier) => return self.barrier(barrier),
            Statement::IncludeStatement(include) => return module::include(self, include),
            Statement::DataImport(import) => data::import(self, import)?,
        }
        Ok(Flow::Normal)
    }

    pub(super) fn block(self: &Arc<Self>, block: Block<'static>) -> Result<Flow, Stop> {
        for statement in block.statements() {
            match self.statement(statement)? {
                Flow::Normal => {}
                other => return Ok(other),
            }
        }
        Ok(Flow::Normal)
    }

    /// Every loop but `foreach`; without a condition it is endless.
    fn repeat(
        self: &Arc<Self>,
        condition: Option<Expression<'static>>,
        update: Option<Expression<'static>>,
        body: Option<Statement<'static>>,
    ) -> Result<Flow, Stop> {
        while condition.map_or(Ok(true), |c| self.eval(c).map(|v| v.truthy()))? {
            match body.map_or(Ok(Flow::Normal), |body| self.statement(body))? {
                Flow::Normal | Flow::Continue => {}
                Flow::Break => break,
                done @ Flow::Return(_) => return Ok(done),
            }
            if let Some(update) = update {
                self.eval(update)?;
            }
        }
        Ok(Flow::Normal)
    }

    fn for_loop(self: &Arc<Self>, s: ForStatement<'static>) -> Result<Flow, Stop> {
        if let Some(initializer) = s.initializer() {
            self.eval(initializer)?;
        }
        self.repeat(s.condition(), s.update(), s.body())
    }

    fn foreach(self: &Arc<Self>, s: ForeachStatement<'static>) -> Result<Flow, Stop> {
        let mut count = 0.0;
        let iterable = match self.required(s.iterable())? {
            Value::Collection(collection) => collection.iterator(),
            iterable => iterable,
        };
        match iterable {
            Value::Array(array) => {
                for (key, value) in array.pairs() {
                    if let Some(done) = self.iteration(s, key.value(), value.clone())? {
                        return Ok(done);
                    }
                }
            }
            Value::Generator(generator) => loop {
                let (value, done) = lock(&generator).next(Value::None)?;
                if done {
                    break;
                }
                let (key, value) = match value {
                    Value::Array(pair) if lock(&generator).pairs => {
                        let mut parts = pair.values().cloned();
                        let mut part = || parts.next().unwrap_or(Value::None);
                        (part(), part())
                    }
                    value => (Value::Number(count), value),
                };
                if let Some(done) = self.iteration(s, key, value)? {
                    return Ok(done);
                }
                count += 1.0;
            },
            _ => return Err(thrown("not iterable")),
        }
        Ok(Flow::Normal)
    }

    /// One round; some flow when the loop ends with it.
    fn iteration(
        self: &Arc<Self>,
        s: ForeachStatement<'static>,
        key: Value,
        value: Value,
    ) -> Result<Option<Flow>, Stop> {
        if let Some(variable) = s.key() {
            self.assign(&self.name(variable), key);
        }
        if let Some(variable) = s.value() {
            self.assign(&self.name(variable), value);
        }
        Ok(match s.body().map_or(Ok(Flow::Normal), |body| self.statement(body))? {
            Flow::Normal | Flow::Continue => None,
            Flow::Break => Some(Flow::Normal),
            done @ Flow::Return(_) => Some(done),
        })
    }

    fn switch(self: &Arc<Self>, s: SwitchStatement<'static>) -> Result<Flow, Stop> {
        let subject = self.required(s.subject())?;
        let items: Vec<_> = s.body().into_iter().flat_map(|body| body.items()).collect();
        let mut start = None;
        for (at, item) in items.iter().enumerate() {
            if let SwitchBodyItem::CaseLabel(label) = item
                && compare::equal(&subject, &self.required(label.value())?)
            {
                start = Some(at);
                break;
            }
        }
        let default = items.iter().position(|item| matches!(item, SwitchBodyItem::DefaultLabel(_)));
        let Some(start) = start.or(default) else { return Ok(Flow::Normal) };
        for item in &items[start..] {
            let SwitchBodyItem::Statement(statement) = item else { continue };
            match self.statement(*statement)? {
                Flow::Normal => {}
                Flow::Break => return Ok(Flow::Normal),
                other => return Ok(other),
            }
        }
        Ok(Flow::Normal)
    }

    fn attempt(self: &Arc<Self>, s: TryStatement<'static>) -> Result<Flow, Stop> {
        let result = s.body().map_or(Ok(Flow::Normal), |body| self.block(body));
        let Err(Stop::Throw(value)) = result else { return result };
        if let Some(variable) = s.variable() {
            self.assign(&self.name(variable), value);
        }
        s.handler().map_or(Ok(Flow::Normal), |handler| self.block(handler))
    }
}
