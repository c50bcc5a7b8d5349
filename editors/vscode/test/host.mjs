// The extension's tests in the extension host of a real workbench, in headless Chromium.
//
//   node host.mjs --code-server folder --mailstop path --project folder --scenario file [--pictures folder]
//                 [--restricted]
//
// `--code-server` is the installed package; the project is copied. `--restricted` opens it as a folder
// that nobody trusts. Prints a line for each part.

import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as net from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";

const text = { type: "string" };
const { values: options } = parseArgs({
  options: {
    ...{ "code-server": text, mailstop: text, project: text, scenario: text, pictures: text },
    chromium: { type: "string", default: "/usr/bin/chromium" },
    restricted: { type: "boolean", default: false },
  },
});
const extension = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "workbench-")));
const project = path.join(folder, "project");
const results = path.join(folder, "results");
const DEADLINE = Date.now() + 180_000;

const settings = {
  "telemetry.telemetryLevel": "off",
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "extensions.autoUpdate": false,
  "extensions.ignoreRecommendations": true,
  "update.mode": "none",
  "chat.disableAIFeatures": true,
  "editor.minimap.enabled": false,
  "files.hotExit": "off",
  "mailstop.send.to": "ann@example.com",
};

/** A folder that nobody vouched for: nothing asks, and restricted mode stays. */
const restricted = {
  "security.workspace.trust.startupPrompt": "never",
  "security.workspace.trust.banner": "never",
};

function prepare() {
  fs.cpSync(options.project, project, { recursive: true });
  fs.mkdirSync(results);
  // Found as part of the project, before PATH; in restricted mode on PATH only.
  const ours = path.join(project, ".mailstop/bin/mailstop");
  const onPath = path.join(folder, "bin/mailstop");
  if (options.restricted) {
    link(onPath);
    trap(ours);
    write(path.join(project, ".vscode/settings.json"), JSON.stringify({ "mailstop.path": ours }));
  } else {
    link(ours);
  }
  const chosen = options.restricted ? { ...settings, ...restricted } : settings;
  write(path.join(folder, "server/data/User/settings.json"), JSON.stringify(chosen));
}

function write(file, text, mode) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, text, { mode });
}

function link(file) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.symlinkSync(path.resolve(options.mailstop), file);
}

/** A command that must not run: it leaves a trace. */
function trap(file) {
  write(file, `#!/bin/sh\necho "$@" >> ${path.join(results, "trapped")}\n`, 0o755);
}

/** A port that is free now. */
function freePort() {
  return new Promise((resolve) => {
    const probe = net.createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

/** Gives what `probe` gives, as soon as that is something. */
async function until(what, probe) {
  for (;;) {
    const found = await probe();
    if (found) return found;
    if (Date.now() > DEADLINE) throw new Error(`${what} did not come in time`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const answers = (port) =>
  new Promise((resolve) => {
    const socket = net.connect(port, "127.0.0.1", () => resolve(true)).on("error", () => resolve(false));
    socket.on("connect", () => socket.end());
  });

function startServer(port) {
  const main = path.join(options["code-server"], "lib/vscode/out/server-main.js");
  const env = {
    ...process.env,
    ...{ PROJECT: project, SCENARIO: path.resolve(options.scenario), RESULTS: results },
    PICTURES: options.pictures ?? "",
    PATH: `${path.join(folder, "bin")}${path.delimiter}${process.env.PATH}`,
  };
  const words = [
    ...["--host", "127.0.0.1", "--port", `${port}`, "--without-connection-token"],
    ...["--accept-server-license-terms", "--enable-smoke-test-driver"],
    ...(options.restricted ? [] : ["--disable-workspace-trust"]),
    // The shell's settings do not change PATH.
    "--force-disable-user-env",
    ...["--telemetry-level", "off", "--server-data-dir", path.join(folder, "server")],
    ...["--extensions-dir", path.join(folder, "extensions")],
  ];
  return spawn(process.execPath, [main, ...words], { env, stdio: "ignore" });
}

function address(port) {
  const remote = (file) => `vscode-remote://127.0.0.1:${port}${file}`;
  const payload = [
    ["extensionDevelopmentPath", remote(extension)],
    ["extensionTestsPath", remote(path.join(extension, options.restricted ? "test/host/restricted.js" : "test/host/index.js"))],
  ];
  const query = new URLSearchParams({ folder: project, payload: JSON.stringify(payload) });
  return `http://127.0.0.1:${port}/?${query}`;
}

/** Takes the pictures that the tests ask for, until there is a report. */
async function attend(page) {
  const report = path.join(results, "report.json");
  await until("the report", async () => {
    for (const wanted of fs.readdirSync(results).filter((name) => name.endsWith(".wanted"))) {
      const name = path.basename(wanted, ".wanted");
      await page.screenshot({ path: path.join(options.pictures, `${name}.png`) });
      fs.renameSync(path.join(results, wanted), path.join(results, `${name}.taken`));
    }
    return fs.existsSync(report);
  });
  return JSON.parse(fs.readFileSync(report, "utf8"));
}

async function main() {
  prepare();
  const port = await freePort();
  const server = startServer(port);
  let browser;
  try {
    await until("the workbench", () => answers(port));
    browser = await chromium.launch({
      executablePath: options.chromium,
      headless: true,
      args: [
        ...["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
      ],
    });
    const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
    await page.goto(address(port));
    const report = await attend(page).catch(async (error) => {
      if (options.pictures) await page.screenshot({ path: path.join(options.pictures, "last.png") });
      throw error;
    });
    for (const { name, note } of report) console.log(`vscode${options.restricted ? ", restricted," : ""} ${name}: ${note}`);
    process.exitCode = report.every((part) => part.ok) ? 0 : 1;
  } finally {
    await browser?.close();
    server.kill();
    fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

await main();
