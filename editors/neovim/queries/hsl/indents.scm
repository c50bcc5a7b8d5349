; Generated from crates/hsl-syntax/queries/indents.scm.
[
  (block)
  (switch_body)
  (class_definition)
  (match_expression)
  (array_literal)
  (array_pattern)
  (arguments)
  (parameters)
  (captures)
  (symbol_import)
] @indent.begin

["}" "]" ")"] @indent.branch
