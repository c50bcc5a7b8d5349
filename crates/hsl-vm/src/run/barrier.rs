//! `barrier`: locks that end with the block, however it is left; and who holds which lock.
//!
//! *Invariants*: a fiber never waits for a lock that it holds itself, be it by a barrier or by a
//! native whose callback is running.
//!
//! *Sources*: language reference, section 17.

use super::Next;
use crate::code::Reg;
use crate::fiber::{Fiber, Frame, HeldLock, State, Step};
use crate::native::Thrown;
use crate::request::{Request, Response};
use crate::value::Value;

/// The variable of a barrier as it leaves: a cell gives its content.
pub(super) fn variable(register: &Value) -> Value {
    match register {
        Value::Cell(cell) => cell.borrow().clone(),
        value => value.clone(),
    }
}

/// Asks for a lock.
pub(super) fn lock(
    fiber: &mut Fiber,
    key: Vec<u8>,
    register: Reg,
    fetch: bool,
) -> Result<Next, Thrown> {
    if fiber.holds(&key) {
        let name = String::from_utf8_lossy(&key).into_owned();
        return Err(Thrown::Error(format!("barrier \"{name}\" is entered already")));
    }
    fiber.state = State::WaitingLock { register: fetch.then_some(register), key: key.clone() };
    Ok(Next::Leave(Step::Suspend(Box::new(Request::Lock { key, fetch, held: false }))))
}

/// The lock is held.
pub(super) fn locked(
    fiber: &mut Fiber,
    register: Option<Reg>,
    key: Vec<u8>,
    response: Response,
) -> Next {
    match response {
        Response::Locked { guard, value } => {
            fiber.locks.push(HeldLock { key, guard });
            if let Some(register) = register {
                let value = value.map_or(Value::Unset, |value| value.recall());
                fiber.set_register(register, value);
            }
            Next::Run
        }
        Response::Failed(message) => fiber.throw(Thrown::Error(message)),
        _ => fiber.throw(Thrown::error("the host cannot lock")),
    }
}

/// Releases the lock taken last, after its value was stored.
pub(super) fn unlock(fiber: &mut Fiber, value: Option<Value>) -> Result<Next, Thrown> {
    let Some(held) = fiber.locks.last() else { return Ok(Next::Run) };
    let Some(value) = value else {
        fiber.locks.pop();
        return Ok(Next::Run);
    };
    let frozen = if value.is_set() {
        match value.freeze() {
            Some(frozen) => Some(frozen),
            None => {
                fiber.locks.pop();
                return Err(Thrown::error(
                    "functions, and objects other than maps, sets and the like, cannot be shared",
                ));
            }
        }
    } else {
        None
    };
    let request = Request::Store { key: held.key.clone(), value: frozen };
    fiber.state = State::WaitingStore;
    Ok(Next::Leave(Step::Suspend(Box::new(request))))
}

/// The value is stored.
pub(super) fn stored(fiber: &mut Fiber, response: Response) -> Next {
    fiber.locks.pop();
    match response {
        Response::Failed(message) => fiber.throw(Thrown::Error(message)),
        _ => Next::Run,
    }
}

impl Fiber {
    /// Whether this execution holds the lock of a key.
    pub(crate) fn holds(&self, key: &[u8]) -> bool {
        let natives = self.frames.iter().filter_map(Frame::lock);
        self.locks.iter().map(|held| &held.key[..]).chain(natives).any(|held| held == key)
    }

    /// Completes a request of the native on top by what only the machine knows: whether the lock
    /// that it needs is held already. Remembers the lock that it will hold.
    pub(super) fn note_lock(&mut self, request: &mut Request) {
        match request {
            Request::Lock { key, held, .. } => {
                *held = self.holds(key);
                if let Some(Frame::Native(call)) = self.frames.last_mut()
                    && !*held
                {
                    call.lock = Some(key.clone());
                }
            }
            Request::Memory(step) => step.held = self.holds(&step.key),
            _ => {}
        }
    }
}
