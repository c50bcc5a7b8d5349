// What the extension does, asked inside the extension host of a real workbench.

const assert = require("node:assert/strict");
const child = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const vscode = require("vscode");

const { PROJECT, scenario, uri, place, ask, pause, until, open, picture, ours, report } = require("./session");

/** The exit code of the next task of this name. */
const ended = (name) =>
  new Promise((resolve) => {
    const listener = vscode.tasks.onDidEndTaskProcess((end) => {
      if (end.execution.task.name === name) {
        listener.dispose();
        resolve(end.exitCode);
      }
    });
  });

/** Mends the fault of the project, and saves what earlier parts changed. */
async function repair() {
  const { file, text } = scenario.diagnostic;
  const document = await vscode.workspace.openTextDocument(uri(file));
  const at = document.getText().indexOf(text);
  if (at >= 0) {
    const edit = new vscode.WorkspaceEdit();
    const range = new vscode.Range(document.positionAt(at), document.positionAt(at + text.length));
    edit.replace(document.uri, range, scenario.diagnostic.mended);
    assert.ok(await vscode.workspace.applyEdit(edit));
  }
  await until("a saved project", () => vscode.workspace.saveAll());
}

/** A local server of the project, on ports that the system chooses, as long as `work` takes. */
async function serving(work) {
  await repair();
  const mailstop = path.join(PROJECT, ".mailstop/bin/mailstop");
  const words = ["up", PROJECT, "--port", "0"];
  const server = child.spawn(mailstop, words, { stdio: ["ignore", "pipe", "inherit"] });
  try {
    let said = "";
    server.stdout.on("data", (piece) => (said += piece));
    await until("the local server", () => said.includes("Ctrl-C"));
    await work();
  } finally {
    const exit = new Promise((resolve) => server.once("exit", resolve));
    server.kill("SIGTERM");
    await exit;
  }
}

const parts = {
  // First: what is open is left to the language server.
  async "check task"() {
    const [task] = (await vscode.tasks.fetchTasks({ type: "mailstop" })).filter((one) => one.name === "check");
    assert.ok(task, "no task");
    const exit = ended("check");
    await vscode.tasks.executeTask(task);
    assert.equal(await exit, 1);
    const file = uri(scenario.diagnostic.file);
    const matched = await until("a matched problem", () =>
      vscode.languages.getDiagnostics(file).find((one) => one.source === "mailstop check"),
    );
    assert.equal(matched.code, scenario.diagnostic.code);
    assert.equal(matched.range.start.line, scenario.diagnostic.line);
  },

  async diagnostics() {
    const wanted = scenario.diagnostic;
    const editor = await open(wanted);
    const found = await ours(wanted.file);
    assert.equal(found.length, 1);
    assert.equal(found[0].code.value, wanted.code);
    assert.equal(editor.document.getText(found[0].range), wanted.text);
    await ask("editor.action.marker.next");
    await pause(process.env.PICTURES ? 1000 : 0);
    await picture("vscode-diagnostics");
    await ask("closeMarkersNavigation");
  },

  async explain() {
    const page = (await ours(scenario.diagnostic.file))[0].code.target;
    const document = await vscode.workspace.openTextDocument(page);
    assert.match(document.getText(), new RegExp(scenario.diagnostic.code));
  },

  async completion() {
    const part = scenario.completion;
    await open(part);
    const list = await ask("vscode.executeCompletionItemProvider", uri(part.file), place(part));
    const label = (item) => (typeof item.label === "string" ? item.label : item.label.label);
    assert.ok(list.items.some((item) => label(item) === part.label));
    await ask("editor.action.triggerSuggest");
    await pause(process.env.PICTURES ? 1000 : 0);
    await picture("vscode-completion");
    await ask("hideSuggestWidget");
  },

  async hover() {
    const part = scenario.hover;
    await open(part);
    const shown = await ask("vscode.executeHoverProvider", uri(part.file), place(part));
    const text = shown.flatMap((hover) => hover.contents.map((content) => content.value ?? content)).join("\n");
    assert.ok(text.includes(part.contains), text);
    await ask("editor.action.showHover");
    await pause(process.env.PICTURES ? 1000 : 0);
    await picture("vscode-hover");
  },

  async definition() {
    const part = scenario.definition;
    await open(part);
    const [found] = await ask("vscode.executeDefinitionProvider", uri(part.file), place(part));
    assert.equal((found.targetUri ?? found.uri).fsPath, uri(part.target).fsPath);
    assert.equal((found.targetSelectionRange ?? found.range).start.line, part.targetLine);
  },

  async "semantic tokens"() {
    const file = uri(scenario.hover.file);
    await open(scenario.hover);
    const tokens = await ask("vscode.provideDocumentSemanticTokens", file);
    assert.ok(tokens.data.length > 0);
  },

  async format() {
    const part = scenario.format;
    const editor = await open(part);
    await ask("editor.action.formatDocument");
    await until("the style", () => editor.document.getText() === part.text);
  },

  async rename() {
    const part = scenario.rename;
    await open(part);
    const edit = await ask("vscode.executeDocumentRenameProvider", uri(part.file), place(part), part.to);
    const counts = edit.entries().map(([file, edits]) => [path.relative(PROJECT, file.fsPath), edits.length]);
    assert.deepEqual(Object.fromEntries(counts), part.edits);
    assert.ok(await vscode.workspace.applyEdit(edit));
    for (const [file, count] of Object.entries(part.edits)) {
      const text = (await vscode.workspace.openTextDocument(uri(file))).getText();
      assert.equal(text.match(new RegExp(`\\b${part.to}\\b`, "g"))?.length, count, file);
    }
    await vscode.window.showTextDocument(uri("src/config/smtpd-app.yaml"));
    await picture("vscode-rename");
  },

  async "quick fix"() {
    const part = scenario.quickfix;
    const editor = await open(part);
    const before = editor.document.getText();
    const start = editor.document.positionAt(before.indexOf(part.at));
    const range = new vscode.Range(start, start.translate(0, part.at.length));
    const actions = await ask("vscode.executeCodeActionProvider", uri(part.file), range, undefined, 100);
    const fix = actions.find((action) => action.kind?.value === "quickfix" && action.edit);
    assert.ok(fix, `no fix among ${actions.map((action) => action.title).join(", ") || "no actions"}`);
    assert.ok(await vscode.workspace.applyEdit(fix.edit));
    assert.equal(editor.document.getText(), part.text);
  },

  async "lenses of the configuration"() {
    const file = uri("src/config/smtpd-app.yaml");
    await vscode.window.showTextDocument(file);
    const lenses = await until("lenses", async () => {
      const found = await ask("vscode.executeCodeLensProvider", file, 100);
      return found.length > 0 && found;
    });
    const titles = lenses.map((lens) => lens.command?.title);
    for (const wanted of ["Open hook", "Run", "Debug", "2 references"]) {
      assert.ok(titles.includes(wanted), `${wanted} is not among ${titles.join(", ")}`);
    }
    const run = lenses.find((lens) => lens.command?.title === "Run");
    assert.equal(run.command.command, "mailstop.run");
  },

  async restart() {
    await ask("mailstop.restart");
    await open(scenario.diagnostic);
    await ours(scenario.diagnostic.file);
  },

  async "tasks of the project"() {
    await repair();
    for (const [name, words] of Object.entries(scenario.tasks)) {
      const [task] = (await vscode.tasks.fetchTasks({ type: "mailstop" })).filter((one) => one.name === name);
      assert.ok(task, `no task ${name}`);
      assert.deepEqual([task.definition.command, ...(task.definition.args ?? [])], words);
      const exit = ended(name);
      await vscode.tasks.executeTask(task);
      assert.equal(await exit, 0, name);
    }
    assert.ok(fs.existsSync(path.join(PROJECT, "dist")), "nothing was packed");
  },

  async run() {
    await serving(async () => {
      const exit = ended("send");
      await ask("mailstop.run", uri(scenario.debug.file).toString());
      assert.equal(await exit, 0);
    });
  },

  async debug() {
    const part = scenario.debug;
    await serving(async () => {
      const stopped = standing();
      const exit = ended("send");
      await ask("mailstop.debug", uri(part.file).toString());
      const { session, threadId } = await stopped;
      const { stackFrames } = await session.customRequest("stackTrace", { threadId });
      assert.equal(vscode.Uri.parse(stackFrames[0].source.path).path, uri(part.file).path);
      assert.equal(stackFrames[0].line, part.line);
      await pause(process.env.PICTURES ? 1000 : 0);
      await picture("vscode-debug");
      await session.customRequest("continue", { threadId });
      assert.equal(await exit, 0);
      await vscode.debug.stopDebugging(session);
    });
  },

  async "debug a test"() {
    const part = scenario.debugTest;
    const file = uri(part.file);
    await vscode.window.showTextDocument(file);
    const lenses = await until("lenses", async () => {
      const found = await ask("vscode.executeCodeLensProvider", file, 100);
      return found.some((lens) => lens.command?.command === "mailstop.debugTest") && found;
    });
    const { command } = lenses.find((lens) => lens.command?.command === "mailstop.debugTest");
    assert.deepEqual([command.title, command.arguments[1]], ["Debug", part.test]);
    const at = new vscode.Location(file, new vscode.Position(part.line - 1, 0));
    const mark = new vscode.SourceBreakpoint(at);
    vscode.debug.addBreakpoints([mark]);
    const stopped = standing();
    const over = new Promise((resolve) => {
      const listener = vscode.debug.onDidTerminateDebugSession((session) => {
        listener.dispose();
        resolve(session.configuration.test);
      });
    });
    await ask(command.command, ...command.arguments);
    const { session, threadId } = await stopped;
    const place = async () => {
      const { stackFrames } = await session.customRequest("stackTrace", { threadId });
      return [vscode.Uri.parse(stackFrames[0].source.path).path, stackFrames[0].line];
    };
    assert.deepEqual(await place(), [file.path, part.line]);
    const inside = standing();
    await ask("workbench.action.debug.stepInto");
    await inside;
    assert.equal((await place())[0], uri(part.into).path);
    await session.customRequest("continue", { threadId });
    assert.equal(await over, part.test);
    vscode.debug.removeBreakpoints([mark]);
  },

  async "run and debug a hook with a sample"() {
    await repair();
    const part = scenario.sample;
    const file = uri(part.file);
    await vscode.window.showTextDocument(file);
    const lenses = await until("lenses", async () => {
      const found = await ask("vscode.executeCodeLensProvider", file, 100);
      return found.some((lens) => lens.command?.command === "mailstop.debugSample") && found;
    });
    const command = (name) => lenses.find((lens) => lens.command?.command === name).command;
    const exit = ended("hook");
    const run = command("mailstop.runSample");
    await ask(run.command, ...run.arguments, part.sample);
    assert.equal(await exit, 0);
    const printed = [];
    const tracker = vscode.debug.registerDebugAdapterTrackerFactory("hsl", {
      createDebugAdapterTracker: () => ({
        onDidSendMessage: (told) => told.event === "output" && printed.push(told.body.output),
      }),
    });
    const stopped = standing();
    const over = new Promise((resolve) => {
      const listener = vscode.debug.onDidTerminateDebugSession(() => {
        listener.dispose();
        resolve();
      });
    });
    const debug = command("mailstop.debugSample");
    await ask(debug.command, ...debug.arguments, part.sample);
    const { session, threadId } = await stopped;
    const { stackFrames } = await session.customRequest("stackTrace", { threadId });
    assert.equal(vscode.Uri.parse(stackFrames[0].source.path).path, file.path);
    vscode.debug.removeBreakpoints(vscode.debug.breakpoints);
    await session.customRequest("continue", { threadId });
    await over;
    tracker.dispose();
    assert.ok(printed.join("").includes(part.prints), printed.join(""));
  },
};

/** The next frame that the editor shows because a thread stands. */
function standing() {
  return new Promise((resolve) => {
    const listener = vscode.debug.onDidChangeActiveStackItem((item) => {
      if (item instanceof vscode.DebugStackFrame) {
        listener.dispose();
        resolve(item);
      }
    });
  });
}

exports.run = () => report(parts);
