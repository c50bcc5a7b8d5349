//! Walks of sealed functions, kept from one analysis to the next.
//!
//! What a walk over a sealed function finds follows from its text and from what the functions give
//! that it names. Only what holds no id of the program is kept, since another program has others.
//!
//! *Invariants.* What is recalled is what a walk would find.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use diagnostics::Span;
use hsl_decl::Contexts;

use super::Slot;
use super::env::Defined;
use super::summary::Summaries;
use super::ty::{Callable, Instance, Type};
use super::walk::Found;
use crate::Unit;
use crate::hir::{ExprId, Loc, Program, Sealed};
use crate::memory::Around;

/// Counts the walks that were kept.
static WALKS: AtomicU64 = AtomicU64::new(0);

/// What a walk found.
#[derive(Debug)]
pub(crate) struct Walked {
    /// No other walk has it.
    pub(super) number: u64,
    /// Where that holds; none when it does everywhere.
    around: Option<Around>,
    /// What the functions gave that the function names.
    given: Vec<Type>,
    types: Vec<Option<Type>>,
    /// By position among the expressions of the function.
    doubts: Vec<(u32, Defined)>,
    /// By distance from the start of the function.
    places: Vec<(Span, Slot, Type)>,
    result: Type,
}

/// The sealed functions of a program by function, those that are walked as a whole.
pub(super) fn sealed(program: &Program) -> Vec<Option<&Sealed>> {
    let mut found = vec![None; program.functions.len()];
    for sealed in &program.sealed {
        let is_one = sealed.nested.is_empty() && !program.function(sealed.function).generator;
        if is_one {
            found[sealed.function.index()] = Some(sealed);
        }
    }
    found
}

/// What the functions give now that a function names.
pub(super) fn given(sealed: &Sealed, table: &Summaries) -> Vec<Type> {
    sealed.callees.iter().map(|callee| table.result(*callee).clone()).collect()
}

/// Takes what a walk would find from an earlier one, if there was one that was given the same.
pub(super) fn recall(
    (program, unit): (&Program, &Unit<'_>),
    sealed: &Sealed,
    given: &[Type],
    table: &mut Summaries,
    found: &mut Found,
) -> bool {
    let here = Around::of(unit);
    let holds = |walked: &Walked| {
        walked.around.is_none_or(|around| around == here) && walked.given == given
    };
    let Some(walked) = sealed.memo.walked(holds) else { return false };
    found.note_all(sealed.exprs.clone(), &walked.types);
    for (at, doubt) in &walked.doubts {
        found.doubts.insert(ExprId(sealed.exprs.start + at), *doubt);
    }
    let at = program.function(sealed.function).at;
    for (span, slot, ty) in &walked.places {
        let (start, end) = (span.start + at.span.start, span.end + at.span.start);
        found.bind(Loc { span: Span { start, end }, ..at }, *slot, ty.clone());
    }
    found.walks.insert(sealed.function, walked.number);
    table.returns(sealed.function, &walked.result);
    true
}

/// Keeps what a walk has found.
pub(super) fn keep(
    (program, unit): (&Program, &Unit<'_>),
    sealed: &Sealed,
    given: Vec<Type>,
    found: &mut Found,
    result: Type,
) {
    let range = sealed.exprs.start as usize..sealed.exprs.end as usize;
    let types = found.types[range].to_vec();
    let at = program.function(sealed.function).at.span;
    let places: Option<Vec<_>> = found
        .bound_now
        .iter()
        .map(|(loc, slot)| {
            let span = loc.span;
            let (start, end) = (span.start.checked_sub(at.start)?, span.end.checked_sub(at.start)?);
            Some((Span { start, end }, *slot, found.places.get(&(*loc, *slot))?.clone()))
        })
        .collect();
    let Some(places) = places else { return };
    let is_each = |is_so: fn(&Type) -> bool| {
        let bound = places.iter().map(|(_, _, ty)| ty);
        types.iter().flatten().chain(&given).chain(bound).chain([&result]).all(is_so)
    };
    if !is_each(Type::is_portable) {
        return;
    }
    let around = (!is_each(Type::is_everywhere)).then(|| Around::of(unit));
    let doubts = sealed
        .exprs
        .clone()
        .filter_map(|id| Some((id - sealed.exprs.start, *found.doubts.get(&ExprId(id))?)));
    let doubts = doubts.collect();
    let number = WALKS.fetch_add(1, Ordering::Relaxed);
    found.walks.insert(sealed.function, number);
    let walked = Walked { number, around, given, types, doubts, places, result };
    sealed.memo.keep_walked(Arc::new(walked));
}

impl Type {
    /// Whether it means the same in another program.
    fn is_portable(&self) -> bool {
        let is_own =
            |instance: &Instance| matches!(instance, Instance::Own(_) | Instance::Generator(_));
        !matches!(self.function, Some(Callable::Own(_) | Callable::Class(_)))
            && !self.instances().iter().any(is_own)
            && self.elements().all(Self::is_portable)
    }

    /// Whether a declaration means it in every hook.
    fn is_everywhere(&self) -> bool {
        let is_somewhere = |instance: &Instance| match instance.library() {
            Some(class) => class.contexts != Contexts::Everywhere,
            None => matches!(instance, Instance::Named(_)),
        };
        !self.instances().iter().any(is_somewhere) && self.elements().all(Self::is_everywhere)
    }

    fn elements(&self) -> impl Iterator<Item = &Self> {
        let arrays = self.array.iter();
        arrays.flat_map(|array| array.fields.iter().map(|field| &field.ty).chain(&array.rest))
    }
}
