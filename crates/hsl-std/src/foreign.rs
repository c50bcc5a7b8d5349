//! Functions and memory of C.
//!
//! *Invariants.* Nothing here touches memory or calls code: each step is a request, which the host refuses
//! unless the configuration allows the library. Callbacks run as other calls of the script do, so they may
//! wait, throw and stop at breakpoints.
//!
//! *Not here.* Loading and calling (`hsl-ffi`).

mod call;
mod steps;
mod stream;
mod value;

use hsl_macros::class;
use hsl_vm::request::{CType, ForeignAnswer, ForeignRequest, Handle, Signature};
use hsl_vm::{Array, Cx, FromValue, NativeStep, Str, Thrown, Value};

pub(crate) use call::Function;
use steps::{Next, begin, finish};
pub(crate) use stream::open as stream;
pub(crate) use value::descriptor;
use value::{Callbacks, FfiType, FfiValue, Kind, pointer};

use crate::binding::{Callback, object};

/// A library of C.
///
/// It is loaded when `scripting.ffilibraries` of `smtpd.yaml` lists its file; `path` is that path, or the name of
/// the file alone. What its functions do to memory is up to the script.
///
/// # Errors
///
/// Raises an exception for a library that is not allowed or cannot be loaded.
///
/// # Example
///
/// ```hsl
/// if (false) {
///     $abs = FFI("libc.so.6")->func("abs", [FFI::type("sint32")], FFI::type("sint32"));
///     echo FFI::number($abs(-3));
/// }
/// ```
///
/// Since: 0.1. Compat: same.
#[class(name = "FFI", topic = "ffi")]
impl Ffi {
    /// Loads a library.
    ///
    /// # Errors
    ///
    /// Raises an exception for a library that is not allowed or cannot be loaded.
    ///
    /// # Example
    ///
    /// ```hsl
    /// if (false) FFI("/usr/lib/x86_64-linux-gnu/libm.so.6");
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(constructor, effect = external)]
    fn open(path: Str) -> NativeStep {
        let path = path.to_lossy().into_owned();
        begin(ForeignRequest::Open { path }, |_, answer| match answer {
            ForeignAnswer::Handle(library) => finish(object(Ffi { library })),
            _ => Err(steps::odd()),
        })
    }

    /// Returns a function of the library, or `none` when there is none of that name.
    ///
    /// `arguments` lists the types of its arguments, with `FFI::type("...")` at the end for a variadic one.
    /// The function takes FFI values; numbers and booleans for numbers, and strings and `none` for
    /// pointers, are converted, a string for the time of the call. It returns an FFI value, or `none` for
    /// `void` and null pointers.
    ///
    /// # Errors
    ///
    /// Raises an exception for types that are none.
    ///
    /// # Example
    ///
    /// ```hsl
    /// if (false) {
    ///     $length = FFI("libc.so.6")->func("strlen", [FFI::type("pointer")], FFI::type("uint64"));
    ///     echo FFI::number($length("four"));
    /// }
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = external, returns = "function or none")]
    fn func(&self, name: Str, arguments: Value, returntype: Kind) -> Result<NativeStep, Thrown> {
        let (arguments, variadic) = kinds("FFI->func", &arguments)?;
        let result = returntype.c("FFI->func")?;
        let library = Handle::clone(&self.library);
        Ok(self.find(&name, move |target| {
            Function { library, target, arguments, variadic, result }.into_value()
        }))
    }

    /// Returns a pointer to a symbol of the library, or `none` when there is none of that name.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// if (false) echo FFI::number(FFI::deref(FFI("libc.so.6")->symbol("optind"), FFI::type("sint32")));
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = external, returns = "resource or none")]
    fn symbol(&self, name: Str) -> NativeStep {
        self.find(&name, pointer)
    }

    /// Returns a type of C.
    ///
    /// `name` is `void`, `uint8` to `uint64`, `sint8` to `sint64`, `float`, `double`, `pointer`, or `...`
    /// for the further arguments of a variadic function.
    ///
    /// # Errors
    ///
    /// Raises an exception for another name.
    ///
    /// # Example
    ///
    /// ```hsl
    /// FFI::type("uint8");
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = pure, returns = "resource")]
    fn r#type(name: Str) -> Result<Value, Thrown> {
        Ok(FfiType(Kind::named(&name)?).into_value())
    }

    /// Returns a number of C.
    ///
    /// An integer that does not fit wraps, as in C.
    ///
    /// # Errors
    ///
    /// Raises an exception for `void`, `pointer` and `...`.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo FFI::number(FFI::cnumber(FFI::type("uint8"), 258)); // 2
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = pure, returns = "resource")]
    fn cnumber(r#type: Kind, number: f64) -> Result<Value, Thrown> {
        let kind = r#type.c("FFI::cnumber")?;
        if matches!(kind, CType::Void | CType::Pointer) {
            return Err(Thrown::error("FFI::cnumber: the type is that of no number"));
        }
        Ok(FfiValue::new(kind, value::encode(kind, number)).into_value())
    }

    /// Returns a pointer to a copy of a string with a zero behind it.
    ///
    /// The copy ends with the value.
    ///
    /// # Errors
    ///
    /// Raises an exception when memory is short.
    ///
    /// # Example
    ///
    /// ```hsl
    /// if (false) echo FFI::string(FFI::cstring("text"));
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = external, returns = "resource")]
    fn cstring(value: Str) -> NativeStep {
        let content = [&value[..], &[0]].concat();
        begin(ForeignRequest::Allocate { content }, value::block)
    }

    /// Returns a pointer to code that calls a function of the script.
    ///
    /// The function gets FFI values, and returns an FFI value or what can be converted. The code ends with
    /// the value. On a thread that C has made it returns 0 without a call.
    ///
    /// # Errors
    ///
    /// Raises an exception for types that are none.
    ///
    /// # Example
    ///
    /// ```hsl
    /// if (false) {
    ///     $int = FFI::type("sint32");
    ///     FFI::callback([$int], $int, function ($x) { return FFI::number($x) + 1; });
    /// }
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = external, returns = "resource")]
    fn callback(
        arguments: Value,
        returntype: Kind,
        callback: Callback,
    ) -> Result<NativeStep, Thrown> {
        let (arguments, variadic) = kinds("FFI::callback", &arguments)?;
        if variadic {
            return Err(Thrown::error("FFI::callback: a callback is not variadic"));
        }
        let result = returntype.c("FFI::callback")?;
        let signature = Signature { arguments, fixed: None, result };
        let entry = Callbacks::add(callback.0, signature.clone());
        let token = entry.token();
        Ok(begin(ForeignRequest::Callback { signature, token }, move |cx, answer| {
            value::block_with(cx, answer, Some(entry))
        }))
    }

    /// Returns the null pointer.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// FFI::nullptr();
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = pure, returns = "resource")]
    fn nullptr() -> Value {
        pointer(0)
    }

    /// Returns a pointer to new memory, all zero, that ends with the value.
    ///
    /// `size` is a number of bytes, or a type for one value of it.
    ///
    /// # Errors
    ///
    /// Raises an exception when memory is short, and for what is no size.
    ///
    /// # Example
    ///
    /// ```hsl
    /// if (false) FFI::allocate(64);
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = external, returns = "resource")]
    fn allocate(cx: &mut Cx<'_>, size: Value) -> Result<NativeStep, Thrown> {
        let size = match (size.as_number(), Kind::of(&size)) {
            (Some(number), _) if (0.0..=1e15).contains(&number) => number as usize,
            (_, Some(kind)) => kind.c("FFI::allocate")?.size(),
            _ => return Err(Thrown::error("FFI::allocate: wants a number of bytes or a type")),
        };
        cx.reserve(size)?;
        Ok(begin(ForeignRequest::Allocate { content: vec![0; size] }, value::block))
    }

    /// Copies bytes to memory, and returns the pointer.
    ///
    /// # Errors
    ///
    /// Raises an exception for what is no pointer.
    ///
    /// # Example
    ///
    /// ```hsl
    /// if (false) FFI::memcpy(FFI::allocate(4), "four");
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = external, returns = "resource")]
    fn memcpy(pointer: Value, data: Str) -> Result<NativeStep, Thrown> {
        steps::with_word("FFI::memcpy", &pointer.clone(), move |to| {
            let request = ForeignRequest::Write { to, bytes: data.to_vec() };
            Ok(Next::ask(request, move |_, _| finish(pointer)))
        })
    }

    /// Returns a pointer to a value, which from then on is what stands there.
    ///
    /// # Errors
    ///
    /// Raises an exception for what is no FFI value.
    ///
    /// # Example
    ///
    /// ```hsl
    /// if (false) {
    ///     $end = FFI::nullptr();
    ///     $strtod = FFI("libc.so.6")->func("strtod", [FFI::type("pointer"), FFI::type("pointer")], FFI::type("double"));
    ///     $strtod("1.5x", FFI::byref($end));
    /// }
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = external, returns = "resource")]
    fn byref(value: Value) -> Result<NativeStep, Thrown> {
        let of = value::of("FFI::byref", &value)?;
        if let Some(reference) = of.reference() {
            return Ok(NativeStep::Return(reference));
        }
        let content = of.word().to_le_bytes().to_vec();
        Ok(begin(ForeignRequest::Allocate { content }, move |_, answer| match answer {
            ForeignAnswer::Block(address, owner) => {
                finish(value::of("FFI::byref", &value)?.stands_at(address, owner))
            }
            _ => Err(steps::odd()),
        }))
    }

    /// Returns the value that a pointer points to, or `none` when that is a null pointer.
    ///
    /// # Errors
    ///
    /// Raises an exception for what is no pointer, and for a null pointer.
    ///
    /// # Example
    ///
    /// ```hsl
    /// if (false) echo FFI::number(FFI::deref(FFI::allocate(4), FFI::type("sint32")));
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = external, returns = "resource or none")]
    fn deref(value: Value, r#type: Option<Kind>) -> Result<NativeStep, Thrown> {
        let kind = r#type.map_or(Ok(CType::Pointer), |kind| kind.c("FFI::deref"))?;
        steps::with_word("FFI::deref", &value, move |from| {
            Ok(steps::read(from, kind.size(), move |word| match (kind, word) {
                (CType::Pointer, 0) => finish(Value::none()),
                _ => finish(FfiValue::new(kind, word).into_value()),
            }))
        })
    }

    /// Returns a pointer so many bytes further.
    ///
    /// # Errors
    ///
    /// Raises an exception for what is no pointer.
    ///
    /// # Example
    ///
    /// ```hsl
    /// if (false) echo FFI::string(FFI::offset(FFI::cstring("a text"), 2));
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = external, returns = "resource")]
    fn offset(pointer: Value, offset: f64) -> Result<NativeStep, Thrown> {
        let base = pointer.clone();
        steps::with_word("FFI::offset", &pointer, move |word| {
            finish(FfiValue::inside(&base, word.wrapping_add(offset as i64 as u64)))
        })
    }

    /// Returns the bytes behind a pointer, up to a zero or so many.
    ///
    /// # Errors
    ///
    /// Raises an exception for what is no pointer, and for a null pointer.
    ///
    /// # Example
    ///
    /// ```hsl
    /// if (false) echo FFI::string(FFI::cstring("text"), 2);
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = external, returns = "string")]
    fn string(cx: &mut Cx<'_>, pointer: Value, size: Option<f64>) -> Result<NativeStep, Thrown> {
        let (most, length) = (cx.room(), size.map(|size| size.max(0.0) as usize));
        steps::with_word("FFI::string", &pointer, move |from| {
            let request = ForeignRequest::Read { from, length, most };
            Ok(Next::ask(request, |_, answer| match answer {
                ForeignAnswer::Bytes(bytes) => finish(Value::from(bytes)),
                _ => Err(steps::odd()),
            }))
        })
    }

    /// Returns a number of C as a number of the script, exact up to 2^53.
    ///
    /// # Errors
    ///
    /// Raises an exception for what is no number of C.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo FFI::number(FFI::cnumber(FFI::type("sint16"), -5)); // -5
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = external, returns = "number")]
    fn number(value: Value) -> Result<NativeStep, Thrown> {
        let kind = value::of("FFI::number", &value)?.kind();
        if kind == CType::Pointer {
            return Err(Thrown::error("FFI::number: a pointer is no number"));
        }
        steps::with_any_word("FFI::number", &value, move |word| {
            finish(Value::number(value::decode(kind, word)))
        })
    }

    /// Returns the upper and the lower 32 bits of a value of 64 bits, as a list of two numbers.
    ///
    /// # Errors
    ///
    /// Raises an exception for what is no FFI value.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo FFI::number64(FFI::cnumber(FFI::type("uint64"), 4294967298)); // [0=>1,1=>2]
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = external, returns = "array", elements = "number")]
    fn number64(value: Value) -> Result<NativeStep, Thrown> {
        steps::with_any_word("FFI::number64", &value, |word| {
            let halves = [(word >> 32) as u32, word as u32].map(f64::from);
            finish(Value::array(Array::list(halves)))
        })
    }

    /// Makes memory end with a value: by `free`, or by a function that takes the pointer.
    ///
    /// # Errors
    ///
    /// Raises an exception for what is no pointer, and for a destructor that `FFI->func` has not made.
    ///
    /// # Example
    ///
    /// ```hsl
    /// if (false) {
    ///     $strdup = FFI("libc.so.6")->func("strdup", [FFI::type("pointer")], FFI::type("pointer"));
    ///     $copy = FFI::attach($strdup("text"));
    /// }
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = external, returns = "resource")]
    fn attach(pointer: Value, destructor: Option<Callback>) -> Result<NativeStep, Thrown> {
        let destructor = match &destructor {
            None => None,
            Some(Callback(function)) => match function.bound::<Function>() {
                Some(function) => Some((Handle::clone(&function.library), function.target)),
                None => return Err(Thrown::error("FFI::attach: the destructor is no C function")),
            },
        };
        steps::with_word("FFI::attach", &pointer.clone(), move |address| {
            let request = ForeignRequest::Adopt { address, destructor };
            Ok(Next::ask(request, move |_, answer| match answer {
                ForeignAnswer::Block(_, owner) => {
                    value::of("FFI::attach", &pointer)?.own(owner);
                    finish(pointer)
                }
                _ => Err(steps::odd()),
            }))
        })
    }

    /// Gives memory up that a value owns: it does not end with the value any more.
    ///
    /// # Errors
    ///
    /// Raises an exception for what is no pointer.
    ///
    /// # Example
    ///
    /// ```hsl
    /// if (false) FFI::detach(FFI::cstring("the library keeps it"));
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = external, returns = "resource")]
    fn detach(pointer: Value) -> Result<NativeStep, Thrown> {
        Ok(match value::of("FFI::detach", &pointer)?.disown() {
            None => NativeStep::Return(pointer),
            Some(owner) => begin(ForeignRequest::Release(owner), move |_, _| finish(pointer)),
        })
    }
}

/// A library that was loaded.
pub(crate) struct Ffi {
    library: Handle,
}

impl Ffi {
    /// Looks a symbol up, and makes a value of its address.
    fn find(&self, name: &Str, make: impl FnOnce(u64) -> Value + 'static) -> NativeStep {
        let (library, name) = (Handle::clone(&self.library), name.to_lossy().into_owned());
        begin(ForeignRequest::Symbol { library, name }, move |_, answer| match answer {
            ForeignAnswer::Address(address) => finish(address.map_or_else(Value::none, make)),
            _ => Err(steps::odd()),
        })
    }
}

/// The types of a list, and whether `...` ends it.
fn kinds(function: &str, list: &Value) -> Result<(Vec<CType>, bool), Thrown> {
    let wrong = || Thrown::Error(format!("{function}: $arguments must be a list of FFI types"));
    let items: Vec<Value> = match list {
        Value::Array(array) => array.values().cloned().collect(),
        one => vec![one.clone()],
    };
    let mut kinds = Vec::new();
    let mut variadic = false;
    for item in items {
        let kind = Kind::from_value(item).map_err(|_| wrong())?;
        match kind {
            _ if variadic => return Err(wrong()),
            Kind::Variadic => variadic = true,
            kind => kinds.push(kind.c(function)?),
        }
    }
    if kinds.contains(&CType::Void) { Err(wrong()) } else { Ok((kinds, variadic)) }
}
