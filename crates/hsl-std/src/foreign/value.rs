//! Values and types of C, as scripts hold them.
//!
//! *Invariants.* A value is its bits until a pointer to it was made; from then on it stands in memory, where
//! C may change it. Memory that it owns ends with it.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use hsl_decl::Ty;
use hsl_vm::request::{CType, ForeignAnswer, Handle, Signature};
use hsl_vm::{Cx, FromValue, NativeClass, NativeObject, Str, Thrown, Value};

use super::steps::{Next, finish, odd};
use crate::resource::resource_classes;

/// A type that a script names.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    C(CType),
    Variadic,
}

impl Kind {
    pub(super) fn named(name: &Str) -> Result<Self, Thrown> {
        if &name[..] == b"..." {
            return Ok(Self::Variadic);
        }
        let found = CType::NAMES.iter().find(|(known, _)| known.as_bytes() == &name[..]);
        found.map(|(_, kind)| Self::C(*kind)).ok_or_else(|| {
            let names: Vec<_> = CType::NAMES.iter().map(|(name, _)| *name).collect();
            let (name, names) = (name.to_lossy(), names.join(", "));
            Thrown::Error(format!("FFI::type: \"{name}\" is none of {names}, ..."))
        })
    }

    /// The type that a value is.
    pub(super) fn of(value: &Value) -> Option<Self> {
        value.as_native::<FfiType>().map(|kind| kind.0)
    }

    /// The type, when it is one of C.
    pub(super) fn c(self, function: &str) -> Result<CType, Thrown> {
        match self {
            Self::C(kind) => Ok(kind),
            Self::Variadic => Err(Thrown::Error(format!("{function}: \"...\" is no type here"))),
        }
    }
}

impl FromValue for Kind {
    const TY: Ty = Ty::RESOURCE;

    fn from_value(value: Value) -> Result<Self, Value> {
        Self::of(&value).ok_or(value)
    }
}

/// A type as a value.
pub(super) struct FfiType(pub(super) Kind);

/// A value of C.
pub(super) struct FfiValue {
    kind: CType,
    word: Cell<u64>,
    /// What it points to, when that is its own.
    owner: RefCell<Option<Handle>>,
    /// Where it stands, with the owner of that memory.
    place: RefCell<Option<(u64, Handle)>>,
    /// The function that it calls.
    callback: Option<Entry>,
    /// What must stay as long as it: the value whose memory it points into.
    base: Option<Value>,
}

impl FfiType {
    pub(super) fn into_value(self) -> Value {
        Value::native(Rc::new(self))
    }
}

impl FfiValue {
    pub(super) fn new(kind: CType, word: u64) -> Self {
        Self {
            kind,
            word: Cell::new(word),
            owner: RefCell::default(),
            place: RefCell::default(),
            callback: None,
            base: None,
        }
    }

    /// A pointer into the memory that another value owns.
    pub(super) fn inside(base: &Value, word: u64) -> Value {
        Self { base: Some(base.clone()), ..Self::new(CType::Pointer, word) }.into_value()
    }

    pub(super) fn into_value(self) -> Value {
        Value::native(Rc::new(self))
    }

    pub(super) fn kind(&self) -> CType {
        self.kind
    }

    /// Its bits, unless it stands in memory.
    pub(super) fn word(&self) -> u64 {
        self.word.get()
    }

    /// Where it stands, if it does.
    pub(super) fn place(&self) -> Option<u64> {
        self.place.borrow().as_ref().map(|(address, _)| *address)
    }

    /// Makes it stand in memory; gives a pointer to it.
    pub(super) fn stands_at(&self, address: u64, owner: Handle) -> Value {
        *self.place.borrow_mut() = Some((address, owner));
        self.reference().unwrap_or_default()
    }

    /// A pointer to it, if it stands in memory.
    pub(super) fn reference(&self) -> Option<Value> {
        let place = self.place.borrow();
        let (address, owner) = place.as_ref()?;
        let reference = Self::new(CType::Pointer, *address);
        reference.own(Handle::clone(owner));
        Some(reference.into_value())
    }

    /// Owns what it points to.
    pub(super) fn own(&self, owner: Handle) {
        *self.owner.borrow_mut() = Some(owner);
    }

    /// What must live while C works with it.
    pub(super) fn handles(&self) -> Vec<Handle> {
        let base = self.base.as_ref().and_then(Value::as_native::<Self>);
        let mut all = base.map(Self::handles).unwrap_or_default();
        all.extend(self.owner.borrow().clone());
        all.extend(self.place.borrow().as_ref().map(|(_, owner)| Handle::clone(owner)));
        all
    }

    pub(super) fn disown(&self) -> Option<Handle> {
        self.owner.borrow_mut().take()
    }

    fn let_go(&self) {
        if let Some(entry) = &self.callback {
            Callbacks::remove(entry.0);
        }
    }
}

/// The FFI value that a value is.
pub(super) fn of<'a>(function: &str, value: &'a Value) -> Result<&'a FfiValue, Thrown> {
    value.as_native().ok_or_else(|| {
        Thrown::Error(format!("{function}: wants an FFI value, not {}", value.type_name()))
    })
}

/// The number of something that the system has open, which stays open as long as the value lives.
pub(crate) fn descriptor(of: Value, number: i32) -> Value {
    let kind = CType::Int { size: 4, signed: true };
    let word = encode(kind, f64::from(number));
    FfiValue { base: Some(of), ..FfiValue::new(kind, word) }.into_value()
}

/// A pointer.
pub(super) fn pointer(address: u64) -> Value {
    FfiValue::new(CType::Pointer, address).into_value()
}

/// A pointer to a new block.
pub(super) fn block(cx: &mut Cx<'_>, answer: ForeignAnswer) -> Result<Next, Thrown> {
    block_with(cx, answer, None)
}

/// The same for code that calls back.
pub(super) fn block_with(
    _: &mut Cx<'_>,
    answer: ForeignAnswer,
    callback: Option<Entry>,
) -> Result<Next, Thrown> {
    let ForeignAnswer::Block(address, owner) = answer else { return Err(odd()) };
    let value = FfiValue { callback, ..FfiValue::new(CType::Pointer, address) };
    value.own(owner);
    finish(value.into_value())
}

/// The bits of a number; integers wrap and carry their sign on.
pub(super) fn encode(kind: CType, number: f64) -> u64 {
    match kind {
        CType::Float => u64::from((number as f32).to_bits()),
        CType::Double => number.to_bits(),
        _ => {
            let word = if number < 0.0 { number as i64 as u64 } else { number as u64 };
            extend(kind, word)
        }
    }
}

/// The number that bits are.
pub(super) fn decode(kind: CType, word: u64) -> f64 {
    match kind {
        CType::Float => f64::from(f32::from_bits(word as u32)),
        CType::Double => f64::from_bits(word),
        CType::Int { signed: true, .. } => extend(kind, word) as i64 as f64,
        _ => extend(kind, word) as f64,
    }
}

/// The low bits of an integer as a whole word.
pub(super) fn extend(kind: CType, word: u64) -> u64 {
    let CType::Int { size, signed } = kind else { return word };
    let unused = 64 - 8 * u32::from(size);
    match signed {
        true => ((word << unused) as i64 >> unused) as u64,
        false => word << unused >> unused,
    }
}

/// Functions of scripts that C may call, by token, on this thread.
#[derive(Default)]
pub(super) struct Callbacks {
    next: u64,
    known: HashMap<u64, Rc<(Value, Signature)>>,
}

thread_local! {
    static CALLBACKS: RefCell<Callbacks> = RefCell::default();
}

/// A function that can be called as long as this lives.
pub(super) struct Entry(u64);

impl Callbacks {
    pub(super) fn add(function: Value, signature: Signature) -> Entry {
        CALLBACKS.with_borrow_mut(|callbacks| {
            callbacks.next += 1;
            callbacks.known.insert(callbacks.next, Rc::new((function, signature)));
            Entry(callbacks.next)
        })
    }

    pub(super) fn get(token: u64) -> Option<Rc<(Value, Signature)>> {
        CALLBACKS.with_borrow(|callbacks| callbacks.known.get(&token).cloned())
    }

    fn remove(token: u64) {
        // Dropped outside: what it holds may hold other callbacks.
        let gone = CALLBACKS.try_with(|all| all.borrow_mut().known.remove(&token));
        drop(gone);
    }
}

impl Entry {
    pub(super) fn token(&self) -> u64 {
        self.0
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        Callbacks::remove(self.0);
    }
}

resource_classes! {
    "ffi":
    TYPE: "FFIType", "A type of C.";
    VALUE: "FFIValue", "A value of C.";
}

impl NativeObject for FfiType {
    fn class(&self) -> &'static NativeClass {
        &TYPE
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn is_resource(&self) -> bool {
        true
    }
}

impl NativeObject for FfiValue {
    fn class(&self) -> &'static NativeClass {
        &VALUE
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn is_resource(&self) -> bool {
        true
    }

    fn holds_values(&self) -> bool {
        self.callback.is_some()
    }

    fn let_go(&self) {
        FfiValue::let_go(self);
    }
}
