//! What a script asks of native libraries.
//!
//! *Invariants*: memory is touched and code is called by the host only; what the script holds are numbers
//! and handles. Whether an address is right is up to the script.

use std::any::Any;
use std::fmt::Debug;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

/// Something that the host made; dropping the last one gives it back.
pub type Handle = Arc<dyn Any + Send + Sync>;

/// A type of C.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CType {
    /// Nothing; as a result only.
    Void,
    /// An integer of so many bytes, with a sign or without.
    Int {
        /// 1, 2, 4 or 8.
        size: u8,
        /// Whether it has a sign.
        signed: bool,
    },
    /// `float`.
    Float,
    /// `double`.
    Double,
    /// An address.
    Pointer,
}

/// How a function is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// Types of all arguments.
    pub arguments: Vec<CType>,
    /// How many of them stand before `...`, for a variadic function.
    pub fixed: Option<usize>,
    /// Type of the result.
    pub result: CType,
}

/// An argument of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CArgument {
    /// The bytes of a value, the lowest first.
    Bits(u64),
    /// The address of a copy that ends with the call, with a zero behind it.
    Text(Vec<u8>),
    /// What stands at an address when the call begins.
    At(u64),
}

/// A step on native code or memory.
#[derive(Debug)]
pub enum ForeignRequest {
    /// Loads a library; answered by [`ForeignAnswer::Handle`].
    Open {
        /// Path or name as the script wrote it.
        path: String,
    },
    /// Where a symbol stands; answered by [`ForeignAnswer::Address`].
    Symbol {
        /// The library.
        library: Handle,
        /// The name.
        name: String,
    },
    /// New memory; answered by [`ForeignAnswer::Block`].
    Allocate {
        /// What stands in it.
        content: Vec<u8>,
    },
    /// A stream of C (`FILE *`) that reads these bytes, and is closed with its handle; answered by
    /// [`ForeignAnswer::Block`].
    Stream {
        /// What it reads.
        content: Vec<u8>,
    },
    /// Takes memory over; answered by [`ForeignAnswer::Block`].
    Adopt {
        /// Where it begins.
        address: u64,
        /// The function that ends it, with its library; `free` without one.
        destructor: Option<(Handle, u64)>,
    },
    /// Gives memory up that a handle owns; answered by [`ForeignAnswer::Done`].
    Release(Handle),
    /// Writes to memory; answered by [`ForeignAnswer::Done`].
    Write {
        /// Where.
        to: u64,
        /// What.
        bytes: Vec<u8>,
    },
    /// Reads memory; answered by [`ForeignAnswer::Bytes`].
    Read {
        /// Where.
        from: u64,
        /// How many bytes; up to a zero without a number.
        length: Option<usize>,
        /// No more than this.
        most: usize,
    },
    /// Code that calls the script; answered by [`ForeignAnswer::Block`].
    Callback {
        /// How C calls it.
        signature: Signature,
        /// What [`ForeignAnswer::CalledBack`] names it by.
        token: u64,
    },
    /// Calls a function; answered by [`ForeignAnswer::Returned`] or [`ForeignAnswer::CalledBack`].
    Call {
        /// Its library.
        library: Handle,
        /// Where it stands.
        target: u64,
        /// How it is called.
        signature: Signature,
        /// With what.
        arguments: Vec<CArgument>,
        /// What must live as long as the call runs, whatever becomes of the script.
        held: Vec<Handle>,
    },
    /// Goes on with the call that called back; answered as the call is.
    Continue {
        /// The library of the call.
        library: Handle,
        /// What the callback returns.
        value: u64,
    },
}

/// What came of a step.
pub enum ForeignAnswer {
    /// It is done.
    Done,
    /// A library.
    Handle(Handle),
    /// An address, unless there is no such symbol.
    Address(Option<u64>),
    /// Memory with its owner.
    Block(u64, Handle),
    /// What stood in memory.
    Bytes(Vec<u8>),
    /// What the function returned.
    Returned(u64),
    /// The function called the script, and waits.
    CalledBack {
        /// Which callback.
        token: u64,
        /// Its arguments.
        arguments: Vec<u64>,
    },
}

/// The answer while it is waited for.
pub type ForeignFuture<'a> =
    Pin<Box<dyn Future<Output = Result<ForeignAnswer, String>> + Send + 'a>>;

/// Native libraries of a host that allows some.
pub trait ForeignService: Debug + Send + Sync {
    /// Makes a step. An error becomes an exception of the script.
    fn serve(&self, request: ForeignRequest) -> ForeignFuture<'_>;
}

impl Debug for ForeignAnswer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ForeignAnswer")
    }
}

impl CType {
    /// Names of the types, as scripts write them.
    pub const NAMES: [(&'static str, Self); 12] = [
        ("void", Self::Void),
        ("uint8", Self::Int { size: 1, signed: false }),
        ("uint16", Self::Int { size: 2, signed: false }),
        ("uint32", Self::Int { size: 4, signed: false }),
        ("uint64", Self::Int { size: 8, signed: false }),
        ("sint8", Self::Int { size: 1, signed: true }),
        ("sint16", Self::Int { size: 2, signed: true }),
        ("sint32", Self::Int { size: 4, signed: true }),
        ("sint64", Self::Int { size: 8, signed: true }),
        ("float", Self::Float),
        ("double", Self::Double),
        ("pointer", Self::Pointer),
    ];

    /// Bytes that a value takes.
    pub const fn size(self) -> usize {
        match self {
            Self::Void => 0,
            Self::Int { size, .. } => size as usize,
            Self::Float => 4,
            Self::Double | Self::Pointer => 8,
        }
    }
}
