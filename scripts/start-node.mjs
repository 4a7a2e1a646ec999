/**
 * `npm run start:node`: as `npm start`, but with VS Code's server, whose extension host is a Node
 * process. The page opens with a secret in its address, since the server can run programs.
 */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join, resolve } from "node:path";
import { ensureInstalled, root } from "./install.mjs";
import { openBrowser } from "./workbench/browser.mjs";
import { installNodeHost } from "./workbench/node-host.mjs";
import { folderOf, parseOptions, portOf } from "./workbench/options.mjs";
import { settings } from "./workbench/page.mjs";

const loopback = "127.0.0.1";
const patience = 60_000;

/** The port that was asked for, or the next one that is free. */
async function freePort(first, fixed) {
  for (let port = first; port < first + 100; port++) {
    const found = await new Promise((resolve) => {
      const probe = createServer();
      probe.once("error", () => resolve(undefined));
      probe.listen(port, loopback, () => {
        const { port: actual } = probe.address();
        probe.close(() => resolve(actual));
      });
    });
    if (found !== undefined) return found;
    if (fixed) throw new Error(`Port ${port} is in use; choose another one with --port.`);
  }
  throw new Error("No free port was found; choose one with --port.");
}

/** The page's address: the folder, the project as the extension, its tests, the secret. */
function pageAddress(port, secret, folder, tests) {
  const origin = `${loopback}:${port}`;
  const remote = (path) => `vscode-remote://${origin}${path}`;
  const payload = [["extensionDevelopmentPath", remote(root)]];
  if (tests !== undefined) payload.push(["extensionTestsPath", remote(join(root, tests))]);
  const query = new URLSearchParams({ folder, payload: JSON.stringify(payload), tkn: secret });
  return `http://${origin}/?${query}`;
}

/** Starts the server; resolves when it listens. */
function startServer({ program, script }, port, secret, data) {
  const flags = {
    host: loopback,
    port,
    "connection-token": secret,
    "telemetry-level": "off",
    "server-data-dir": join(data, "server"),
    "user-data-dir": join(data, "user"),
    "extensions-dir": join(data, "extensions"),
  };
  const argv = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)]);
  // A built VS Code takes extensions under development from the address in this mode alone.
  argv.push("--enable-smoke-test-driver", "--disable-workspace-trust");
  argv.push("--accept-server-license-terms");
  const server = spawn(program, [script, ...argv], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, EXTENSIONS_GALLERY: "{}" },
  });
  return new Promise((resolve, reject) => {
    let output = "";
    const fail = (what) => reject(new Error(`VS Code's server ${what}:\n${output}`));
    const timer = setTimeout(() => fail("did not listen in time"), patience);
    const read = (chunk) => {
      output = (output + chunk).slice(-20_000);
      if (!output.includes("Extension host agent listening on")) return;
      clearTimeout(timer);
      resolve(server);
    };
    server.stdout.on("data", read);
    server.stderr.on("data", read);
    server.on("error", (error) => fail(`could not be started (${error.message})`));
    server.on("exit", (code) => fail(`ended with code ${code}`));
  });
}

/**
 * Puts further extensions where the server looks for installed ones; one alone can come from the
 * page's address. The folder is made anew, since the server lists what it finds on its first start.
 */
function placeExtensions(extensions, folder) {
  rmSync(folder, { recursive: true, force: true });
  for (const path of extensions) {
    const { publisher, name, version } = JSON.parse(
      readFileSync(join(path, "package.json"), "utf8"),
    );
    cpSync(path, join(folder, `${publisher}.${name}-${version}`), { recursive: true });
  }
}

async function main() {
  const given = parseOptions("npm run start:node", { isolation: false });
  if (given === undefined) return;
  const firstPort = portOf(given);
  const folder = folderOf(given, root);
  ensureInstalled();
  const host = installNodeHost();
  if (!given["no-build"]) await (await import("./build.mjs")).build();
  const data = resolve(given.data ?? join(root, "node_modules/.cache/node-host-data"));
  const userSettings = join(data, "user/User/settings.json");
  if (!existsSync(userSettings)) {
    mkdirSync(join(data, "user/User"), { recursive: true });
    writeFileSync(userSettings, JSON.stringify(settings, undefined, 2));
  }
  placeExtensions(given.extension, join(data, "extensions"));
  const port = await freePort(firstPort, given.port !== undefined);
  const secret = randomBytes(16).toString("hex");
  const server = await startServer(host, port, secret, data);
  const url = pageAddress(port, secret, folder, given.tests);
  console.log(`Hartbeat is at ${url}  (the folder is ${folder}; Ctrl+C stops it)`);
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => server.kill());
  server.on("exit", (code) => process.exit(code ?? 0));
  if (!given["no-open"]) openBrowser(url);
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
