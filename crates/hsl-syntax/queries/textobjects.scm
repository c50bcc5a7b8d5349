(function_definition body: (block) @function.inner) @function.outer
(function_expression body: (block) @function.inner) @function.outer
(method_definition body: (block) @function.inner) @function.outer
(constructor_definition body: (block) @function.inner) @function.outer
(class_definition member: (_) @class.inner) @class.outer
(parameter) @parameter.inner
(rest_parameter) @parameter.inner
(arguments (expression) @parameter.inner)
(comment) @comment.outer
