//! Bytes as a stream of C.
//!
//! The C library makes and closes it, by the same calls that scripts make; the bytes lie in a file
//! that has no name.
//!
//! *Sources.* fdopen(3), fclose(3), memfd_create(2).

use std::ffi::CStr;
use std::fs::File;
use std::io::{Seek as _, Write as _};
use std::os::fd::{AsRawFd as _, IntoRawFd as _};
use std::path::Path;
use std::sync::{Arc, OnceLock};

use hsl_vm::request::{CType, ForeignAnswer, Signature};
use rustix::fs::{MemfdFlags, memfd_create};

use crate::lane::Loaded;
use crate::owner::Owner;
use crate::{Answer, MOST, raw};

/// The C library that this process runs on.
const NAME: &str = "libc.so.6";
/// The mode of a stream that is read.
const MODE: &CStr = c"r";

/// Functions of the C library.
struct Streams {
    library: Arc<Loaded>,
    open: u64,
    close: u64,
}

/// A stream at the beginning of the bytes.
pub(crate) fn open(content: &[u8]) -> Answer {
    if content.len() > MOST {
        return Err(format!("{} bytes are too many for a stream", content.len()));
    }
    let streams = streams()?;
    let file = file(content).map_err(|error| error.to_string())?;
    let int = CType::Int { size: 4, signed: true };
    let arguments = vec![int, CType::Pointer];
    let signature = Signature { arguments, fixed: None, result: CType::Pointer };
    let mut words = [u64::from(file.as_raw_fd().cast_unsigned()), MODE.as_ptr() as u64];
    match raw::call(streams.open, &signature, &mut words)? {
        0 => Err("the C library cannot open a stream".into()),
        address => {
            // From now on it is the stream's.
            let _ = file.into_raw_fd();
            let close = Some((Arc::clone(&streams.library), streams.close));
            Ok(ForeignAnswer::Block(address, Arc::new(Owner::new(address, close))))
        }
    }
}

fn streams() -> Result<&'static Streams, String> {
    static STREAMS: OnceLock<Result<Streams, String>> = OnceLock::new();
    STREAMS.get_or_init(Streams::find).as_ref().map_err(String::clone)
}

impl Streams {
    fn find() -> Result<Self, String> {
        let library = Arc::new(Loaded::new(raw::open(Path::new(NAME))?));
        let symbol = |name| {
            let found = raw::symbol(library.library(), name);
            found.ok_or_else(|| format!("{NAME} has no {name}"))
        };
        let (open, close) = (symbol("fdopen")?, symbol("fclose")?);
        Ok(Self { library, open, close })
    }
}

fn file(content: &[u8]) -> std::io::Result<File> {
    let mut file = File::from(memfd_create("mailstop", MemfdFlags::CLOEXEC)?);
    file.write_all(content)?;
    file.rewind()?;
    Ok(file)
}
