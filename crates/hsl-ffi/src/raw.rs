//! The one place that calls native code: libffi, and the functions that it calls.
//!
//! libffi is loaded when it is first needed, so that nobody else depends on it. Its interface of version 8
//! is stable; the few structs of it that a caller makes are written down here.
//!
//! *Invariants.* What libffi reads while code may run (descriptions of calls, types) stays where it is. That
//! addresses, signatures and lifetimes are right is what the script promises: a library that is allowed is
//! trusted as the server itself is.
//!
//! *Sources.* ffi(3) and `ffi.h` of libffi 3.4.
#![allow(unsafe_code)]

use std::ffi::{CStr, c_int, c_uint, c_void};
use std::path::Path;
use std::ptr;
use std::sync::OnceLock;

use hsl_vm::request::{CType, Signature};
use libloading::Library;

/// Names under which libffi is found.
const NAMES: [&str; 2] = ["libffi.so.8", "libffi.so.7"];
/// The calling convention of the system: `FFI_DEFAULT_ABI` of `ffitarget.h`.
const ABI: c_uint = if cfg!(target_arch = "x86_64") { 2 } else { 1 };

/// `ffi_type`, of which only addresses are used.
#[repr(C)]
struct FfiType {
    _private: [u8; 0],
}

/// `ffi_cif`, with room for what some processors add.
#[repr(C, align(16))]
struct Cif([u8; 128]);

type Trampoline = unsafe extern "C" fn(*mut Cif, *mut c_void, *mut *mut c_void, *mut c_void);

/// Functions and types of libffi.
struct Engine {
    library: Library,
    prepare: unsafe extern "C" fn(
        *mut Cif,
        c_uint,
        c_uint,
        *const FfiType,
        *const *const FfiType,
    ) -> c_int,
    prepare_variadic: unsafe extern "C" fn(
        *mut Cif,
        c_uint,
        c_uint,
        c_uint,
        *const FfiType,
        *const *const FfiType,
    ) -> c_int,
    call: unsafe extern "C" fn(*mut Cif, *const c_void, *mut c_void, *const *mut c_void),
    closure: unsafe extern "C" fn(usize, *mut *mut c_void) -> *mut c_void,
    prepare_closure:
        unsafe extern "C" fn(*mut c_void, *mut Cif, Trampoline, *mut c_void, *mut c_void) -> c_int,
    free_closure: unsafe extern "C" fn(*mut c_void),
}

fn engine() -> Result<&'static Engine, String> {
    static ENGINE: OnceLock<Result<Engine, String>> = OnceLock::new();
    ENGINE.get_or_init(Engine::load).as_ref().map_err(String::clone)
}

impl Engine {
    fn load() -> Result<Self, String> {
        // SAFETY: libffi has no constructors with effects on others.
        let library = NAMES.iter().find_map(|name| unsafe { Library::new(*name) }.ok());
        let library = library.ok_or("FFI needs libffi.so.8, which this system does not have")?;
        macro_rules! function {
            ($name:literal) => {
                // SAFETY: the type is that of the function in `ffi.h`.
                unsafe { *library.get($name).map_err(|error| error.to_string())? }
            };
        }
        Ok(Self {
            prepare: function!(b"ffi_prep_cif\0"),
            prepare_variadic: function!(b"ffi_prep_cif_var\0"),
            call: function!(b"ffi_call\0"),
            closure: function!(b"ffi_closure_alloc\0"),
            prepare_closure: function!(b"ffi_prep_closure_loc\0"),
            free_closure: function!(b"ffi_closure_free\0"),
            library,
        })
    }

    fn kind(&self, kind: CType) -> Result<*const FfiType, String> {
        let name: &[u8] = match kind {
            CType::Void => b"ffi_type_void\0",
            CType::Float => b"ffi_type_float\0",
            CType::Double => b"ffi_type_double\0",
            CType::Pointer => b"ffi_type_pointer\0",
            CType::Int { size: 1, signed: false } => b"ffi_type_uint8\0",
            CType::Int { size: 2, signed: false } => b"ffi_type_uint16\0",
            CType::Int { size: 4, signed: false } => b"ffi_type_uint32\0",
            CType::Int { signed: false, .. } => b"ffi_type_uint64\0",
            CType::Int { size: 1, signed: true } => b"ffi_type_sint8\0",
            CType::Int { size: 2, signed: true } => b"ffi_type_sint16\0",
            CType::Int { size: 4, signed: true } => b"ffi_type_sint32\0",
            CType::Int { signed: true, .. } => b"ffi_type_sint64\0",
        };
        // SAFETY: the symbol is a static of libffi, whose address is all that is used.
        let address =
            unsafe { self.library.get::<*const FfiType>(name).map(|at| at.try_as_raw_ptr()) };
        let address = address.map_err(|error| error.to_string())?;
        address.map(|at| at.cast_const().cast()).ok_or_else(|| "libffi lacks a type".to_owned())
    }

    fn describe(&self, signature: &Signature) -> Result<Description, String> {
        let kinds = signature.arguments.iter().map(|kind| self.kind(*kind));
        let kinds: Box<[_]> = kinds.collect::<Result<_, _>>()?;
        let mut cif = Box::new(Cif([0; 128]));
        let (count, result) = (kinds.len() as c_uint, self.kind(signature.result)?);
        // SAFETY: `cif` is larger than an `ffi_cif`, and `kinds` has `count` types; both are boxed, so
        // that they stay where libffi remembers them.
        let status = unsafe {
            match signature.fixed {
                None => (self.prepare)(&raw mut *cif, ABI, count, result, kinds.as_ptr()),
                Some(fixed) => {
                    let fixed = fixed as c_uint;
                    (self.prepare_variadic)(
                        &raw mut *cif,
                        ABI,
                        fixed,
                        count,
                        result,
                        kinds.as_ptr(),
                    )
                }
            }
        };
        match status {
            0 => Ok(Description { cif, _kinds: kinds }),
            status => Err(format!("libffi cannot call such a function (status {status})")),
        }
    }
}

/// A call as libffi knows it.
struct Description {
    cif: Box<Cif>,
    _kinds: Box<[*const FfiType]>,
}

/// Loads a library.
pub(crate) fn open(path: &Path) -> Result<Library, String> {
    // SAFETY: the operator allowed the library, and with it the code that it runs when it is loaded.
    unsafe { Library::new(path) }.map_err(|error| error.to_string())
}

/// Where a symbol of a library stands.
pub(crate) fn symbol(library: &Library, name: &str) -> Option<u64> {
    // SAFETY: the symbol is not used, only its address is taken.
    let found =
        unsafe { library.get::<*const c_void>(name.as_bytes()).map(|at| at.try_as_raw_ptr()) };
    found.ok().flatten().map(|address| address as u64)
}

/// Calls a function with values whose bytes stand in words, the lowest first.
pub(crate) fn call(target: u64, signature: &Signature, words: &mut [u64]) -> Result<u64, String> {
    if target == 0 {
        return Err("the function is a null pointer".into());
    }
    let engine = engine()?;
    let mut description = engine.describe(signature)?;
    let places: Vec<*mut c_void> =
        words.iter_mut().map(|word| ptr::from_mut(word).cast()).collect();
    let mut result = [0_u64; 2];
    // SAFETY: there is one place for each argument, and the result has room for the largest value. The rest
    // the script promises.
    unsafe {
        (engine.call)(
            &raw mut *description.cif,
            target as usize as *const c_void,
            result.as_mut_ptr().cast(),
            places.as_ptr(),
        );
    }
    Ok(result[0])
}

/// Code that C calls; it asks `answer` with the token and the words of the arguments.
pub(crate) struct Closure {
    writable: *mut c_void,
    /// Where the code stands.
    pub(crate) address: u64,
    description: Description,
    seen: Box<Seen>,
}

// SAFETY: nothing in it changes after it is made, and libffi frees from any thread.
unsafe impl Send for Closure {}
// SAFETY: as above.
unsafe impl Sync for Closure {}

/// What the trampoline knows of its closure.
struct Seen {
    token: u64,
    signature: Signature,
    answer: fn(u64, Vec<u64>) -> u64,
}

impl Closure {
    /// Makes the code.
    pub(crate) fn new(
        signature: Signature,
        token: u64,
        answer: fn(u64, Vec<u64>) -> u64,
    ) -> Result<Self, String> {
        let engine = engine()?;
        let description = engine.describe(&signature)?;
        let mut address = ptr::null_mut();
        // `sizeof(ffi_closure)` is 56 at most; more does no harm.
        // SAFETY: the function writes one address.
        let writable = unsafe { (engine.closure)(128, &raw mut address) };
        if writable.is_null() {
            return Err("there is no memory for code".into());
        }
        let seen = Box::new(Seen { token, signature, answer });
        let mut closure = Self { writable, address: address as u64, description, seen };
        // SAFETY: description and user data are boxed and live as long as the code.
        let status = unsafe {
            (engine.prepare_closure)(
                writable,
                &raw mut *closure.description.cif,
                trampoline,
                (&raw mut *closure.seen).cast(),
                address,
            )
        };
        if status == 0 { Ok(closure) } else { Err("libffi cannot make such a callback".into()) }
    }
}

impl Drop for Closure {
    fn drop(&mut self) {
        if let Ok(engine) = engine() {
            // SAFETY: it was allocated by libffi, and is freed once.
            unsafe { (engine.free_closure)(self.writable) };
        }
    }
}

unsafe extern "C" fn trampoline(
    _: *mut Cif,
    result: *mut c_void,
    arguments: *mut *mut c_void,
    user: *mut c_void,
) {
    // SAFETY: the user data is the `Seen` of a closure that lives while C may call it.
    let seen = unsafe { &*user.cast::<Seen>() };
    let kinds = seen.signature.arguments.iter().enumerate();
    let words = kinds.map(|(at, kind)| {
        let mut word = [0; 8];
        // SAFETY: libffi gives an address for each argument of the signature, with a value of its size.
        unsafe {
            let from = (*arguments.add(at)).cast::<u8>();
            ptr::copy_nonoverlapping(from, word.as_mut_ptr(), kind.size());
        }
        u64::from_le_bytes(word)
    });
    let answer = (seen.answer)(seen.token, words.collect());
    if seen.signature.result != CType::Void {
        // SAFETY: the result of a closure has room for a whole word.
        unsafe { result.cast::<u64>().write_unaligned(answer) };
    }
}

/// New memory, all zero.
pub(crate) fn allocate(size: usize) -> Option<u64> {
    // SAFETY: any size may be asked for.
    let address = unsafe { libc::calloc(1, size.max(1)) };
    (!address.is_null()).then_some(address as u64)
}

/// Ends memory of C.
pub(crate) fn free(address: u64) {
    // SAFETY: the script promised that the memory is its own and from `malloc`.
    unsafe { libc::free(address as usize as *mut c_void) };
}

/// Writes bytes to memory.
pub(crate) fn write(to: u64, bytes: &[u8]) {
    // SAFETY: the script promised that there is room.
    unsafe { ptr::copy_nonoverlapping(bytes.as_ptr(), to as usize as *mut u8, bytes.len()) };
}

/// So many bytes of memory.
pub(crate) fn read(from: u64, length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    // SAFETY: the script promised that there are as many.
    unsafe { ptr::copy_nonoverlapping(from as usize as *const u8, bytes.as_mut_ptr(), length) };
    bytes
}

/// Bytes up to a zero.
pub(crate) fn length(from: u64) -> usize {
    // SAFETY: the script promised that there is a zero.
    unsafe { CStr::from_ptr(from as usize as *const _) }.count_bytes()
}
