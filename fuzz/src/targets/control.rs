//! Frames of the control socket: decoded or refused, never a panic.

use mta_control::frame::{read_call, read_from_server};

use crate::Target;

pub(super) const TARGET: Target = Target {
    name: "control",
    run,
    words: &[
        b"{\"id\":1,\"request\":\"hello\",",
        b"\"arm\"",
        b"\"breakpoints\"",
        b"\"vars\"",
        b"{\"b64\":\"AAA=\"}",
        b"\"thread\":1",
        b"[[[[[[[[",
    ],
};

fn run(frame: &[u8]) {
    let outcome = (read_call(frame).is_ok(), read_from_server(frame).is_ok());
    assert_eq!(outcome, (read_call(frame).is_ok(), read_from_server(frame).is_ok()));
}
