// Where the `mailstop` command is: setting, then bundled, then PATH.

import * as fs from "node:fs";
import * as path from "node:path";
import * as vscode from "vscode";

/**
 * The absolute path of the command.
 *
 * Throws an error that says what to do when there is none: started by a bare name, an editor
 * reports a missing command as a broken stream, or not at all.
 */
export function command(context: vscode.ExtensionContext): string {
  const configured = vscode.workspace.getConfiguration("mailstop").get<string>("path", "").trim();
  if (configured !== "") {
    return existing(configured, `"mailstop.path" names ${configured}, which does not exist.`);
  }
  const folders = [path.join(context.extensionPath, "bin"), ...(process.env.PATH ?? "").split(path.delimiter)];
  const found = folders.map((folder) => path.join(folder, "mailstop")).find((file) => fs.existsSync(file));
  return existing(found, 'The mailstop command is not on PATH. Set "mailstop.path" to where it is.');
}

function existing(file: string | undefined, otherwise: string): string {
  if (file === undefined || !fs.existsSync(file)) {
    throw new Error(otherwise);
  }
  return file;
}
