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

rules! {
    key_not_in_hook KEY_NOT_IN_HOOK;
    unchecked_none UNCHECKED_NONE;
    impossible_type IMPOSSIBLE_TYPE;
    loose_comparison LOOSE_COMPARISON;
    assignment_in_condition ASSIGNMENT_IN_CONDITION;
    constant_condition CONSTANT_CONDITION;
    maybe_undefined MAYBE_UNDEFINED;
    find_as_boolean FIND_AS_BOOLEAN;
    float_index FLOAT_INDEX;
    duplicate_key DUPLICATE_KEY;
    constant_out_of_range CONSTANT_OUT_OF_RANGE;
    reply_class_mismatch REPLY_CLASS_MISMATCH;
    deprecated DEPRECATED;
}
