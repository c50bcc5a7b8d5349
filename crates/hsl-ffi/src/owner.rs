//! Memory that ends with its last handle.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use hsl_vm::request::{CType, Signature};

use crate::lane::Loaded;
use crate::raw;

/// Owns memory until it is released.
pub(crate) struct Owner {
    address: u64,
    /// The function that ends it, with its library; `free` without one.
    destructor: Option<(Arc<Loaded>, u64)>,
    released: AtomicBool,
}

impl Owner {
    pub(crate) fn new(address: u64, destructor: Option<(Arc<Loaded>, u64)>) -> Self {
        Self { address, destructor, released: AtomicBool::new(false) }
    }

    /// Gives the memory up without ending it.
    pub(crate) fn release(&self) {
        self.released.store(true, Ordering::Relaxed);
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        if self.address == 0 || *self.released.get_mut() {
            return;
        }
        match &self.destructor {
            None => raw::free(self.address),
            Some((_, target)) => {
                let (arguments, result) = (vec![CType::Pointer], CType::Void);
                let signature = Signature { arguments, fixed: None, result };
                // There is nobody to tell.
                let _ = raw::call(*target, &signature, &mut [self.address]);
            }
        }
    }
}
