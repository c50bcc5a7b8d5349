//! Tests of scripts can replace all of the library.

use hsl_vm::MockTable;
use mta_hooks::{HOOKS, library};

#[test]
fn every_function_and_method_has_a_place() {
    let table = MockTable::default();
    let hooks = HOOKS.iter().map(|hook| Some(hook.hook));
    for hook in hooks.chain([None]) {
        let _ = library(hook).replaceable(&table);
    }
    assert_eq!(table.left_out(), [""; 0]);
    assert!(table.names().iter().any(|name| name == "MailMessage->signDKIM"));
}
