//! The verifier: what it refuses, and that whatever it accepts runs without a panic.

mod support;

use std::sync::Arc;

use hsl_vm::code::{
    Binary, BuildError, ClassDef, Crement, Global, HandlerKind, MethodDef, Op, Path, PathStep,
    Program, PropertyDef, Reg, Root, Signature,
};
use hsl_vm::{Frozen, Limits, Response, Resume, Step};
use proptest::prelude::*;
use support::{Assembler, r, start_with};

#[track_caller]
fn refused(op: Op, what: &str) {
    let asm = Assembler::new();
    let result = asm.code([op, Op::ReturnNone]);
    let Err(BuildError::Rejected(error)) = result else { panic!("accepted {op:?}") };
    assert_eq!(error.to_string(), format!("function `main`, instruction 0: {what}"));
}

#[test]
fn operands_must_exist() {
    refused(Op::Move { d: r(20), s: r(0) }, "a register");
    refused(Op::Add { d: r(0), a: r(0), b: r(65_535) }, "a register");
    refused(Op::Slice { d: r(0), base: r(17) }, "a register");
    refused(Op::ConcatAll { d: r(0), base: r(10), count: 11 }, "a register");
    refused(Op::CallValue { d: r(0), base: r(10), argc: 10 }, "a register");
    refused(Op::IterNextKey { i: r(19), v: r(0), off: 1 }, "a register");
    refused(Op::Const { d: r(0), k: 0 }, "a constant");
    refused(Op::AddNumber { d: r(0), a: r(0), n: 0 }, "a number");
    refused(Op::Member { d: r(0), o: r(0), site: 0 }, "a site");
    refused(Op::PathSet { path: 0, v: r(0) }, "a path");
    refused(Op::GlobalGet { d: r(0), g: 0 }, "a global");
    refused(Op::Function { d: r(0), function: 9 }, "a function");
    refused(Op::CallNative { d: r(0), base: r(0), argc: 0, native: 0 }, "a native");
    refused(Op::Class { d: r(0), class: 0 }, "a class");
    refused(Op::RunModule { module: 5 }, "a module");
    refused(Op::Break { id: 1 }, "a breakpoint");
    refused(Op::Yield { d: r(0), s: r(0) }, "a yield outside a generator");
}

#[test]
fn jumps_stay_inside() {
    refused(Op::Jump { off: 2 }, "a jump outside the code");
    refused(Op::Jump { off: -1 }, "a jump outside the code");
    refused(Op::JumpLess { a: r(0), b: r(0), off: i16::MAX }, "a jump outside the code");
}

#[test]
fn direct_calls_fit_their_function() {
    let mut asm = Assembler::new();
    let id = asm.define("two", 2, [Op::ReturnNone]) as u16;
    let call = |argc| [Op::Call { d: r(0), base: r(0), argc, function: id }, Op::ReturnNone];
    let error = asm.code(call(1)).unwrap_err().to_string();
    assert_eq!(error, "function `main`, instruction 0: a function with other parameters");
}

#[test]
fn patterns_must_compile() {
    let mut asm = Assembler::new();
    asm.program.constant(Frozen::regex(b"(", ""));
    let error = asm.code([Op::ReturnNone]).unwrap_err().to_string();
    assert!(error.contains("a regular expression that does not compile"), "{error}");
}

#[test]
fn a_jump_that_is_too_far_is_a_limit_of_the_code() {
    let asm = Assembler::new();
    let mut f = asm.function("main", 0);
    let end = f.label();
    f.jump(Op::JumpLess { a: r(0), b: r(1), off: 0 }, end);
    (0..40_000).for_each(|_| f.emit(Op::Nop));
    f.bind(end);
    let error = asm.main(f).unwrap_err().to_string();
    assert_eq!(error, "function `main` needs too many instructions");
}

/// A register that often exists.
fn reg() -> impl Strategy<Value = Reg> {
    (0_u16..21).prop_map(Reg)
}

fn three(op: fn(Reg, Reg, Reg) -> Op) -> BoxedStrategy<Op> {
    (reg(), reg(), reg()).prop_map(move |(d, a, b)| op(d, a, b)).boxed()
}

fn two(op: fn(Reg, Reg) -> Op) -> BoxedStrategy<Op> {
    (reg(), reg()).prop_map(move |(d, a)| op(d, a)).boxed()
}

fn indexed(op: fn(Reg, Reg, u16) -> Op) -> BoxedStrategy<Op> {
    (reg(), reg(), 0_u16..9).prop_map(move |(d, a, n)| op(d, a, n)).boxed()
}

fn jumping(op: fn(Reg, Reg, i16) -> Op) -> BoxedStrategy<Op> {
    (reg(), reg(), -8_i16..9).prop_map(move |(a, b, off)| op(a, b, off)).boxed()
}

fn calling(op: fn(Reg, Reg, u8, u16) -> Op) -> BoxedStrategy<Op> {
    (reg(), reg(), 0_u8..4, 0_u16..6).prop_map(move |(d, b, c, n)| op(d, b, c, n)).boxed()
}

fn any_op() -> impl Strategy<Value = Op> {
    let constants = prop_oneof![
        (reg(), 0_u32..9).prop_map(|(d, k)| Op::Const { d, k }),
        (reg(), -3_i32..9).prop_map(|(d, value)| Op::Int { d, value }),
        reg().prop_map(|d| Op::None { d }),
        (reg(), any::<bool>()).prop_map(|(d, value)| Op::Bool { d, value }),
        indexed(|d, _, capacity| Op::Array { d, capacity }),
        indexed(|d, base, count| Op::List { d, base, count }),
        (reg(), 0_u32..6).prop_map(|(d, function)| Op::Function { d, function }),
        (reg(), 0_u32..4).prop_map(|(d, native)| Op::Native { d, native }),
        (reg(), 0_u32..2).prop_map(|(d, class)| Op::Class { d, class }),
        indexed(|d, base, function| Op::Closure { d, base, function }),
    ];
    let moves = prop_oneof![
        two(|d, s| Op::Move { d, s }),
        two(|d, s| Op::Load { d, s }),
        two(|d, s| Op::LoadQuiet { d, s }),
        two(|d, s| Op::Take { d, s }),
        two(|d, s| Op::Unset { d, s }),
        two(|d, s| Op::IsSet { d, s }),
        reg().prop_map(|d| Op::MakeCell { d }),
        two(|d, c| Op::CellGet { d, c }),
        two(|c, s| Op::CellSet { c, s }),
        (reg(), 0_u32..3).prop_map(|(c, g)| Op::BindGlobal { c, g }),
        (reg(), 0_u32..3).prop_map(|(d, g)| Op::GlobalGet { d, g }),
        (reg(), 0_u32..3).prop_map(|(s, g)| Op::GlobalSet { s, g }),
        (reg(), 0_u32..3).prop_map(|(d, g)| Op::GlobalUnset { d, g }),
    ];
    let operators = prop_oneof![
        three(|d, a, b| Op::Add { d, a, b }),
        three(|d, a, b| Op::Sub { d, a, b }),
        three(|d, a, b| Op::Rem { d, a, b }),
        three(|d, a, b| Op::ShiftLeft { d, a, b }),
        three(|d, a, b| Op::Equal { d, a, b }),
        three(|d, a, b| Op::Identical { d, a, b }),
        three(|d, a, b| Op::Less { d, a, b }),
        three(|d, a, b| Op::Match { d, a, b }),
        three(|d, a, b| Op::Concat { d, a, b }),
        two(|d, a| Op::Negate { d, a }),
        two(|d, a| Op::Not { d, a }),
        reg().prop_map(|d| Op::Increment { d }),
        indexed(|d, a, n| Op::AddNumber { d, a, n }),
        indexed(|d, base, count| Op::ConcatAll { d, base, count }),
        indexed(|d, base, count| Op::AppendAll { d, base, count }),
        two(|d, s| Op::AppendText { d, s }),
    ];
    let jumps = prop_oneof![
        (-8_i32..9).prop_map(|off| Op::Jump { off }),
        jumping(|s, _, off| Op::JumpIf { s, off: off.into() }),
        jumping(|s, _, off| Op::JumpIfNone { s, off: off.into() }),
        jumping(|a, b, off| Op::JumpLess { a, b, off }),
        jumping(|a, b, off| Op::JumpEqual { a, b, off }),
        jumping(|i, limit, off| Op::StepLess { i, limit, off }),
        jumping(|i, v, off| Op::IterNext { i, v, off }),
        jumping(|i, v, off| Op::IterNextKey { i, v, off }),
    ];
    let arrays = prop_oneof![
        two(|a, v| Op::Push { a, v }),
        three(|a, k, v| Op::SetIndex { a, k, v }),
        three(|d, a, k| Op::Index { d, a, k }),
        indexed(|d, a, k| Op::IndexConst { d, a, k }),
        two(|a, s| Op::Spread { a, s }),
        two(|d, base| Op::Slice { d, base }),
        indexed(|v, _, path| Op::PathSet { path, v }),
        indexed(|v, d, path| Op::PathUpdate { op: Binary::Add, path, v, d }),
        indexed(|v, d, path| Op::PathUpdate { op: Binary::Concat, path, v, d }),
        indexed(|d, _, path| Op::PathCrement { kind: Crement::PostIncrement, path, d }),
        indexed(|d, _, path| Op::PathIsSet { d, path }),
        indexed(|d, _, path| Op::PathUnset { d, path }),
        indexed(|base, _, path| Op::PathSplice { path, base }),
        indexed(|d, base, path| Op::PathUnsetSlice { d, path, base }),
        indexed(|d, a, at| Op::Nth { d, a, at }),
        indexed(|d, a, at| Op::Rest { d, a, at }),
        three(|d, a, k| Op::Field { d, a, k }),
        indexed(|d, o, site| Op::Member { d, o, site }),
        indexed(|o, v, site| Op::SetMember { o, site, v }),
    ];
    let calls = prop_oneof![
        calling(|d, base, argc, function| Op::Call { d, base, argc, function }),
        calling(|d, base, _, native| {
            let argc = [2, 0, 1, 1][usize::from(native % 4)];
            Op::CallNative { d, base, argc, native }
        }),
        calling(|d, base, argc, _| Op::CallValue { d, base, argc }),
        calling(|d, base, argc, site| Op::CallMethod { d, base, argc, site }),
        calling(|d, base, argc, class| Op::New { d, base, argc, class }),
        two(|d, base| Op::CallSpread { d, base }),
        indexed(|d, base, site| Op::CallMethodSpread { d, base, site }),
        calling(|d, base, argc, k| Op::CacheCall { d, base, argc, k }),
        indexed(|d, base, k| Op::CacheCallSpread { d, base, k }),
        reg().prop_map(|s| Op::Return { s }),
        two(|d, s| Op::Yield { d, s }),
        two(|d, s| Op::IterStart { d, s }),
        reg().prop_map(|s| Op::Echo { s }),
        reg().prop_map(|s| Op::Throw { s }),
        reg().prop_map(|s| Op::EndCleanup { s }),
        two(|d, s| Op::Lock { bind: true, d, s }),
        reg().prop_map(|s| Op::Unlock { bind: true, s }),
        (0_u32..2).prop_map(|module| Op::RunModule { module }),
    ];
    prop_oneof![3 => constants, 2 => moves, 2 => operators, 2 => jumps, 3 => arrays, 3 => calls]
}

/// Instructions of one function, and where its handler begins.
fn body() -> impl Strategy<Value = (Vec<Op>, usize)> {
    (proptest::collection::vec(any_op(), 1..40), 0_usize..40)
}

/// What kind of function stands at each index.
const SHAPES: [(u16, bool, bool, bool); 4] = [
    // parameters, rest, method, generator
    (1, false, false, false),
    (2, true, false, false),
    (1, false, true, false),
    (0, false, false, true),
];

/// A program of five functions; operands that do not exist are replaced by `Nop`.
fn assemble(bodies: &[(Vec<Op>, usize)]) -> Arc<Program> {
    let mut keep: Vec<Vec<Op>> = bodies.iter().map(|(code, _)| code.clone()).collect();
    loop {
        match try_assemble(bodies, &keep) {
            Ok(program) => return program,
            Err(BuildError::Rejected(error)) => {
                let at = match &*error.function {
                    "main" => 0,
                    name => name[1..].parse::<usize>().expect("as the test assembled it"),
                };
                // Jumps over what is removed keep their distance.
                keep[at][error.pc] = Op::Nop;
            }
            Err(other) => panic!("{other}"),
        }
    }
}

fn try_assemble(
    bodies: &[(Vec<Op>, usize)],
    codes: &[Vec<Op>],
) -> Result<Arc<Program>, BuildError> {
    let mut asm = Assembler::new();
    for name in ["map", "wait", "Accept", "length"] {
        asm.program.native(name);
    }
    let one = asm.program.constant(Frozen::Number(1.0));
    for value in ["a", "k", "1"] {
        asm.text(value);
    }
    asm.program.constant(Frozen::list([1.0.into(), "x".into()]));
    asm.program.constant(Frozen::regex(b"a+", "i"));
    for n in [0.0, 1.0, 2.5] {
        asm.number(n);
    }
    for name in ["a", "k", "m", "next", "message"] {
        asm.program.site(name);
    }
    for readonly in [false, true] {
        asm.program.global(Global { name: "$g".into(), module: 0, initial: Some(one), readonly });
    }
    let class = asm.program.declare_class();
    let ids: Vec<_> = SHAPES.iter().map(|_| asm.program.declare_function()).collect();
    let member = |name: &str| PropertyDef {
        name: name.into(),
        initial: one,
        private: name == "p",
        readonly: name == "k",
    };
    let method = MethodDef { name: "m".into(), function: ids[2], private: false };
    asm.program.define_class(
        class,
        ClassDef {
            name: "C".into(),
            constructor: Some(ids[2]),
            properties: [member("a"), member("k"), member("p")].into(),
            methods: [method].into(),
        },
    );
    let functions = ids.iter().zip(SHAPES).zip(bodies.iter().zip(codes).skip(1)).enumerate();
    for (at, ((id, shape), ((_, handler), code))) in functions {
        let name = format!("f{}", at + 1);
        asm.program.define_function(*id, function(&asm, &name, shape, code, *handler, class));
    }
    let main = function(&asm, "main", (0, false, false, false), &codes[0], bodies[0].1, class);
    asm.program.define_function(asm.main, main);
    asm.program.finish(asm.main)
}

fn function(
    asm: &Assembler,
    name: &str,
    (params, rest, method, generator): (u16, bool, bool, bool),
    code: &[Op],
    handler: usize,
    class: u32,
) -> hsl_vm::code::Function {
    let mut f = hsl_vm::code::FunctionBuilder::new(name, asm.file, support::line(1));
    if method {
        f.set_method();
        f.set_class(class);
    }
    if generator {
        f.set_generator();
    }
    f.set_signature(Signature { params, required: params, rest, ..Signature::default() });
    while f.mark() < Reg(20) {
        f.register();
    }
    let catch = f.label();
    for (pc, op) in code.iter().enumerate() {
        if pc == handler {
            f.bind(catch);
        }
        f.emit(*op);
    }
    if handler < code.len() {
        f.handler(HandlerKind::Catch, 0, code.len() as u32, catch, Reg(19));
    }
    for root in [Root::Register(Reg(3)), Root::Cell(Reg(4)), Root::Global(1)] {
        for steps in
            [vec![], vec![PathStep::Key(Reg(5))], vec![PathStep::Const(1), PathStep::Append]]
        {
            f.path(Path { root, steps: steps.into() });
        }
    }
    f.finish().expect("as the test assembled it")
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 250,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn accepted_programs_run_without_a_panic(
        bodies in proptest::collection::vec(body(), 5),
    ) {
        let program = assemble(&bodies);
        let limits = Limits {
            call_depth: 50,
            stack: 4096,
            memory: 1 << 20,
            fuel: Some(400),
            ..Limits::default()
        };
        let mut run = start_with(&program, limits);
        let mut input = Resume::Start;
        for _ in 0..60 {
            input = match run.fiber.resume(input, 100, &mut hsl_vm::debug::Quiet) {
                Step::Yield => Resume::Continue,
                Step::Suspend(request) => Resume::With(match *request {
                    hsl_vm::Request::Lock { .. } => {
                        Response::Locked { guard: Box::new(()), value: None }
                    }
                    _ => Response::Memory(Some(Frozen::from("answer"))),
                }),
                Step::Done(_) | Step::Failed(_) => break,
                Step::Paused(_) => unreachable!("nothing pauses"),
            };
        }
        let _ = run.fiber.frames();
    }
}
