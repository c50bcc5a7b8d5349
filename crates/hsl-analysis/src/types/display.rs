//! Types in the words that readers see: `string | none`, `["host" => string, "port"? => number]`.

use std::fmt;

use super::array::{Array, Key};
use super::ty::{Instance, Kinds, Type};
use crate::hir::Program;

/// Keys shown of one array.
const MOST_KEYS: usize = 12;

/// Arrays in arrays that are shown with their keys.
const DEEPEST: usize = 3;

/// Shows a type; the program knows the names of its classes.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'t> {
    ty: &'t Type,
    program: &'t Program,
    depth: usize,
}

impl Type {
    /// The type in words.
    pub fn display<'t>(&'t self, program: &'t Program) -> Shown<'t> {
        Shown { ty: self, program, depth: 0 }
    }

    /// The type in words, without the keys of arrays inside it.
    pub fn display_short<'t>(&'t self, program: &'t Program) -> Shown<'t> {
        Shown { ty: self, program, depth: DEEPEST - 1 }
    }
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.ty.is_unknown() {
            return f.write_str("any");
        }
        let parts = self.parts();
        match parts.is_empty() {
            true => f.write_str("never"),
            false => f.write_str(&parts.join(" | ")),
        }
    }
}

impl Shown<'_> {
    fn parts(&self) -> Vec<String> {
        let kinds = self.ty.kinds;
        let mut parts = Vec::new();
        let mut word = |kind: Kinds, name: &str| {
            if kinds.any(kind) {
                parts.push(name.to_owned());
            }
        };
        word(Kinds::STRING, "string");
        word(Kinds::NUMBER, "number");
        match (kinds.any(Kinds::TRUE), kinds.any(Kinds::FALSE)) {
            (true, true) => word(Kinds::BOOLEAN, "boolean"),
            (true, false) => word(Kinds::TRUE, "true"),
            (false, _) => word(Kinds::FALSE, "false"),
        }
        word(Kinds::REGEX, "Regex");
        word(Kinds::FUNCTION, "function");
        if let Some(array) = self.ty.shape() {
            parts.push(self.array(array));
        }
        parts.extend(self.objects());
        if kinds.any(Kinds::NONE) {
            parts.push("none".to_owned());
        }
        parts
    }

    fn objects(&self) -> Vec<String> {
        let kinds = self.ty.kinds;
        if self.ty.any_object() {
            let object = kinds.any(Kinds::OBJECT).then(|| "object".to_owned());
            let resource = kinds.any(Kinds::RESOURCE).then(|| "resource".to_owned());
            return object.into_iter().chain(resource).collect();
        }
        let name = |instance: &Instance| match instance {
            Instance::Own(class) => self.program.class(*class).name.to_string(),
            Instance::Library(class) => class.name.to_owned(),
            Instance::Collection(collection) => collection.class.name.to_owned(),
            Instance::Named(name) => (*name).to_owned(),
            Instance::Generator(_) => "Iterator".to_owned(),
        };
        let mut names: Vec<_> = self.ty.instances().iter().map(name).collect();
        names.dedup();
        names
    }

    fn array(&self, array: &Array) -> String {
        if array.fields.is_empty() {
            return match &array.rest {
                None => "[]".to_owned(),
                Some(rest) if rest.is_unknown() => "array".to_owned(),
                Some(rest) => {
                    let kind = if array.is_list { "list" } else { "map" };
                    format!("{kind} of {}", self.grouped(rest))
                }
            };
        }
        if self.depth >= DEEPEST {
            return "array".to_owned();
        }
        let mut parts: Vec<_> = array
            .fields
            .iter()
            .take(MOST_KEYS)
            .map(|field| {
                let optional = if field.optional { "?" } else { "" };
                let value = self.inner(&field.ty);
                match (&field.key, array.is_list && !field.optional) {
                    (Key::Number(_), true) => value.to_string(),
                    (key, _) => format!("{key}{optional} => {value}"),
                }
            })
            .collect();
        if array.fields.len() > MOST_KEYS || array.rest.is_some() {
            parts.push("…".to_owned());
        }
        format!("[{}]", parts.join(", "))
    }

    fn inner<'t>(&'t self, ty: &'t Type) -> Shown<'t> {
        Shown { ty, program: self.program, depth: self.depth + 1 }
    }

    fn grouped(&self, ty: &Type) -> String {
        let shown = self.inner(ty);
        match shown.parts().len() {
            0 | 1 => shown.to_string(),
            _ => format!("({shown})"),
        }
    }
}
