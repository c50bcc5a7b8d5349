; Generated from crates/hsl-syntax/queries/locals.scm.
(source_file) @local.scope
(function_definition) @local.scope
(function_expression) @local.scope
(method_definition) @local.scope
(constructor_definition) @local.scope

(function_definition name: (identifier) @local.definition.function)
(class_definition name: (identifier) @local.definition.type)
(method_definition name: (identifier) @local.definition.method)
(property_definition name: (variable) @local.definition.field)
(parameter name: (variable) @local.definition.parameter)
(rest_parameter name: (variable) @local.definition.parameter)
(assignment_expression left: (variable) @local.definition.var)
(pattern_element target: (variable) @local.definition.var)
(rest_pattern target: (variable) @local.definition.var)
(foreach_statement key: (variable) @local.definition.var)
(foreach_statement value: (variable) @local.definition.var)
(try_statement variable: (variable) @local.definition.var)
(barrier_statement variable: (variable) @local.definition.var)
(data_import variable: (variable) @local.definition.import)
(import_item alias: (_) @local.definition.import)
(import_item !alias name: (_) @local.definition.import)
(namespace_import alias: (identifier) @local.definition.namespace)

(variable) @local.reference
(identifier) @local.reference
