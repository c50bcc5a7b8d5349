// Explains a finding: opens its page, which the language server writes.

import * as vscode from "vscode";

/** A finding that has a page. */
interface Explained extends vscode.QuickPickItem {
  page: vscode.Uri;
}

/** Opens the page of the finding under the cursor, or of one that is picked from the file. */
export async function explain(): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  const all = editor ? vscode.languages.getDiagnostics(editor.document.uri) : [];
  const line = editor?.selection.active.line ?? 0;
  const here = withPages(all.filter((one) => one.range.start.line <= line && line <= one.range.end.line));
  const choices = here.length > 0 ? here : withPages(all);
  if (choices.length === 0) {
    void vscode.window.showInformationMessage("There is no finding in this file.");
    return;
  }
  const title = "Which finding?";
  const chosen = choices.length === 1 ? choices[0] : await vscode.window.showQuickPick(choices, { title });
  if (chosen) await vscode.commands.executeCommand("markdown.showPreview", chosen.page);
}

/** Every code once. */
function withPages(findings: readonly vscode.Diagnostic[]): Explained[] {
  const pages = new Map<string, Explained>();
  for (const { code, message } of findings) {
    if (typeof code === "object") {
      const label = String(code.value);
      pages.set(label, { label, description: message, page: code.target });
    }
  }
  return [...pages.values()];
}
