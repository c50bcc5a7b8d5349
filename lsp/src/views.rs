//! Views of the documents that were asked about last.
//!
//! A view takes many times the memory of its text. Of documents that are open and nobody looks into,
//! findings are enough; so only the newest views stay, and another one is made when it is asked for.
//!
//! *Invariants.* A view is given only to a snapshot in which its ground stands.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use hsl_ide::View;

use crate::reports::{Ground, locked};
use crate::world::World;

/// Views that stay: as many documents as somebody goes back and forth between.
const MOST: usize = 8;

/// A view and what it was made from, once it is made.
type Made = Arc<Mutex<Option<(Arc<View>, Ground)>>>;

/// The views that were asked for last.
#[derive(Debug, Default)]
pub(crate) struct Views {
    /// The newest is the last.
    kept: Mutex<VecDeque<(Arc<str>, Made)>>,
}

impl Views {
    /// The view of a document, made when the one that is kept is not true any more.
    pub(crate) fn of(
        &self,
        world: &World,
        uri: &str,
        make: impl FnOnce() -> (Arc<View>, Ground),
    ) -> Arc<View> {
        up_to_date(&self.newest(uri), world, make)
    }

    /// The same for somebody who only passes by: a document without a view gets none to keep.
    pub(crate) fn in_passing(
        &self,
        world: &World,
        uri: &str,
        make: impl FnOnce() -> (Arc<View>, Ground),
    ) -> Arc<View> {
        let known = locked(&self.kept).iter().find(|(known, _)| **known == *uri).cloned();
        match known {
            Some((_, place)) => up_to_date(&place, world, make),
            None => make().0,
        }
    }

    /// Forgets the view of a document.
    pub(crate) fn forget(&self, uri: &str) {
        locked(&self.kept).retain(|(known, _)| **known != *uri);
    }

    /// The place of a document's view, the newest from now on.
    fn newest(&self, uri: &str) -> Made {
        let mut kept = locked(&self.kept);
        let known = kept.iter().position(|(known, _)| **known == *uri);
        let known = known.and_then(|at| kept.remove(at));
        let (uri, place) = known.unwrap_or_else(|| (uri.into(), Made::default()));
        kept.push_back((uri, Arc::clone(&place)));
        if kept.len() > MOST {
            kept.pop_front();
        }
        place
    }
}

fn up_to_date(
    place: &Made,
    world: &World,
    make: impl FnOnce() -> (Arc<View>, Ground),
) -> Arc<View> {
    // Whoever wants the same view waits for it: making it again would take as long.
    let mut known = locked(place);
    if let Some((view, _)) = known.as_ref().filter(|(_, ground)| ground.stands(world)) {
        return Arc::clone(view);
    }
    let (view, ground) = make();
    *known = Some((Arc::clone(&view), ground));
    view
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_stay() {
        let views = Views::default();
        let first = views.newest("0");
        for number in 1..=MOST {
            views.newest("0");
            views.newest(&number.to_string());
        }
        assert!(Arc::ptr_eq(&views.newest("0"), &first));
        let known: Vec<_> = locked(&views.kept).iter().map(|(uri, _)| uri.to_string()).collect();
        assert_eq!(known.len(), MOST);
        assert!(!known.contains(&"1".to_owned()));
        views.forget("0");
        assert!(!Arc::ptr_eq(&views.newest("0"), &first));
    }
}
