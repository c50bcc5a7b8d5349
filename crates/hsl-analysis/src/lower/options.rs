//! Options arrays of library calls: keys that are written out are checked.

use diagnostics::{codes, nearest};
use hsl_decl::{Function, Ty};
use hsl_syntax::ast::{
    self, ArgumentsItem, ArrayLiteralItem, AstNode, Expression, RawStringOrStringLiteral,
};

use super::Lowerer;
use super::names::suggest;

impl<'g> Lowerer<'g, '_> {
    /// Refuses keys that the function does not know.
    pub(super) fn check_options(&mut self, decl: &Function, arguments: ast::Arguments<'g>) {
        if decl.options.is_empty() {
            return;
        }
        let named = decl.params.iter().position(|p| p.name == "options");
        let array = || decl.params.iter().rposition(|p| p.ty.overlaps(Ty::ARRAY));
        let Some(position) = named.or_else(array) else { return };
        let mut items = arguments.items();
        let before: Vec<_> = items.by_ref().take(position).collect();
        if before.iter().any(|item| matches!(item, ArgumentsItem::SpreadArgument(_))) {
            return;
        }
        let Some(ArgumentsItem::Expression(Expression::ArrayLiteral(options))) = items.next()
        else {
            return;
        };
        for item in options.items() {
            if let ArrayLiteralItem::ArrayElement(element) = item {
                self.check_key(decl, element);
            }
        }
    }

    fn check_key(&mut self, decl: &Function, element: ast::ArrayElement<'g>) {
        let Some(key) = element.key() else { return };
        let Some(text) = RawStringOrStringLiteral::cast(key.syntax()) else { return };
        let Some(value) = text.value(self.text()) else { return };
        let name = String::from_utf8_lossy(&value).into_owned();
        if decl.options.iter().any(|option| option.name == name) {
            return;
        }
        let message = format!("`{}` has no option {name:?}", decl.name);
        let finding = self.finding(&codes::UNKNOWN_OPTION, key.span(), message);
        let similar = nearest(&name, decl.options.iter().map(|option| option.name));
        self.report(suggest(finding, similar.map(|similar| format!("\"{similar}\""))));
    }
}
