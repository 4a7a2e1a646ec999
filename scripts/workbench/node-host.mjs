/**
 * Installs VS Code's server once, into node_modules/.cache/node-host: it is inside of the npm
 * package code-server. Nothing is compiled. The server needs Node 22.15; where this Node is older,
 * a newer one is installed beside it, from npm as well.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { npm, root } from "../install.mjs";

const cache = join(root, "node_modules/.cache/node-host");
const server = join(cache, "node_modules/code-server/lib/vscode");
const codeServer = "code-server@4.139.1";
const newerNode = "24.21.0";
const oldestNode = [22, 15];

/** What is installed, as text; a host that another version of this file installed is replaced. */
const recipe = JSON.stringify({ codeServer, newerNode, process: process.version });
const mark = join(cache, "installed.json");

/** Two native modules are not compiled; in their place are a silent log and an idle watchdog. */
const standIns = {
  "@vscode/spdlog": `
const ignore = () => {};
const names = ["trace", "debug", "info", "warn", "error", "critical"];
const others = ["setPattern", "setLevel", "clearFormatters", "drop", "flush"];
const logger = Object.fromEntries([...names, ...others].map((name) => [name, ignore]));
exports.setLevel = ignore;
exports.setFlushOn = ignore;
exports.shutdown = ignore;
exports.createRotatingLogger = async () => logger;
exports.createAsyncRotatingLogger = async () => logger;
`,
  "@vscode/native-watchdog": `
exports.start = () => {};
exports.exit = (code) => process.exit(code);
`,
};

/** Whether the server is installed already. */
export function hasNodeHost() {
  try {
    return readFileSync(mark, "utf8") === recipe;
  } catch {
    return false;
  }
}

/** Which Node runs the server: a package to install, or undefined for the one that runs this. */
function nodePackage() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1]))
    return undefined;
  if (process.platform === "linux" && ["x64", "arm64"].includes(process.arch))
    return `node-linux-${process.arch}`;
  throw new Error(`VS Code's server needs Node ${oldestNode.join(".")} or newer; use such a Node.`);
}

/** Installs the server where it is absent; returns the program and the script that start it. */
export function installNodeHost() {
  const newer = nodePackage();
  const program =
    newer === undefined ? process.execPath : join(cache, `node_modules/${newer}/bin/node`);
  const found = { program, script: join(server, "out/server-main.js") };
  if (hasNodeHost()) return found;
  console.log("Installing VS Code's server (once, some 800 MB on disk) …");
  rmSync(cache, { recursive: true, force: true });
  mkdirSync(cache, { recursive: true });
  writeFileSync(join(cache, "package.json"), '{ "private": true }\n');
  const quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  const wanted = [codeServer, ...(newer === undefined ? [] : [`${newer}@${newerNode}`])];
  const failed =
    npm(["install", ...quiet, ...wanted], cache) !== 0 ||
    npm(["install", "--omit=dev", ...quiet], server) !== 0;
  if (failed) throw new Error("VS Code's server could not be installed; see npm's messages above.");
  for (const [name, text] of Object.entries(standIns)) {
    const folder = join(server, "node_modules", name);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "package.json"), JSON.stringify({ name, main: "index.js" }));
    writeFileSync(join(folder, "index.js"), text.trimStart());
  }
  writeFileSync(mark, recipe);
  return found;
}
