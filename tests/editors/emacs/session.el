;;; session.el --- One session of the shipped mode with Eglot  -*- lexical-binding: t; -*-

;; The environment names the command (MAILSTOP), a copy of the project (PROJECT), the expectations
;; (SCENARIO) and the folder of the mode (CONFIGURATION).  Prints a line for each part, and ends with a
;; status other than 0 when one failed.

(require 'json)
(require 'package)
(package-activate-all)
(add-to-list 'load-path (getenv "CONFIGURATION"))
(require 'eglot)
(require 'flymake)
(require 'hsl-mode)

(setq hsl-mailstop-command (getenv "MAILSTOP")
      eglot-sync-connect 30
      eglot-autoshutdown nil
      eglot-confirm-server-initiated-edits nil
      make-backup-files nil
      create-lockfiles nil)

(defconst session-project (file-name-as-directory (getenv "PROJECT")))
(defconst session-scenario
  (let ((json-object-type 'alist) (json-array-type 'list) (json-key-type 'symbol))
    (json-read-file (getenv "SCENARIO"))))
(defvar session-failed nil)

(defun session-part (name) (alist-get name session-scenario))

(defun session-wait (what condition)
  "Let the server speak until CONDITION holds, else complain that WHAT did not come."
  (let ((end (+ (float-time) 30)))
    (while (not (funcall condition))
      (when (> (float-time) end) (error "%s did not come" what))
      (accept-process-output nil 0.05))))

(defun session-open (part)
  "Open the file of PART with its cursor, connected to the server."
  (find-file (concat session-project (alist-get 'file part)))
  (unless (derived-mode-p 'hsl-mode) (error "The mode is %s" major-mode))
  (unless (eglot-managed-p)
    (if (eglot-current-server) (eglot--maybe-activate-editing-mode)
      (apply #'eglot (eglot--guess-contact))))
  (session-wait "the server" #'eglot-managed-p)
  (goto-char (point-min))
  (when (alist-get 'character part)
    (forward-line (alist-get 'line part))
    (forward-char (alist-get 'character part))))

(defun session-equal (found wanted)
  (unless (equal found wanted) (error "Found %S, wanted %S" found wanted)))

(defun session-diagnostics ()
  (let ((part (session-part 'diagnostic)))
    (session-open part)
    (flymake-mode 1)
    (flymake-start)
    (session-wait "a finding" #'flymake-diagnostics)
    (let ((finding (car (flymake-diagnostics))))
      (session-equal (length (flymake-diagnostics)) 1)
      (session-equal (buffer-substring-no-properties (flymake-diagnostic-beg finding)
                                                     (flymake-diagnostic-end finding))
                     (alist-get 'text part)))))

(defun session-completion ()
  (let ((part (session-part 'completion)))
    (session-open part)
    (let* ((found (eglot-completion-at-point))
           (table (nth 2 found))
           (words (all-completions (buffer-substring-no-properties (nth 0 found) (point)) table)))
      (unless (cl-find (alist-get 'label part) words :test #'string-prefix-p)
        (error "Not among %S" words)))))

(defun session-hover ()
  (let ((part (session-part 'hover)) shown)
    (session-open part)
    (eglot-hover-eldoc-function (lambda (text &rest _) (setq shown (or text ""))))
    (session-wait "the documentation" (lambda () shown))
    (unless (string-search (alist-get 'contains part) shown) (error "Shown is %S" shown))))

(defun session-definition ()
  (let ((part (session-part 'definition)))
    (session-open part)
    (call-interactively #'xref-find-definitions)
    (session-equal (file-relative-name buffer-file-name session-project) (alist-get 'target part))
    (session-equal (1- (line-number-at-pos)) (alist-get 'targetLine part))))

(defun session-format ()
  (let ((part (session-part 'format)))
    (session-open part)
    (eglot-format-buffer)
    (session-equal (buffer-string) (alist-get 'text part))))

(defun session-rename ()
  (let ((part (session-part 'rename)))
    ;; Eglot asks before it changes what nobody has opened.
    (dolist (edit (alist-get 'edits part))
      (find-file-noselect (concat session-project (symbol-name (car edit)))))
    (session-open part)
    (eglot-rename (alist-get 'to part))
    (dolist (edit (alist-get 'edits part))
      (with-current-buffer (find-file-noselect (concat session-project (symbol-name (car edit))))
        (session-equal (count-matches (concat "\\_<" (alist-get 'to part) "\\_>") (point-min) (point-max))
                       (cdr edit))))))

(dolist (name '(diagnostics completion hover definition format rename))
  (condition-case why
      (progn (funcall (intern (format "session-%s" name)))
             (message "emacs %s: ok" name))
    (error (setq session-failed t)
           (message "emacs %s: %s" name (error-message-string why)))))
(when (eglot-current-server) (eglot-shutdown (eglot-current-server)))
(kill-emacs (if session-failed 1 0))
;;; session.el ends here
