//! Scopes that `include` makes one.
//!
//! An included file has the variables, functions and classes of the scope that includes it. Two places
//! name the same thing when some program puts both into one scope, directly or over a third.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use crate::script::LinkKind;
use crate::{FileNo, Graph};

/// A scope of a file; 0 is the top level.
pub(crate) type Place = (FileNo, u32);

/// Which scopes include which files.
#[derive(Clone, Debug, Default)]
pub(crate) struct Includes {
    out: FxHashMap<Place, Vec<FileNo>>,
    into: FxHashMap<FileNo, Vec<Place>>,
}

impl Includes {
    pub(crate) fn of(graph: &Graph) -> Self {
        let mut includes = Self::default();
        for (number, _) in graph.files().filter(|(_, file)| file.may_include) {
            let Some(linked) = graph.linked(number) else { continue };
            for (link, target) in linked.links() {
                if let (LinkKind::Include, Some(target)) = (link.kind, target) {
                    let place = (number, link.scope);
                    includes.out.entry(place).or_default().push(target);
                    includes.into.entry(target).or_default().push(place);
                }
            }
        }
        includes
    }

    /// Whether a scope has nothing to do with includes.
    pub(crate) fn is_alone(&self, place: Place) -> bool {
        let included = place.1 == 0 && self.into.contains_key(&place.0);
        !included && !self.out.contains_key(&place)
    }

    /// The scopes that share names with this one and of which `mentions` says that they name it.
    pub(crate) fn sharing(
        &self,
        place: Place,
        mentions: impl Fn(Place) -> bool,
    ) -> BTreeSet<Place> {
        let mut found = BTreeSet::from([place]);
        if self.is_alone(place) {
            return found;
        }
        let mut open = vec![place];
        while let Some(place) = open.pop() {
            for root in self.roots(place) {
                for inside in self.expansion(root) {
                    if mentions(inside) && found.insert(inside) {
                        open.push(inside);
                    }
                }
            }
        }
        found
    }

    /// The scopes from which a place is included, over any number of files, that no file includes.
    fn roots(&self, place: Place) -> Vec<Place> {
        let mut roots = Vec::new();
        let mut seen = BTreeSet::from([place]);
        let mut open = vec![place];
        while let Some(place) = open.pop() {
            let above = if place.1 == 0 { self.into.get(&place.0) } else { None };
            match above {
                Some(above) => open.extend(above.iter().filter(|place| seen.insert(**place))),
                None => roots.push(place),
            }
        }
        roots
    }

    /// A scope and everything that it includes.
    pub(crate) fn expansion(&self, root: Place) -> BTreeSet<Place> {
        let mut found = BTreeSet::from([root]);
        let mut open = vec![root];
        while let Some(place) = open.pop() {
            for file in self.out.get(&place).into_iter().flatten() {
                if found.insert((*file, 0)) {
                    open.push((*file, 0));
                }
            }
        }
        found
    }
}
