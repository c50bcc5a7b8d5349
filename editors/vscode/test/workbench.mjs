// The extension in the real workbench: code-server in headless Chromium, a live server, a live message.
//
// Opens a project, sets a breakpoint in the gutter, attaches, sends a message, waits until the
// editor stands on the line, looks at the variables, and keeps a screenshot.
//
//   node workbench.mjs --code-server entry.js --mailstop path --extension mailstop.vsix \
//        --project folder --file src/hooks/eod/default.hsl --line 12 --screenshot out.png
//
// The project's server must be running (`mailstop up`).

import { spawn, execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as net from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";

const { values: options } = parseArgs({
  options: {
    "code-server": { type: "string" },
    mailstop: { type: "string" },
    extension: { type: "string" },
    project: { type: "string" },
    file: { type: "string", default: "src/hooks/eod/default.hsl" },
    line: { type: "string" },
    screenshot: { type: "string" },
    chromium: { type: "string", default: "/usr/bin/chromium" },
  },
});

const project = fs.realpathSync(options.project);
const profile = fs.mkdtempSync(path.join(os.tmpdir(), "workbench-"));

/** A port that is free now. */
function freePort() {
  return new Promise((resolve) => {
    const probe = net.createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

/** Settles when a TCP port answers. */
async function listening(port) {
  for (let attempt = 0; attempt < 300; attempt++) {
    const open = await new Promise((resolve) => {
      const socket = net.connect(port, "127.0.0.1", () => resolve(true)).on("error", () => resolve(false));
      socket.on("connect", () => socket.end());
    });
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`nothing listens on ${port}`);
}

function prepareProfile() {
  const user = path.join(profile, "User");
  fs.mkdirSync(user, { recursive: true });
  const settings = {
    "security.workspace.trust.enabled": false,
    "telemetry.telemetryLevel": "off",
    "workbench.startupEditor": "none",
    "workbench.tips.enabled": false,
    "extensions.autoUpdate": false,
    "extensions.ignoreRecommendations": true,
    "update.mode": "none",
    "chat.disableAIFeatures": true,
    "editor.minimap.enabled": false,
    "window.commandCenter": false,
    "workbench.secondarySideBar.defaultVisibility": "hidden",

    "debug.openDebug": "openOnDebugBreak",
  };
  fs.writeFileSync(path.join(user, "settings.json"), JSON.stringify(settings, null, 2));
  // Settings of machine scope are read from the side where the extension runs.
  const machine = path.join(profile, "Machine");
  fs.mkdirSync(machine, { recursive: true });
  fs.writeFileSync(path.join(machine, "settings.json"), JSON.stringify({ "mailstop.path": options.mailstop }));
  execFileSync(process.execPath, [
    options["code-server"],
    ...["--user-data-dir", profile, "--extensions-dir", path.join(profile, "extensions")],
    ...["--install-extension", options.extension],
  ]);
}

async function startWorkbench() {
  const port = await freePort();
  const server = spawn(
    process.execPath,
    [
      options["code-server"],
      ...["--bind-addr", `127.0.0.1:${port}`, "--auth", "none", "--disable-telemetry"],
      ...["--disable-update-check", "--disable-workspace-trust"],
      ...["--user-data-dir", profile, "--extensions-dir", path.join(profile, "extensions"), project],
    ],
    { stdio: "ignore" },
  );
  await listening(port);
  return { server, port };
}

async function openFile(page, port) {
  const uri = `vscode-remote://127.0.0.1:${port}${project}/${options.file}`;
  const payload = encodeURIComponent(JSON.stringify([["openFile", uri]]));
  await page.goto(`http://127.0.0.1:${port}/?folder=${encodeURIComponent(project)}&payload=${payload}`);
  await page.locator(".monaco-editor .view-lines").first().waitFor({ timeout: 60_000 });
}

/** Clicks beside the line number, as a person would. */
async function setBreakpoint(page, line) {
  const number = page.locator(".margin .line-numbers", { hasText: new RegExp(`^${line}$`) }).first();
  await number.waitFor();
  const row = await number.boundingBox();
  const margin = await page.locator(".monaco-editor .glyph-margin").first().boundingBox();
  const dot = page.locator(".monaco-editor .codicon-debug-breakpoint, .monaco-editor .codicon-debug-breakpoint-unverified");
  // The editor takes breakpoints only once it has read what the extension contributes.
  for (let attempt = 0; attempt < 20; attempt++) {
    await page.mouse.click(margin.x + margin.width / 2, row.y + row.height / 2);
    const set = dot.first().waitFor({ timeout: 2_000 });
    if (await set.then(() => true, () => false)) return;
  }
  throw new Error("no breakpoint appears in the gutter");
}

function sendMessage() {
  const send = ["send", "--project", project, "--from", "ann@example.net", "--to", "alice@example.com"];
  return spawn(options.mailstop, [...send, "--subject", "Stop here"], { stdio: "ignore" });
}

/** Opens the scopes that a reader wants to see first. */
async function expandVariables(page) {
  const row = (name) => page.locator(".debug-variables .monaco-list-row", { hasText: name }).first();
  await row("Arguments").waitFor({ timeout: 30_000 });
  for (const name of ["Transaction", "Connection"]) {
    const scope = row(name);
    if (await scope.count()) {
      const twistie = scope.locator(".monaco-tl-twistie");
      if ((await scope.getAttribute("aria-expanded")) !== "true") await twistie.click();
    }
  }
}

async function main() {
  prepareProfile();
  const { server, port } = await startWorkbench();
  const browser = await chromium.launch({
    executablePath: options.chromium,
    headless: true,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-background-networking",
      "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    ],
  });
  let sender;
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await openFile(page, port);
    await setBreakpoint(page, options.line);
    await page.locator(".monaco-editor .view-line").first().click();
    await page.keyboard.press("F5");
    await page.locator(".debug-toolbar, .debug-toolbar-action, .codicon-debug-disconnect").first().waitFor({ timeout: 60_000 });
    sender = sendMessage();
    await page.locator(".debug-top-stack-frame-line, .codicon-debug-stackframe").first().waitFor({ timeout: 60_000 });
    await expandVariables(page);
    await page.waitForFunction(() => document.querySelectorAll(".debug-variables .monaco-list-row").length > 8);
    await page.screenshot({ path: options.screenshot });
    await page.keyboard.press("F5");
    const code = await new Promise((resolve) => sender.on("exit", resolve));
    if (code !== 0) throw new Error(`the message was not accepted after continue (exit ${code})`);
    console.log(`stopped on ${options.file}:${options.line}, continued, accepted; ${options.screenshot}`);
  } finally {
    const shot = `${options.screenshot}.last.png`;
    const [page] = browser.contexts().flatMap((context) => context.pages());
    if (process.exitCode !== 0 && page) await page.screenshot({ path: shot }).catch(() => {});
    await browser.close();
    server.kill();
    sender?.kill();
    fs.rmSync(profile, { recursive: true, force: true });
  }
}

await main();
