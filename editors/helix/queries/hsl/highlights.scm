; Generated from crates/hsl-syntax/queries/highlights.scm.
(comment) @comment
(shebang) @keyword.directive

[
  "barrier" "builtin" "cache" "class" "closure" "constructor" "echo" "function" "global" "with"
] @keyword
["if" "else" "switch" "case" "default" "match"] @keyword.control.conditional
["while" "for" "foreach" "forever" "break" "continue" "as"] @keyword.control.repeat
["try" "catch" "throw"] @keyword.control.exception
["return" "yield"] @keyword.control.return
["import" "include" "include_once" "from"] @keyword.control.import
["and" "or" "not" "isset" "unset" "array"] @keyword.operator
"static" @keyword.storage.modifier
["private" "readonly"] @keyword.storage.modifier

[
  "=" "+=" "-=" "*=" "/=" "%=" "**=" ".=" "??=" "?" ":" "??" "==" "!=" "===" "!==" "=~" "!~" "<" ">"
  "<=" ">=" "|" "^" "&" "<<" ">>" ">>>" "." "+" "-" "*" "/" "%" "!" "~" "++" "--" "**" "..." "=>"
] @operator
["->" "::" "," ";"] @punctuation.delimiter
["(" ")" "[" "]" "{" "}"] @punctuation.bracket

(true) @constant.builtin.boolean
(false) @constant.builtin.boolean
(none) @constant.builtin
(number) @constant.numeric
(string) @string
(raw_string) @string
(escape_sequence) @constant.character.escape
(regex) @string.regexp
(interpolation) @embedded

(variable) @variable
((variable) @variable.builtin
  (#any-of? @variable.builtin "$this" "$arguments" "$connection" "$context" "$message" "$transaction"))
(parameter name: (variable) @variable.parameter)
(rest_parameter name: (variable) @variable.parameter)
(property_definition name: (variable) @variable.other.member)

(member_expression name: (identifier) @variable.other.member)
(call_expression function: (member_expression name: (identifier) @function.method))
(call_expression function: (identifier) @function)
(call_expression function: (scoped_expression name: (identifier) @function.method))
(scoped_expression scope: (identifier) @type)
(builtin_expression name: (identifier) @function.builtin)
(function_definition name: (identifier) @function)
(method_definition name: (identifier) @function.method)
(class_definition name: (identifier) @type)
(namespace_import alias: (identifier) @namespace)

((call_expression function: (identifier) @keyword.control.exception)
  (#any-of? @keyword.control.exception
    "Accept" "Reject" "Defer" "Pass" "Reply" "Try" "Queue" "Bounce" "Delete" "Default"))
