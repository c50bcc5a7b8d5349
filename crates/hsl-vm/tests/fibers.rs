//! Fibers: waiting, slices, throws, verdicts and limits, on hand-assembled programs.

mod support;

use std::rc::Rc;
use std::sync::Arc;

use hsl_vm::code::{HandlerKind, Op, Program};
use hsl_vm::{Exception, Frozen, Limits, Outcome, Request, Response, Resume, Step, Value};
use support::{Assembler, line, r, start, start_with};

/// `echo map(f, [1, 2]);` where `f` is the function that `callback` defines.
fn mapping(callback: impl FnOnce(&mut Assembler) -> u32) -> Arc<Program> {
    let mut asm = Assembler::new();
    let function = callback(&mut asm);
    let native = asm.program.native("map") as u16;
    let list = asm.program.constant(Frozen::list([1.0.into(), 2.0.into()]));
    asm.code([
        Op::Function { d: r(1), function },
        Op::Const { d: r(2), k: list },
        Op::CallNative { d: r(0), base: r(1), argc: 2, native },
        Op::Echo { s: r(0) },
        Op::ReturnNone,
    ])
    .expect("as the test assembled it")
}

/// `function ($x) { return $x . wait(); }`
fn waiting(asm: &mut Assembler) -> u32 {
    let native = asm.program.native("wait") as u16;
    asm.define(
        "waiting",
        1,
        [
            Op::CallNative { d: r(1), base: r(1), argc: 0, native },
            Op::Concat { d: r(2), a: r(0), b: r(1) },
            Op::Return { s: r(2) },
        ],
    )
}

fn answer(text: &str) -> Resume {
    Resume::With(Response::Memory(Some(Frozen::from(text))))
}

#[test]
fn a_callback_may_wait() {
    let mut run = start(&mapping(waiting));
    let step = run.step(Resume::Start);
    assert!(matches!(step, Step::Suspend(request) if matches!(*request, Request::Sleep(_))));
    assert!(matches!(run.step(answer("a")), Step::Suspend(_)));
    assert!(matches!(run.step(answer("b")), Step::Done(Outcome::Returned(Value::None))));
    assert_eq!(run.paper.text(), r#"[0=>"1a",1=>"2b"]"#);
}

#[test]
fn a_failed_request_is_an_exception_with_its_place() {
    let mut run = start(&mapping(waiting));
    let _ = run.step(Resume::Start);
    let step = run.step(Resume::With(Response::Failed("no route".to_owned())));
    let Step::Failed(trap) = step else { panic!("{step:?}") };
    assert_eq!(trap.to_string(), "test.hsl:1:1: no route");
    let names: Vec<_> = trap.stack.iter().map(|entry| &*entry.function).collect();
    assert_eq!(names, ["waiting", "map", "main"]);
}

#[test]
fn a_throw_unwinds_through_a_native_to_the_handler() {
    let mut asm = Assembler::new();
    let text = asm.text("from callback");
    let thrower = asm.define("thrower", 1, [Op::Const { d: r(1), k: text }, Op::Throw { s: r(1) }]);
    let native = asm.program.native("map") as u16;
    let mut f = asm.function("main", 0);
    let catch = f.label();
    f.emit(Op::Function { d: r(1), function: thrower });
    f.emit(Op::Int { d: r(2), value: 7 });
    f.emit(Op::List { d: r(2), base: r(2), count: 1 });
    f.emit(Op::CallNative { d: r(0), base: r(1), argc: 2, native });
    let end = f.pc();
    f.emit(Op::ReturnNone);
    f.bind(catch);
    f.emit(Op::Echo { s: r(5) });
    f.handler(HandlerKind::Catch, 0, end, catch, r(5));
    let mut run = start(&asm.main(f).expect("as the test assembled it"));
    run.finish();
    assert_eq!(run.paper.text(), "from callback");
}

#[test]
fn an_uncaught_throw_names_value_place_and_stack() {
    let mut asm = Assembler::new();
    let mut inner = asm.function("inner", 0);
    inner.statement(asm.file, line(3));
    inner.emit(Op::Int { d: r(0), value: 1 });
    inner.emit(Op::Array { d: r(1), capacity: 0 });
    inner.emit(Op::Div { d: r(0), a: r(1), b: r(0) });
    let id = asm.program.declare_function();
    asm.program.define_function(id, inner.finish().expect("as the test assembled it"));
    let mut f = asm.function("main", 0);
    f.statement(asm.file, line(5));
    f.emit(Op::Call { d: r(0), base: r(0), argc: 0, function: id as u16 });
    let trap = start(&asm.main(f).expect("as the test assembled it")).fail();
    assert_eq!(trap.to_string(), "test.hsl:3:1: operator / does not apply to array and number");
    let lines: Vec<_> = trap
        .stack
        .iter()
        .map(|e| e.location.as_ref().expect("as the test assembled it").line)
        .collect();
    assert_eq!(lines, [3, 5]);
    let exception = trap.value.expect("as the test assembled it");
    assert_eq!(
        exception
            .as_native::<Exception>()
            .expect("as the test assembled it")
            .location()
            .expect("as the test assembled it")
            .line,
        3
    );
}

#[test]
fn reading_a_variable_that_does_not_exist_names_it() {
    let asm = Assembler::new();
    let mut f = asm.function("main", 0);
    f.local("$missing", hsl_vm::code::Storage::Register(r(3)));
    f.emit(Op::Add { d: r(0), a: r(3), b: r(3) });
    let trap = start(&asm.main(f).expect("as the test assembled it")).fail();
    assert_eq!(trap.message, "undefined variable $missing");
}

#[test]
fn a_verdict_ends_everything_after_cleanup() {
    let mut asm = Assembler::new();
    let native = asm.program.native("Accept") as u16;
    let (text, note) = (asm.text("fine"), asm.text("released"));
    let accept = asm.define(
        "accept",
        1,
        [
            Op::Const { d: r(1), k: text },
            Op::CallNative { d: r(1), base: r(1), argc: 1, native },
            Op::Return { s: r(1) },
        ],
    );
    let map = asm.program.native("map") as u16;
    let mut f = asm.function("main", 0);
    let (catch, cleanup) = (f.label(), f.label());
    f.emit(Op::Function { d: r(1), function: accept });
    f.emit(Op::Int { d: r(2), value: 7 });
    f.emit(Op::List { d: r(2), base: r(2), count: 1 });
    f.emit(Op::CallNative { d: r(0), base: r(1), argc: 2, native: map });
    let end = f.pc();
    f.emit(Op::ReturnNone);
    f.bind(cleanup);
    f.emit(Op::Const { d: r(6), k: note });
    f.emit(Op::Echo { s: r(6) });
    f.emit(Op::EndCleanup { s: r(5) });
    let outer = f.pc();
    f.bind(catch);
    f.emit(Op::ReturnNone);
    f.handler(HandlerKind::Cleanup, 0, end, cleanup, r(5));
    f.handler(HandlerKind::Catch, 0, outer, catch, r(5));
    let mut run = start(&asm.main(f).expect("as the test assembled it"));
    let step = run.step(Resume::Start);
    let Step::Done(Outcome::Terminated(verdict)) = step else { panic!("{step:?}") };
    assert_eq!((verdict.name, &verdict.args[..]), ("Accept", &["fine".into()][..]));
    assert_eq!(run.paper.text(), "released");
}

/// Sums 0…99 in a loop.
fn sum() -> Arc<Program> {
    let mut asm = Assembler::new();
    let hundred = asm.number(100.0);
    let mut f = asm.function("main", 0);
    f.emit(Op::Int { d: r(0), value: 0 });
    f.emit(Op::Int { d: r(1), value: 0 });
    let top = f.here();
    f.emit(Op::Add { d: r(0), a: r(0), b: r(1) });
    f.emit(Op::Increment { d: r(1) });
    f.jump(Op::JumpLessNumber { a: r(1), n: hundred, off: 0 }, top);
    f.emit(Op::Return { s: r(0) });
    asm.main(f).expect("as the test assembled it")
}

#[test]
fn any_slice_gives_the_same_result() {
    for slice in [1, 2, 7, 99, 100, 1000] {
        let mut run = start(&sum());
        let mut input = Resume::Start;
        let mut yields = 0;
        let value = loop {
            match run.fiber.resume(input, slice, &mut hsl_vm::debug::Quiet) {
                Step::Yield => yields += 1,
                Step::Done(Outcome::Returned(value)) => break value,
                other => panic!("{other:?}"),
            }
            input = Resume::Continue;
        };
        assert_eq!(value, Value::number(4950.0));
        assert_eq!(yields, 99 / slice, "slice {slice}");
    }
}

#[test]
fn spent_fuel_fails_the_script() {
    let mut run = start_with(&sum(), Limits { fuel: Some(50), ..Limits::default() });
    let step = run.fiber.resume(Resume::Start, 50, &mut hsl_vm::debug::Quiet);
    let Step::Failed(trap) = step else { panic!("{step:?}") };
    assert_eq!(trap.limit, Some(hsl_vm::Limit::Fuel(50)));
    assert!(trap.value.is_none());
}

#[test]
fn a_script_that_needs_too_much_memory_fails() {
    let mut asm = Assembler::new();
    let text = asm.text("0123456789");
    let mut f = asm.function("main", 0);
    f.emit(Op::Const { d: r(0), k: text });
    let top = f.here();
    f.emit(Op::AppendText { d: r(0), s: r(0) });
    f.jump(Op::Jump { off: 0 }, top);
    let limits = Limits { memory: 1 << 20, ..Limits::default() };
    let step =
        start_with(&asm.main(f).expect("as the test assembled it"), limits).step(Resume::Start);
    let Step::Failed(trap) = step else { panic!("{step:?}") };
    assert_eq!(trap.limit, Some(hsl_vm::Limit::Memory(1 << 20)));

    let mut asm = Assembler::new();
    let one = asm.number(1.0);
    let mut f = asm.function("main", 0);
    f.emit(Op::Int { d: r(1), value: 0 });
    let top = f.here();
    f.emit(Op::Push { a: r(0), v: r(1) });
    f.emit(Op::AddNumber { d: r(1), a: r(1), n: one });
    f.jump(Op::Jump { off: 0 }, top);
    let step =
        start_with(&asm.main(f).expect("as the test assembled it"), limits).step(Resume::Start);
    assert!(matches!(step, Step::Failed(trap) if trap.value.is_none()));
}

#[test]
fn what_a_script_lets_go_does_not_count() {
    let mut asm = Assembler::new();
    let text = asm.text(&"x".repeat(1000));
    let (turns, factor) = (asm.number(5000.0), asm.number(2.0));
    let mut f = asm.function("main", 0);
    f.emit(Op::Int { d: r(1), value: 0 });
    let top = f.here();
    f.emit(Op::Const { d: r(0), k: text });
    f.emit(Op::MulNumber { d: r(0), a: r(0), n: factor });
    f.emit(Op::Increment { d: r(1) });
    f.jump(Op::JumpLessNumber { a: r(1), n: turns, off: 0 }, top);
    let limits = Limits { memory: 1 << 16, ..Limits::default() };
    let step =
        start_with(&asm.main(f).expect("as the test assembled it"), limits).step(Resume::Start);
    assert!(matches!(step, Step::Done(_)), "{step:?}");
}

#[test]
fn deep_recursion_is_an_exception_that_can_be_caught() {
    let mut asm = Assembler::new();
    let id = asm.program.declare_function();
    let mut deep = asm.function("deep", 0);
    deep.emit(Op::Call { d: r(0), base: r(0), argc: 0, function: id as u16 });
    asm.program.define_function(id, deep.finish().expect("as the test assembled it"));
    let mut f = asm.function("main", 0);
    let catch = f.label();
    f.emit(Op::Call { d: r(0), base: r(0), argc: 0, function: id as u16 });
    f.emit(Op::ReturnNone);
    f.bind(catch);
    f.emit(Op::Echo { s: r(5) });
    f.handler(HandlerKind::Catch, 0, 2, catch, r(5));
    let mut run = start(&asm.main(f).expect("as the test assembled it"));
    run.finish();
    let text = run.paper.text();
    assert!(text.starts_with("calls are nested too deep: more than 1000 at a time"), "{text}");
    assert!(text.ends_with("(test.hsl:1:1)"), "{text}");
}

#[test]
fn a_dropped_fiber_releases_everything() {
    let program = mapping(waiting);
    for suspensions in 0..3 {
        let token: Rc<()> = Rc::new(());
        let mut run = start(&program);
        run.fiber.attach(Rc::<()>::clone(&token));
        let mut input = Resume::Start;
        for _ in 0..suspensions {
            assert!(matches!(run.step(input), Step::Suspend(_)));
            input = answer("x");
        }
        assert_eq!(Rc::strong_count(&token), 2);
        drop(run);
        assert_eq!(Rc::strong_count(&token), 1);
    }
}

#[test]
fn an_answer_to_nothing_fails() {
    let mut run = start(&sum());
    let step = run.step(answer("x"));
    assert!(matches!(step, Step::Failed(_)), "{step:?}");
}

/// A lock guard that notes when it is dropped.
struct Guard(Rc<std::cell::Cell<bool>>);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.set(true);
    }
}

fn barrier() -> Arc<Program> {
    let mut asm = Assembler::new();
    let (key, native) = (asm.text("hits"), asm.program.native("wait") as u16);
    asm.code([
        Op::Const { d: r(0), k: key },
        Op::Lock { bind: true, d: r(1), s: r(0) },
        Op::CallNative { d: r(2), base: r(2), argc: 0, native },
        Op::Concat { d: r(1), a: r(1), b: r(2) },
        Op::Unlock { bind: true, s: r(1) },
        Op::ReturnNone,
    ])
    .expect("as the test assembled it")
}

fn locked(released: &Rc<std::cell::Cell<bool>>) -> Resume {
    let guard = Box::new(Guard(Rc::clone(released)));
    Resume::With(Response::Locked { guard, value: Some(Frozen::from("old")) })
}

#[test]
fn a_barrier_stores_its_variable_and_releases() {
    let released = Rc::new(std::cell::Cell::new(false));
    let mut run = start(&barrier());
    let step = run.step(Resume::Start);
    assert!(matches!(step, Step::Suspend(r) if matches!(*r, Request::Lock { fetch: true, .. })));
    assert!(matches!(run.step(locked(&released)), Step::Suspend(_)));
    let Step::Suspend(request) = run.step(answer("er")) else { panic!() };
    let Request::Store { key, value } = *request else { panic!("{request:?}") };
    assert_eq!((&key[..], value), (&b"hits"[..], Some(Frozen::from("older"))));
    assert!(!released.get());
    assert!(matches!(run.step(Resume::With(Response::Done)), Step::Done(_)));
    assert!(released.get());
}

#[test]
fn a_fiber_dropped_inside_a_barrier_releases_it() {
    let released = Rc::new(std::cell::Cell::new(false));
    let mut run = start(&barrier());
    let _ = run.step(Resume::Start);
    let _ = run.step(locked(&released));
    drop(run);
    assert!(released.get());
}

/// `$o = C(); $o->me = $o; $o->held = $held;`
fn circle() -> Arc<Program> {
    let mut asm = Assembler::new();
    let site = asm.program.site("me").expect("room for a site");
    let held = asm.program.site("held").expect("room for a site");
    let global =
        hsl_vm::code::Global { name: "$held".into(), module: 0, initial: None, readonly: false };
    let g = asm.program.global(global);
    let class = asm.program.declare_class();
    let definition = hsl_vm::code::ClassDef {
        name: "C".into(),
        constructor: None,
        properties: [].into(),
        methods: [].into(),
    };
    asm.program.define_class(class, definition);
    asm.code([
        Op::New { d: r(0), base: r(1), argc: 0, class: class as u16 },
        Op::SetMember { o: r(0), site, v: r(0) },
        Op::GlobalGet { d: r(2), g },
        Op::SetMember { o: r(0), site: held, v: r(2) },
        Op::ReturnNone,
    ])
    .expect("a sound program")
}

#[test]
fn a_heap_ends_circles() {
    let token = Rc::new(Exception::new("held"));
    let heap = hsl_vm::Heap::new();
    let mut run = start(&circle());
    run.fiber.share_heap(&heap);
    run.fiber.set_variable("$held", Value::native(Rc::<Exception>::clone(&token)));
    run.finish();
    drop(run);
    assert_eq!(Rc::strong_count(&token), 2, "the instance holds itself");
    drop(heap);
    assert_eq!(Rc::strong_count(&token), 1);
}
