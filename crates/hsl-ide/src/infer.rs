//! What an expression is likely to be: keys of declared arrays, classes of objects.
//!
//! *Invariants.* A guess for editors only: assignments are taken in the order of the text, branches
//! are not followed. Nothing is refused because of it.

use hsl_analysis::{SymbolId, SymbolKind};
use hsl_decl::{Class, Key, Ty};
use hsl_syntax::ast::{AssignmentExpression, AstNode, CallExpression, Expression};
use hsl_syntax::tree_sitter::Node;

use crate::View;

/// Assignments followed one after the other end here.
const MOST_STEPS: usize = 16;

/// What is known about a value.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shape {
    /// An array with these keys, or with elements that have them.
    Keys(&'static [Key]),
    /// An instance of a class of the library.
    Instance(&'static Class),
    /// An instance of a class of a script.
    Own(SymbolId),
}

impl View {
    /// The likely shape of an expression.
    pub(crate) fn shape(&self, expression: Expression<'_>) -> Option<Shape> {
        self.shape_in(expression, MOST_STEPS)
    }

    fn shape_in(&self, expression: Expression<'_>, steps: usize) -> Option<Shape> {
        let steps = steps.checked_sub(1)?;
        match expression {
            Expression::Variable(variable) => {
                self.variable(variable.text(self.text()), variable.syntax(), steps)
            }
            Expression::ParenthesizedExpression(inner) => self.shape_in(inner.expression()?, steps),
            Expression::AssignmentExpression(set) => self.shape_in(set.right()?, steps),
            Expression::BinaryExpression(either) if either.op()?.as_str() == "??" => {
                self.shape_in(either.left()?, steps)
            }
            Expression::SubscriptExpression(access) => {
                let object = self.shape_in(access.object()?, steps)?;
                match access.index()? {
                    Expression::StringLiteral(key) => self.member(object, &key.value(self.text())?),
                    _ => Some(object),
                }
            }
            Expression::MemberExpression(access) => {
                let object = self.shape_in(access.object()?, steps)?;
                self.member(object, access.name()?.text(self.text()))
            }
            Expression::CallExpression(call) => self.call(call, steps),
            Expression::CacheExpression(cached) => self.call(cached.call()?, steps),
            _ => None,
        }
    }

    fn call(&self, call: CallExpression<'_>, steps: usize) -> Option<Shape> {
        match call.function()? {
            Expression::Identifier(name) => self.called(name.text(self.text())),
            Expression::BuiltinExpression(builtin) => {
                self.library_call(builtin.name()?.text(self.text()))
            }
            Expression::MemberExpression(access) => {
                let name = access.name()?.text(self.text());
                match self.shape_in(access.object()?, steps)? {
                    Shape::Instance(class) => {
                        let method = class.method(std::str::from_utf8(name).ok()?)?;
                        Some(self.declared(method.returns, method.keys))
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }

    fn called(&self, name: &[u8]) -> Option<Shape> {
        let own = |symbol: &hsl_analysis::Symbol| {
            symbol.kind == SymbolKind::Class && symbol.name.as_bytes() == name
        };
        let class = self.facts().symbols.iter().position(own);
        let class = class.map(|at| Shape::Own(SymbolId(at as u32)));
        class.or_else(|| self.library_call(name))
    }

    fn library_call(&self, name: &[u8]) -> Option<Shape> {
        let name = std::str::from_utf8(name).ok()?;
        if let Some(class) = self.unit.class(name) {
            return Some(Shape::Instance(class));
        }
        let function = self.unit.function(name)?;
        Some(self.declared(function.returns, function.keys))
    }

    fn variable(&self, name: &[u8], at: Node<'_>, steps: usize) -> Option<Shape> {
        if name == b"$this" {
            return self.own_class_around(at);
        }
        if let Some(variable) = self.unit.variables().iter().find(|v| v.name.as_bytes() == name) {
            return Some(self.declared(variable.ty, variable.keys));
        }
        let value = self.last_assignment(name, at)?;
        self.shape_in(value, steps)
    }

    /// The value of the last assignment to a variable that ends before a place, in the same function.
    fn last_assignment<'t>(&'t self, name: &[u8], at: Node<'t>) -> Option<Expression<'t>> {
        let function = function_around(at);
        let mut found = None;
        let mut cursor = function.walk();
        loop {
            let node = cursor.node();
            if node.start_byte() < at.start_byte() {
                if let Some(value) = self.assigned(node, name).filter(|v| ends_before(*v, at)) {
                    found = Some(value);
                }
                let is_inner = is_function(node) && node.id() != function.id();
                if !is_inner && cursor.goto_first_child() {
                    continue;
                }
            }
            while !cursor.goto_next_sibling() {
                if !cursor.goto_parent() {
                    return found;
                }
            }
        }
    }

    /// The value that a node gives to the variable: by assignment, or as the elements of a loop.
    fn assigned<'t>(&self, node: Node<'t>, name: &[u8]) -> Option<Expression<'t>> {
        if let Some(set) = AssignmentExpression::cast(node) {
            let target = set.left().filter(|left| matches!(left, Expression::Variable(_)))?;
            return (target.text(self.text()) == name).then(|| set.right()).flatten();
        }
        let each = hsl_syntax::ast::ForeachStatement::cast(node)?;
        (each.value()?.text(self.text()) == name).then(|| each.iterable()).flatten()
    }

    fn own_class_around(&self, at: Node<'_>) -> Option<Shape> {
        let id = self.id()?;
        let offset = at.start_byte();
        let class = self.facts().symbols_in(id).find(|(_, symbol)| {
            symbol.kind == SymbolKind::Class
                && symbol.full.is_some_and(|full| full.span.touches(offset))
        });
        class.map(|(id, _)| Shape::Own(id))
    }

    fn member(&self, object: Shape, name: &[u8]) -> Option<Shape> {
        match object {
            Shape::Keys(keys) => {
                let key = keys.iter().find(|key| key.name.as_bytes() == name)?;
                Some(self.declared(key.ty, key.keys))
            }
            Shape::Instance(class) => {
                let property = class.properties.iter().find(|p| p.name.as_bytes() == name)?;
                Some(self.declared(property.ty, &[]))
            }
            Shape::Own(_) => None,
        }
    }

    fn declared(&self, ty: Ty, keys: &'static [Key]) -> Shape {
        let class = ty.classes.iter().find_map(|name| self.unit.class(name));
        match class {
            Some(class) if keys.is_empty() => Shape::Instance(class),
            _ => Shape::Keys(keys),
        }
    }
}

fn ends_before(value: Expression<'_>, at: Node<'_>) -> bool {
    value.syntax().end_byte() <= at.start_byte()
}

fn is_function(node: Node<'_>) -> bool {
    matches!(
        node.kind(),
        "function_definition"
            | "function_expression"
            | "method_definition"
            | "constructor_definition"
    )
}

/// The function that a place belongs to, or the whole file.
fn function_around(at: Node<'_>) -> Node<'_> {
    let mut node = at;
    while let Some(parent) = node.parent().filter(|_| !is_function(node)) {
        node = parent;
    }
    node
}
