//! What a startup file allows a script of the command line: native libraries.
//!
//! *Not here.* The running file (`disk`); loading and calling (`hsl-ffi`).

use std::path::Path;
use std::sync::Arc;

use diagnostics::Diagnostic;
use hsl_ffi::Foreign;
use hsl_vm::request::ForeignService;

use super::disk::{read_configuration, refuse};
use crate::exit::Failure;

/// The libraries that a startup file lists; none when it lists none.
///
/// # Errors
/// The file cannot be read, or has errors, which were shown.
pub(super) fn libraries(path: &Path) -> Result<Option<Arc<dyn ForeignService>>, Failure> {
    let (name, text) = read_configuration(path)?;
    let loaded = mta_config::load_startup(&name, &text, false);
    let errors: Vec<_> = loaded.diagnostics.into_iter().filter(Diagnostic::is_error).collect();
    match loaded.value {
        Some(startup) if errors.is_empty() => {
            let listed = startup.scripting.ffilibraries;
            let foreign = || Arc::new(Foreign::new(&listed)) as Arc<dyn ForeignService>;
            Ok((!listed.is_empty()).then(foreign))
        }
        _ => Err(refuse(&errors, &name, text)),
    }
}
