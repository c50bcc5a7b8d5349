//! Every rule, by the order of their ids.

use crate::Lint;

macro_rules! rules {
    ($($file:ident $name:ident;)*) => {
        $(mod $file;)*

        /// Every rule.
        pub static ALL: &[&Lint] = &[$(&$file::$name),*];
    };
}

mod given;
mod mail;

rules! {
    implicit_verdict IMPLICIT_VERDICT;
    key_not_in_hook KEY_NOT_IN_HOOK;
    verdict_in_callback VERDICT_IN_CALLBACK;
    blocking_in_fast_hook BLOCKING_IN_FAST_HOOK;
    time_budget TIME_BUDGET;
    unchecked_none UNCHECKED_NONE;
    ignored_error IGNORED_ERROR;
    impossible_type IMPOSSIBLE_TYPE;
    loose_comparison LOOSE_COMPARISON;
    assignment_in_condition ASSIGNMENT_IN_CONDITION;
    constant_condition CONSTANT_CONDITION;
    maybe_undefined MAYBE_UNDEFINED;
    unused_symbol UNUSED_SYMBOL;
    shadowed_builtin SHADOWED_BUILTIN;
    find_as_boolean FIND_AS_BOOLEAN;
    missing_default MISSING_DEFAULT;
    float_index FLOAT_INDEX;
    captured_loop_variable CAPTURED_LOOP_VARIABLE;
    duplicate_key DUPLICATE_KEY;
    constant_out_of_range CONSTANT_OUT_OF_RANGE;
    invalid_option_value INVALID_OPTION_VALUE;
    conflicting_options CONFLICTING_OPTIONS;
    useless_option USELESS_OPTION;
    header_injection HEADER_INJECTION;
    regex_dos REGEX_DOS;
    dynamic_pattern DYNAMIC_PATTERN;
    loose_domain_pattern LOOSE_DOMAIN_PATTERN;
    secret_literal SECRET_LITERAL;
    secret_leak SECRET_LEAK;
    untrusted_url UNTRUSTED_URL;
    manual_query_string MANUAL_QUERY_STRING;
    http_without_timeout HTTP_WITHOUT_TIMEOUT;
    tls_verification_off TLS_VERIFICATION_OFF;
    weak_crypto WEAK_CRYPTO;
    timing_comparison TIMING_COMPARISON;
    untrusted_path UNTRUSTED_PATH;
    unbounded_memory_key UNBOUNDED_MEMORY_KEY;
    ffi_use FFI_USE;
    reply_class_mismatch REPLY_CLASS_MISMATCH;
    enhanced_status_mismatch ENHANCED_STATUS_MISMATCH;
    reply_line_limits REPLY_LINE_LIMITS;
    reject_on_temporary REJECT_ON_TEMPORARY;
    backscatter BACKSCATTER;
    sign_before_change SIGN_BEFORE_CHANGE;
    change_after_queue CHANGE_AFTER_QUEUE;
    header_name HEADER_NAME;
    address_case ADDRESS_CASE;
    ip_as_string IP_AS_STRING;
    ptr_as_identity PTR_AS_IDENTITY;
    spf_dmarc_result_gap SPF_DMARC_RESULT_GAP;
    reserved_address RESERVED_ADDRESS;
    open_relay_shape OPEN_RELAY_SHAPE;
    retry_storm RETRY_STORM;
    accept_without_queue ACCEPT_WITHOUT_QUEUE;
    loop_invariant_call LOOP_INVARIANT_CALL;
    linear_scan LINEAR_SCAN;
    blocking_in_barrier BLOCKING_IN_BARRIER;
    cache_shape CACHE_SHAPE;
    deprecated DEPRECATED;
    size_limits SIZE_LIMITS;
    prefer_regex_literal PREFER_REGEX_LITERAL;
    simplify SIMPLIFY;
    leftover_debug LEFTOVER_DEBUG;
    hoist_pattern HOIST_PATTERN;
}
