//! `cache [options] f(arguments)`
//!
//! *Sources*: language reference, section 16.

use std::time::Duration;

use crate::native::{CallArgs, Cx, Input, NativeFrame, NativeResult, NativeStep, Thrown};
use crate::request::{CacheKey, Request, Response};
use crate::value::{Array, Frozen, Value};

/// Seconds that an entry lives unless told otherwise.
const TTL: f64 = 60.0;
/// Entries of a bucket unless told otherwise.
const SIZE: f64 = 32.0;

/// Begins a cached call: `registers` hold options, function and arguments.
pub(super) fn call(registers: &mut [Value], name: &Value) -> Result<NativeStep, Thrown> {
    let mut registers = registers.iter_mut().map(Value::take);
    let (options, callee) = (registers.next(), registers.next());
    begin(options, callee, registers.collect(), name)
}

/// The same with the arguments in an array.
pub(super) fn spread_call(registers: &mut [Value], name: &Value) -> Result<NativeStep, Thrown> {
    let mut registers = registers.iter_mut().map(Value::take);
    let (options, callee) = (registers.next(), registers.next());
    let args = registers.next().unwrap_or_default();
    let args = args.as_array().map(|args| args.values().cloned().collect());
    begin(options, callee, args.unwrap_or_default(), name)
}

fn begin(
    options: Option<Value>,
    callee: Option<Value>,
    args: CallArgs,
    name: &Value,
) -> Result<NativeStep, Thrown> {
    let options = match options {
        Some(Value::Array(options)) => options,
        _ => Array::new(),
    };
    let callee = callee.unwrap_or_default();
    let options = Options::read(&options)?;
    let selected = options.select(&args)?;
    let key = selected.map(|arguments| CacheKey {
        namespace: options.namespace.clone(),
        function: name.to_text().to_lossy().into_owned(),
        arguments,
        per_message: options.per_message,
    });
    Ok(NativeStep::enter(CacheCall { key, options, callee, args, state: State::Look }))
}

/// A cached call under way.
struct CacheCall {
    /// None when an argument cannot be compared across executions: then nothing is cached.
    key: Option<CacheKey>,
    options: Options,
    callee: Value,
    args: CallArgs,
    state: State,
}

enum State {
    Look,
    Called { old: Value },
    Updated,
    Timed { value: Value },
    Stored { value: Value },
}

struct Options {
    ttl: f64,
    ttl_override: Option<Array>,
    ttl_function: Option<Value>,
    update_function: Option<Value>,
    argv_filter: Option<Array>,
    force: bool,
    size: usize,
    namespace: Vec<u8>,
    per_message: bool,
    lru: bool,
}

impl Options {
    fn read(options: &Array) -> Result<Self, Thrown> {
        let get = |name: &str| options.get_str(name).filter(|value| !value.is_none());
        let flag = |name: &str, default| get(name).map_or(default, Value::truthy);
        let array = |name: &str| match get(name) {
            None => Ok(None),
            Some(Value::Array(array)) => Ok(Some(array.clone())),
            Some(_) => Err(Thrown::Error(format!("cache: option \"{name}\" must be array"))),
        };
        let number = |name: &str, default| match get(name) {
            None => Ok(default),
            Some(Value::Number(n)) => Ok(*n),
            Some(_) => Err(Thrown::Error(format!("cache: option \"{name}\" must be number"))),
        };
        Ok(Self {
            ttl: number("ttl", TTL)?,
            ttl_override: array("ttl_override")?,
            ttl_function: get("ttl_function").cloned(),
            update_function: get("update_function").cloned(),
            argv_filter: array("argv_filter")?,
            force: flag("force", false),
            size: number("size", SIZE)? as usize,
            namespace: get("namespace").map(|n| n.to_text().to_vec()).unwrap_or_default(),
            per_message: flag("per_message", false),
            lru: flag("lru", true),
        })
    }

    /// The arguments that name the entry; none when one of them is no plain data.
    fn select(&self, args: &[Value]) -> Result<Option<Frozen>, Thrown> {
        let Some(filter) = &self.argv_filter else {
            return Ok(Frozen::constant(&Array::list(args.iter().cloned()).into()));
        };
        let mut selected = Array::new();
        for position in filter.values() {
            let at = position.as_number().map(|n| n as usize).filter(|n| *n >= 1);
            let at = at.ok_or_else(|| Thrown::error("cache: argv_filter counts from 1"))?;
            selected.push(args.get(at - 1).cloned().unwrap_or_default());
        }
        Ok(Frozen::constant(&selected.into()))
    }

    fn ttl_of(&self, value: &Value) -> f64 {
        let special = self.ttl_override.as_ref().and_then(|map| map.index(value));
        special.and_then(Value::as_number).unwrap_or(self.ttl)
    }
}

impl NativeFrame for CacheCall {
    fn resume(&mut self, _: &mut Cx<'_>, input: Input) -> NativeResult {
        match (std::mem::replace(&mut self.state, State::Look), input) {
            (State::Look, Input::Start) => Ok(self.look()),
            (State::Look, Input::Response(response)) => self.looked(*response),
            (State::Called { old }, input) => Ok(self.called(old, input.into_value())),
            (State::Updated, input) => Ok(self.time(input.into_value())),
            (State::Timed { value }, input) => {
                let ttl = input.into_value().as_number();
                let ttl = ttl.unwrap_or_else(|| self.options.ttl_of(&value));
                Ok(self.store(value, ttl))
            }
            (State::Stored { value }, _) => Ok(NativeStep::Return(value)),
            (State::Look, Input::Value(_)) => Err(Thrown::error("cache: nothing was called")),
        }
    }
}

impl CacheCall {
    fn look(&mut self) -> NativeStep {
        match &self.key {
            Some(key) if !self.options.force || self.options.update_function.is_some() => {
                NativeStep::suspend(Request::CacheGet(key.clone()))
            }
            _ => self.call(Value::None),
        }
    }

    fn looked(&mut self, response: Response) -> NativeResult {
        match response {
            Response::Memory(Some(value)) if !self.options.force => {
                Ok(NativeStep::Return(value.recall()))
            }
            Response::Memory(old) => {
                let old = old.map_or(Value::None, |old| old.recall());
                Ok(self.call(old))
            }
            Response::Failed(message) => Err(Thrown::Error(message)),
            _ => Err(Thrown::error("cache: the host cannot answer")),
        }
    }

    fn call(&mut self, old: Value) -> NativeStep {
        self.state = State::Called { old };
        let args = std::mem::take(&mut self.args);
        NativeStep::Call { callee: self.callee.clone(), args }
    }

    fn called(&mut self, old: Value, value: Value) -> NativeStep {
        match &self.options.update_function {
            None => self.time(value),
            Some(update) => {
                let step = NativeStep::call(update, [old, value]);
                self.state = State::Updated;
                step
            }
        }
    }

    fn time(&mut self, value: Value) -> NativeStep {
        match &self.options.ttl_function {
            None => {
                let ttl = self.options.ttl_of(&value);
                self.store(value, ttl)
            }
            Some(function) => {
                let step = NativeStep::call(function, [value.clone()]);
                self.state = State::Timed { value };
                step
            }
        }
    }

    fn store(&mut self, value: Value, ttl: f64) -> NativeStep {
        let (Some(key), Some(frozen)) = (self.key.take(), value.freeze()) else {
            return NativeStep::Return(value);
        };
        let Ok(ttl) = Duration::try_from_secs_f64(ttl) else { return NativeStep::Return(value) };
        if ttl.is_zero() {
            return NativeStep::Return(value);
        }
        let (size, lru) = (self.options.size, self.options.lru);
        self.state = State::Stored { value };
        NativeStep::suspend(Request::CachePut { key, value: frozen, ttl, size, lru })
    }
}
