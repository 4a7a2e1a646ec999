/**
 * `npm start`: installs what is missing, builds, and shows VS Code in the browser with Hartbeat
 * loaded and a folder of this machine as its workspace.
 */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { ensureInstalled, root } from "./install.mjs";
import { openBrowser } from "./workbench/browser.mjs";

const usage = `Usage: npm start -- [options]

  --folder DIR      the workspace folder (examples)
  --port N          the port to listen on (3000, or the next free one)
  --no-open         do not open a browser
  --no-build        serve what is in dist/ already
  --coi             isolate the page from other origins, which gives it SharedArrayBuffer
  --extension DIR   load a further extension; may be given several times
  --tests FILE      a module of tests, below the project, for the extension host to run
  --help            print this text`;

function options() {
  try {
    return parseArgs({
      options: {
        folder: { type: "string" },
        port: { type: "string" },
        "no-open": { type: "boolean", default: false },
        "no-build": { type: "boolean", default: false },
        coi: { type: "boolean", default: false },
        extension: { type: "string", multiple: true, default: [] },
        tests: { type: "string" },
        help: { type: "boolean", default: false },
      },
    }).values;
  } catch (error) {
    throw new Error(`${error.message.split(". ")[0]}.\n\n${usage}`);
  }
}

/** The port that was asked for. */
function portNumber(text = "3000") {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65535) return port;
  throw new Error(`--port takes a number from 0 to 65535, not ${text}.`);
}

async function main() {
  const given = options();
  if (given.help) return console.log(usage);
  const port = portNumber(given.port);
  ensureInstalled();
  if (!given["no-build"]) await (await import("./build.mjs")).build();
  const folder = resolve(given.folder ?? join(root, "examples"));
  const firstFile = "hello.s";
  const { startWorkbench } = await import("./workbench/server.mjs");
  const { url, close } = await startWorkbench({
    root,
    folder,
    port,
    fixedPort: given.port !== undefined,
    extensions: given.extension.map((path) => resolve(path)),
    tests: given.tests,
    openFile: existsSync(join(folder, firstFile)) ? firstFile : undefined,
    isolated: given.coi,
  });
  console.log(`Hartbeat is at ${url}  (the folder is ${folder}; Ctrl+C stops it)`);
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => close().then(exit));
  if (!given["no-open"]) openBrowser(url);
}

const exit = () => process.exit(0);

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
