//! Activations: of script functions and of natives that take several steps.

use std::any::Any;

use crate::code::{FunctionId, Reg};
use crate::native::{NativeFrame, NativeRef};

/// One activation.
pub(crate) enum Frame {
    /// A function of a script.
    Script(ScriptFrame),
    /// A native that takes several steps.
    Native(Box<NativeCall>),
}

impl Frame {
    /// The lock that it holds, or waits for.
    pub(crate) fn lock(&self) -> Option<&[u8]> {
        match self {
            Self::Native(call) => call.lock.as_deref(),
            Self::Script(_) => None,
        }
    }
}

/// An activation of a script function. Its window is `stack[base..base + registers]`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ScriptFrame {
    pub(crate) function: FunctionId,
    /// Next instruction; for all but the topmost frame, the one after the call.
    pub(crate) pc: u32,
    pub(crate) base: u32,
    /// Index into the fiber's units.
    pub(crate) unit: u16,
    pub(crate) target: Target,
}

/// Where the result of an activation goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// Into a register of the frame below, a function of the same unit that called this one.
    Caller(Reg),
    /// Into a register of the frame below.
    Register(Reg),
    /// Nowhere; register 0, the new instance, goes into a register of the frame below.
    Instance(Reg),
    /// Nowhere; the new instance goes to the native frame below.
    InstanceToNative,
    /// Nowhere: the frame below goes on by itself.
    Discard,
    /// To the native frame below.
    Native,
    /// To the consumer of the topmost active generator.
    Generator,
    /// To the host: the script is done.
    Host,
}

/// An activation of a native.
pub(crate) struct NativeCall {
    pub(crate) frame: Box<dyn NativeFrame>,
    pub(crate) name: &'static str,
    pub(crate) target: Target,
    /// The lock that it has asked for, and holds until it goes.
    pub(crate) lock: Option<Vec<u8>>,
}

/// A generator whose code is running.
pub(crate) struct Active {
    pub(crate) generator: NativeRef,
    pub(crate) consumer: Consumer,
}

/// Who wants the next item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Consumer {
    /// The `IterNext` at this instruction of the frame below.
    Foreach(u32),
    /// A call of `next`.
    Next(Target),
}

/// A lock that a `barrier` holds.
pub(crate) struct HeldLock {
    pub(crate) key: Vec<u8>,
    /// Releases on drop.
    #[expect(dead_code, reason = "held for its destructor")]
    pub(crate) guard: Box<dyn Any>,
}
