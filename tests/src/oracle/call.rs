//! Calls, closures and the function cache (sections 11, 13 and 16).

use std::sync::Arc;
use std::sync::atomic::Ordering;

use hsl_syntax::ast::{
    ArgumentsItem, Block, CacheExpression, CallExpression, Captures, FunctionExpression,
    Parameters, ParametersItem,
};
use hsl_syntax::tree_sitter::Node;

use super::function::{Function, Kind, Script};
use super::generator::Generator;
use super::scope::{Cell, Env, Names};
use super::statement::Flow;
use super::value::{Array, Key, Object, Value};
use super::{DEPTH, Stop, builtin, lock, module, number, text, thrown, unsupported};

impl Env {
    /// The places of captured variables, shared with this scope.
    pub(super) fn captures(&self, captures: Option<Captures<'static>>) -> Vec<(String, Cell)> {
        let variables = captures.into_iter().flat_map(|captures| captures.variables());
        variables
            .map(|variable| self.name(variable))
            .map(|name| (name.clone(), self.cell(&name)))
            .collect()
    }

    pub(super) fn closure(self: &Arc<Self>, f: FunctionExpression<'static>) -> Result<Value, Stop> {
        let Some(body) = f.body() else { return unsupported("a broken function") };
        let captures = self.captures(f.captures());
        let this =
            captures.iter().any(|(name, _)| name == "this").then(|| self.this.clone()).flatten();
        let script = Script {
            parameters: f.parameters(),
            body,
            names: Arc::clone(&self.names),
            module: self.globals(),
            captures,
            class: self.class.clone(),
        };
        Ok(Value::Function(Arc::new(Function { kind: Kind::Script(Arc::new(script)), this })))
    }

    pub(super) fn call_expression(
        self: &Arc<Self>,
        call: CallExpression<'static>,
    ) -> Result<Value, Stop> {
        let function = self.required(call.function())?;
        let arguments = self.arguments(call)?;
        self.call(&function, arguments)
    }

    fn arguments(self: &Arc<Self>, call: CallExpression<'static>) -> Result<Vec<Value>, Stop> {
        let mut values = Vec::new();
        for item in call.arguments().into_iter().flat_map(|arguments| arguments.items()) {
            match item {
                ArgumentsItem::Expression(e) => values.push(self.eval(e)?),
                ArgumentsItem::SpreadArgument(spread) => match self.required(spread.value())? {
                    Value::Array(array) => values.extend(array.values().cloned()),
                    Value::Generator(generator) => values.extend(builtin::drain(&generator)?),
                    _ => return Err(thrown("cannot spread")),
                },
            }
        }
        Ok(values)
    }

    /// Calls any value.
    pub(super) fn call(
        self: &Arc<Self>,
        function: &Value,
        arguments: Vec<Value>,
    ) -> Result<Value, Stop> {
        let Value::Function(function) = function else { return Err(thrown("not a function")) };
        match &function.kind {
            Kind::Script(script) => self.call_script(script, function.this.clone(), arguments),
            Kind::Class(class) => self.instantiate(class, arguments),
            Kind::Builtin(name) => builtin::call(self, name, arguments),
            Kind::Method(value, name) => builtin::method(value, name, arguments),
        }
    }

    pub(super) fn call_script(
        self: &Arc<Self>,
        script: &Arc<Script>,
        this: Option<Arc<Object>>,
        arguments: Vec<Value>,
    ) -> Result<Value, Stop> {
        let names = Names { own: Default::default(), around: Some(Arc::clone(&script.names)) };
        let env = |turn| Self {
            run: Arc::clone(&self.run),
            parse: script.module.parse,
            variables: Default::default(),
            names: Arc::new(names),
            module: Some(Arc::clone(&script.module)),
            this,
            class: script.class.clone(),
            turn,
        };
        let body = script.body;
        if yields(body) {
            // Arguments are bound before the first step, so that a wrong call throws at the call.
            let probe = Arc::new(env(None));
            probe.bind_parameters(script, arguments)?;
            let variables = lock(&probe.variables).clone();
            let prepared = Arc::clone(&probe);
            let run = move |turn| {
                let env = Arc::new(Self {
                    run: Arc::clone(&prepared.run),
                    parse: prepared.parse,
                    variables: Arc::new(variables.into()),
                    names: Arc::clone(&prepared.names),
                    module: prepared.module.clone(),
                    this: prepared.this.clone(),
                    class: prepared.class.clone(),
                    turn: Some(turn),
                });
                env.run_body(body)
            };
            return Ok(Value::Generator(Arc::new(Generator::start(run).into())));
        }
        let env = Arc::new(env(None));
        env.bind_parameters(script, arguments)?;
        if self.run.depth.fetch_add(1, Ordering::Relaxed) >= DEPTH {
            self.run.depth.fetch_sub(1, Ordering::Relaxed);
            return Err(thrown("call depth"));
        }
        let flow = env.run_body(body);
        self.run.depth.fetch_sub(1, Ordering::Relaxed);
        Ok(match flow? {
            Flow::Return(value) => value,
            _ => Value::None,
        })
    }

    fn run_body(self: &Arc<Self>, body: Block<'static>) -> Result<Flow, Stop> {
        for statement in body.statements() {
            module::hoist(self, statement)?;
        }
        self.block(body)
    }

    fn bind_parameters(
        self: &Arc<Self>,
        script: &Script,
        arguments: Vec<Value>,
    ) -> Result<(), Stop> {
        for (name, cell) in &script.captures {
            self.bind(name, Arc::clone(cell));
        }
        let mut arguments = arguments.into_iter();
        let items = script.parameters.into_iter().flat_map(Parameters::items);
        for item in items {
            match item {
                ParametersItem::Parameter(parameter) => {
                    let Some(name) = parameter.name() else { continue };
                    let value = match (arguments.next(), parameter.default()) {
                        (Some(value), _) => value,
                        (None, Some(default)) => self.eval(default)?,
                        (None, None) => return Err(thrown("too few arguments")),
                    };
                    self.assign(&self.name(name), value);
                }
                ParametersItem::RestParameter(rest) => {
                    let Some(name) = rest.name() else { continue };
                    self.assign(&self.name(name), Value::list(arguments.by_ref()));
                }
            }
        }
        if arguments.next().is_some() { Err(thrown("too many arguments")) } else { Ok(()) }
    }

    /// `cache [options] f(args)`, for options that need neither time nor size.
    pub(super) fn cached(self: &Arc<Self>, cache: CacheExpression<'static>) -> Result<Value, Stop> {
        let options =
            cache.options().map_or(Ok(Value::Array(Array::default())), |o| self.array(o))?;
        let Value::Array(options) = options else { return unsupported("cache options") };
        let known = ["ttl", "ttl_override", "ttl_function", "update_function", "argv_filter"];
        let known = || known.iter().chain(&["namespace", "force", "size"]);
        let option = |name: &str| options.get(&Key::from_text(name.as_bytes()));
        if known().filter(|name| option(name).is_some()).count() != options.len() {
            return unsupported("cache options");
        }
        let Some(call) = cache.call() else { return unsupported("a broken tree") };
        let arguments = self.arguments(call)?;
        let selected: Vec<Value> = match option("argv_filter") {
            Some(Value::Array(positions)) => positions
                .values()
                .filter_map(|at| arguments.get(number::of(at) as usize - 1).cloned())
                .collect(),
            _ => arguments.clone(),
        };
        let name = call.function().map(|f| self.text(f)).unwrap_or_default();
        let namespace = option("namespace").map(text::of).unwrap_or_default();
        let key = [&namespace, name.as_bytes(), &text::of(&Value::list(selected))].join(&0);
        let force = option("force").is_some_and(Value::truthy);
        let stored = lock(&self.run.cache).get(&key).cloned();
        if let Some(hit) = stored.clone().filter(|_| !force) {
            return Ok(hit);
        }
        let function = self.required(call.function())?;
        let mut value = self.call(&function, arguments)?;
        if let Some(update) = option("update_function") {
            value = self.call(update, vec![stored.unwrap_or(Value::None), value])?;
        }
        if self.lifetime(&option, &value)? > 0.0 {
            lock(&self.run.cache).insert(key, value.clone());
        }
        Ok(value)
    }

    fn lifetime<'o>(
        self: &Arc<Self>,
        option: &impl Fn(&str) -> Option<&'o Value>,
        value: &Value,
    ) -> Result<f64, Stop> {
        if let Some(function) = option("ttl_function") {
            match self.call(function, vec![value.clone()])? {
                Value::None => {}
                seconds => return Ok(number::of(&seconds)),
            }
        }
        let special = match option("ttl_override") {
            Some(Value::Array(special)) => Key::cast(value).and_then(|key| special.get(&key)),
            _ => None,
        };
        Ok(special.or(option("ttl")).map_or(60.0, number::of))
    }
}

/// Whether the body itself, not a function inside it, contains `yield`.
fn yields(body: Block<'static>) -> bool {
    fn search(node: Node<'static>) -> bool {
        let mut cursor = node.walk();
        let children: Vec<_> = node.named_children(&mut cursor).collect();
        children.into_iter().any(|child| match child.kind() {
            "yield_expression" => true,
            "function_definition" | "function_expression" | "class_definition" => false,
            _ => search(child),
        })
    }
    search(hsl_syntax::ast::AstNode::syntax(body))
}
