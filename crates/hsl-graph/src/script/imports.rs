//! Statements that name files.

use diagnostics::Span;
use hsl_syntax::ast::{self, AstNode, RawStringOrStringLiteral};

use super::collect::Collector;
use super::{ImportItem, Link, LinkKind, literal};

impl<'p> Collector<'p> {
    pub(super) fn include(&mut self, node: ast::IncludeStatement<'p>) {
        self.link(LinkKind::Include, node.span(), node.path());
    }

    pub(super) fn import_names(&mut self, node: ast::SymbolImport<'p>) {
        let link = self.link(LinkKind::Names, node.span(), node.path());
        for item in node.items() {
            let Some(name) = item.name() else { continue };
            let local_at = item.alias().unwrap_or(name).span();
            let symbol = self.symbol_at(local_at);
            if let Some(symbol) = symbol {
                let number = self.script.links[link].items.len();
                self.script.bindings.insert(symbol, (link, number));
            }
            let item = ImportItem { name: self.text(name), at: name.span(), local_at, symbol };
            self.script.links[link].items.push(item);
        }
    }

    pub(super) fn import_namespace(&mut self, node: ast::NamespaceImport<'p>) {
        let link = self.link(LinkKind::Namespace, node.span(), node.path());
        let alias = node.alias().and_then(|alias| self.symbol_at(alias.span()));
        self.script.links[link].alias = alias;
    }

    pub(super) fn import_data(&mut self, node: ast::DataImport<'p>) {
        let link = self.link(LinkKind::Data, node.span(), node.path());
        let variable = node.variable().and_then(|variable| self.symbol_at(variable.span()));
        self.script.links[link].alias = variable;
    }

    fn link(
        &mut self,
        kind: LinkKind,
        at: Span,
        path: Option<RawStringOrStringLiteral<'p>>,
    ) -> usize {
        let text = path.and_then(|path| literal::of_node(path.syntax(), &self.parse.text));
        let path_at = path.map_or(at, literal::inside);
        let (scope, path) = (self.scope(), text.map(|text| text.value));
        self.script.links.push(Link {
            kind,
            at,
            path,
            path_at,
            scope,
            items: Vec::new(),
            alias: None,
        });
        self.script.links.len() - 1
    }
}
