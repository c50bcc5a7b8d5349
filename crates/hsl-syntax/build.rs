//! Compiles the generated parser and the external scanner.

fn main() {
    let files = ["parser/parser.c", "scanner.c"];
    let mut build = cc::Build::new();
    build.include("parser").files(files).std("c11").warnings(false);
    for file in files {
        println!("cargo:rerun-if-changed={file}");
    }
    build.compile("tree-sitter-hsl");
}
