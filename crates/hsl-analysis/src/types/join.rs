//! Unions: the smallest type that holds what either type holds.

use std::sync::Arc;

use super::array::Array;
use super::ty::{Instance, Kinds, Type};

/// Classes that a union names; of more, any is possible.
const MOST_CLASSES: usize = 4;

/// Arrays in arrays beyond which nothing is known about the elements.
const DEEPEST: usize = 6;

impl Type {
    /// Either type.
    #[must_use]
    pub fn or(&self, other: &Self) -> Self {
        if self.is_unknown() || other.is_unknown() {
            return Self::UNKNOWN;
        }
        if self.is_never() || self == other {
            return other.clone();
        }
        if other.is_never() {
            return self.clone();
        }
        Self {
            kinds: self.kinds.or(other.kinds),
            array: self.array_or(other),
            function: part(self, other, Kinds::FUNCTION, |ty| ty.function, same),
            classes: part(
                self,
                other,
                Kinds::OBJECT.or(Kinds::RESOURCE),
                |ty| ty.classes.clone(),
                |a, b| either_class(&a, &b),
            ),
            text: part(self, other, Kinds::STRING, |ty| ty.text.clone(), same),
        }
    }

    fn array_or(&self, other: &Self) -> Option<Arc<Array>> {
        match (&self.array, &other.array) {
            (Some(a), Some(b)) if Arc::ptr_eq(a, b) => Some(Arc::clone(a)),
            (Some(a), Some(b)) => Some(Arc::new(a.or(b))),
            (one, None) | (None, one) => one.clone(),
        }
    }

    /// This type with nothing known about arrays that lie too deep.
    #[must_use]
    pub(super) fn bounded(&self) -> Self {
        self.to_depth(DEEPEST)
    }

    fn to_depth(&self, depth: usize) -> Self {
        let Some(array) = &self.array else { return self.clone() };
        if array.depth(depth) <= depth {
            return self.clone();
        }
        let inner = match depth {
            0 => Array::any(),
            _ => array.map(|ty| ty.to_depth(depth - 1)),
        };
        Self { array: Some(Arc::new(inner)), ..self.clone() }
    }
}

/// What is known about one kind: of a side that does not hold it, nothing needs to be known.
fn part<T>(
    a: &Type,
    b: &Type,
    kind: Kinds,
    get: impl Fn(&Type) -> Option<T>,
    both: impl Fn(T, T) -> Option<T>,
) -> Option<T> {
    match (a.kinds.any(kind), b.kinds.any(kind)) {
        (true, true) => both(get(a)?, get(b)?),
        (true, false) => get(a),
        (false, _) => get(b),
    }
}

fn same<T: PartialEq>(a: T, b: T) -> Option<T> {
    (a == b).then_some(a)
}

fn either_class(a: &Arc<[Instance]>, b: &Arc<[Instance]>) -> Option<Arc<[Instance]>> {
    if a == b {
        return Some(Arc::clone(a));
    }
    let mut all = a.to_vec();
    all.extend(b.iter().filter(|instance| !a.contains(instance)));
    (all.len() <= MOST_CLASSES).then(|| all.into())
}
