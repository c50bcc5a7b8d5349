(defconst hsl-words-constants '("true" "false" "none"))
(defconst hsl-words-keywords '("if"))
(provide 'hsl-words)
