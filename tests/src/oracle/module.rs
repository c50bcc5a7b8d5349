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
    let result = execute(&env);
    // Functions and the variables that hold them keep each other; a generator keeps its thread.
    let modules: Vec<_> = lock(&run.modules).drain().map(|(_, module)| module).collect();
    for module in modules.iter().chain([&env]) {
        let variables = std::mem::take(&mut *lock(&module.variables));
        variables.values().for_each(|variable| drop(lock(variable).take()));
    }
    result
}

fn open(run: &Arc<Run>, source: &[u8]) -> Result<Arc<Env>, Stop> {
    Ok(Env::module(run, read(source)?))
}

/// The file that a path means, written in the file of this scope (section 15.1).
fn resolve(env: &Env, path: &str) -> Result<String, Stop> {
    let name = match path.split_once("://").or_else(|| path.split_once(':')) {
        Some(("file", name)) => name.to_owned(),
        Some(("extras", name)) => format!("extras/{name}"),
        Some(_) => return unsupported(format!("path {path}")),
        None => match path.strip_prefix("./") {
            Some(name) => {
                let places = lock(&env.run.places);
                let here = places.get(&place_of(env.parse)).map_or("", |place| &place[..]);
                let folder = here.rsplit_once('/').map_or("", |(folder, _)| folder);
                format!("{folder}/{name}").trim_start_matches('/').to_owned()
            }
            None => path.to_owned(),
        },
    };
    let inside = format!("{name}/main.hsl");
    let known = [name, inside].into_iter().find(|name| env.run.files.contains_key(name));
    known.map_or_else(|| unsupported(format!("file {path}")), Ok)
}

fn place_of(parse: &Parse) -> usize {
    std::ptr::from_ref(parse) as usize
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
    let path = resolve(env, path)?;
    if let Some(module) = lock(&env.run.modules).get(&path) {
        return Ok(Arc::clone(module));
    }
    let module = open(&env.run, &env.run.files[&path])?;
    lock(&env.run.places).insert(place_of(module.parse), path.clone());
    lock(&env.run.modules).insert(path, Arc::clone(&module));
    execute(&module)?;
    Ok(module)
}

/// The scope of an included file, which is that of the statement, and whether it was read before.
fn included(env: &Arc<Env>, include: IncludeStatement<'static>) -> Result<(Arc<Env>, bool), Stop> {
    let path = path_of(include.path().and_then(|path| path.value(&env.parse.text)));
    let path = resolve(env, &path)?;
    let source = &env.run.files[&path];
    let names_functions = source.windows(8).any(|word| word == b"function");
    if env.module.is_some() && names_functions {
        return unsupported("functions of a file that is included into a function");
    }
    let known = lock(&env.run.included).get(&path).copied();
    let parse = known.map_or_else(|| read(source), Ok)?;
    lock(&env.run.places).insert(place_of(parse), path.clone());
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
    let first = lock(&env.run.entered).insert(place_of(inside.parse));
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
