// What every session in the extension host has: the project, the expectations, waiting, the report.
//
// `host.mjs` starts the workbench; the environment names the project, the expectations and the folder
// for results.

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

/** Runs every part; the report has a line for each. */
async function report(parts) {
  const lines = [];
  for (const [name, part] of Object.entries(parts)) {
    try {
      lines.push({ name, ok: true, note: (await part()) ?? "ok" });
    } catch (error) {
      lines.push({ name, ok: false, note: String(error instanceof Error ? error.message : error) });
    }
  }
  fs.writeFileSync(path.join(RESULTS, "report.part"), JSON.stringify(lines));
  fs.renameSync(path.join(RESULTS, "report.part"), path.join(RESULTS, "report.json"));
}

module.exports = { PROJECT, RESULTS, scenario, uri, place, ask, pause, until, open, picture, ours, report };
