//! What exists depends on the hook: functions, verdicts and variables.

use crate::support::{library, render};
use hsl_analysis::{Access, Facts, Meaning, SymbolKind, analyze};
use hsl_compile::{MemorySources, Unit, build, compile_expression};
use hsl_decl::{
    Catalog, Contexts, Docs, Effect, Follows, Function, Hook, HookDecl, OptionDecl, Origin, Param,
    Sinks, Ty, Variable,
};
use hsl_vm::debug::Quiet;
use hsl_vm::{Fiber, Limits, Loaded, Outcome, Resume, Step, Value};

const OPTIONS: Param = Param { required: false, ..Param::new("options", Ty::ARRAY) };

const DELAY: OptionDecl = OptionDecl::new("delay", Ty::NUMBER, "Seconds.");

static QUEUE: Function = Function {
    name: "Queue",
    topic: "verdicts",
    params: &[OPTIONS],
    returns: Ty::NEVER,
    keys: &[],
    elements: None,
    follows: Follows::Nothing,
    origin: Origin::Inherited,
    cleans: Sinks::NONE,
    options: &[DELAY],
    contexts: Contexts::Everywhere,
    effect: Effect::Terminates,
    limit: None,
    is_static: false,
    deprecated: None,
    differs: None,
    docs: Docs("Puts the message back."),
};

const ARGUMENTS: Variable = Variable {
    name: "$arguments",
    ty: Ty::ARRAY,
    readonly: true,
    doc: "Input.",
    keys: &[],
    elements: None,
};

const CONTEXT: Variable = Variable {
    name: "$context",
    ty: Ty::ANY,
    readonly: false,
    doc: "Free.",
    keys: &[],
    elements: None,
};

const fn hook(hook: Hook, verdicts: &'static [&'static Function]) -> HookDecl {
    HookDecl {
        hook,
        event: "",
        variables: const { &[ARGUMENTS, CONTEXT] },
        verdicts,
        implicit: "Accept",
        on_error: "Defer",
        docs: Docs(""),
    }
}

static EOD: HookDecl = hook(Hook::Eod, &[]);
static PREDELIVERY: HookDecl = hook(Hook::PreDelivery, &[&QUEUE]);

fn catalog() -> Catalog {
    Catalog::new(hsl_std::functions(), [], [&EOD, &PREDELIVERY])
}

fn faults(hook: Option<Hook>, program: &str) -> String {
    let sources = MemorySources::new().with("main.hsl", program);
    let catalog = catalog();
    render(
        &sources,
        &build(&sources, "main.hsl", &Unit::new(hook, &catalog), &library()).diagnostics,
    )
}

#[test]
fn a_verdict_of_another_hook_names_its_hooks() {
    insta::assert_snapshot!(faults(Some(Hook::Eod), "Queue();"), @r#"
    HSL2003 1:1 "Queue" `Queue` does not exist in the eod hook
      help: it exists in predelivery
    "#);
    insta::assert_snapshot!(faults(None, "Queue();"), @r#"
    HSL2003 1:1 "Queue" `Queue` does not exist outside of a hook
      help: it exists in predelivery
    "#);
    assert_eq!(faults(Some(Hook::PreDelivery), "Queue();"), "");
    assert_eq!(faults(Some(Hook::Eod), "function Queue() { } Queue();"), "");
}

#[test]
fn options_and_caches_of_verdicts_are_checked() {
    let program = "Queue([\"dealy\" => 3, \"delay\" => 1]);";
    insta::assert_snapshot!(faults(Some(Hook::PreDelivery), program), @r#"
    HSL3016 1:8 "\"dealy\"" `Queue` has no option "dealy"
      help: did you mean `"delay"`?
    "#);
    insta::assert_snapshot!(faults(Some(Hook::PreDelivery), "cache [] Queue();"), @r#"HSL1012 1:10 "Queue" `Queue` ends the hook and cannot be cached"#);
}

#[test]
fn input_is_read_only_everywhere() {
    let program = "$arguments[\"x\"] = 1; function f() { global $arguments; unset($arguments); } \
                   $context = $arguments; f();";
    insta::assert_snapshot!(faults(Some(Hook::Eod), program), @r#"
    HSL1011 1:1 "$arguments" $arguments is read-only
    HSL1011 1:62 "$arguments" $arguments is read-only
    "#);
}

#[test]
fn a_file_looked_at_alone_may_use_every_hook() {
    let catalog = catalog();
    let sources = MemorySources::new().with("lib.hsl", "function f() { Queue(); } echo $context;");
    let built = build(&sources, "lib.hsl", &Unit::library(&catalog), &library());
    assert_eq!(render(&sources, &built.diagnostics), "");
}

#[test]
fn editors_learn_what_names_mean() {
    let text = "// Adds.\nfunction add($a, $b = 1) { $sum = $a + $b; return $sum; }\n\
                class Box { $v = 1; static function of() { return Box(); } }\n\
                $n = add(2); echo add($n) . length(\"x\");";
    let sources = MemorySources::new().with("main.hsl", text);
    let catalog = catalog();
    let resolved = analyze(&sources, "main.hsl", &Unit::new(None, &catalog));
    let facts = &resolved.facts;
    let file = resolved.program.modules[0].file;
    let at = |needle: &str| text.rfind(needle).expect("the text has it");

    let add = symbol_at(facts, file, at("add($n)")).expect("a function");
    let symbol = facts.symbol(add);
    assert_eq!((symbol.kind, symbol.docs.as_deref()), (SymbolKind::Function, Some("Adds.")));
    assert_eq!(symbol.signature.as_deref(), Some("function add($a, $b = 1)"));
    assert_eq!(facts.uses(add).count(), 3);
    let writes = |n: &str| {
        let id = symbol_at(facts, file, at(n)).expect("a variable");
        facts.uses(id).filter(|r| r.access == Access::Write).count()
    };
    assert_eq!(writes("$n) ."), 1);
    let library = facts.reference_at(file, at("length")).map(|r| r.meaning);
    assert!(matches!(library, Some(Meaning::Function(decl)) if decl.name == "length"));

    let visible = |offset| {
        let mut names: Vec<_> =
            facts.visible_at(file, offset).into_iter().map(|id| &*facts.symbol(id).name).collect();
        names.sort_unstable();
        names.join(" ")
    };
    assert_eq!(visible(at("return $sum")), "$a $b $sum Box add");
    assert_eq!(visible(text.len()), "$n Box add");
}

fn symbol_at(
    facts: &Facts,
    file: hsl_analysis::hir::FileId,
    offset: usize,
) -> Option<hsl_analysis::SymbolId> {
    match facts.reference_at(file, offset)?.meaning {
        Meaning::Symbol(id) => Some(id),
        _ => None,
    }
}

#[test]
fn a_watched_expression_reads_the_variables_it_is_given() {
    let (catalog, library) = (catalog(), library());
    let unit = Unit::new(Some(Hook::Eod), &catalog);
    let program = compile_expression("$a[\"k\"] . length($b)", &["$a", "$b"], &unit, &library);
    let loaded = Loaded::new(program.expect("it compiles"), &library).expect("it links");
    let world = std::rc::Rc::new(crate::support::Console::default());
    let mut fiber = Fiber::new(&loaded, world, Limits::default());
    let array = hsl_vm::Array::record([("k", "v")]);
    assert!(fiber.set_variable("$a", Value::array(array)));
    assert!(fiber.set_variable("$b", Value::from("xyz")));
    match fiber.resume(Resume::Start, 1000, &mut Quiet) {
        Step::Done(Outcome::Returned(value)) => assert_eq!(&value.to_text()[..], b"v3"),
        other => panic!("{other:?}"),
    }
    for text in ["$a = ", "if (1) { }", "1; 2", "", "return 1"] {
        assert!(compile_expression(text, &["$a"], &unit, &library).is_err(), "{text}");
    }
}
