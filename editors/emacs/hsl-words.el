;;; hsl-words.el --- Words of HSL  -*- lexical-binding: t; -*-

;; Generated from the grammar.

(defconst hsl-words-constants
  '("true"
    "false"
    "none")
  "Words that are values.")

(defconst hsl-words-keywords
  '("and"
    "array"
    "as"
    "barrier"
    "break"
    "builtin"
    "cache"
    "case"
    "catch"
    "class"
    "closure"
    "constructor"
    "continue"
    "default"
    "echo"
    "else"
    "for"
    "foreach"
    "forever"
    "from"
    "function"
    "global"
    "if"
    "import"
    "include"
    "include_once"
    "isset"
    "match"
    "not"
    "or"
    "private"
    "readonly"
    "return"
    "static"
    "switch"
    "throw"
    "try"
    "unset"
    "while"
    "with"
    "yield")
  "All other words.")

(provide 'hsl-words)
;;; hsl-words.el ends here
