//! Scripts that call the C library, and a library that gcc builds here.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::rc::Rc;
use std::sync::Arc;

use hsl_compile::{MemorySources, Unit};
use hsl_decl::Catalog;
use hsl_ffi::Foreign;
use hsl_host::{Host, RealWorld, ServiceOptions, Services, drive};
use hsl_vm::{Fiber, Library, Limits, Loaded};

const C: &str = r#"
#include <stdint.h>
#include <stdarg.h>
#include <stdlib.h>
typedef int32_t (*step)(int32_t, double, const char *);
int32_t fold(step each, int32_t times) {
    int32_t sum = 0;
    for (int32_t i = 0; i < times; i++) sum += each(i, i + 0.5, "text");
    return sum;
}
int8_t negative(int8_t x) { return -x; }
float half(float x) { return x / 2; }
int total(int count, ...) {
    va_list list; int sum = 0;
    va_start(list, count);
    for (int i = 0; i < count; i++) sum += va_arg(list, int);
    va_end(list);
    return sum;
}
void split(int32_t whole, int32_t *high, int32_t *low) { *high = whole >> 8; *low = whole & 255; }
int freed = 0;
void end(void *memory) { freed++; free(memory); }
"#;

/// Where the linker finds a library of the system.
fn system(name: &str) -> PathBuf {
    let output = Command::new("gcc").arg(format!("-print-file-name={name}")).output();
    let output = output.expect("gcc is there");
    PathBuf::from(String::from_utf8_lossy(&output.stdout).trim())
}

fn build(folder: &Path) -> PathBuf {
    let (source, library) = (folder.join("probe.c"), folder.join("libprobe.so"));
    std::fs::write(&source, C).expect("written");
    let mut gcc = Command::new("gcc");
    let built = gcc.args(["-shared", "-fPIC", "-o"]).args([&library, &source]).status();
    assert!(built.expect("gcc is there").success());
    library
}

/// Runs a script that may load these libraries; gives its lines.
fn run(allowed: &[PathBuf], text: &str) -> Result<Vec<String>, String> {
    let catalog = Catalog::new(hsl_std::functions(), hsl_std::classes().map(|one| one.decl), []);
    let mut library = Library::new();
    hsl_std::bind(&mut library);
    let sources = MemorySources::new().with("test.hsl", text);
    let unit = Unit::new(None, &catalog);
    let build = hsl_compile::build(&sources, "test.hsl", &unit, &library);
    let program = build.program.ok_or_else(|| format!("{:?}", build.diagnostics))?;
    let loaded = Loaded::new(program, &library).map_err(|error| error.to_string())?;
    let foreign = Some(Arc::new(Foreign::new(allowed)) as _);
    let services = Services::new(ServiceOptions { foreign, ..Default::default() });
    let host = Host::new(Arc::new(services));
    let lines = Rc::new(RefCell::new(Vec::new()));
    let printed = Rc::clone(&lines);
    let echo = move |line: &[u8]| {
        printed.borrow_mut().push(String::from_utf8_lossy(line).into_owned());
    };
    let world = Rc::new(RealWorld::new("host.example", echo));
    let mut fiber = Fiber::new(&loaded, world, Limits::default());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let ended = runtime.expect("a runtime").block_on(drive(&mut fiber, &host, None));
    ended.map_err(|trap| trap.message)?;
    drop(fiber);
    Ok(lines.take())
}

#[track_caller]
fn check(allowed: &[PathBuf], text: &str, expected: &[&str]) {
    assert_eq!(run(allowed, text).expect("it runs"), expected);
}

#[test]
fn functions_of_the_c_library_are_called() {
    let libraries = [system("libc.so.6"), system("libm.so.6")];
    check(
        &libraries,
        r#"
        [$int, $size, $double, $pointer] =
            [FFI::type("sint32"), FFI::type("uint64"), FFI::type("double"), FFI::type("pointer")];
        $c = FFI("libc.so.6"); $m = FFI("libm.so.6");
        echo FFI::number($c->func("abs", [$int], $int)(-7));
        echo FFI::number($c->func("strlen", [$pointer], $size)("four"));
        echo FFI::number($m->func("pow", [$double, $double], $double)(2, 0.5)) == 2 ** 0.5;
        echo [$c->func("no_such_function", [], $int) === none, $c->symbol("nothing") === none];
        $strdup = $c->func("strdup", [$pointer], $pointer);
        $copy = FFI::attach($strdup("a copy"));
        echo FFI::string($copy); echo FFI::string($copy, 3); echo FFI::string(FFI::offset($copy, 2));
        $end = FFI::nullptr();
        echo FFI::number($c->func("strtod", [$pointer, $pointer], $double)(FFI::cstring("1.5x"), FFI::byref($end)));
        $buffer = FFI::allocate(32);
        FFI::memcpy($buffer, "0123456789");
        $memmove = $c->func("memmove", [$pointer, $pointer, $size], $pointer);
        $memmove(FFI::offset($buffer, 1), $buffer, 3);
        echo FFI::string($buffer);
        $snprintf = $c->func("snprintf", [$pointer, $size, $pointer, FFI::type("...")], $int);
        echo FFI::number($snprintf($buffer, 32, "%d %s %.2f", FFI::cnumber($int, -4), "text", FFI::cnumber($double, 0.125)));
        echo FFI::string($buffer);
        echo $c->func("getenv", [$pointer], $pointer)("A_NAME_THAT_NOBODY_SETS") === none;
        echo FFI::number64(FFI::deref(FFI::memcpy(FFI::allocate(8), "\x01\x00\x00\x00\x02\x00\x00\x00"), $size));
        "#,
        &[
            "7",
            "4",
            "true",
            "[0=>true,1=>true]",
            "a copy",
            "a c",
            "copy",
            "1.5",
            "0012456789",
            "12",
            "-4 text 0.12",
            "true",
            "[0=>2,1=>1]",
        ],
    );
}

#[test]
fn callbacks_wait_throw_and_call_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let library = build(folder.path());
    check(
        std::slice::from_ref(&library),
        r#"
        [$int, $pointer] = [FFI::type("sint32"), FFI::type("pointer")];
        $probe = FFI("libprobe.so");
        $fold = $probe->func("fold", [$pointer, $int], $int);
        $types = [$int, FFI::type("double"), $pointer];
        $seen = [];
        $each = FFI::callback($types, $int, function ($i, $x, $text) closure ($seen, $probe) {
            sleep(0.001);
            $seen[] = FFI::number($x) . FFI::string($text);
            $small = FFI::type("sint8");
            return FFI::number($i) * 10 + FFI::number($probe->func("negative", [$small], $small)(FFI::number($i)));
        });
        echo FFI::number($fold($each, 4)); echo $seen;
        $bad = FFI::callback($types, $int, function ($i, $x, $text) { throw "at " . FFI::number($i); });
        try { $fold($bad, 3); } catch ($e) { echo $e; }
        echo FFI::number($fold($each, 2));
        "#,
        &["54", r#"[0=>"0.5text",1=>"1.5text",2=>"2.5text",3=>"3.5text"]"#, "at 0", "9"],
    );
}

#[test]
fn values_stand_in_memory_where_c_changes_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let library = build(folder.path());
    check(
        std::slice::from_ref(&library),
        r#"
        [$int, $pointer, $void] = [FFI::type("sint32"), FFI::type("pointer"), FFI::type("void")];
        $probe = FFI("libprobe.so");
        $high = FFI::cnumber($int, 0); $low = FFI::cnumber($int, 0);
        echo [$probe->func("split", [$int, $pointer, $pointer], $void)(1027, FFI::byref($high), FFI::byref($low))];
        echo [FFI::number($high), FFI::number($low)];
        echo FFI::number($probe->func("half", [FFI::type("float")], FFI::type("float"))(0.5));
        echo FFI::number($probe->func("total", [$int, FFI::type("...")], $int)(2, FFI::cnumber($int, 40), $low));
        $end = $probe->func("end", [$pointer], $void);
        $freed = $probe->symbol("freed");
        $memory = FFI::attach(FFI::detach(FFI::allocate(8)), $end);
        echo FFI::number(FFI::deref($freed, $int)); $memory = none; echo FFI::number(FFI::deref($freed, $int));
        "#,
        &["[0=>none]", "[0=>4,1=>3]", "0.25", "43", "0", "1"],
    );
}

#[test]
fn files_and_sockets_are_handed_to_c() {
    check(
        &[system("libc.so.6")],
        r#"
        [$int, $pointer] = [FFI::type("sint32"), FFI::type("pointer")];
        $c = FFI("libc.so.6");
        $file = File::String("one\ntwo\n"); $file->readline();
        $stream = $file->toFFIValue(); $other = $file->toFFIValue();
        echo FFI::number($c->func("fgetc", [$pointer], $int)($stream));
        $fgets = $c->func("fgets", [$pointer, $int, $pointer], $pointer);
        $line = FFI::allocate(16);
        echo json_encode([FFI::string($fgets($line, 16, $stream)), FFI::string($fgets($line, 16, $other))]);
        echo $file->readline(); $file->close(); echo [$file->toFFIValue() === none];
        echo FFI::string($fgets($line, 4, $stream));
        $socket = Socket("AF_UNIX", "SOCK_STREAM"); $number = $socket->toFFIValue();
        $kind = FFI::cnumber($int, 0); $size = FFI::cnumber(FFI::type("uint32"), 4);
        $ask = $c->func("getsockopt", [$int, $int, $int, $pointer, $pointer], $int);
        echo FFI::number($ask($number, 1, 3, FFI::byref($kind), FFI::byref($size)));
        echo [FFI::number($kind), FFI::number($socket->toFFIValue()) == FFI::number($number)];
        $socket->close(); echo [$socket->toFFIValue() === none, $socket->errno()];
        "#,
        &[
            "111",
            r#"["ne\n","one\n"]"#,
            "two",
            "[0=>true]",
            "two",
            "0",
            "[0=>1,1=>true]",
            "[0=>true,1=>9]",
        ],
    );
    let refused = run(&[], "echo [File::String(\"x\")->toFFIValue() === none];");
    assert_eq!(refused.expect("none is no error"), ["[0=>true]"]);
}

#[test]
fn only_what_is_allowed_is_loaded_and_faults_are_exceptions() {
    let folder = tempfile::tempdir().expect("a folder");
    let library = build(folder.path());
    let other = folder.path().join("other.so");
    std::fs::copy(&library, &other).expect("copied");
    let link = folder.path().join("link.so");
    std::os::unix::fs::symlink(&other, &link).expect("linked");
    let script = format!(
        r#"foreach (["{0}/libprobe.so", "{0}/other.so", "{0}/link.so", "{0}/../x/libprobe.so", "libc.so.6"] as $path)
            {{ try {{ FFI($path); echo "loaded"; }} catch ($e) {{ echo "refused"; }} }}
         foreach ([
            function () {{ FFI::string(FFI::nullptr()); }},
            function () {{ FFI::deref(FFI::nullptr()); }},
            function () {{ FFI::number("x"); }},
            function () {{ FFI::type("int"); }},
            function () {{ FFI("libprobe.so")->func("half", [FFI::type("float")], FFI::type("float"))(); }},
            function () {{ FFI("libprobe.so")->func("half", [FFI::type("float")], FFI::type("float"))("x"); }},
            function () {{ FFI::allocate(-1); }}
         ] as $fault) {{ try {{ $fault(); echo "nothing"; }} catch ($e) {{ echo $e->message(); }} }}"#,
        folder.path().display()
    );
    check(
        std::slice::from_ref(&library),
        &script,
        &[
            "loaded",
            "refused",
            "refused",
            "refused",
            "refused",
            "FFI: the pointer is null",
            "FFI: the pointer is null",
            "FFI::number: wants an FFI value, not string",
            "FFI::type: \"int\" is none of void, uint8, uint16, uint32, uint64, sint8, sint16, sint32, sint64, float, double, pointer, ...",
            "FFI: the function takes 1, not 0",
            "FFI: string cannot be converted for C",
            "FFI::allocate: wants a number of bytes or a type",
        ],
    );
    let refused = run(&[], "FFI(\"libc.so.6\");").expect_err("nothing is allowed");
    assert!(refused.contains("scripting.ffilibraries"), "{refused}");
}
