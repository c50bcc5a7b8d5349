// The language client: starts `mailstop lsp` and speaks to it over stdio.

import * as vscode from "vscode";
import { LanguageClient } from "vscode-languageclient/node";
import { command } from "./command";

/** The one language server of this window. */
export class LanguageServer implements vscode.Disposable {
  private client: LanguageClient | undefined;

  constructor(private readonly context: vscode.ExtensionContext) {}

  /** Starts the server; a missing command is reported with what to do about it. */
  async start(): Promise<void> {
    try {
      const executable = { command: command(this.context), args: ["lsp"] };
      this.client = new LanguageClient(
        "mailstop",
        "Mailstop",
        { run: executable, debug: executable },
        {
          documentSelector: [{ language: "hsl" }],
          synchronize: { fileEvents: vscode.workspace.createFileSystemWatcher("**/*.{hsl,yaml,json,csv,txt}") },
        },
      );
      await this.client.start();
    } catch (error) {
      const choice = await vscode.window.showErrorMessage(
        `The language server did not start. ${error instanceof Error ? error.message : String(error)}`,
        "Open Settings",
      );
      if (choice !== undefined) {
        await vscode.commands.executeCommand("workbench.action.openSettings", "mailstop.path");
      }
    }
  }

  /** Stops the server and starts a fresh one, for a changed setting or a new version. */
  async restart(): Promise<void> {
    await this.client?.stop();
    await this.start();
  }

  dispose(): void {
    void this.client?.stop();
  }
}
