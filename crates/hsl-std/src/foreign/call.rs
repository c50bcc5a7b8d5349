//! Calls of C functions, and the calls of scripts inside them.

use std::rc::Rc;

use hsl_macros::class;
use hsl_vm::request::{CArgument, CType, ForeignAnswer, ForeignRequest, Handle, Signature};
use hsl_vm::{
    Cx, Input, NativeFrame, NativeObject, NativeRef, NativeResult, NativeStep, Request, Thrown,
    Value,
};

use super::steps::{answer, odd};
use super::value::{Callbacks, FfiValue, encode, extend, pointer};
use crate::binding::Rest;

/// A function of C, as `FFI->func` gives it.
///
/// It is called as a function of the script is.
///
/// # Errors
///
/// Never.
///
/// # Example
///
/// ```hsl
/// if (false) {
///     $getpid = FFI("libc.so.6")->func("getpid", [], FFI::type("sint32"));
///     echo FFI::number($getpid());
/// }
/// ```
///
/// Since: 0.1. Compat: same.
#[class(name = "FFIFunction", topic = "ffi")]
impl Function {
    /// Calls the function.
    ///
    /// # Errors
    ///
    /// Raises an exception for arguments that cannot be converted, or are too many or too few.
    ///
    /// # Example
    ///
    /// ```hsl
    /// if (false) FFI("libc.so.6")->func("getpid", [], FFI::type("sint32"))();
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = external, returns = "any")]
    fn call(&self, arguments: Rest<Value>) -> Result<NativeStep, Thrown> {
        let kinds = self.kinds(&arguments.0)?;
        let pairs = arguments.0.iter().zip(&kinds);
        let converted =
            pairs.map(|(value, kind)| convert(value, *kind)).collect::<Result<_, _>>()?;
        let fixed = self.variadic.then_some(self.arguments.len());
        let request = ForeignRequest::Call {
            library: Handle::clone(&self.library),
            target: self.target,
            signature: Signature { arguments: kinds, fixed, result: self.result },
            arguments: converted,
            held: arguments
                .0
                .iter()
                .filter_map(Value::as_native)
                .flat_map(FfiValue::handles)
                .collect(),
        };
        Ok(NativeStep::enter(Call {
            request: Some(request),
            library: Handle::clone(&self.library),
            result: self.result,
            within: None,
            _held: arguments.0,
        }))
    }
}

/// A function of a library.
pub(crate) struct Function {
    pub(super) library: Handle,
    pub(super) target: u64,
    pub(super) arguments: Vec<CType>,
    pub(super) variadic: bool,
    pub(super) result: CType,
}

impl Function {
    pub(super) fn into_value(self) -> Value {
        let object: Rc<dyn NativeObject> = Rc::new(self);
        match Self::CLASS.method("call") {
            Some((decl, method)) => Value::method(NativeRef::new(object), decl, method),
            None => Value::none(),
        }
    }

    /// Types of these arguments: those behind `...` are as they come.
    fn kinds(&self, given: &[Value]) -> Result<Vec<CType>, Thrown> {
        let known = self.arguments.len();
        if given.len() < known || (given.len() > known && !self.variadic) {
            let (count, more) = (given.len(), if self.variadic { " or more" } else { "" });
            return Err(Thrown::Error(format!(
                "FFI: the function takes {known}{more}, not {count}"
            )));
        }
        let free = given[known..].iter().map(|value| match value {
            Value::String(_) | Value::None => Ok(CType::Pointer),
            other => match other.as_native::<FfiValue>() {
                Some(value) => Ok(value.kind()),
                None => Err(Thrown::error("FFI: an argument behind \"...\" needs a type of C")),
            },
        });
        self.arguments.iter().copied().map(Ok).chain(free).collect()
    }
}

/// What a value is for C.
fn convert(value: &Value, kind: CType) -> Result<CArgument, Thrown> {
    let number = !matches!(kind, CType::Pointer | CType::Void);
    if let Some(given) = value.as_native::<FfiValue>() {
        if given.kind() != kind {
            return Err(Thrown::error("FFI: an argument is of another type of C"));
        }
        return Ok(given.place().map_or(CArgument::Bits(given.word()), CArgument::At));
    }
    match value {
        Value::Number(n) if number => Ok(CArgument::Bits(encode(kind, *n))),
        Value::Boolean(b) if number => Ok(CArgument::Bits(encode(kind, f64::from(*b)))),
        Value::String(text) if !number => Ok(CArgument::Text(text.to_vec())),
        Value::None if !number => Ok(CArgument::Bits(0)),
        other => {
            Err(Thrown::Error(format!("FFI: {} cannot be converted for C", other.type_name())))
        }
    }
}

/// A call under way.
struct Call {
    request: Option<ForeignRequest>,
    library: Handle,
    result: CType,
    /// Type of the result of the callback that runs.
    within: Option<CType>,
    /// What the arguments point to.
    _held: Vec<Value>,
}

impl NativeFrame for Call {
    fn resume(&mut self, _: &mut Cx<'_>, input: Input) -> NativeResult {
        if let Some(request) = self.request.take() {
            return Ok(NativeStep::suspend(Request::Foreign(request)));
        }
        match self.within.take() {
            Some(kind) => self.go_on(kind, &input.into_value()),
            None => match answer(input)? {
                ForeignAnswer::Returned(word) => Ok(NativeStep::Return(self.returned(word))),
                ForeignAnswer::CalledBack { token, arguments } => self.called(token, &arguments),
                _ => Err(odd()),
            },
        }
    }
}

impl Call {
    fn returned(&self, word: u64) -> Value {
        match (self.result, word) {
            (CType::Void, _) | (CType::Pointer, 0) => Value::none(),
            (kind, word) => FfiValue::new(kind, extend(kind, word)).into_value(),
        }
    }

    /// C calls the script.
    fn called(&mut self, token: u64, words: &[u64]) -> NativeResult {
        let Some(callback) = Callbacks::get(token) else {
            return Err(Thrown::error("FFI: a callback was called after its end"));
        };
        let (function, signature) = &*callback;
        self.within = Some(signature.result);
        let pairs = signature.arguments.iter().zip(words);
        let arguments = pairs.map(|(kind, word)| match kind {
            CType::Pointer => pointer(*word),
            kind => FfiValue::new(*kind, *word).into_value(),
        });
        Ok(NativeStep::call(function, arguments))
    }

    /// The script has answered.
    fn go_on(&mut self, kind: CType, value: &Value) -> NativeResult {
        let word = match (kind, convert(value, kind)) {
            (CType::Void, _) => 0,
            (_, Ok(CArgument::Bits(word))) => word,
            _ => {
                let message =
                    "FFI: a callback must return a value of its type that is not in memory";
                return Err(Thrown::error(message));
            }
        };
        let request =
            ForeignRequest::Continue { library: Handle::clone(&self.library), value: word };
        Ok(NativeStep::suspend(Request::Foreign(request)))
    }
}
