//! Every rule, by the order of their ids.

use crate::Lint;

macro_rules! rules {
    ($($file:ident $name:ident;)*) => {
        $(mod $file;)*

        /// Every rule.
        pub static ALL: &[&Lint] = &[$(&$file::$name),*];
    };
}

rules! {
    assignment_in_condition ASSIGNMENT_IN_CONDITION;
    find_as_boolean FIND_AS_BOOLEAN;
    duplicate_key DUPLICATE_KEY;
    reply_class_mismatch REPLY_CLASS_MISMATCH;
    deprecated DEPRECATED;
}
