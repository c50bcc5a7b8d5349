//! Programs and modules (section 15).

use std::sync::Arc;

use hsl_syntax::Parse;
use hsl_syntax::ast::{
    FunctionDefinition, IdentifierOrVariable, IncludeStatement, NamespaceImport, Statement,
    SymbolImport,
};
use hsl_syntax::parse;

use super::function::Kind;
use super::scope::{Env, Named};
use super::statement::Flow;
use super::{Run, Stop, class, function, lock, unsupported};

/// Runs the entry file.
pub(super) fn run_main(run: &Arc<Run>, source: &[u8]) -> Result<(), Stop> {
    let env = open(run, source)?;
    execute(&env)
}

fn open(run: &Arc<Run>, source: &[u8]) -> Result<Arc<Env>, Stop> {
    Ok(Env::module(run, read(source)?))
}

fn read(source: &[u8]) -> Result<&'static Parse, Stop> {
    // A run lives as long as its test; leaking the tree lets every value point into it.
    let parse: &'static _ = Box::leak(Box::new(parse(source.to_vec())));
    if !parse.errors.is_empty() {
        return unsupported("syntax errors");
    }
    Ok(parse)
}

fn execute(env: &Arc<Env>) -> Result<(), Stop> {
    let statements: Vec<_> = env.parse.root().statements().collect();
    for statement in &statements {
        hoist(env, *statement)?;
    }
    for statement in statements {
        if let Flow::Return(_) = env.statement(statement)? {
            break;
        }
    }
    Ok(())
}

/// Registers the functions and classes of a scope before any of it runs (section 11).
pub(super) fn hoist(env: &Arc<Env>, statement: Statement<'static>) -> Result<(), Stop> {
    let inner: Vec<Statement<'static>> = match statement {
        Statement::FunctionDefinition(definition) => return define(env, definition),
        Statement::ClassDefinition(definition) => return class::define(env, definition),
        Statement::IncludeStatement(include) => {
            let (inside, known) = included(env, include)?;
            let statements: Vec<_> = inside.parse.root().statements().collect();
            // The functions of a file are defined once, however often it is included.
            let mut fresh = statements.into_iter().filter(|_| !known);
            return fresh.try_for_each(|statement| hoist(&inside, statement));
        }
        Statement::Block(block) => block.statements().collect(),
        Statement::IfStatement(s) => s.consequence().into_iter().chain(s.alternative()).collect(),
        Statement::WhileStatement(s) => s.body().into_iter().collect(),
        Statement::ForeverStatement(s) => s.body().into_iter().collect(),
        Statement::ForStatement(s) => s.body().into_iter().collect(),
        Statement::ForeachStatement(s) => s.body().into_iter().collect(),
        Statement::TryStatement(s) => {
            s.body().into_iter().chain(s.handler()).flat_map(|block| block.statements()).collect()
        }
        Statement::BarrierStatement(s) => {
            s.body().into_iter().flat_map(|block| block.statements()).collect()
        }
        _ => Vec::new(),
    };
    inner.into_iter().try_for_each(|statement| hoist(env, statement))
}

fn define(env: &Arc<Env>, definition: FunctionDefinition<'static>) -> Result<(), Stop> {
    let Some((name, body)) = definition.name().zip(definition.body()) else {
        return unsupported("a broken function");
    };
    let captures = env.captures(definition.captures());
    let script = function::Script {
        parameters: definition.parameters(),
        body,
        names: Arc::clone(&env.names),
        module: env.globals(),
        captures,
        class: env.class.clone(),
    };
    let named = Named::Value(Kind::Script(Arc::new(script)));
    lock(&env.names.own).insert(env.text(name), named);
    Ok(())
}

/// The module of a path, run once.
fn module(env: &Arc<Env>, path: &str) -> Result<Arc<Env>, Stop> {
    if let Some(module) = lock(&env.run.modules).get(path) {
        return Ok(Arc::clone(module));
    }
    let Some(source) = env.run.files.get(path) else { return unsupported(format!("file {path}")) };
    let module = open(&env.run, source)?;
    lock(&env.run.modules).insert(path.to_owned(), Arc::clone(&module));
    execute(&module)?;
    Ok(module)
}

/// The scope of an included file, which is that of the statement, and whether it was read before.
fn included(env: &Arc<Env>, include: IncludeStatement<'static>) -> Result<(Arc<Env>, bool), Stop> {
    let path = path_of(include.path().and_then(|path| path.value(&env.parse.text)));
    let Some(source) = env.run.files.get(&path) else { return unsupported(format!("file {path}")) };
    let names_functions = source.windows(8).any(|word| word == b"function");
    if env.module.is_some() && names_functions {
        return unsupported("functions of a file that is included into a function");
    }
    let known = lock(&env.run.included).get(&path).copied();
    let parse = known.map_or_else(|| read(source), Ok)?;
    lock(&env.run.included).insert(path, parse);
    let inside = Env {
        run: Arc::clone(&env.run),
        parse,
        variables: Arc::clone(&env.variables),
        names: Arc::clone(&env.names),
        module: env.module.clone(),
        this: env.this.clone(),
        class: env.class.clone(),
        turn: env.turn.clone(),
    };
    Ok((Arc::new(inside), known.is_some()))
}

/// `include "f";` and `include_once "f";`
pub(super) fn include(env: &Arc<Env>, include: IncludeStatement<'static>) -> Result<Flow, Stop> {
    let (inside, _) = included(env, include)?;
    let once = env.text(include).starts_with("include_once");
    let key = std::ptr::from_ref(inside.parse) as usize;
    let first = lock(&env.run.entered).insert(key);
    if once && !first {
        return Ok(Flow::Normal);
    }
    for statement in inside.parse.root().statements() {
        match inside.statement(statement)? {
            Flow::Normal => {}
            other => return Ok(other),
        }
    }
    Ok(Flow::Normal)
}

pub(super) fn path_of(value: Option<std::borrow::Cow<'_, [u8]>>) -> String {
    String::from_utf8_lossy(&value.unwrap_or_default()).into_owned()
}

/// `import { … } from "m";`
pub(super) fn import_symbols(env: &Arc<Env>, import: SymbolImport<'static>) -> Result<(), Stop> {
    let path = path_of(import.path().and_then(|path| path.value(&env.parse.text)));
    let module = module(env, &path)?;
    for item in import.items() {
        let (Some(name), alias) = (item.name(), item.alias()) else { continue };
        match (name, alias.unwrap_or(name)) {
            (IdentifierOrVariable::Variable(name), IdentifierOrVariable::Variable(alias)) => {
                env.bind(&env.name(alias), module.cell(&env.name(name)));
            }
            (IdentifierOrVariable::Identifier(name), IdentifierOrVariable::Identifier(alias)) => {
                let Some(named) = module.names.find(&env.text(name)) else {
                    return unsupported(format!("symbol {}", env.text(name)));
                };
                lock(&env.names.own).insert(env.text(alias), named);
            }
            _ => return unsupported("an import of mixed kinds"),
        }
    }
    Ok(())
}

/// `import * as ns from "m";`
pub(super) fn import_namespace(
    env: &Arc<Env>,
    import: NamespaceImport<'static>,
) -> Result<(), Stop> {
    let path = path_of(import.path().and_then(|path| path.value(&env.parse.text)));
    let module = module(env, &path)?;
    if let Some(alias) = import.alias() {
        lock(&env.names.own).insert(env.text(alias), Named::Namespace(module));
    }
    Ok(())
}
