//! Files of the project.
//!
//! *Not here.* The file system: the host reads, below the roots that it allows.

use hsl_vm::{Response, Thrown};

/// The content that a file request was answered with.
pub(crate) fn content(response: Response) -> Result<Vec<u8>, Thrown> {
    match response {
        Response::File(content) => Ok(content),
        Response::Failed(message) => Err(Thrown::Error(message)),
        _ => Err(Thrown::error("the file service gave no file")),
    }
}
