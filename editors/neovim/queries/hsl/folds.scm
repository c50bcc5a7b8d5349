; Generated from crates/hsl-syntax/queries/folds.scm.
[
  (block)
  (switch_body)
  (class_definition)
  (match_expression)
  (array_literal)
  (arguments)
  (parameters)
  (symbol_import)
  (string)
  (raw_string)
  (comment)
] @fold
