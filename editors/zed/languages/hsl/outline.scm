(function_definition "function" @context name: (identifier) @name) @item
(class_definition "class" @context name: (identifier) @name) @item
(method_definition "function" @context name: (identifier) @name) @item
