; Generated from crates/hsl-syntax/queries/textobjects.scm.
(function_definition body: (block) @function.inside) @function.around
(function_expression body: (block) @function.inside) @function.around
(method_definition body: (block) @function.inside) @function.around
(constructor_definition body: (block) @function.inside) @function.around
(class_definition member: (_) @class.inside) @class.around
(comment) @comment.around
