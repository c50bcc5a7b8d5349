;;; hsl-mode.el --- HSL, the language of mail policies  -*- lexical-binding: t; -*-

;; Package-Requires: ((emacs "28.1"))
;; Keywords: languages, mail

;;; Commentary:

;; A major mode for HSL scripts, and Eglot's connection to `mailstop lsp':
;;
;;     (add-to-list 'load-path "…/editors/emacs")
;;     (require 'hsl-mode)
;;     (add-hook 'hsl-mode-hook #'eglot-ensure)
;;
;; Colours of the first paint come from the words of the language; findings, completion,
;; documentation, renaming and formatting come from the server.  The words are generated
;; (`hsl-words.el').

;;; Code:

(require 'cl-lib)
(require 'project)
(require 'hsl-words)

(defgroup hsl nil
  "HSL, the language of mail policies."
  :group 'languages)

(defcustom hsl-mailstop-command "mailstop"
  "The command that serves the language."
  :type 'string)

(defcustom hsl-indent-offset 4
  "Columns of one step of indentation, as in `mailstop.toml'."
  :type 'integer
  :safe #'integerp)

(defvar hsl-mode-syntax-table
  (let ((table (make-syntax-table)))
    (modify-syntax-entry ?/ ". 124b" table)
    (modify-syntax-entry ?* ". 23" table)
    (modify-syntax-entry ?\n "> b" table)
    (modify-syntax-entry ?\" "\"" table)
    (modify-syntax-entry ?$ "'" table)
    (modify-syntax-entry ?_ "_" table)
    table)
  "Comments, strings and names of HSL.")

(defconst hsl-font-lock-keywords
  `((,(regexp-opt hsl-words-constants 'symbols) . font-lock-constant-face)
    (,(regexp-opt hsl-words-keywords 'symbols) . font-lock-keyword-face)
    ("\\_<function\\s-+\\([A-Za-z_][A-Za-z0-9_]*\\)" 1 font-lock-function-name-face)
    ("\\_<class\\s-+\\([A-Za-z_][A-Za-z0-9_]*\\)" 1 font-lock-type-face)
    ("\\$[A-Za-z_][A-Za-z0-9_]*" . font-lock-variable-name-face)
    ("#/\\(?:\\\\.\\|[^/\\\n]\\)*/[imusxUX]*" . font-lock-string-face))
  "What is coloured before the server has answered.")

(defun hsl-indent-line ()
  "Indent the line by the brackets around it."
  (let* ((offset (- (point) (progn (back-to-indentation) (point))))
         (closes (looking-at-p "[]})]"))
         (depth (car (syntax-ppss (line-beginning-position)))))
    (indent-line-to (* hsl-indent-offset (max 0 (if closes (1- depth) depth))))
    (when (> offset 0) (forward-char offset))))

;;;###autoload
(define-derived-mode hsl-mode prog-mode "HSL"
  "Major mode for HSL scripts."
  (setq-local comment-start "// "
              comment-end ""
              comment-start-skip "\\(?://+\\|/\\*+\\)\\s-*"
              indent-line-function #'hsl-indent-line
              indent-tabs-mode nil
              fill-column 100
              electric-indent-chars (append "{}[]()" electric-indent-chars)
              imenu-generic-expression
              '((nil "^\\s-*\\(?:\\(?:private\\|static\\)\\s-+\\)*function\\s-+\\([A-Za-z0-9_]+\\)" 1)
                ("Classes" "^class\\s-+\\([A-Za-z0-9_]+\\)" 1))
              font-lock-defaults '(hsl-font-lock-keywords)))

;;;###autoload
(add-to-list 'auto-mode-alist '("\\.hsl\\'" . hsl-mode))
;;;###autoload
(add-to-list 'interpreter-mode-alist '("hsh" . hsl-mode))

(defun hsl-find-project (folder)
  "The project that holds FOLDER: the nearest folder above with `src/config'."
  (when-let ((root (locate-dominating-file folder "src/config")))
    (cons 'hsl root)))

(cl-defmethod project-root ((project (head hsl)))
  "The root of PROJECT."
  (cdr project))

(defun hsl-use-project ()
  "Let this buffer belong to the nearest configuration project."
  (add-hook 'project-find-functions #'hsl-find-project -10 t))

(add-hook 'hsl-mode-hook #'hsl-use-project)

(with-eval-after-load 'eglot
  (add-to-list 'eglot-server-programs
               (cons '(hsl-mode) (lambda (&rest _) (list hsl-mailstop-command "lsp")))))

(provide 'hsl-mode)
;;; hsl-mode.el ends here
