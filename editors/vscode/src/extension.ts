// Activation: language client, tasks, commands and debug adapter, all the same `mailstop` command.

import * as vscode from "vscode";
import { LanguageServer } from "./client";
import { Adapter, Configurations } from "./debug";
import { explain } from "./explain";
import { Runs } from "./run";
import { Tasks, currentFolder } from "./tasks";

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
  const runs = new Runs(context);
  const server = new LanguageServer(context, Object.keys(runs.commands));
  const tasks = new Tasks(context);
  const commands: Record<string, (uri?: unknown, name?: unknown) => unknown> = {
    ...runs.commands,
    "mailstop.check": () => tasks.run("check"),
    "mailstop.fix": () => tasks.run("fix"),
    "mailstop.format": () => tasks.run("format"),
    "mailstop.explain": explain,
    "mailstop.restart": () => server.restart(),
    "mailstop.up": () => startLocalServer(runs),
  };
  context.subscriptions.push(
    server,
    vscode.tasks.registerTaskProvider("mailstop", tasks),
    vscode.debug.registerDebugAdapterDescriptorFactory("hsl", new Adapter(context)),
    vscode.debug.registerDebugConfigurationProvider("hsl", new Configurations()),
    vscode.workspace.onDidGrantWorkspaceTrust(() => server.restart()),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration("mailstop.path")) void server.restart();
    }),
    ...Object.entries(commands).map(([name, run]) => vscode.commands.registerCommand(name, told(run))),
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

/** What goes wrong in a command is shown as a sentence, not as a failed command. */
function told(run: (uri?: unknown, name?: unknown) => unknown): (uri?: unknown, name?: unknown) => Promise<void> {
  return async (uri, name) => {
    try {
      await run(uri, name);
    } catch (error) {
      void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
    }
  };
}

/** Runs `mailstop up` for the project of the window. */
function startLocalServer(runs: Runs): void {
  const folder = currentFolder();
  if (!folder) throw new Error("Open the folder of a configuration project first.");
  runs.start(folder.uri.fsPath);
}
