//! Types by flow: what each expression of a program may be.
//!
//! [`infer`] walks every function with its branches and loops. What functions give each other
//! (results, arguments, shared variables, properties) is kept in summaries, and who looked at what
//! grew is walked again, until these come to rest.
//!
//! *Invariants.* Gradual: whatever is not understood is [`Type::UNKNOWN`] and silent. The time grows
//! with the size of the program: loops and rounds are bounded, and what does not come to rest is
//! given up. A pure function of its arguments.
//!
//! *Not here.* What is wrong (`hsl-lint`), presentation (`hsl-ide`).
//!
//! *Sources.* The language reference, sections 4 to 8 and 10 to 16.

mod array;
mod call;
mod collection;
mod condition;
mod declared;
mod display;
mod env;
mod expr;
mod groups;
mod join;
mod kept;
mod loops;
mod object;
mod operator;
mod place;
mod readers;
mod stmt;
mod summary;
mod ty;
mod walk;

pub use array::{Array, Field, Key};
pub use collection::Collection;
pub use display::Shown;
pub(crate) use kept::Walked;
pub use ty::{Callable, Instance, Type};

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use diagnostics::Span;
use rustc_hash::FxHashMap;

use crate::Unit;
use crate::hir::{ClassId, ExprId, FileId, FunctionId, FunctionKind, Loc, Program};
use env::Defined;
use summary::Summaries;
use walk::{Found, Walk, hook_types};

/// Rounds before what still grows is given up.
const ROUNDS: usize = 6;

/// Rounds after that, before everything is given up.
const LAST_ROUNDS: usize = 3;

/// What is taken of the callers of a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Callers {
    /// They are all in the program: parameters and properties are what it puts there. For whoever
    /// wants to see what usually comes.
    Known,
    /// There may be others: parameters and what is not private can be anything. For findings.
    Unknown,
}

/// A variable that a statement binds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Slot {
    /// Parameter, at its own place.
    Parameter,
    /// Key of a `foreach`.
    Key,
    /// Value of a `foreach`, of a data import, or what `catch` catches.
    Value,
}

/// The types of a program.
#[derive(Debug)]
pub struct Types {
    found: Found,
    /// What each function returns.
    results: Vec<Type>,
    /// The properties of each class.
    properties: Vec<BTreeMap<Arc<str>, Type>>,
    /// Where the expressions stand.
    places: Vec<Loc>,
    /// The same by place: file, start, end; made when it is first asked for.
    by_place: OnceLock<Vec<(Loc, ExprId)>>,
}

/// Walks a program.
pub fn infer(program: &Program, unit: &Unit<'_>, callers: Callers) -> Types {
    let mut table = Summaries::new(program);
    let hook = hook_types(program, unit);
    seed(program, &hook, &mut table);
    let mut found = Found::new(program);
    let mut round = 0;
    loop {
        table.gives_up = round >= ROUNDS;
        walk_all(program, unit, callers, &mut table, &mut found, &hook);
        if round > ROUNDS + LAST_ROUNDS || !(table.any_due() || table.uncalled_escape()) {
            break;
        }
        if round == ROUNDS + LAST_ROUNDS {
            table.forget();
        }
        round += 1;
    }
    let places = program.exprs.iter().map(|expr| expr.at).collect();
    let (results, properties) = table.finish();
    Types { found, results, properties, places, by_place: OnceLock::new() }
}

/// What scripts may change, but hooks give.
fn seed(program: &Program, hook: &FxHashMap<u32, Type>, table: &mut Summaries) {
    for (at, ty) in hook {
        let id = crate::hir::GlobalId(*at);
        if !program.global(id).readonly {
            table.sets_cell(summary::Cell::Global(id), ty);
        }
    }
}

fn walk_all(
    program: &Program,
    unit: &Unit<'_>,
    callers: Callers,
    table: &mut Summaries,
    found: &mut Found,
    hook: &FxHashMap<u32, Type>,
) {
    let sealed = match callers {
        Callers::Unknown => kept::sealed(program),
        Callers::Known => Vec::new(),
    };
    for (at, function) in program.functions.iter().enumerate() {
        let id = FunctionId(at as u32);
        if !table.begins(id) {
            continue;
        }
        found.begins(id);
        let sealed = sealed.get(at).copied().flatten();
        let kept = sealed.map(|sealed| (sealed, kept::given(sealed, table)));
        if let Some((sealed, given)) = &kept
            && kept::recall((program, unit), sealed, given, table, found)
        {
            continue;
        }
        let mut walk = Walk::new(program, unit, callers, table, found, hook, id);
        if function.kind == FunctionKind::Module {
            walk.initial_values(function.module);
        }
        if unit.library && function.kind == FunctionKind::Named {
            walk.table.escapes(id);
        }
        let result = walk.run();
        if let Some((sealed, given)) = kept {
            kept::keep((program, unit), sealed, given, found, result);
        }
    }
}

impl Types {
    /// The type of an expression; none when it was not reached.
    pub fn of(&self, id: ExprId) -> Option<&Type> {
        self.found.types.get(id.index())?.as_ref()
    }

    /// The type of the expression at exactly this place; of several, from a file that is included
    /// more than once, all.
    pub fn at(&self, file: FileId, span: Span) -> Option<Type> {
        let loc = Loc { file, span };
        let by_place = self.by_place();
        let first = by_place.partition_point(|(at, _)| *at < loc);
        let here = by_place[first..].iter().take_while(|(at, _)| *at == loc);
        here.filter_map(|(_, id)| self.of(*id))
            .fold(None, |all, ty| Some(all.map_or_else(|| ty.clone(), |all: Type| all.or(ty))))
    }

    fn by_place(&self) -> &[(Loc, ExprId)] {
        self.by_place.get_or_init(|| {
            let places = self.places.iter().enumerate();
            let mut by_place: Vec<_> = places.map(|(at, loc)| (*loc, ExprId(at as u32))).collect();
            by_place.sort_unstable();
            by_place
        })
    }

    /// The type of a variable that a statement binds.
    pub fn bound(&self, at: Loc, slot: Slot) -> Option<&Type> {
        self.found.places.get(&(at, slot))
    }

    /// The walk over a sealed function that its types are from: the same number, the same types.
    pub fn walk_of(&self, function: FunctionId) -> Option<u64> {
        self.found.walks.get(&function).copied()
    }

    /// What a function returns.
    pub fn result(&self, function: FunctionId) -> &Type {
        &self.results[function.index()]
    }

    /// The properties of an instance of a class.
    pub fn properties(&self, class: ClassId) -> &BTreeMap<Arc<str>, Type> {
        &self.properties[class.index()]
    }

    /// Whether a variable that is read does not exist on every path that leads there; then, whether
    /// it does on some. None where it exists, and where `isset` or `??` asks for it.
    pub fn undefined(&self, id: ExprId) -> Option<bool> {
        self.found.doubts.get(&id).map(|doubt| *doubt == Defined::Maybe)
    }
}
