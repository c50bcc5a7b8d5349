// The language client: starts `mailstop lsp` and speaks to it over stdio.

import * as vscode from "vscode";
import { LanguageClient, type LanguageClientOptions, type StaticFeature } from "vscode-languageclient/node";
import { command } from "./command";

/** What the server looks at: scripts anywhere, and the two configuration files of a project. */
const DOCUMENTS: LanguageClientOptions["documentSelector"] = [
  { language: "hsl" },
  { scheme: "mailstop-packed" },
  { language: "yaml", scheme: "file", pattern: "**/src/config/**/*.{yaml,yml}" },
];

/** The one language server of this window. */
export class LanguageServer implements vscode.Disposable {
  private client: LanguageClient | undefined;
  private readonly output = vscode.window.createOutputChannel("Mailstop", { log: true });

  /** `commands` are those of the extension that the server may offer. */
  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly commands: string[],
  ) {}

  /** Starts the server; a missing command is reported with what to do about it. */
  async start(): Promise<void> {
    try {
      const executable = { command: command(this.context), args: ["lsp"] };
      this.output.info(`starting ${executable.command} lsp`);
      this.client = new LanguageClient(
        "mailstop",
        "Mailstop",
        { run: executable, debug: executable },
        { documentSelector: DOCUMENTS, outputChannel: this.output, markdown: { supportHtml: false } },
      );
      this.client.registerFeature(offering(this.commands));
      await this.client.start();
    } catch (error) {
      this.client = undefined;
      await this.complain(error instanceof Error ? error.message : String(error));
    }
  }

  /** Stops the server and starts a fresh one, for a changed setting or a new version. */
  async restart(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    // One that never came up, or is gone, cannot be stopped; a fresh one is wanted all the same.
    await client?.dispose().catch((error: unknown) => this.output.warn(String(error)));
    await this.start();
  }

  dispose(): void {
    void this.client?.dispose();
    this.output.dispose();
  }

  private async complain(reason: string): Promise<void> {
    this.output.error(reason);
    const settings = "Open Settings";
    const retry = "Try Again";
    const text = `The language server did not start. ${reason}`;
    const choice = await vscode.window.showErrorMessage(text, settings, retry);
    if (choice === settings) {
      await vscode.commands.executeCommand("workbench.action.openSettings", "mailstop.path");
    } else if (choice === retry) {
      await this.start();
    }
  }
}

/** Tells the server that it may offer commands which it does not have itself, and which run something. */
function offering(commands: string[]): StaticFeature {
  return {
    fillClientCapabilities(capabilities) {
      if (!vscode.workspace.isTrusted) return;
      capabilities.experimental = { ...capabilities.experimental, commands: { commands } };
    },
    initialize() {},
    getState: () => ({ kind: "static" }),
    clear() {},
  };
}
