//! Destructuring assignment (section 7.5).

use std::sync::Arc;

use hsl_syntax::ast::{DestructuringAssignment, Pattern, PatternElement};

use super::scope::Env;
use super::value::{Array, Value};
use super::{Stop, unsupported};

impl Env {
    pub(super) fn destructure(
        self: &Arc<Self>,
        d: DestructuringAssignment<'static>,
    ) -> Result<Value, Stop> {
        let value = self.required(d.right())?;
        let array = match &value {
            Value::Array(array) => array.clone(),
            _ => Array::default(),
        };
        let items: Vec<Value> = array.values().cloned().collect();
        let patterns = d.pattern().into_iter().flat_map(|pattern| pattern.patterns());
        for (at, pattern) in patterns.enumerate() {
            match pattern {
                Pattern::PatternElement(element) => {
                    let found = match element.key() {
                        Some(key) => array.get(&self.key(&self.eval(key)?)?).cloned(),
                        None => items.get(at).cloned(),
                    };
                    self.bind_target(element, found)?;
                }
                Pattern::RestPattern(rest) => {
                    let Some(target) = rest.target() else { continue };
                    let left = items.get(at..).unwrap_or_default().iter().cloned();
                    self.assign(&self.name(target), Value::list(left));
                }
            }
        }
        Ok(value)
    }

    fn bind_target(
        self: &Arc<Self>,
        element: PatternElement<'static>,
        found: Option<Value>,
    ) -> Result<(), Stop> {
        let value = match (found, element.default()) {
            (Some(value), _) => value,
            (None, Some(default)) => self.eval(default)?,
            (None, None) => Value::None,
        };
        let Some(target) = element.target() else { return unsupported("a broken tree") };
        self.store(&self.place(target)?, value)?;
        Ok(())
    }
}
