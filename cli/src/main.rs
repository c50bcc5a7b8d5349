//! The mailstop command.

fn main() {}
