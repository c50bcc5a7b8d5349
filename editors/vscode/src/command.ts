// Where the `mailstop` command is: setting, then workspace, then PATH, then bundled.

import * as fs from "node:fs";
import * as path from "node:path";
import * as vscode from "vscode";

const NAME = "mailstop";

/** There is no command to start; the message says where it was looked for and what to do. */
export class MissingCommand extends Error {}

/**
 * The absolute path of the command.
 *
 * Throws `MissingCommand` when there is none: started by a bare name, an editor reports a missing
 * command as a broken stream, or not at all. A folder that nobody vouched for cannot choose what
 * runs: in restricted mode its settings and its own command do not count.
 */
export function command(context: vscode.ExtensionContext): string {
  const configured = vscode.workspace.getConfiguration(NAME).get<string>("path", "").trim();
  if (configured !== "") {
    const file = resolved(configured);
    if (isExecutable(file)) return file;
    throw new MissingCommand(`"mailstop.path" names ${file}, which is not a command.`);
  }
  const folders = [...ofWorkspace(), ...ofPath(), path.join(context.extensionPath, "bin")];
  const found = folders.map((folder) => path.join(folder, NAME)).find(isExecutable);
  if (found !== undefined) return found;
  throw new MissingCommand(
    "The mailstop command is neither in the project (.mailstop/bin), nor on PATH, nor part of the extension. " +
      'Install it, or set "mailstop.path" to where it is.',
  );
}

/** Home and workspace folder, as people write them in settings. */
function resolved(configured: string): string {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? "";
  const home = process.env.HOME ?? "";
  const spelled = configured.replace(/^~(?=\/)/, home).replaceAll("${workspaceFolder}", folder);
  return path.resolve(folder, spelled);
}

function ofWorkspace(): string[] {
  if (!vscode.workspace.isTrusted) return [];
  const folders = vscode.workspace.workspaceFolders ?? [];
  return folders.map((folder) => path.join(folder.uri.fsPath, ".mailstop", "bin"));
}

function ofPath(): string[] {
  return (process.env.PATH ?? "").split(path.delimiter).filter((folder) => path.isAbsolute(folder));
}

function isExecutable(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}
