// Runs a hook as it runs in production: a message goes through the local server, with or without the
// debugger. Tests, and hooks with a sample, need no server.

import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";
import * as vscode from "vscode";
import { command } from "./command";

/** How long a local server may take until it answers; it is compiled scripts and one socket. */
const PATIENCE = 20_000;

/** Messages and variables that hooks are run on. */
const SAMPLES = "samples/**/*.{eml,json}";

/** A subcommand of `mailstop` and its arguments. */
type Words = [string, ...string[]];

/** Commands above the hooks of a configuration; the language server offers them by these names. */
export class Runs {
  constructor(private readonly context: vscode.ExtensionContext) {}

  /** Commands that the language server may offer because this extension has them. */
  readonly commands: Record<string, (uri?: unknown, name?: unknown) => Promise<void>> = {
    "mailstop.run": (uri) => this.run(uri),
    "mailstop.debug": (uri) => this.debug(uri),
    "mailstop.runSample": (uri, sample) => this.runSample(uri, sample),
    "mailstop.debugSample": (uri, sample) => this.debugSample(uri, sample),
    "mailstop.runTest": (uri, name) => this.test(uri, name),
    "mailstop.debugTest": (uri, name) => this.debugTest(uri, name),
  };

  /** Starts the server of a project in a terminal, where its output and Ctrl-C belong to the user. */
  start(project: string): void {
    const shellPath = command(this.context);
    vscode.window.createTerminal({ name: "Mailstop", cwd: project, shellPath, shellArgs: ["up", project] }).show();
  }

  private async run(uri?: unknown): Promise<void> {
    const project = projectOf(script(uri));
    const message = await this.message();
    if (!message) return;
    await this.serving(project);
    await this.execute(project, message);
  }

  /** Runs a hook on the sample that is named or chosen. */
  private async runSample(uri?: unknown, named?: unknown): Promise<void> {
    const file = script(uri);
    const project = projectOf(file);
    const samples = await chosen(project, named);
    if (!samples) return;
    const words = samples.flatMap((sample) => ["--sample", sample]);
    await this.execute(project, ["hook", ...words, "--", file.fsPath]);
  }

  /** The same in the debugger, with a breakpoint in the script. */
  private async debugSample(uri?: unknown, named?: unknown): Promise<void> {
    const file = script(uri);
    const samples = await chosen(projectOf(file), named);
    if (!samples) return;
    stopIn(file);
    const name = path.relative(projectOf(file), file.fsPath);
    const wanted = { type: "hsl", request: "launch", name, program: file.fsPath, samples };
    await vscode.debug.startDebugging(vscode.workspace.getWorkspaceFolder(file), wanted);
  }

  /** Runs one test, or without a name those of the shown file. */
  private async test(uri?: unknown, name?: unknown): Promise<void> {
    const file = script(uri);
    const wanted = typeof name === "string" ? name : path.basename(file.fsPath);
    const project = projectOf(file);
    await this.execute(project, ["test", "--filter", wanted, project]);
  }

  /** Debugs one test, or without a name those of the shown file. */
  private async debugTest(uri?: unknown, name?: unknown): Promise<void> {
    const file = script(uri);
    const test = typeof name === "string" ? name : undefined;
    const title = test ?? path.basename(file.fsPath);
    const wanted = { type: "hsl", request: "launch", name: title, program: file.fsPath, ...(test ? { test } : {}) };
    await vscode.debug.startDebugging(vscode.workspace.getWorkspaceFolder(file), wanted);
  }

  /** Attaches the debugger first, with a breakpoint in the script, and then sends. */
  private async debug(uri?: unknown): Promise<void> {
    const file = script(uri);
    const project = projectOf(file);
    const message = await this.message();
    if (!message) return;
    await this.serving(project);
    stopIn(file);
    const folder = vscode.workspace.getWorkspaceFolder(file);
    const running = vscode.debug.activeDebugSession;
    const attached = running?.type === "hsl" && running.configuration.project === project;
    const name = "Debug live messages";
    const wanted = { type: "hsl", request: "attach", name, project };
    // The editor has said already why a session did not start.
    if (!attached && !(await vscode.debug.startDebugging(folder, wanted))) return;
    await this.execute(project, message);
  }

  /** Arguments of `mailstop send`; none when nobody names a recipient. */
  private async message(): Promise<Words | undefined> {
    const settings = vscode.workspace.getConfiguration("mailstop.send");
    const remembered = this.context.workspaceState.get<string>("recipient");
    const configured = settings.get<string>("to", "").trim();
    const to = configured || (await vscode.window.showInputBox({ title: "Recipient of the message", value: remembered }));
    if (!to) return undefined;
    await this.context.workspaceState.update("recipient", to);
    const from = settings.get<string>("from", "").trim();
    const file = settings.get<string>("file", "").trim();
    return ["send", "--to", to, ...(from ? ["--from", from] : []), ...(file ? ["--file", file] : [])];
  }

  private async execute(project: string, [name, ...rest]: Words): Promise<void> {
    const folder = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(project)) ?? vscode.TaskScope.Workspace;
    const run = new vscode.ProcessExecution(command(this.context), [name, ...rest], { cwd: project });
    const definition = { type: "mailstop", command: name, args: rest };
    const task = new vscode.Task(definition, folder, name, "mailstop", run, []);
    task.presentationOptions = { reveal: vscode.TaskRevealKind.Always, clear: true, focus: false };
    await vscode.tasks.executeTask(task);
  }

  /** Starts the project's server unless it answers, and waits until it does. */
  private async serving(project: string): Promise<void> {
    if (await this.answers(project)) return;
    this.start(project);
    const options = { location: vscode.ProgressLocation.Notification, title: "Starting the local server", cancellable: true };
    const answered = await vscode.window.withProgress(options, async (_, cancelled) => {
      const end = Date.now() + PATIENCE;
      while (!cancelled.isCancellationRequested && Date.now() < end) {
        if (await this.answers(project)) return true;
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
      return false;
    });
    if (!answered) throw new Error("The local server does not answer; the terminal “Mailstop” says why.");
  }

  private async answers(project: string): Promise<boolean> {
    try {
      await promisify(execFile)(command(this.context), ["-C", project, "status", "--json"]);
      return true;
    } catch {
      return false;
    }
  }
}

/** The sample that is named, else the one of the project that the user chooses; nothing when they choose none. */
async function chosen(project: string, named: unknown): Promise<string[] | undefined> {
  if (typeof named === "string") return [path.resolve(project, named)];
  const found = await vscode.workspace.findFiles(new vscode.RelativePattern(project, SAMPLES));
  if (found.length === 0) return [];
  const files = found.map((file) => ({ label: path.relative(project, file.fsPath), samples: [file.fsPath] }));
  files.sort((one, other) => one.label.localeCompare(other.label));
  const none = { label: "Without a sample", description: "every variable has a value that fits", samples: [] };
  const picked = await vscode.window.showQuickPick([...files, none], { title: "Sample to run the hook on" });
  return picked?.samples;
}

/** The script that a command is about: the one it names, else the one that is shown. */
function script(uri: unknown): vscode.Uri {
  if (!vscode.workspace.isTrusted) throw new Error("Nothing of this folder is run until you trust it.");
  const shown = vscode.window.activeTextEditor?.document.uri;
  const named = typeof uri === "string" ? vscode.Uri.parse(uri) : uri;
  const found = named instanceof vscode.Uri ? named : shown;
  if (!found || found.scheme !== "file") throw new Error("Open the script of a hook first.");
  return found;
}

/** The nearest folder above a script that holds a configuration. */
function projectOf(file: vscode.Uri): string {
  for (let folder = path.dirname(file.fsPath); ; folder = path.dirname(folder)) {
    if (fs.existsSync(path.join(folder, "src", "config"))) return folder;
    if (folder === path.dirname(folder)) throw new Error(`${file.fsPath} belongs to no configuration project.`);
  }
}

/** A script without a breakpoint gets one at its beginning; the adapter moves it to the first statement. */
function stopIn(file: vscode.Uri): void {
  const inFile = (one: vscode.Breakpoint) =>
    one instanceof vscode.SourceBreakpoint && one.enabled && one.location.uri.toString() === file.toString();
  if (vscode.debug.breakpoints.some(inFile)) return;
  vscode.debug.addBreakpoints([new vscode.SourceBreakpoint(new vscode.Location(file, new vscode.Position(0, 0)))]);
}
