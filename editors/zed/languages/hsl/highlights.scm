; Generated from crates/hsl-syntax/queries/highlights.scm.
(comment) @comment
(shebang) @preproc

[
  "barrier" "builtin" "cache" "class" "closure" "constructor" "echo" "function" "global" "with"
] @keyword
["if" "else" "switch" "case" "default" "match"] @keyword.conditional
["while" "for" "foreach" "forever" "break" "continue" "as"] @keyword.repeat
["try" "catch" "throw"] @keyword.exception
["return" "yield"] @keyword.return
["import" "include" "include_once" "from"] @keyword.import
["and" "or" "not" "isset" "unset" "array"] @keyword.operator
"static" @keyword.modifier
["private" "readonly"] @keyword.modifier

[
  "=" "+=" "-=" "*=" "/=" "%=" "**=" ".=" "??=" "?" ":" "??" "==" "!=" "===" "!==" "=~" "!~" "<" ">"
  "<=" ">=" "|" "^" "&" "<<" ">>" ">>>" "." "+" "-" "*" "/" "%" "!" "~" "++" "--" "**" "..." "=>"
] @operator
["->" "::" "," ";"] @punctuation.delimiter
["(" ")" "[" "]" "{" "}"] @punctuation.bracket

(true) @boolean
(false) @boolean
(none) @constant.builtin
(number) @number
(string) @string
(raw_string) @string
(escape_sequence) @string.escape
(regex) @string.regex
(interpolation) @embedded

(variable) @variable
((variable) @variable.special
  (#any-of? @variable.special "$this" "$arguments" "$connection" "$context" "$message" "$transaction"))
(parameter name: (variable) @variable.parameter)
(rest_parameter name: (variable) @variable.parameter)
(property_definition name: (variable) @property)

(member_expression name: (identifier) @property)
(call_expression function: (member_expression name: (identifier) @function.method.call))
(call_expression function: (identifier) @function.call)
(call_expression function: (scoped_expression name: (identifier) @function.method.call))
(scoped_expression scope: (identifier) @type)
(builtin_expression name: (identifier) @function.builtin)
(function_definition name: (identifier) @function)
(method_definition name: (identifier) @function.method)
(class_definition name: (identifier) @type)
(namespace_import alias: (identifier) @module)

((call_expression function: (identifier) @keyword.exception)
  (#any-of? @keyword.exception
    "Accept" "Reject" "Defer" "Pass" "Reply" "Try" "Queue" "Bounce" "Delete" "Default"))
