//! Options arrays of library calls: keys that are written out are checked.

use diagnostics::{codes, nearest};
use hsl_decl::{Function, OptionDecl};
use hsl_syntax::ast::{
    self, ArgumentsItem, ArrayLiteralItem, AstNode, Expression, RawStringOrStringLiteral,
};

use super::Lowerer;
use super::names::suggest;

impl<'g> Lowerer<'g, '_> {
    /// Refuses keys that the function does not know.
    pub(super) fn check_options(&mut self, decl: &Function, arguments: ast::Arguments<'g>) {
        for (place, item) in arguments.items().enumerate() {
            let Some(param) = decl.params.get(place) else { return };
            let array = match item {
                ArgumentsItem::SpreadArgument(_) => return,
                ArgumentsItem::Expression(Expression::ArrayLiteral(array)) => array,
                ArgumentsItem::Expression(_) => continue,
            };
            let (keys, is_open) = decl.keys_at(place);
            if keys.is_empty() || is_open {
                continue;
            }
            let is_options = Some(place) == decl.options_at();
            self.check_keys(keys, array, &|name| match is_options {
                true => format!("`{}` has no option {name:?}", decl.name),
                false => format!("`${}` of `{}` has no key {name:?}", param.name, decl.name),
            });
        }
    }

    /// Refuses keys of an array that are not declared, in arrays under its keys too.
    fn check_keys(
        &mut self,
        decls: &'static [OptionDecl],
        array: ast::ArrayLiteral<'g>,
        message: &dyn Fn(&str) -> String,
    ) {
        for item in array.items() {
            let ArrayLiteralItem::ArrayElement(element) = item else { continue };
            let Some(key) = element.key() else { continue };
            let Some(text) = RawStringOrStringLiteral::cast(key.syntax()) else { continue };
            let Some(value) = text.value(self.text()) else { continue };
            let name = String::from_utf8_lossy(&value).into_owned();
            let Some(option) = decls.iter().find(|option| option.name == name) else {
                let finding = self.finding(&codes::UNKNOWN_OPTION, key.span(), message(&name));
                let similar = nearest(&name, decls.iter().map(|option| option.name));
                self.report(suggest(finding, similar.map(|similar| format!("\"{similar}\""))));
                continue;
            };
            let is_closed = !option.open && !option.keys.is_empty();
            let Some(Expression::ArrayLiteral(inner)) = element.value().filter(|_| is_closed)
            else {
                continue;
            };
            let message = |name: &str| format!("`{}` has no key {name:?}", option.name);
            if !option.listed {
                self.check_keys(option.keys, inner, &message);
            }
            for each in arrays(inner).filter(|_| option.listed) {
                self.check_keys(option.keys, each, &message);
            }
        }
    }
}

/// The arrays that a list has.
fn arrays(list: ast::ArrayLiteral<'_>) -> impl Iterator<Item = ast::ArrayLiteral<'_>> {
    list.items().filter_map(|item| match item {
        ArrayLiteralItem::ArrayElement(element) => match element.value()? {
            Expression::ArrayLiteral(inner) => Some(inner),
            _ => None,
        },
        ArrayLiteralItem::SpreadElement(_) => None,
    })
}
