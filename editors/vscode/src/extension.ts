// Activation: the language client and the debug adapter, both the same `mailstop` command.

import * as vscode from "vscode";
import { LanguageServer } from "./client";
import { command } from "./command";
import { Adapter, Configurations } from "./debug";

/** Called by the editor when an HSL file or project is opened. */
export function activate(context: vscode.ExtensionContext): void {
  const server = new LanguageServer(context);
  context.subscriptions.push(
    server,
    vscode.debug.registerDebugAdapterDescriptorFactory("hsl", new Adapter(context)),
    vscode.debug.registerDebugConfigurationProvider("hsl", new Configurations()),
    vscode.commands.registerCommand("mailstop.restart", () => server.restart()),
    vscode.commands.registerCommand("mailstop.up", () => startLocalServer(context)),
  );
  // Not awaited: the debugger must not wait for the language server.
  void server.start();
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
