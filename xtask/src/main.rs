//! Generate, check, test, measure and package the project.

fn main() {}
