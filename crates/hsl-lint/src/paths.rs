//! What values come from: a key of a predefined variable, or a call.

use hsl_analysis::hir::{ExprId, ExprKind, Global, GlobalKind, Storage, VarId};

use crate::Pass;
use crate::written::Write;

/// Assignments that are followed to a value.
const STEPS: usize = 8;
/// Keys below each other that are followed; `$a = $a["b"]` has no end.
const KEYS: usize = 16;

impl<'a> Pass<'a> {
    /// What a value is: a variable that is assigned once, and nowhere else, stands for its value.
    pub fn source(&self, id: ExprId) -> ExprId {
        let mut id = id;
        for _ in 0..STEPS {
            match self.only_value(id) {
                Some(value) => id = value,
                None => break,
            }
        }
        id
    }

    fn only_value(&self, id: ExprId) -> Option<ExprId> {
        let ExprKind::Variable(variable) = self.expr(id).kind else { return None };
        let function = self.around.function(id)?;
        let own = match self.program.function(function).variable(variable).storage {
            Storage::Local => true,
            Storage::Global(global) => {
                let global = self.program.global(global);
                !global.shared && matches!(global.kind, GlobalKind::Module(_))
            }
            _ => false,
        };
        match self.around.written.writes(function, variable) {
            [Write::Assigned { value, .. }] if own => Some(*value),
            _ => None,
        }
    }

    /// The predefined variable that an expression is.
    pub fn hook_variable(&self, id: ExprId) -> Option<&'a Global> {
        let global = match self.expr(id).kind {
            ExprKind::Global(global) => global,
            ExprKind::Variable(variable) => self.global_of(id, variable)?,
            _ => return None,
        };
        let global = self.program.global(global);
        (global.kind == GlobalKind::Hook).then_some(global)
    }

    fn global_of(&self, id: ExprId, variable: VarId) -> Option<hsl_analysis::hir::GlobalId> {
        let function = self.program.function(self.around.function(id)?);
        match function.variable(variable).storage {
            Storage::Global(global) => Some(global),
            _ => None,
        }
    }

    /// The keys from a predefined variable to a value, beginning with its name:
    /// `$transaction`, `senderaddress`, `domain`. Variables assigned once are followed.
    pub fn path(&self, id: ExprId) -> Option<Vec<&'a [u8]>> {
        let (root, keys) = self.keys(id)?;
        let name = self.hook_variable(root)?.name.as_bytes();
        Some([name].into_iter().chain(keys).collect())
    }

    /// Takes the keys off a value; they are texts that are written out.
    fn keys(&self, id: ExprId) -> Option<(ExprId, Vec<&'a [u8]>)> {
        let mut keys = Vec::new();
        let mut id = self.source(id);
        while let ExprKind::Index { object, index } = self.expr(id).kind {
            keys.push(self.string(index).filter(|_| keys.len() < KEYS)?);
            id = self.source(object);
        }
        keys.reverse();
        Some((id, keys))
    }

    /// Whether a value is this key: `["$transaction", "sender"]`.
    pub fn is_path(&self, id: ExprId, keys: &[&str]) -> bool {
        self.path(id).is_some_and(|path| {
            path.len() == keys.len() && path.iter().zip(keys).all(|(a, b)| *a == b.as_bytes())
        })
    }

    /// The library function whose answer this is, or a key of whose answer: `dns_query`, `["error"]`
    /// for `dns_query($d)["error"]`.
    pub fn answer(&self, id: ExprId) -> Option<(&'static str, Vec<&'a [u8]>)> {
        let (root, keys) = self.keys(id)?;
        let (declared, _) = self.declarations(root);
        Some((declared.first()?.name, keys))
    }
}
