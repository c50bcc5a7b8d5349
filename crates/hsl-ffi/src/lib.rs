//! Native libraries for scripts, through libffi.
//!
//! A script asks by [`ForeignRequest`]s; this crate loads libraries, touches memory, and calls functions,
//! each library on a thread of its own. A callback stops that thread until the script has answered, so that
//! scripts wait and nobody else does.
//!
//! *Invariants.* Only libraries that the configuration lists are loaded, by their real paths. One module,
//! `raw`, has unsafe code.
//!
//! *Not here.* The class `FFI` (`hsl-std`), who allows which library (`mta-config`).

mod lane;
mod owner;
mod raw;
mod stream;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use hsl_vm::request::{ForeignAnswer, ForeignFuture, ForeignRequest, ForeignService, Handle};
use lane::{Call, Loaded, Message};
use owner::Owner;
use tokio::sync::oneshot;

/// Most bytes of one block of memory.
const MOST: usize = 1 << 30;

/// The libraries that scripts may load.
#[derive(Debug)]
pub struct Foreign {
    allowed: Vec<PathBuf>,
}

type Answer = Result<ForeignAnswer, String>;

impl Foreign {
    /// Allows these files, and no others. A path that leads nowhere allows nothing.
    pub fn new<P: AsRef<Path>>(allowed: impl IntoIterator<Item = P>) -> Self {
        let real = allowed.into_iter().filter_map(|path| std::fs::canonicalize(path).ok());
        Self { allowed: real.collect() }
    }

    /// The allowed file that a script names, by its path or by its name alone.
    fn allowed(&self, path: &str) -> Option<&PathBuf> {
        if !path.contains('/') {
            let named = |file: &&PathBuf| file.file_name().is_some_and(|name| name == path);
            return self.allowed.iter().find(named);
        }
        let real = std::fs::canonicalize(path).ok()?;
        self.allowed.iter().find(|allowed| **allowed == real)
    }

    fn open(&self, path: &str) -> Answer {
        let file = self.allowed(path);
        let file = file.ok_or_else(|| {
            format!("{path} is not among the libraries of `scripting.ffilibraries`")
        })?;
        lane::check_abandoned()?;
        let library = raw::open(file)?;
        Ok(ForeignAnswer::Handle(Arc::new(Loaded::new(library))))
    }

    /// Answers what takes no time.
    fn at_once(&self, request: ForeignRequest) -> Answer {
        match request {
            ForeignRequest::Open { path } => self.open(&path),
            ForeignRequest::Symbol { library, name } => {
                Ok(ForeignAnswer::Address(raw::symbol(loaded(&library)?.library(), &name)))
            }
            ForeignRequest::Allocate { content } => allocate(&content),
            ForeignRequest::Stream { .. } if self.allowed.is_empty() => {
                Err("no library is allowed that could read it".into())
            }
            ForeignRequest::Stream { content } => stream::open(&content),
            ForeignRequest::Adopt { address, destructor } => {
                let destructor = match destructor {
                    Some((library, target)) => Some((loaded(&library)?, target)),
                    None => None,
                };
                Ok(ForeignAnswer::Block(address, Arc::new(Owner::new(address, destructor))))
            }
            ForeignRequest::Release(handle) => {
                if let Some(owner) = handle.downcast_ref::<Owner>() {
                    owner.release();
                }
                Ok(ForeignAnswer::Done)
            }
            ForeignRequest::Write { to, bytes } => {
                raw::write(not_null(to)?, &bytes);
                Ok(ForeignAnswer::Done)
            }
            ForeignRequest::Read { from, length, most } => read(from, length, most),
            ForeignRequest::Callback { signature, token } => {
                let closure = raw::Closure::new(signature, token, lane::called_back)?;
                Ok(ForeignAnswer::Block(closure.address, Arc::new(closure)))
            }
            ForeignRequest::Call { .. } | ForeignRequest::Continue { .. } => {
                Err("a call takes time".into())
            }
        }
    }
}

impl ForeignService for Foreign {
    fn serve(&self, request: ForeignRequest) -> ForeignFuture<'_> {
        let (reply, answer) = oneshot::channel();
        let sent = match request {
            ForeignRequest::Call { library, target, signature, arguments, held } => {
                let call = Call { target, signature, arguments, held };
                loaded(&library).and_then(|loaded| loaded.send(Message::Call { call, reply }))
            }
            ForeignRequest::Continue { library, value } => {
                loaded(&library).and_then(|loaded| loaded.send(Message::Return { value, reply }))
            }
            other => {
                let answer = self.at_once(other);
                return Box::pin(std::future::ready(answer));
            }
        };
        Box::pin(async move {
            sent?;
            answer.await.unwrap_or_else(|_| Err("the library's thread has ended".into()))
        })
    }
}

fn loaded(handle: &Handle) -> Result<Arc<Loaded>, String> {
    Handle::clone(handle).downcast().map_err(|_| "that is no library".to_owned())
}

fn allocate(content: &[u8]) -> Answer {
    let size = content.len();
    let memory = if size <= MOST { raw::allocate(size) } else { None };
    let address = memory.ok_or_else(|| format!("there is no memory for {size} bytes"))?;
    raw::write(address, content);
    Ok(ForeignAnswer::Block(address, Arc::new(Owner::new(address, None))))
}

fn read(from: u64, length: Option<usize>, most: usize) -> Answer {
    let from = not_null(from)?;
    let length = length.unwrap_or_else(|| raw::length(from));
    if length > most {
        return Err(format!("{length} bytes are more than the script may hold"));
    }
    Ok(ForeignAnswer::Bytes(raw::read(from, length)))
}

fn not_null(address: u64) -> Result<u64, String> {
    if address == 0 { Err("the pointer is null".into()) } else { Ok(address) }
}
