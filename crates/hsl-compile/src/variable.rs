//! Variables by where they live.

use hsl_analysis::hir::VarId;
use hsl_vm::code::{Op, Path, Reg, Root};

use crate::body::{Body, Home};

impl Body<'_, '_> {
    /// Puts the value of a variable into a register; with `quiet`, none when it does not exist.
    pub(crate) fn load_variable(&mut self, id: VarId, d: Reg, quiet: bool) {
        self.load_home(self.home(id), d, quiet);
    }

    pub(crate) fn load_home(&mut self, home: Home, d: Reg, quiet: bool) {
        let op = match (home, quiet) {
            (Home::Register(s), false) => Op::Load { d, s },
            (Home::Register(s), true) => Op::LoadQuiet { d, s },
            (Home::Cell(c), false) => Op::CellGet { d, c },
            (Home::Cell(c), true) => Op::CellGetQuiet { d, c },
            (Home::Global(g), false) => Op::GlobalGet { d, g },
            (Home::Global(g), true) => Op::GlobalGetQuiet { d, g },
        };
        self.emit(op);
    }

    pub(crate) fn store_variable(&mut self, id: VarId, s: Reg) {
        self.store_home(self.home(id), s);
    }

    pub(crate) fn store_home(&mut self, home: Home, s: Reg) {
        let op = match home {
            Home::Register(d) if d == s => return,
            Home::Register(d) => Op::Load { d, s },
            Home::Cell(c) => Op::CellSet { c, s },
            Home::Global(g) => Op::GlobalSet { s, g },
        };
        self.emit(op);
    }

    pub(crate) fn is_set(&mut self, id: VarId, d: Reg) {
        self.is_home_set(self.home(id), d);
    }

    pub(crate) fn is_home_set(&mut self, home: Home, d: Reg) {
        let op = match home {
            Home::Register(s) => Op::IsSet { d, s },
            Home::Cell(c) => Op::CellIsSet { d, c },
            Home::Global(g) => Op::GlobalIsSet { d, g },
        };
        self.emit(op);
    }

    pub(crate) fn unset_variable(&mut self, id: VarId, d: Reg) {
        self.unset_home(self.home(id), d);
    }

    pub(crate) fn unset_home(&mut self, home: Home, d: Reg) {
        let op = match home {
            Home::Register(s) => Op::Unset { d, s },
            Home::Cell(c) => Op::CellUnset { d, c },
            Home::Global(g) => Op::GlobalUnset { d, g },
        };
        self.emit(op);
    }

    /// The variable itself as a place.
    pub(crate) fn whole(home: Home) -> Path {
        Path { root: root_of(home), steps: Box::default() }
    }
}

/// Where a path into a variable begins.
pub(crate) fn root_of(home: Home) -> Root {
    match home {
        Home::Register(reg) => Root::Register(reg),
        Home::Cell(reg) => Root::Cell(reg),
        Home::Global(global) => Root::Global(global),
    }
}
