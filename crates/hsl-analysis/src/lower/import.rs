//! Imports: names and variables of other modules, and data.

use std::sync::Arc;

use diagnostics::{Span, codes, nearest};
use hsl_syntax::ast::{self, AstNode, IdentifierOrVariable};

use super::Lowerer;
use super::scope::Definition;
use super::stmt::first_word;
use crate::data::{DataError, Datum, Loader};
use crate::hir::{DataId, FileId, Loc, StmtKind, Storage};
use crate::path::ScriptPath;
use crate::{Access, Meaning, SymbolKind};

impl<'g> Lowerer<'g, '_> {
    /// Binds a function, class or namespace of a module.
    pub(super) fn import_name(
        &mut self,
        file: FileId,
        name: &str,
        span: Span,
        local: IdentifierOrVariable<'_>,
    ) {
        let Some(exports) = self.exports.get(&file) else { return };
        let Some(named) = exports.names.get(name).copied() else {
            self.unknown_symbol(file, name, span);
            return self.import_broken(local);
        };
        self.refer(self.at(span), named.symbol, Access::Read);
        let local_at = self.at(local.span());
        let local: Arc<str> = self.name_of(local).into();
        if local.starts_with('$') {
            let message = format!("`{name}` is a function or class and cannot be named {local}");
            let finding = self.finding(&codes::UNKNOWN_SYMBOL, local_at.span, message);
            let bare = local.trim_start_matches('$').to_owned();
            return self.report(finding.replace(format!("Change to `{bare}`"), bare));
        }
        if self.bind(&local, named.definition, local_at, named.symbol) {
            let frame = self.frames.len() - 1;
            self.scope_symbol(frame, named.symbol);
        }
    }

    /// Defines a name whose module is missing, so that its uses are not reported as well.
    pub(super) fn import_broken(&mut self, local: IdentifierOrVariable<'_>) {
        let (name, at): (Arc<str>, _) = (self.name_of(local).into(), self.at(local.span()));
        if name.starts_with('$') {
            let id = self.variable(&name, at);
            return self.created(id);
        }
        let symbol = self.new_symbol(Arc::clone(&name), SymbolKind::Function, Some(at), None);
        self.bind(&name, Definition::Broken, at, symbol);
    }

    /// Binds a variable of a module: a reference, not a copy.
    pub(super) fn import_variable(
        &mut self,
        file: FileId,
        name: &str,
        span: Span,
        local: IdentifierOrVariable<'_>,
    ) {
        let Some(exports) = self.exports.get(&file) else { return };
        let Some((global, symbol)) = exports.variables.get(name).copied() else {
            self.unknown_symbol(file, name, span);
            return self.import_broken(local);
        };
        if let Some(symbol) = symbol {
            self.refer(self.at(span), symbol, Access::Read);
        }
        let at = self.at(local.span());
        let local: Arc<str> = self.name_of(local).into();
        if !local.starts_with('$') {
            let message = format!("{name} is a variable; write its new name with `$`");
            let finding = self.finding(&codes::UNKNOWN_SYMBOL, at.span, message);
            let dollar = format!("${local}");
            return self.report(finding.replace(format!("Change to `{dollar}`"), dollar));
        }
        let frame = self.frames.len() - 1;
        if let Some(known) = self.frames[frame].variables.get(&local).copied() {
            let first = self.program.function(self.function()).variable(known).at;
            let message = format!("{local} is already defined in this scope");
            let finding = self.finding(&codes::DUPLICATE_DEFINITION, at.span, message);
            let finding = self.label_at(finding, first, "first defined here");
            return self.report(finding);
        }
        self.program.globals[global.index()].shared = true;
        let id = self.add_variable(frame, local, Storage::Global(global), at);
        self.frame().pending.insert(id, at);
        self.frame().pending_at.insert(at, id);
        if let Some(symbol) = symbol {
            self.frame().symbols.insert(id, symbol);
            self.scope_symbol(frame, symbol);
        }
    }

    pub(super) fn unknown_symbol(&mut self, file: FileId, name: &str, span: Span) {
        if self.is_silent(span) {
            return;
        }
        let target = Arc::clone(self.program.file_name(file));
        let message = format!("{target:?} does not define `{name}`");
        let mut finding = self.finding(&codes::UNKNOWN_SYMBOL, span, message);
        let exports = &self.exports[&file];
        let names = exports.names.keys().chain(exports.variables.keys()).map(|n| &**n);
        if let Some(similar) = nearest(name, sorted(names)) {
            let similar = similar.to_owned();
            finding = finding
                .help(format!("did you mean `{similar}`?"))
                .replace(format!("Change to `{similar}`"), similar);
        }
        self.report(finding);
    }

    /// Runs the module at this place.
    pub(super) fn import(&mut self, span: Span, path: Option<Span>) -> Option<StmtKind> {
        if !self.check_unconditional(span) {
            return None;
        }
        let file = self.graph.links.get(&self.at(span)).copied()?;
        if let Some(path) = path {
            self.refer_to(self.at(path), Meaning::File(file));
        }
        let module = self.exports.get(&file)?.module;
        let edge = |start, end| Loc { file: self.file, span: Span { start, end } };
        let inside = edge(span.start, 0)..=edge(span.end, u32::MAX);
        let frame = self.frame();
        for (_, id) in frame.pending_at.extract_if(inside, |_, _| true) {
            frame.pending.remove(&id);
        }
        Some(StmtKind::Import(module))
    }

    /// An import stands at the top level and under no condition.
    fn check_unconditional(&mut self, span: Span) -> bool {
        let frame = self.frame();
        let nested = frame.conditional > 0;
        if nested || self.frames.len() > 1 {
            let message = "an import must stand at the top level of a file, under no condition";
            let finding = self.finding(&codes::IMPORT_CYCLE, first_word(span, "import"), message);
            self.report(
                finding.help("move it to the top of the file; it runs once, wherever it stands"),
            );
            return false;
        }
        true
    }

    /// Converts a data file and binds it to a variable.
    pub(super) fn data_import(&mut self, node: ast::DataImport<'g>) -> Option<StmtKind> {
        let unconditional = self.check_unconditional(node.span());
        let (variable, path) = (node.variable()?, node.path()?);
        let name = self.name_of(variable);
        let options = node.options().map(|options| self.constant_datum(options));
        let id = self.write_variable(&name, variable.span());
        let file = self.graph.links.get(&self.at(node.span())).copied()?;
        self.refer_to(self.at(path.span()), Meaning::File(file));
        let options = options.unwrap_or(Some(Datum::Array(Vec::new())))?;
        let text = path.value(self.text())?;
        let text = String::from_utf8_lossy(&text);
        let loader = ScriptPath::parse(&text).data_loader().unwrap_or_default();
        let loaded = Loader::find(&loader).and_then(|l| l.load(self.graph.text(file), &options));
        match loaded {
            Ok(datum) if unconditional => {
                self.program.data.push(datum);
                let data = DataId(self.program.data.len() as u32 - 1);
                Some(StmtKind::Data { variable: id, data })
            }
            Ok(_) => None,
            Err(error) => {
                self.data_error(&error, file, path.span(), node.options());
                None
            }
        }
    }

    fn data_error(
        &mut self,
        error: &DataError,
        file: FileId,
        path: Span,
        options: Option<ast::Expression<'g>>,
    ) {
        let option = |name: &str| options.and_then(|options| self.option_named(options, name));
        let span = match error {
            DataError::Option { name, .. } => option(name).map_or(path, |(key, _)| key),
            DataError::OptionValue { name, .. } => option(name).map_or(path, |(_, value)| value),
            _ => path,
        };
        let message = match error {
            DataError::Content { message, .. } => {
                format!("{:?} cannot be converted: {message}", self.program.file_name(file))
            }
            error => error.to_string(),
        };
        let mut finding = self.finding(&codes::INVALID_DATA_IMPORT, span, message);
        if let DataError::Content { at, .. } = error {
            finding = self.label_at(finding, Loc { file, span: *at }, "here");
        }
        if let DataError::Option { similar: Some(similar), .. } = error {
            finding = finding
                .help(format!("did you mean {similar:?}?"))
                .replace(format!("Change to {similar:?}"), format!("{similar:?}"));
        }
        self.report(finding);
    }

    /// Where the key and the value of an option stand.
    fn option_named(&self, options: ast::Expression<'g>, name: &str) -> Option<(Span, Span)> {
        let ast::Expression::ArrayLiteral(options) = options else { return None };
        options.items().find_map(|item| {
            let ast::ArrayLiteralItem::ArrayElement(element) = item else { return None };
            let (key, value) = (element.key()?, element.value()?);
            let text = ast::RawStringOrStringLiteral::cast(key.syntax())?.value(self.text())?;
            (*text == *name.as_bytes()).then(|| (key.span(), value.span()))
        })
    }
}

/// Names of a scope beyond which a finding suggests none of them: each would sort them all.
const MOST_SIMILAR: usize = 2_000;

/// Names to suggest from, in an order that does not depend on hashing.
pub(super) fn sorted<'n>(names: impl Iterator<Item = &'n str>) -> Vec<&'n str> {
    let mut names: Vec<_> = names.collect();
    if names.len() > MOST_SIMILAR {
        return Vec::new();
    }
    names.sort_unstable();
    names
}
