//! Types from declarations of the library and the hooks, and from data files.

use std::sync::Arc;

use hsl_decl as decl;
use hsl_decl::Ty;

use super::array::{Array, Field, Key};
use super::ty::{Instance, Kinds, Type};
use crate::Unit;
use crate::data::Datum;

/// The type of a declared value: `keys` are those of its array, or of the elements of a list.
pub(super) fn declared(
    unit: &Unit<'_>,
    ty: Ty,
    keys: &'static [decl::Key],
    elements: Option<Ty>,
) -> Type {
    let mut found = basic(unit, ty);
    if ty.contains(Ty::ARRAY) && !found.is_unknown() {
        found.array = Some(Arc::new(match elements {
            Some(element) => Array::list(declared(unit, element, keys, None)),
            None if keys.is_empty() => Array::any(),
            None => record(unit, keys),
        }));
    }
    found
}

/// What a library function returns, its arguments aside.
pub(super) fn returned(unit: &Unit<'_>, function: &'static decl::Function) -> Type {
    declared(unit, function.returns, function.keys, function.elements)
}

/// The type of a predefined variable.
pub(super) fn variable(unit: &Unit<'_>, name: &str) -> Type {
    let known = unit.variables().into_iter().find(|variable| variable.name == name);
    known.map_or(Type::UNKNOWN, |v| declared(unit, v.ty, v.keys, v.elements))
}

fn record(unit: &Unit<'_>, keys: &'static [decl::Key]) -> Array {
    let field = |key: &'static decl::Key| Field {
        key: Key::of_text(&Arc::from(key.name.as_bytes())),
        ty: declared(unit, key.ty, key.keys, key.elements),
        optional: key.optional,
        decl: Some(key),
    };
    Array { fields: keys.iter().map(field).collect(), rest: None, is_list: false }
}

/// The kinds of a declared type, with its classes.
fn basic(unit: &Unit<'_>, ty: Ty) -> Type {
    if ty.contains(Ty::ANY) {
        return Type::UNKNOWN;
    }
    let mut found = Type::basic(kinds(ty, Kinds::NONE));
    if !ty.classes.is_empty() && found.kinds.any(Kinds::OBJECT.or(Kinds::RESOURCE)) {
        let of = |name: &&'static str| match unit.class(name) {
            Some(class) => Instance::Library(class),
            None => Instance::Named(name),
        };
        found.classes = Some(ty.classes.iter().map(of).collect());
    }
    if found.kinds.any(Kinds::ARRAY) {
        found.array = Some(Arc::new(Array::any()));
    }
    found
}

/// The kinds of a type that a parameter accepts.
pub(super) fn accepted(ty: Ty) -> Kinds {
    kinds(ty, Kinds::NONE.or(Kinds::MISSING))
}

/// The kinds of a declared type; `none` stands for its none.
fn kinds(ty: Ty, none: Kinds) -> Kinds {
    let kinds = [
        (Ty::NONE, none),
        (Ty::BOOLEAN, Kinds::BOOLEAN),
        (Ty::NUMBER, Kinds::NUMBER),
        (Ty::STRING, Kinds::STRING),
        (Ty::ARRAY, Kinds::ARRAY),
        (Ty::FUNCTION, Kinds::FUNCTION),
        (Ty::OBJECT, Kinds::OBJECT),
        (Ty::RESOURCE, Kinds::RESOURCE),
        (Ty::REGEX, Kinds::REGEX),
    ];
    let held = kinds.into_iter().filter(|(declared, _)| ty.contains(*declared));
    held.fold(Kinds::NEVER, |all, (_, kind)| all.or(kind))
}

/// The shape of a data file.
pub(super) fn of_datum(unit: &Unit<'_>, datum: &Datum) -> Type {
    match datum {
        Datum::None => Type::NONE,
        Datum::Boolean(_) => Type::BOOLEAN,
        Datum::Number(_) => Type::NUMBER,
        Datum::Text(_) => Type::STRING,
        Datum::Array(elements) => Type::array(of_elements(unit, elements)),
        Datum::Certificate { resource: false, .. } => basic(unit, Ty::instance(&["X509"])),
        Datum::Certificate { resource: true, .. } => basic(unit, Ty::resource(&["X509Resource"])),
        Datum::Key(_) => basic(unit, Ty::RESOURCE),
        Datum::Message(_) => basic(unit, Ty::instance(&["MailMessage"])),
    }
    .bounded()
}

fn of_elements(unit: &Unit<'_>, elements: &[(Option<Arc<[u8]>>, Datum)]) -> Array {
    let mut array = Array::empty();
    for (key, datum) in elements {
        let ty = of_datum(unit, datum);
        match key {
            Some(key) => array.set(Key::of_text(key), ty),
            None => array.push(&ty),
        }
    }
    array
}
