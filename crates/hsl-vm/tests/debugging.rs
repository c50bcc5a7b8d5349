//! Breakpoints, steps and inspection.

mod support;

use std::sync::Arc;

use hsl_vm::code::{Op, Program, Storage};
use hsl_vm::debug::{Counter, Pause, PauseReason, Quiet, StepKind, Stepper, with_breakpoints};
use hsl_vm::{Loaded, Outcome, Resume, Step, Value};
use support::{Assembler, Running, line, r, start};

/// ```text
/// 1  $x = f(1);
/// 2  echo $x;
/// 3  function f($n) {   4  $m = $n + 1;   5  return $m; }
/// ```
fn program() -> Arc<Program> {
    let mut asm = Assembler::new();
    let one = asm.number(1.0);
    let mut f = asm.function("f", 1);
    f.local("$n", Storage::Register(r(0)));
    f.local("$m", Storage::Register(r(1)));
    f.statement(asm.file, line(4));
    f.emit(Op::AddNumber { d: r(1), a: r(0), n: one });
    f.statement(asm.file, line(5));
    f.emit(Op::Return { s: r(1) });
    let id = asm.program.declare_function();
    asm.program.define_function(id, f.finish().expect("as the test assembled it"));
    let mut main = asm.function("main", 0);
    main.local("$x", Storage::Register(r(0)));
    main.statement(asm.file, line(1));
    main.emit(Op::Int { d: r(1), value: 1 });
    main.emit(Op::Call { d: r(0), base: r(1), argc: 1, function: id as u16 });
    main.statement(asm.file, line(2));
    main.emit(Op::Echo { s: r(0) });
    main.emit(Op::ReturnNone);
    asm.main(main).expect("as the test assembled it")
}

/// The lines of all frames, innermost first.
fn lines(run: &Running) -> Vec<u32> {
    run.fiber
        .frames()
        .iter()
        .map(|view| view.location.as_ref().expect("as the test assembled it").line)
        .collect()
}

fn break_at(run: &Running, lines: &[u32]) -> std::rc::Rc<Loaded> {
    let program = Arc::clone(run.fiber.loaded().program());
    let all = program.statements("test.hsl");
    let places = all.filter_map(|(function, row)| {
        let at = program.location(function, row.pc)?.line;
        lines.contains(&at).then_some((function, row.pc, at))
    });
    with_breakpoints(&run.fiber.loaded(), &places.collect::<Vec<_>>())
}

fn paused(step: &Step) -> PauseReason {
    match step {
        Step::Paused(Pause { reason }) => *reason,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_breakpoint_pauses_before_its_statement_and_runs_it_after() {
    let mut run = start(&program());
    let patched = break_at(&run, &[5, 2]);
    run.fiber.swap_program(&patched);
    assert_eq!(paused(&run.step(Resume::Start)), PauseReason::Breakpoint(5));
    assert_eq!(lines(&run), [5, 1]);
    let locals: Vec<_> =
        run.fiber.locals(0).iter().map(|v| format!("{} {:?}", v.name, v.value)).collect();
    assert_eq!(locals, ["$n 1", "$m 2"]);
    assert!(run.fiber.locals(1).is_empty(), "$x is not assigned yet");
    assert_eq!(paused(&run.step(Resume::Continue)), PauseReason::Breakpoint(2));
    assert_eq!(lines(&run), [2]);
    assert!(matches!(run.step(Resume::Continue), Step::Done(Outcome::Returned(_))));
    assert_eq!(run.paper.text(), "2");
}

#[test]
fn breakpoints_leave_the_program_of_others_untouched() {
    let program = program();
    let before = program.to_text();
    let mut run = start(&program);
    let plain = run.fiber.loaded();
    let patched = break_at(&run, &[4]);
    run.fiber.swap_program(&patched);
    assert_eq!(paused(&run.step(Resume::Start)), PauseReason::Breakpoint(4));
    assert_eq!(program.to_text(), before);
    assert_eq!(plain.program().digest(), program.digest());
    assert_ne!(patched.program().digest(), program.digest());
    // Swapping back while it stands there: nothing to undo.
    run.fiber.swap_program(&plain);
    assert!(matches!(run.step(Resume::Continue), Step::Done(_)));
    assert_eq!(run.paper.text(), "2");
}

#[test]
fn a_program_without_breakpoints_is_the_same_bytes() {
    let run = start(&program());
    let copy = with_breakpoints(&run.fiber.loaded(), &[]);
    assert_eq!(**copy.program(), *program());
    assert_eq!(copy.program().digest(), program().digest());
}

fn step(run: &mut Running, kind: StepKind) -> Vec<u32> {
    let mut stepper = Stepper::new(kind, &run.fiber);
    match run.probe(Resume::Continue, &mut stepper) {
        Step::Paused(_) => lines(run),
        Step::Done(_) => Vec::new(),
        other => panic!("{other:?}"),
    }
}

fn at_line_one() -> Running {
    let mut run = start(&program());
    let patched = break_at(&run, &[1]);
    run.fiber.swap_program(&patched);
    assert_eq!(paused(&run.step(Resume::Start)), PauseReason::Breakpoint(1));
    run
}

#[test]
fn steps_go_into_over_and_out() {
    let mut run = at_line_one();
    assert_eq!(step(&mut run, StepKind::Into), [4, 1]);
    assert_eq!(step(&mut run, StepKind::Into), [5, 1]);
    assert_eq!(step(&mut run, StepKind::Out), [2]);
    assert!(step(&mut run, StepKind::Over).is_empty());
    assert_eq!(run.paper.text(), "2");

    let mut run = at_line_one();
    assert_eq!(step(&mut run, StepKind::Over), [2]);

    let mut run = at_line_one();
    step(&mut run, StepKind::Into);
    assert_eq!(step(&mut run, StepKind::Over), [5, 1]);
    assert_eq!(step(&mut run, StepKind::Over), [2]);
}

#[test]
fn a_variable_can_be_changed_while_paused() {
    let mut run = start(&program());
    let patched = break_at(&run, &[5]);
    run.fiber.swap_program(&patched);
    let _ = run.step(Resume::Start);
    assert!(run.fiber.set_local(0, "$m", Value::string("changed")));
    assert!(!run.fiber.set_local(0, "$nope", Value::none()));
    let _ = run.step(Resume::Continue);
    assert_eq!(run.paper.text(), "changed");
}

#[test]
fn a_throw_pauses_before_it_unwinds() {
    let mut asm = Assembler::new();
    let text = asm.text("boom");
    let mut f = asm.function("main", 0);
    f.statement(asm.file, line(1));
    f.emit(Op::Const { d: r(0), k: text });
    f.statement(asm.file, line(2));
    f.emit(Op::Throw { s: r(0) });
    let mut run = start(&asm.main(f).expect("as the test assembled it"));
    let mut stepper = Stepper::new(StepKind::Run, &run.fiber);
    stepper.on_uncaught = true;
    assert_eq!(paused(&run.probe(Resume::Start, &mut stepper)), PauseReason::Uncaught);
    assert_eq!(run.fiber.frames().len(), 1);
    let step = run.step(Resume::Continue);
    assert!(matches!(step, Step::Failed(trap) if trap.message == "uncaught boom"));
}

#[test]
fn a_counter_sees_every_statement() {
    let mut run = start(&program());
    let mut counter = Counter::default();
    assert!(matches!(run.probe(Resume::Start, &mut counter), Step::Done(_)));
    assert_eq!(counter.instructions, 6);
    assert_eq!(counter.statements.values().copied().collect::<Vec<_>>(), [1; 4]);
}

#[test]
fn a_probe_changes_nothing() {
    let mut quiet = start(&program());
    let _ = quiet.probe(Resume::Start, &mut Quiet);
    let mut counted = start(&program());
    let _ = counted.probe(Resume::Start, &mut Counter::default());
    assert_eq!(quiet.paper.text(), counted.paper.text());
}
