//! Generators: functions whose registers wait on the heap between items.
//!
//! *Invariants*: a generator that runs has its frame on the fiber and an entry in `generators`; one
//! that throws or is dropped is finished.
//!
//! *Sources*: language reference, section 13.

use std::any::Any;
use std::cell::RefCell;
use std::rc::Rc;

use hsl_decl::{Class, Contexts, Docs, Effect, Follows, Function, Origin, Param, Sinks, Ty};

use super::{Next, iterate};
use crate::code::{FunctionId, Reg};
use crate::fiber::{Active, Consumer, Fiber, Frame, ScriptFrame, Target};
use crate::native::{NativeClass, NativeObject, NativeRef, Thrown};
use crate::unit::Unit;
use crate::value::{Array, Tally, Value};

/// The iterator that a generator function gives.
pub(crate) struct Generator {
    unit: Rc<Unit>,
    function: FunctionId,
    state: RefCell<Progress>,
    /// For its registers, also while they are on the stack.
    #[expect(dead_code, reason = "held for its destructor")]
    tally: Tally,
}

enum Progress {
    /// Waits at an instruction; the register that receives what `next` passes, after the start.
    Waiting {
        pc: u32,
        registers: Vec<Value>,
        receiver: Option<Reg>,
    },
    Running,
    Finished,
}

impl Generator {
    pub(crate) fn new(unit: &Rc<Unit>, function: FunctionId, registers: Vec<Value>) -> Self {
        let tally = Tally::new(registers.capacity() * size_of::<Value>());
        let state = Progress::Waiting { pc: 0, registers, receiver: None };
        Self { unit: Rc::clone(unit), function, state: RefCell::new(state), tally }
    }
}

/// Starts or goes on with a generator for a `foreach`.
pub(super) fn advance_foreach(
    fiber: &mut Fiber,
    generator: &NativeRef,
    at: u32,
) -> Result<Next, Thrown> {
    advance(fiber, generator, Value::None, Consumer::Foreach(at))
}

/// `next(passed)`
pub(super) fn call_next(
    fiber: &mut Fiber,
    generator: &Value,
    passed: Value,
    target: Target,
) -> Result<Next, Thrown> {
    let Value::Native(generator) = generator else {
        return Err(Thrown::error("next needs an iterator"));
    };
    advance(fiber, generator, passed, Consumer::Next(target))
}

fn advance(
    fiber: &mut Fiber,
    object: &NativeRef,
    passed: Value,
    consumer: Consumer,
) -> Result<Next, Thrown> {
    let Some(generator) = object.downcast::<Generator>() else {
        return Err(Thrown::error("this object is no generator"));
    };
    fiber.check_depth()?;
    let progress = generator.state.replace(Progress::Running);
    let Progress::Waiting { pc, mut registers, receiver } = progress else {
        return match progress {
            Progress::Running => Err(Thrown::error("the iterator is running already")),
            _ => {
                generator.state.replace(Progress::Finished);
                Ok(give_end(fiber, consumer, Value::None))
            }
        };
    };
    if let Some(receiver) = receiver {
        registers[usize::from(receiver.0)] = passed;
    }
    let base = fiber.top();
    let end = base + registers.len();
    let room = fiber.reserve_stack(end).and_then(|()| fiber.unit_index(&generator.unit));
    let unit = match room {
        Ok(unit) => unit,
        Err(thrown) => {
            // A step that cannot begin leaves the generator as it was.
            generator.state.replace(Progress::Waiting { pc, registers, receiver });
            return Err(thrown);
        }
    };
    for (slot, value) in fiber.stack[base..end].iter_mut().zip(registers) {
        *slot = value;
    }
    fiber.generators.push(Active { generator: object.clone(), consumer });
    fiber.frames.push(Frame::Script(ScriptFrame {
        function: generator.function,
        pc,
        base: base as u32,
        unit,
        target: Target::Generator,
    }));
    Ok(Next::Run)
}

/// The generator on top gives an item and waits.
pub(super) fn yield_item(fiber: &mut Fiber, item: Value, receiver: Reg) -> Next {
    let (Some(active), Some(Frame::Script(frame))) = (fiber.generators.pop(), fiber.frames.last())
    else {
        return fiber.throw(Thrown::error("yield outside a running generator"));
    };
    let frame = *frame;
    let base = frame.base as usize;
    let end = base + usize::from(fiber.function(&frame).registers);
    let registers = fiber.stack[base..end].iter_mut().map(Value::take).collect();
    fiber.frames.pop();
    if let Some(generator) = active.generator.downcast::<Generator>() {
        let waiting = Progress::Waiting { pc: frame.pc, registers, receiver: Some(receiver) };
        generator.state.replace(waiting);
    }
    match active.consumer {
        Consumer::Foreach(at) => {
            iterate::give(fiber, at, item);
            Next::Run
        }
        Consumer::Next(target) => fiber.deliver(target, result(item, false)),
    }
}

/// The generator on top has returned; its frame is gone.
pub(super) fn finish(fiber: &mut Fiber, value: Value) -> Next {
    let Some(active) = fiber.generators.pop() else { return Next::Run };
    mark_finished(&active);
    give_end(fiber, active.consumer, value)
}

fn give_end(fiber: &mut Fiber, consumer: Consumer, value: Value) -> Next {
    match consumer {
        Consumer::Foreach(at) => {
            iterate::end(fiber, at);
            Next::Run
        }
        Consumer::Next(target) => fiber.deliver(target, result(value, true)),
    }
}

pub(super) fn mark_finished(active: &Active) {
    if let Some(generator) = active.generator.downcast::<Generator>() {
        generator.state.replace(Progress::Finished);
    }
}

fn result(value: Value, done: bool) -> Value {
    Array::record([("value", value), ("done", Value::Boolean(done))]).into()
}

impl NativeObject for Generator {
    fn class(&self) -> &'static NativeClass {
        &CLASS
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn holds_values(&self) -> bool {
        true
    }

    fn let_go(&self) {
        let progress = self.state.replace(Progress::Finished);
        drop(progress);
    }
}

static NEXT: Function = Function {
    name: "next",
    topic: "iterators",
    params: &[Param { required: false, ..Param::new("value", Ty::ANY) }],
    returns: Ty::ARRAY,
    keys: &[],
    elements: None,
    follows: Follows::Nothing,
    origin: Origin::Inherited,
    cleans: Sinks::NONE,
    options: &[],
    contexts: Contexts::Everywhere,
    effect: Effect::Callback,
    limit: None,
    is_static: false,
    deprecated: None,
    differs: None,
    docs: Docs(
        "Runs the generator to its next item and returns an array with `value` and `done`; `value` \
         becomes the result of the `yield` that it waits at.",
    ),
};

static DECL: Class = Class {
    extends: None,
    name: "Iterator",
    topic: "iterators",
    constructor: None,
    methods: &[&NEXT],
    properties: &[],
    contexts: Contexts::Everywhere,
    docs: Docs("What a generator function returns."),
};

/// Its one method needs the machine: see `member::native_method`.
static CLASS: NativeClass =
    NativeClass { decl: &DECL, extends: None, constructor: None, methods: &[], statics: &[] };
