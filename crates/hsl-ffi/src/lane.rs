//! The thread of a library: its calls, one inside the other where callbacks call again.
//!
//! *Invariants.* Every message is answered once. What a call was given lives until it returns. When the
//! script ends inside a callback, the code that called back never goes on: the memory that it knows may be
//! gone. Its thread stays for ever, and of such threads there are few.

use std::cell::RefCell;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};

use hsl_vm::request::{CArgument, ForeignAnswer, Handle, Signature};
use libloading::Library;
use tokio::sync::oneshot;

use crate::raw;

/// Where the answer goes.
pub(crate) type Reply = oneshot::Sender<Result<ForeignAnswer, String>>;

/// Threads that may stay behind.
const MOST_ABANDONED: usize = 100;

static ABANDONED: AtomicUsize = AtomicUsize::new(0);

/// Refuses when too many threads have stayed behind.
pub(crate) fn check_abandoned() -> Result<(), String> {
    match ABANDONED.load(Ordering::Relaxed) < MOST_ABANDONED {
        true => Ok(()),
        false => Err("too many scripts have ended inside callbacks of native code".into()),
    }
}

/// A function to call.
pub(crate) struct Call {
    pub(crate) target: u64,
    pub(crate) signature: Signature,
    pub(crate) arguments: Vec<CArgument>,
    /// What must live until it returns.
    pub(crate) held: Vec<Handle>,
}

/// What the thread is told.
pub(crate) enum Message {
    /// Calls a function.
    Call { call: Call, reply: Reply },
    /// Ends the callback that runs.
    Return { value: u64, reply: Reply },
}

/// A library with its thread, which begins at its first call.
pub(crate) struct Loaded {
    library: Arc<Library>,
    lane: Mutex<Option<Sender<Message>>>,
}

thread_local! {
    /// What a callback on this thread needs.
    static LANE: RefCell<Option<Arc<Lane>>> = const { RefCell::new(None) };
}

struct Lane {
    messages: Mutex<Receiver<Message>>,
    /// Who waits for the calls that run, the innermost last.
    waiting: Mutex<Vec<Reply>>,
}

impl Loaded {
    pub(crate) fn new(library: Library) -> Self {
        Self { library: Arc::new(library), lane: Mutex::default() }
    }

    pub(crate) fn library(&self) -> &Library {
        &self.library
    }

    /// Tells the thread.
    pub(crate) fn send(&self, message: Message) -> Result<(), String> {
        let mut lane = self.lane.lock().unwrap_or_else(PoisonError::into_inner);
        let sender = match &*lane {
            Some(sender) => sender.clone(),
            None => {
                let (sender, receiver) = channel();
                let library = Arc::clone(&self.library);
                let thread = std::thread::Builder::new().name("ffi".into());
                thread.spawn(move || run(receiver, &library)).map_err(|error| error.to_string())?;
                lane.insert(sender).clone()
            }
        };
        sender.send(message).map_err(|_| "the library's thread has ended".to_owned())
    }
}

/// Works until nobody can send any more. The library stays loaded for as long.
fn run(messages: Receiver<Message>, _library: &Library) {
    let lane = Arc::new(Lane { messages: Mutex::new(messages), waiting: Mutex::default() });
    LANE.set(Some(Arc::clone(&lane)));
    while let Some(message) = lane.next() {
        match message {
            Message::Call { call, reply } => lane.call(call, reply),
            Message::Return { reply, .. } => drop(reply.send(Err("no callback runs".into()))),
        }
    }
}

impl Lane {
    fn next(&self) -> Option<Message> {
        self.messages.lock().unwrap_or_else(PoisonError::into_inner).recv().ok()
    }

    fn push(&self, reply: Reply) {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).push(reply);
    }

    /// Answers the innermost call.
    fn answer(&self, answer: Result<ForeignAnswer, String>) {
        let reply = self.waiting.lock().unwrap_or_else(PoisonError::into_inner).pop();
        if let Some(reply) = reply {
            // A script that has ended does not wait any more.
            let _ = reply.send(answer);
        }
    }

    fn call(&self, call: Call, reply: Reply) {
        let Call { target, signature, arguments, held } = call;
        self.push(reply);
        let mut texts = Vec::new();
        let pairs = arguments.into_iter().zip(&signature.arguments);
        let mut words: Vec<u64> = pairs
            .map(|(argument, kind)| match argument {
                CArgument::Bits(word) => word,
                CArgument::At(address) => word(&raw::read(address, kind.size())),
                CArgument::Text(mut text) => {
                    text.push(0);
                    texts.push(text);
                    texts.last().map_or(0, |text| text.as_ptr() as u64)
                }
            })
            .collect();
        let fits = words.len() == signature.arguments.len();
        let result = match fits {
            true => raw::call(target, &signature, &mut words),
            false => Err("the number of arguments is another".into()),
        };
        drop((texts, held));
        self.answer(result.map(ForeignAnswer::Returned));
    }
}

fn word(bytes: &[u8]) -> u64 {
    let mut word = [0; 8];
    word[..bytes.len().min(8)].copy_from_slice(&bytes[..bytes.len().min(8)]);
    u64::from_le_bytes(word)
}

/// Asks the script, on the thread that C called from. Threads that C made cannot ask, and get 0.
pub(crate) fn called_back(token: u64, arguments: Vec<u64>) -> u64 {
    let Some(lane) = LANE.with_borrow(Clone::clone) else { return 0 };
    lane.answer(Ok(ForeignAnswer::CalledBack { token, arguments }));
    loop {
        match lane.next() {
            Some(Message::Return { value, reply }) => {
                lane.push(reply);
                return value;
            }
            Some(Message::Call { call, reply }) => lane.call(call, reply),
            None => stay_behind(),
        }
    }
}

/// The script is gone, and with it perhaps what the code above on this stack would touch next.
fn stay_behind() -> ! {
    ABANDONED.fetch_add(1, Ordering::Relaxed);
    loop {
        std::thread::park();
    }
}
