(function_definition name: (identifier) @name) @definition.function
(class_definition name: (identifier) @name) @definition.class
(method_definition name: (identifier) @name) @definition.method
(property_definition name: (variable) @name) @definition.field
(call_expression function: (identifier) @name) @reference.call
(call_expression function: (member_expression name: (identifier) @name)) @reference.call
(scoped_expression scope: (identifier) @name) @reference.class
