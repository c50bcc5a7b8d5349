//! Objects: properties and methods by class.

use super::Callers;
use super::declared;
use super::ty::{Callable, Instance, Type};
use super::walk::Walk;
use crate::hir::{ClassId, GlobalKind, MemberKind, ModuleId};

impl Walk<'_> {
    /// What `->name` gives on an instance.
    pub(super) fn property_of(&self, instance: &Instance, name: &str) -> Type {
        match instance {
            Instance::Own(class) => self.own_property(*class, name),
            Instance::Library(_) | Instance::Collection(_) => {
                let Some(class) = instance.library() else { return Type::UNKNOWN };
                if let Some(property) = class.properties.iter().find(|p| p.name == name) {
                    return declared::declared(self.unit, property.ty, &[], None);
                }
                match class.method(name) {
                    Some(method) => Type::function(Some(Callable::Library(method))),
                    None => Type::UNKNOWN,
                }
            }
            Instance::Named(_) | Instance::Generator(_) => Type::UNKNOWN,
        }
    }

    fn own_property(&self, class: ClassId, name: &str) -> Type {
        let members = &self.program.class(class).members;
        let member = members.iter().find(|member| &*member.name == name);
        match member.map(|member| (member.kind, member.private)) {
            Some((MemberKind::Method(function), _)) => {
                Type::function(Some(Callable::Own(function)))
            }
            // Whoever has the object may give it, and any other property, any value.
            Some((MemberKind::Property { readonly: false, .. }, false)) | None
                if self.callers == Callers::Unknown =>
            {
                Type::UNKNOWN
            }
            Some((MemberKind::StaticMethod(_) | MemberKind::StaticProperty { .. }, _)) => {
                Type::UNKNOWN
            }
            _ => self.table.property(class, name).cloned().unwrap_or(Type::UNKNOWN),
        }
    }

    /// Initial values of the classes of a module.
    pub(super) fn initial_values(&mut self, module: ModuleId) {
        let program = self.program;
        for (at, class) in program.classes.iter().enumerate().filter(|(_, c)| c.module == module) {
            for member in &class.members {
                if let MemberKind::Property { initial, .. } = member.kind {
                    let ty = initial.map_or(Type::NONE, |value| self.eval(value));
                    // A constructor is there to give it another value.
                    let is_open = ty.is_none() && class.constructor.is_some();
                    let ty = if is_open { Type::NEVER.or_missing() } else { ty };
                    self.table.sets_property(ClassId(at as u32), &member.name, &ty);
                }
            }
        }
        for (at, global) in program.globals.iter().enumerate() {
            let GlobalKind::Static(class, initial) = global.kind else { continue };
            if program.class(class).module == module {
                let ty = initial.map_or(Type::NONE, |value| self.eval(value));
                let global = crate::hir::GlobalId(at as u32);
                self.table.sets_cell(super::summary::Cell::Global(global), &ty);
            }
        }
    }
}
