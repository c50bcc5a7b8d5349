// Where the `mailstop` command is: setting, then bundled, then PATH.

import * as fs from "node:fs";
import * as path from "node:path";
import * as vscode from "vscode";

/** The path of the command; a bare name leaves the search to the system. */
export function command(context: vscode.ExtensionContext): string {
  const configured = vscode.workspace.getConfiguration("mailstop").get<string>("path", "").trim();
  if (configured !== "") {
    return configured;
  }
  const bundled = path.join(context.extensionPath, "bin", "mailstop");
  return fs.existsSync(bundled) ? bundled : "mailstop";
}
