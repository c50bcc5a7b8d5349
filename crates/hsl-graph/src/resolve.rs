//! What names mean across files.

use std::sync::Arc;

use hsl_analysis::{SymbolId, SymbolKind};

use crate::include::Place;
use crate::script::{LinkKind, MemberUse, NameUse, ScopedUse};
use crate::{FileNo, Graph, Linked};

/// Imports of imports that are followed.
const STEPS: usize = 32;

/// A symbol with its file.
pub(crate) type Defined = (FileNo, SymbolId);

/// Whether a symbol belongs to a class.
pub(crate) fn is_member(kind: SymbolKind) -> bool {
    matches!(
        kind,
        SymbolKind::Method
            | SymbolKind::StaticMethod
            | SymbolKind::Property
            | SymbolKind::StaticProperty
    )
}

impl Graph {
    /// The symbol that stands for all that are the same as this one.
    pub(crate) fn canonical(&self, defined: Defined) -> Defined {
        self.canonical_in(defined, STEPS)
    }

    fn canonical_in(&self, (file, id): Defined, steps: usize) -> Defined {
        let Some(Linked { script, targets }) = self.linked(file) else { return (file, id) };
        let Some(steps) = steps.checked_sub(1) else { return (file, id) };
        if let Some((link, item)) = script.bindings.get(&id) {
            let name = &script.links[*link].items[*item].name;
            let found = targets[*link].and_then(|target| self.export_in(target, name, steps));
            return found.unwrap_or((file, id));
        }
        self.shared((file, id)).into_iter().min().unwrap_or((file, id))
    }

    /// What a file offers under a name.
    pub(crate) fn export(&self, file: FileNo, name: &str) -> Option<Defined> {
        self.export_in(file, name, STEPS)
    }

    fn export_in(&self, file: FileNo, name: &str, steps: usize) -> Option<Defined> {
        let own = |file: FileNo| Some((file, *self.script(file)?.exports.get(name)?));
        let included = || {
            let places = self.includes().expansion((file, 0)).into_iter();
            places.filter(|place| place.1 == 0).find_map(|(file, _)| own(file))
        };
        let found = own(file).or_else(included)?;
        Some(self.canonical_in(found, steps))
    }

    /// The symbols that `include` makes one with this one; functions and classes only where they are
    /// defined.
    pub(crate) fn shared(&self, (file, id): Defined) -> Vec<Defined> {
        let Some(script) = self.script(file) else { return vec![(file, id)] };
        let symbol = script.symbol(id);
        let home = script.homes.get(id.0 as usize).copied().flatten();
        let shares = matches!(
            symbol.kind,
            SymbolKind::Variable | SymbolKind::Parameter | SymbolKind::Function | SymbolKind::Class
        );
        let Some(home) = home.filter(|home| shares && !self.includes().is_alone((file, *home)))
        else {
            return vec![(file, id)];
        };
        let name = &symbol.name;
        let places =
            self.includes().sharing((file, home), |place| self.in_scope(place, name).is_some());
        let symbols = places.into_iter();
        let found: Vec<_> =
            symbols.filter_map(|place| Some((place.0, self.in_scope(place, name)?))).collect();
        if found.is_empty() { vec![(file, id)] } else { found }
    }

    /// The symbol of a name that a scope itself has.
    fn in_scope(&self, (file, scope): Place, name: &str) -> Option<SymbolId> {
        let script = self.script(file)?;
        if scope == 0 {
            return script.exports.get(name).copied();
        }
        let symbols = &script.facts.scopes.get(scope as usize)?.symbols;
        symbols.iter().copied().find(|id| *script.symbol(*id).name == *name)
    }

    /// Whether a script defines what a name means; else only the library can.
    pub fn is_defined(&self, file: FileNo, used: &NameUse) -> bool {
        self.name(file, used).is_some()
    }

    /// The function or class that a name means, when a file that is put into one of the scopes around
    /// it defines it.
    pub(crate) fn name(&self, file: FileNo, used: &NameUse) -> Option<Defined> {
        let script = self.script(file)?;
        let mut scope = Some(used.scope);
        while let Some(at) = scope {
            let place = (file, at);
            if !self.includes().is_alone(place) {
                let mentions = |place| self.in_scope(place, &used.name).is_some();
                let places = self.includes().sharing(place, mentions);
                let found = places
                    .into_iter()
                    .find_map(|place| Some((place.0, self.in_scope(place, &used.name)?)));
                if let Some(found) = found {
                    return Some(self.canonical(found));
                }
            }
            scope = script.facts.scopes.get(at as usize)?.parent;
        }
        None
    }

    /// What `scope::name` means, when the scope is imported.
    pub(crate) fn scoped(&self, file: FileNo, used: &ScopedUse) -> Option<Defined> {
        let script = self.script(file)?;
        if script.symbol(used.of).kind == SymbolKind::Namespace {
            let target = self.target_of(file, used.of)?;
            return self.export(target, &used.name);
        }
        let class = self.canonical((file, used.of));
        self.member_of(class, used.name.trim_start_matches('$'))
    }

    /// The file of a name space or data variable.
    pub(crate) fn target_of(&self, file: FileNo, alias: SymbolId) -> Option<FileNo> {
        let linked = self.linked(file)?;
        let mut named = linked.links().filter(|(link, _)| link.alias == Some(alias));
        named.find(|(link, _)| link.kind == LinkKind::Namespace).and_then(|(_, target)| target)
    }

    pub(crate) fn member_of(&self, (file, class): Defined, name: &str) -> Option<Defined> {
        let script = self.script(file)?;
        let symbols = script.facts.symbols.iter().zip(0..);
        let mut own = symbols.filter(|(symbol, _)| {
            symbol.container == Some(class) && is_member(symbol.kind) && *symbol.name == *name
        });
        own.next().map(|(_, id)| (file, SymbolId(id)))
    }

    /// The members that `->name` may mean, and whether it is known to be that one.
    pub(crate) fn member_candidates(&self, file: FileNo, used: &MemberUse) -> (Vec<Defined>, bool) {
        match self.class_of(file, used) {
            Some(class) => (self.member_of(class, &used.name).into_iter().collect(), true),
            None => (self.instance_members(&used.name), false),
        }
    }

    /// The class of the object in `->name`, when it is known.
    pub(crate) fn class_of(&self, file: FileNo, used: &MemberUse) -> Option<Defined> {
        let class = self.canonical((file, used.class?));
        // A name that is imported may be a function that makes an object.
        (self.kind_of(class) == Some(SymbolKind::Class)).then_some(class)
    }

    /// What `->name` may mean, whatever the object is.
    pub(crate) fn instance_members(&self, name: &str) -> Vec<Defined> {
        let is_instance = |defined: &&Defined| {
            matches!(self.kind_of(**defined), Some(SymbolKind::Method | SymbolKind::Property))
        };
        self.members(name).iter().filter(is_instance).copied().collect()
    }

    /// What a symbol is.
    pub(crate) fn kind_of(&self, (file, id): Defined) -> Option<SymbolKind> {
        self.script(file).map(|script| script.symbol(id).kind)
    }

    /// The name of a script's symbol.
    pub(crate) fn name_of(&self, (file, id): Defined) -> Option<Arc<str>> {
        self.script(file).map(|script| Arc::clone(&script.symbol(id).name))
    }
}
