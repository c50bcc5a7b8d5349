// What the extension does in a folder that nobody trusts: it reads, and runs nothing of the folder.

const assert = require("node:assert/strict");
const fs = require("node:fs");
const path = require("node:path");
const vscode = require("vscode");
const { RESULTS, scenario, uri, place, ask, open, ours, report } = require("./session");

const parts = {
  async "is restricted"() {
    assert.equal(vscode.workspace.isTrusted, false);
  },

  async diagnostics() {
    await open(scenario.diagnostic);
    const [found] = await ours(scenario.diagnostic.file);
    assert.equal(found.code.value, scenario.diagnostic.code);
  },

  async hover() {
    const part = scenario.hover;
    await open(part);
    const shown = await ask("vscode.executeHoverProvider", uri(part.file), place(part));
    const text = shown.flatMap((hover) => hover.contents.map((content) => content.value ?? content)).join("\n");
    assert.ok(text.includes(part.contains), text);
  },

  async "no lens runs anything"() {
    const file = uri("src/config/smtpd-app.yaml");
    await vscode.window.showTextDocument(file);
    const lenses = await ask("vscode.executeCodeLensProvider", file, 100);
    const titles = lenses.map((lens) => lens.command?.title);
    assert.ok(titles.includes("Open hook"), titles.join(", "));
    assert.ok(!titles.includes("Run") && !titles.includes("Debug"), titles.join(", "));
  },

  async "the folder's command was not run"() {
    assert.ok(!fs.existsSync(path.join(RESULTS, "trapped")));
  },
};

exports.run = () => report(parts);
