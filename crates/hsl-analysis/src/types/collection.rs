//! Collections of the library: maps, sets and the iterators over them.
//!
//! *Invariants.* Which class is a collection, and which method gives what of it, is declared
//! ([`Follows::Holds`] and its kin); no class is named here.

use hsl_decl as decl;
use hsl_decl::{Follows, Ty};

use super::array::{Array, Key};
use super::declared;
use super::ty::{Instance, Type};
use crate::Unit;

/// A collection, or an iterator over one, with the types that it was made for.
#[derive(Clone, Copy, Debug)]
pub struct Collection {
    pub(super) class: &'static decl::Class,
    keys: Ty,
    /// Type of the values; none when it holds keys only.
    values: Option<Ty>,
}

impl PartialEq for Collection {
    fn eq(&self, other: &Self) -> bool {
        let types = (self.keys, self.values) == (other.keys, other.values);
        types && std::ptr::eq(self.class, other.class)
    }
}

impl Collection {
    /// What a constructor makes when its arguments name types.
    pub(super) fn made(class: &'static decl::Class, given: &[Type]) -> Option<Self> {
        let constructor = class.constructor.filter(|made| made.follows == Follows::Holds)?;
        let mut named = given.iter().map(|ty| Ty::named(ty.only_text()?));
        let keys = named.next()??;
        let values = if constructor.params.len() > 1 { Some(named.next()??) } else { None };
        Some(Self { class, keys, values })
    }

    /// What a method gives of what it holds; none when the declaration says it all.
    pub(super) fn gives(&self, unit: &Unit<'_>, method: &decl::Function) -> Option<Type> {
        match method.follows {
            Follows::Holds => {
                let class = unit.class(method.returns.classes.first()?)?;
                Some(Type::instance(Instance::Collection(Self { class, ..*self })))
            }
            Follows::HeldValue => Some(of(unit, self.values?).or_missing()),
            Follows::HeldItem => {
                let mut turn = Array::empty();
                turn.set(text_key("value"), self.item(unit).or_missing());
                turn.set(text_key("done"), Type::BOOLEAN);
                Some(Type::array(turn))
            }
            _ => None,
        }
    }

    /// Keys and values that a loop over it gives.
    pub(super) fn pairs(&self, unit: &Unit<'_>) -> (Type, Type) {
        match self.values {
            Some(values) => (of(unit, self.keys), of(unit, values)),
            None => (Type::NUMBER, of(unit, self.keys)),
        }
    }

    fn item(&self, unit: &Unit<'_>) -> Type {
        match self.values {
            Some(values) => pair(of(unit, self.keys), of(unit, values)),
            None => of(unit, self.keys),
        }
    }
}

/// A list of a key and a value.
pub(super) fn pair(key: Type, value: Type) -> Type {
    let mut pair = Array::empty();
    pair.set(Key::Number(0), key);
    pair.set(Key::Number(1), value);
    Type::array(pair)
}

fn of(unit: &Unit<'_>, ty: Ty) -> Type {
    declared::declared(unit, ty, &[], None)
}

fn text_key(name: &str) -> Key {
    Key::Text(std::sync::Arc::from(name.as_bytes()))
}
