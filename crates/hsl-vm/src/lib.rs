//! Values, bytecode and fibers of HSL.
