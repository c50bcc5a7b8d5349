//! What generated programs are made of.

/// Functions of the library with the kinds of their arguments: `s`tring, `a`rray, `n`umber,
/// `f`unction, `p`attern, `x` anything.
pub(super) const LIBRARY: &[(&str, &str)] = &[
    ("length", "a"),
    ("length", "s"),
    ("string", "x"),
    ("number", "x"),
    ("boolean", "x"),
    ("is_array", "x"),
    ("is_boolean", "x"),
    ("is_function", "x"),
    ("is_number", "x"),
    ("is_object", "x"),
    ("is_string", "x"),
    ("str_lower", "s"),
    ("str_upper", "s"),
    ("str_strip", "s"),
    ("str_strip", "ss"),
    ("str_repeat", "sn"),
    ("str_replace", "sss"),
    ("str_find", "sd"),
    ("str_rfind", "sd"),
    ("str_split", "sd"),
    ("str_split", "sdn"),
    ("str_slice", "sn"),
    ("str_slice", "snn"),
    ("ord", "s"),
    ("chr", "n"),
    ("abs", "n"),
    ("ceil", "n"),
    ("floor", "n"),
    ("round", "n"),
    ("sqrt", "n"),
    ("pow", "nn"),
    ("array_keys", "a"),
    ("array_join", "as"),
    ("array_reverse", "a"),
    ("array_unique", "a"),
    ("array_map", "fa"),
    ("array_filter", "fa"),
    ("array_find", "fa"),
    ("array_every", "fa"),
    ("array_includes", "xa"),
    ("array_includes", "fa"),
    ("pcre_match", "ps"),
    ("pcre_match_all", "ps"),
    ("pcre_replace", "pss"),
    ("in_array", "xa"),
    ("explode", "ds"),
    ("implode", "sa"),
];

pub(super) const VARIABLES: &[&str] = &["$a", "$b", "$c", "$d", "$e"];
pub(super) const NUMBERS: &[&str] = &["0", "1", "2", "3", "7", "10", "255", "0.5", "2.25", "0x1F"];
pub(super) const TEXTS: &[&str] = &[
    "\"\"",
    "\"a\"",
    "\"7\"",
    "\"abc\"",
    "\"Mixed Case\"",
    "''raw $a''",
    "\"x$a\"",
    "\"${b}|$c\"",
    "\"10\"",
    "\"a,b,,c\"",
    "\"k1=v1 k22=v\"",
];
pub(super) const DELIMITERS: &[&str] = &["\",\"", "\"b\"", "\" \"", "\"=v\""];
pub(super) const KEYS: &[&str] =
    &["\"k\"", "\"m\"", "0", "1", "2", "\"7\"", "true", "1.9", "-1", "\"01\"", "\"$c\""];
pub(super) const PATTERNS: &[&str] = &[
    "\"[a-c]+\"",
    "\"/MIXED|k/i\"",
    "\"^a\"",
    "#/(\\w)(\\d)?/",
    "#/(?<key>\\w+)=(?<value>\\S*)/",
    "#/b*/",
    "#/^.+$/ms",
    "#/a.*?/U",
];
pub(super) const FORMATS: &[&str] = &[
    "\"%s|%s\"",
    "\"[%5s][%>5s]\"",
    "\"%'*^7s%%\"",
    "\"%[1]s%[0]s%s\"",
    "\"%.2s<%.1f>\"",
    "\"%'0=6f\"",
    "\"%f\"",
];
pub(super) const BINARY: &[&str] = &[
    "+", "-", "*", "%", ".", "==", "!=", "===", "!==", "<", ">", "<=", ">=", "and", "or", "??",
    "&", "|", "^", "<<", ">>", ">>>", "/", "**",
];
