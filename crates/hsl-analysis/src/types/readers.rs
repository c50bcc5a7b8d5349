//! Which functions have to be walked again.
//!
//! A walk notes what it looked at beyond its own function; when that grows, the function is due. A
//! function that depends on nothing that grew would only give the same once more.
//!
//! *Invariants.* A function is due when anything that its last walk looked at has grown since.

use crate::hir::FunctionId;

/// What each function looked at, and who is due.
#[derive(Debug)]
pub(super) struct Readers {
    walking: FunctionId,
    due: Vec<bool>,
    /// Who looked at what a function gives.
    of_results: Vec<Vec<FunctionId>>,
    /// Who looked at what it is called with: only the function itself can.
    of_params: Vec<bool>,
    /// Who looked at variables, properties and closures that functions share.
    of_shared: Vec<FunctionId>,
}

impl Readers {
    /// Everybody is due.
    pub(super) fn new(functions: usize) -> Self {
        Self {
            walking: FunctionId(0),
            due: vec![true; functions],
            of_results: vec![Vec::new(); functions],
            of_params: vec![false; functions],
            of_shared: Vec::new(),
        }
    }

    /// Whether a function is to be walked; then its walk begins.
    pub(super) fn begins(&mut self, id: FunctionId) -> bool {
        self.walking = id;
        std::mem::replace(&mut self.due[id.index()], false)
    }

    /// Whether anybody is due.
    pub(super) fn any_due(&self) -> bool {
        self.due.contains(&true)
    }

    /// The walk looks at what a function gives.
    pub(super) fn looks_at_result(&mut self, of: FunctionId) {
        add(&mut self.of_results[of.index()], self.walking);
    }

    /// The walk looks at what its function is called with.
    pub(super) fn looks_at_params(&mut self, of: FunctionId) {
        self.of_params[of.index()] = true;
    }

    /// The walk looks at what functions share.
    pub(super) fn looks_at_shared(&mut self) {
        add(&mut self.of_shared, self.walking);
    }

    /// A function gives more.
    pub(super) fn result_grew(&mut self, of: FunctionId) {
        for reader in std::mem::take(&mut self.of_results[of.index()]) {
            self.due[reader.index()] = true;
        }
    }

    /// A function is called with more.
    pub(super) fn params_grew(&mut self, of: FunctionId) {
        self.due[of.index()] |= self.of_params[of.index()];
    }

    /// What functions share grew.
    pub(super) fn shared_grew(&mut self) {
        for reader in std::mem::take(&mut self.of_shared) {
            self.due[reader.index()] = true;
        }
    }

    /// Everything changed.
    pub(super) fn all_grew(&mut self) {
        self.due.fill(true);
    }
}

/// Walks come one after the other, so a reader that is there already is the last one.
fn add(readers: &mut Vec<FunctionId>, walking: FunctionId) {
    if readers.last() != Some(&walking) {
        readers.push(walking);
    }
}
