//! What the code that `hsl-macros` generates calls: arguments in, results out.
//!
//! *Invariants.* A wrong type raises an exception that names the function, the parameter, what was
//! expected and what was given; nothing here panics on what a script passes.
//!
//! *Not here.* The values themselves (`hsl_vm`), the builtins (the topic modules).

mod arguments;
mod callback;
mod options;
mod returned;
mod shape;

pub(crate) use arguments::wrong_type;
pub use arguments::{Arguments, Rest, not_here, receiver};
pub use callback::{Callback, Pattern, TextOrArray};
pub use hsl_vm::{FromValue, LentValue};
pub use options::{GivenOptions, Options};
pub use returned::{Constructed, Returned, constructed, object, terminate};
pub use shape::{Record, Shape, concat, count, record};
