// Activation: the language client and the debug adapter, both the same `mailstop` command.

import * as vscode from "vscode";
import { LanguageServer } from "./client";
import { command } from "./command";
import { Adapter, Configurations } from "./debug";

/** A place in a document as the protocol writes it. */
interface Position {
  line: number;
  character: number;
}

/** What lies between two places. */
interface Range {
  start: Position;
  end: Position;
}

/** Called by the editor when an HSL file or project is opened. */
export function activate(context: vscode.ExtensionContext): void {
  const server = new LanguageServer(context);
  context.subscriptions.push(
    server,
    vscode.debug.registerDebugAdapterDescriptorFactory("hsl", new Adapter(context)),
    vscode.debug.registerDebugConfigurationProvider("hsl", new Configurations()),
    vscode.commands.registerCommand("mailstop.restart", () => server.restart()),
    vscode.commands.registerCommand("mailstop.up", () => startLocalServer(context)),
    vscode.commands.registerCommand("mailstop.showReferences", showReferences),
  );
  // Not awaited: the debugger must not wait for the language server.
  void server.start();
}

/** Shows places that the language server counted above a function. */
function showReferences(uri: string, at: Position, places: { uri: string; range: Range }[]): Thenable<unknown> {
  const position = (from: Position) => new vscode.Position(from.line, from.character);
  const locations = places.map((place) => {
    const range = new vscode.Range(position(place.range.start), position(place.range.end));
    return new vscode.Location(vscode.Uri.parse(place.uri), range);
  });
  return vscode.commands.executeCommand("editor.action.showReferences", vscode.Uri.parse(uri), position(at), locations);
}

/** Runs `mailstop up` in a terminal, where its output and Ctrl-C belong to the user. */
function startLocalServer(context: vscode.ExtensionContext): void {
  const folder = vscode.workspace.workspaceFolders?.[0];
  if (!folder) {
    void vscode.window.showErrorMessage("Open the folder of a configuration project first.");
    return;
  }
  let mailstop;
  try {
    mailstop = command(context);
  } catch (error) {
    void vscode.window.showErrorMessage(String(error instanceof Error ? error.message : error));
    return;
  }
  const terminal = vscode.window.createTerminal({
    name: "Mailstop",
    cwd: folder.uri.fsPath,
    shellPath: mailstop,
    shellArgs: ["up", folder.uri.fsPath],
  });
  terminal.show();
}
