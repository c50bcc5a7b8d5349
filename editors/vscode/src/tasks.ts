// Tasks: the commands that look at a whole project, with their findings in the Problems view.

import * as vscode from "vscode";
import { MissingCommand, command } from "./command";

/** What a task runs, in `tasks.json` and in the list of tasks. */
interface Definition extends vscode.TaskDefinition {
  /** Subcommand of `mailstop`. */
  command: string;
  /** Further arguments. */
  args?: string[];
}

const TYPE = "mailstop";
const MATCHER = "$mailstop";

/** Tasks that are offered without a `tasks.json`. */
const OFFERED: { name: string; definition: Definition; group?: vscode.TaskGroup }[] = [
  { name: "check", definition: { type: TYPE, command: "check" }, group: vscode.TaskGroup.Build },
  { name: "fix", definition: { type: TYPE, command: "check", args: ["--fix"] } },
  { name: "format", definition: { type: TYPE, command: "fmt" } },
  { name: "test", definition: { type: TYPE, command: "test" }, group: vscode.TaskGroup.Test },
  { name: "pack", definition: { type: TYPE, command: "pack" }, group: vscode.TaskGroup.Build },
];

/** Offers tasks of every project folder, and completes those that `tasks.json` names. */
export class Tasks implements vscode.TaskProvider {
  constructor(private readonly context: vscode.ExtensionContext) {}

  provideTasks(): vscode.Task[] {
    const folders = vscode.workspace.workspaceFolders ?? [];
    try {
      return folders.flatMap((folder) => OFFERED.map((offered) => this.task(offered, folder)));
    } catch (error) {
      // The language server has already said that there is no command.
      if (error instanceof MissingCommand) return [];
      throw error;
    }
  }

  resolveTask(task: vscode.Task): vscode.Task | undefined {
    const folder = typeof task.scope === "object" ? task.scope : vscode.workspace.workspaceFolders?.[0];
    const definition = task.definition as Definition;
    return folder && this.task({ name: task.name, definition }, folder);
  }

  /** Runs one of the offered tasks for the project of the active file. */
  async run(name: string): Promise<void> {
    const folder = currentFolder();
    const offered = OFFERED.find((one) => one.name === name);
    if (!folder || !offered) {
      void vscode.window.showErrorMessage("Open the folder of a configuration project first.");
      return;
    }
    // The command reads the disk, and so sees what the editor shows.
    await vscode.workspace.saveAll();
    await vscode.tasks.executeTask(this.task(offered, folder));
  }

  private task(offered: (typeof OFFERED)[number], folder: vscode.WorkspaceFolder): vscode.Task {
    const { definition, name, group } = offered;
    const words = [definition.command, ...(definition.args ?? []), ...strict(definition)];
    const execution = new vscode.ProcessExecution(command(this.context), words, { cwd: folder.uri.fsPath });
    const task = new vscode.Task(definition, folder, name, TYPE, execution, MATCHER);
    task.presentationOptions = { reveal: vscode.TaskRevealKind.Silent, clear: true };
    if (group) task.group = group;
    return task;
  }
}

/** `mailstop.check.strict` counts where nobody chose otherwise. */
function strict(definition: Definition): string[] {
  const wanted = vscode.workspace.getConfiguration(TYPE).get<boolean>("check.strict", false);
  const takes = definition.command === "check" && !definition.args?.includes("--strict");
  return wanted && takes ? ["--strict"] : [];
}

/** The workspace folder of the active file, else the first. */
export function currentFolder(): vscode.WorkspaceFolder | undefined {
  const active = vscode.window.activeTextEditor?.document.uri;
  return (active && vscode.workspace.getWorkspaceFolder(active)) ?? vscode.workspace.workspaceFolders?.[0];
}
