// The debugger: `mailstop dap` over stdio. It attaches to the project's running server, or launches a
// hook with a sample, a script or tests.

import * as vscode from "vscode";
import { command } from "./command";

/** Starts one adapter process per debug session. */
export class Adapter implements vscode.DebugAdapterDescriptorFactory {
  constructor(private readonly context: vscode.ExtensionContext) {}

  createDebugAdapterDescriptor(): vscode.DebugAdapterDescriptor {
    return new vscode.DebugAdapterExecutable(command(this.context), ["dap"]);
  }
}

/** Fills in a configuration, so that F5 works without a `launch.json`. */
export class Configurations implements vscode.DebugConfigurationProvider {
  resolveDebugConfiguration(
    folder: vscode.WorkspaceFolder | undefined,
    configuration: vscode.DebugConfiguration,
  ): vscode.ProviderResult<vscode.DebugConfiguration> {
    const filled: Record<string, unknown> = { ...configuration };
    const shown = vscode.window.activeTextEditor?.document;
    const file = shown?.languageId === "hsl" && shown.uri.scheme === "file" ? shown.uri.fsPath : undefined;
    filled.type ||= "hsl";
    filled.request ||= file?.endsWith(".test.hsl") ? "launch" : "attach";
    if (filled.request === "launch") {
      filled.name ||= "Debug this file";
      filled.program ||= file;
      return filled as unknown as vscode.DebugConfiguration;
    }
    filled.name ||= "Debug live messages";
    if (!filled.project && !filled.target && folder) {
      filled.project = folder.uri.fsPath;
    }
    const limits = vscode.workspace.getConfiguration("mailstop.debug", folder);
    for (const name of ["pauseSeconds", "maxPaused"]) {
      filled[name] ??= limits.get<number | null>(name) ?? undefined;
    }
    return filled as unknown as vscode.DebugConfiguration;
  }
}
