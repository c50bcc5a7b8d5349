// What the extension does, asked inside the extension host of a real workbench.
//
// `host.mjs` starts the workbench; the environment names the project, the expectations and the folder
// for results. Every part is run; the report has a line for each.

const assert = require("node:assert/strict");
const fs = require("node:fs");
const path = require("node:path");
const vscode = require("vscode");

const { PROJECT, SCENARIO, RESULTS } = process.env;
const scenario = JSON.parse(fs.readFileSync(SCENARIO, "utf8"));
const uri = (file) => vscode.Uri.file(path.join(PROJECT, file));
const place = (part) => new vscode.Position(part.line, part.character);
const ask = (command, ...rest) => vscode.commands.executeCommand(command, ...rest);
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Asks until there is an answer: the server starts beside the editor. */
async function until(what, probe) {
  const end = Date.now() + 30_000;
  for (;;) {
    const found = await probe();
    if (found) return found;
    assert.ok(Date.now() < end, `${what} did not come`);
    await pause(50);
  }
}

async function open(part) {
  const editor = await vscode.window.showTextDocument(uri(part.file));
  if (part.character !== undefined) {
    editor.selection = new vscode.Selection(place(part), place(part));
  }
  return editor;
}

/** Has the driver take a picture of the window, when pictures are wanted. */
async function picture(name) {
  if (!process.env.PICTURES) return;
  fs.writeFileSync(path.join(RESULTS, `${name}.wanted`), "");
  await until(`the picture ${name}`, () => fs.existsSync(path.join(RESULTS, `${name}.taken`)));
}

const ours = async (file) =>
  until(`a finding in ${file}`, () => {
    const found = vscode.languages.getDiagnostics(uri(file)).filter((one) => one.source === "mailstop");
    return found.length > 0 && found;
  });

const parts = {
  // First: what is open is left to the language server.
  async "check task"() {
    const [task] = (await vscode.tasks.fetchTasks({ type: "mailstop" })).filter((one) => one.name === "check");
    assert.ok(task, "no task");
    const ended = new Promise((resolve) => {
      const listener = vscode.tasks.onDidEndTaskProcess((end) => {
        if (end.execution.task.name === "check") {
          listener.dispose();
          resolve(end.exitCode);
        }
      });
    });
    await vscode.tasks.executeTask(task);
    assert.equal(await ended, 1);
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
    const actions = await ask("vscode.executeCodeActionProvider", uri(part.file), range);
    const fix = actions.find((action) => action.kind?.value === "quickfix" && action.edit);
    if (!fix) return "skipped: the server offers no quick fixes";
    assert.ok(await vscode.workspace.applyEdit(fix.edit));
    assert.equal(editor.document.getText(), part.text);
  },

  async restart() {
    await ask("mailstop.restart");
    await open(scenario.diagnostic);
    await ours(scenario.diagnostic.file);
  },
};

exports.run = async () => {
  const report = [];
  for (const [name, part] of Object.entries(parts)) {
    try {
      report.push({ name, ok: true, note: (await part()) ?? "ok" });
    } catch (error) {
      report.push({ name, ok: false, note: String(error instanceof Error ? error.message : error) });
    }
  }
  fs.writeFileSync(path.join(RESULTS, "report.part"), JSON.stringify(report));
  fs.renameSync(path.join(RESULTS, "report.part"), path.join(RESULTS, "report.json"));
};
