//! Compiles the generated parser and the external scanner.

fn main() {
    let files = ["parser/parser.c", "scanner.c"];
    let mut build = cc::Build::new();
    // Nobody debugs a generated parser: it is fast in every profile.
    build.include("parser").files(files).std("c11").warnings(false).opt_level(2);
    for file in files {
        println!("cargo:rerun-if-changed={file}");
    }
    build.compile("tree-sitter-hsl");
}
