//! What stands at a place, and where else it stands.

use std::sync::Arc;

use diagnostics::Span;
use hsl_analysis::{Access, Meaning, SymbolId};

use crate::resolve::{Defined, is_member};
use crate::script::{ImportItem, LinkKind, Script, TextKind, TextUse};
use crate::{FileNo, Graph, Linked, Occurrence, Realm, Symbol, Use};

/// A symbol at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// What it is, across all files.
    pub symbol: Symbol,
    /// The name there.
    pub span: Span,
    /// The symbol of this file alone, when it stands there under a name of its own
    /// (`import { f as g }`).
    pub alias: Option<SymbolId>,
}

impl Graph {
    /// The symbol whose name touches an offset.
    pub fn symbol_at(&self, file: FileNo, offset: usize) -> Option<Found> {
        let of = self.files.get(file.index())?;
        if let Some(config) = &of.config {
            let id = config.ids.iter().find(|id| id.at.touches(offset))?;
            return Some(Found { symbol: id.symbol.clone(), span: id.at, alias: None });
        }
        let linked = self.linked(file)?;
        let script = &*linked.script;
        let text = self.text_at(file, script, offset);
        let text = text.or_else(|| self.import_at(file, &linked, offset));
        text.or_else(|| self.use_at(file, script, offset))
            .or_else(|| self.reference_at(file, script, offset))
    }

    /// Every place of a symbol, by file and place.
    pub fn occurrences(&self, symbol: &Symbol) -> Vec<Occurrence> {
        let mut found = match symbol {
            Symbol::Script(file, id) => self.of_script((*file, *id)),
            Symbol::Member(name) => self.of_members(name),
            Symbol::Library(name) => self.of_library(name),
            Symbol::Context(name, realm) => self.of_context(name, *realm),
            Symbol::Id(..) | Symbol::Hook(..) => self.of_id(symbol),
            Symbol::Barrier(name) => self.of_text(TextKind::Barrier, name),
            Symbol::Cache(name) => self.of_text(TextKind::Cache, name),
            Symbol::File(file) => self.of_file(*file),
        };
        found.sort_by_key(|o| (o.file, o.span, o.usage == Use::Definition, o.usage));
        found.dedup_by_key(|o| (o.file, o.span));
        found
    }

    /// The places of a symbol of one file under its name there, as an alias is.
    pub fn occurrences_of_alias(&self, file: FileNo, id: SymbolId) -> Vec<Occurrence> {
        let mut found = Vec::new();
        if let Some(script) = self.script(file) {
            of_references(file, &script, id, false, &mut found);
        }
        found.sort();
        found.dedup_by_key(|o| o.span);
        found
    }

    /// The symbol of a file's own that a place names.
    pub fn local_symbol(&self, file: FileNo, span: Span) -> Option<SymbolId> {
        let script = self.script(file)?;
        let at = |r: &&hsl_analysis::Reference| r.at.span == span;
        match script.facts.references.iter().find(at)?.meaning {
            Meaning::Symbol(id) => Some(id),
            _ => None,
        }
    }

    fn text_at(&self, file: FileNo, script: &Script, offset: usize) -> Option<Found> {
        let found = |symbol, span| Some(Found { symbol, span, alias: None });
        if let Some(key) = script.keys.iter().find(|key| key.at.touches(offset)) {
            let realm = Realm::of(self.hooks_of_scope(file, key.scope));
            return found(Symbol::Context(Arc::clone(&key.name), realm), key.at);
        }
        let text = script.texts.iter().find(|text| text.at.touches(offset))?;
        found(text_symbol(text.kind, &text.name), text.at)
    }

    fn import_at(&self, file: FileNo, linked: &Linked, offset: usize) -> Option<Found> {
        let (link, target) = linked.links().find(|(link, _)| link.at.touches(offset))?;
        if link.path_at.touches(offset) {
            let symbol = Symbol::File(target?);
            return Some(Found { symbol, span: link.path_at, alias: None });
        }
        let item = link.items.iter().find(|item| item.at.touches(offset))?;
        let (file, id) = match target.and_then(|target| self.export(target, &item.name)) {
            Some(found) => found,
            None => (file, item.symbol?),
        };
        Some(Found { symbol: Symbol::Script(file, id), span: item.at, alias: None })
    }

    /// A name that another file may define.
    fn use_at(&self, file: FileNo, script: &Script, offset: usize) -> Option<Found> {
        let found = |symbol, span| Some(Found { symbol, span, alias: None });
        if let Some(used) = script.names.iter().find(|used| used.at.touches(offset)) {
            if let Some((file, id)) = self.name(file, used) {
                return found(Symbol::Script(file, id), used.at);
            }
            return found(Symbol::Library(used.library?), used.at);
        }
        if let Some(used) = script.scoped.iter().find(|used| used.at.touches(offset)) {
            let (file, id) = self.scoped(file, used)?;
            return found(Symbol::Script(file, id), used.at);
        }
        let used = script.members.iter().find(|used| used.at.touches(offset))?;
        let (candidates, _) = self.member_candidates(file, used);
        match candidates[..] {
            [(file, id)] => found(Symbol::Script(file, id), used.at),
            _ => found(Symbol::Member(Arc::clone(&used.name)), used.at),
        }
    }

    fn reference_at(&self, file: FileNo, script: &Script, offset: usize) -> Option<Found> {
        let reference = script.facts.reference_at(hsl_analysis::hir::FileId(0), offset)?;
        let span = reference.at.span;
        let id = match reference.meaning {
            Meaning::Symbol(id) => id,
            Meaning::Function(decl) => {
                return Some(Found { symbol: Symbol::Library(decl.name), span, alias: None });
            }
            Meaning::Class(decl) => {
                return Some(Found { symbol: Symbol::Library(decl.name), span, alias: None });
            }
            Meaning::File(_) => return None,
        };
        let canonical = self.canonical((file, id));
        let alias =
            (self.name_of(canonical).as_ref() != Some(&script.symbol(id).name)).then_some(id);
        Some(Found { symbol: Symbol::Script(canonical.0, canonical.1), span, alias })
    }

    fn of_script(&self, defined: Defined) -> Vec<Occurrence> {
        let mut found = Vec::new();
        for (file, id) in self.shared(defined) {
            if let Some(script) = self.script(file) {
                of_references(file, &script, id, false, &mut found);
            }
        }
        let (Some(name), Some(kind)) = (self.name_of(defined), self.kind_of(defined)) else {
            return found;
        };
        if is_member(kind) {
            self.of_member_uses(defined, &name, &mut found);
        } else {
            self.of_imports(defined, &name, &mut found);
            self.of_names(defined, &name, &mut found);
        }
        self.of_scoped(defined, &name, &mut found);
        found
    }

    /// Imports of a symbol and what stands for it behind them, also under the names that imports of
    /// imports give it.
    fn of_imports(&self, defined: Defined, name: &Arc<str>, found: &mut Vec<Occurrence>) {
        let (mut names, mut next) = (vec![Arc::clone(name)], 0);
        while let Some(written) = names.get(next).cloned() {
            next += 1;
            for (file, _) in self.scripts_with(&written) {
                let Some(linked) = self.linked(file) else { continue };
                for item in self.items_of(&linked, defined, &written) {
                    let alias = item.name != *name;
                    let (span, usage) = (item.at, Use::Import);
                    found.push(Occurrence { file, span, usage, sure: true, alias });
                    let Some(id) = item.symbol else { continue };
                    let local = &linked.script.symbol(id).name;
                    of_references(file, &linked.script, id, local != name, found);
                    if !names.contains(local) {
                        names.push(Arc::clone(local));
                    }
                }
            }
        }
    }

    /// Items of imports that are a symbol under a name.
    fn items_of<'l>(
        &self,
        linked: &'l Linked,
        defined: Defined,
        written: &Arc<str>,
    ) -> Vec<&'l ImportItem> {
        let links = linked.links().filter(|(link, _)| link.kind == LinkKind::Names);
        let items =
            links.flat_map(|(link, target)| link.items.iter().zip(std::iter::repeat(target)));
        let named = items.filter(|(item, _)| item.name == *written);
        let same = named.filter(|(item, target)| {
            target.and_then(|target| self.export(target, &item.name)) == Some(defined)
        });
        same.map(|(item, _)| item).collect()
    }

    fn of_names(&self, defined: Defined, name: &Arc<str>, found: &mut Vec<Occurrence>) {
        for (file, script) in self.scripts_with(name) {
            for used in script.names.iter().filter(|used| used.name == *name) {
                if self.name(file, used) == Some(defined) {
                    found.push(read(file, used.at, true));
                }
            }
        }
    }

    fn of_scoped(&self, defined: Defined, name: &Arc<str>, found: &mut Vec<Occurrence>) {
        for (file, script) in self.scripts_with(name) {
            for used in &script.scoped {
                let same = used.name.trim_start_matches('$') == name.trim_start_matches('$');
                if same && self.scoped(file, used) == Some(defined) {
                    let usage = used.access.into();
                    let span = used.at;
                    found.push(Occurrence { file, span, usage, sure: true, alias: false });
                }
            }
        }
    }

    fn of_member_uses(&self, defined: Defined, name: &Arc<str>, found: &mut Vec<Occurrence>) {
        for (file, script) in self.scripts_with(name) {
            for used in script.members.iter().filter(|used| used.name == *name) {
                let (candidates, sure) = self.member_candidates(file, used);
                if candidates.contains(&defined) {
                    let usage = used.access.into();
                    found.push(Occurrence { file, span: used.at, usage, sure, alias: false });
                }
            }
        }
    }

    fn of_members(&self, name: &Arc<str>) -> Vec<Occurrence> {
        let mut found = Vec::new();
        for defined in self.members(name).iter() {
            found.extend(
                self.of_script(*defined).into_iter().map(|o| Occurrence { sure: false, ..o }),
            );
        }
        for (file, script) in self.scripts_with(name) {
            for used in script.members.iter().filter(|used| used.name == *name) {
                let usage = used.access.into();
                found.push(Occurrence { file, span: used.at, usage, sure: false, alias: false });
            }
        }
        found
    }

    fn of_library(&self, name: &str) -> Vec<Occurrence> {
        let found = self.scripts_with(name).flat_map(|(file, script)| {
            let names = script.names.iter().filter(|used| used.library == Some(name));
            let names = names.filter(|used| self.name(file, used).is_none());
            names.map(|used| read(file, used.at, true)).collect::<Vec<_>>()
        });
        found.collect()
    }

    /// Keys of one realm; what is known of one place widens it for the others.
    fn of_context(&self, name: &str, realm: Realm) -> Vec<Occurrence> {
        let mut places = Vec::new();
        for (file, script) in self.scripts_with_text(name) {
            for key in script.keys.iter().filter(|key| *key.name == *name) {
                places.push((file, key.clone(), Realm::of(self.hooks_of_scope(file, key.scope))));
            }
        }
        let mut realm = realm;
        loop {
            let met = places.iter().filter(|(.., of)| of.meets(realm));
            let wider = met.fold(realm, |all, (.., of)| all.union(*of));
            if wider == realm {
                break;
            }
            realm = wider;
        }
        let met = places.into_iter().filter(|(.., of)| of.meets(realm));
        met.map(|(file, key, _)| Occurrence {
            file,
            span: key.at,
            usage: key.access.into(),
            sure: key.sure,
            alias: false,
        })
        .collect()
    }

    fn of_id(&self, symbol: &Symbol) -> Vec<Occurrence> {
        let mut found = Vec::new();
        for (file, config) in self.configs() {
            for id in config.ids.iter().filter(|id| id.symbol == *symbol) {
                let (span, usage) = (id.at, id.usage);
                found.push(Occurrence { file, span, usage, sure: true, alias: false });
            }
        }
        if let Symbol::Id(kind, name) = symbol {
            found.extend(self.of_text(TextKind::Id(*kind), name));
        }
        if let Symbol::Hook(hook, name) = symbol {
            let is_script =
                |role: &crate::Role| *role == crate::Role::Hook(*hook, Arc::clone(name));
            for (file, _) in self.files().filter(|(_, file)| is_script(&file.role)) {
                let (span, usage) = (Span::default(), Use::Definition);
                found.push(Occurrence { file, span, usage, sure: true, alias: false });
            }
        }
        found
    }

    fn of_text(&self, kind: TextKind, name: &str) -> Vec<Occurrence> {
        let found = self.scripts_with_text(name).flat_map(|(file, script)| {
            let texts = script.texts.iter().filter(|t| t.kind == kind && *t.name == *name);
            let place = |text: &TextUse| match text.gives {
                true => Occurrence { usage: Use::Definition, ..read(file, text.at, text.sure) },
                false => read(file, text.at, text.sure),
            };
            texts.map(place).collect::<Vec<_>>()
        });
        found.collect()
    }

    fn of_file(&self, of: FileNo) -> Vec<Occurrence> {
        let mut found = Vec::new();
        for (file, _) in self.files_with_path_to(of) {
            let Some(linked) = self.linked(file) else { continue };
            for (link, _) in linked.links().filter(|(_, target)| *target == Some(of)) {
                let (span, usage) = (link.path_at, Use::Import);
                found.push(Occurrence { file, span, usage, sure: true, alias: false });
            }
        }
        found
    }
}

fn read(file: FileNo, span: Span, sure: bool) -> Occurrence {
    Occurrence { file, span, usage: Use::Read, sure, alias: false }
}

/// Places where a file names a symbol of its own.
fn of_references(
    file: FileNo,
    script: &Script,
    id: SymbolId,
    alias: bool,
    found: &mut Vec<Occurrence>,
) {
    let property = is_member(script.symbol(id).kind);
    for reference in script.facts.uses(id) {
        let mut span = reference.at.span;
        if property {
            span = without_dollar(span, script.symbol(id).name.len());
        }
        let usage = match reference.access {
            Access::Definition => Use::Definition,
            access => access.into(),
        };
        found.push(Occurrence { file, span, usage, sure: true, alias });
    }
}

/// The end of a name, which a property has without its `$`.
fn without_dollar(span: Span, length: usize) -> Span {
    let start = span.end.saturating_sub(length as u32).max(span.start);
    Span { start, ..span }
}

fn text_symbol(kind: TextKind, name: &Arc<str>) -> Symbol {
    let name = Arc::clone(name);
    match kind {
        TextKind::Id(kind) => Symbol::Id(kind, name),
        TextKind::Barrier => Symbol::Barrier(name),
        TextKind::Cache => Symbol::Cache(name),
    }
}
