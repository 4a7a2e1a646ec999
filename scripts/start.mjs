/**
 * `npm start`: installs what is missing, builds, and shows VS Code in the browser with Hartbeat
 * loaded and a folder of this machine as its workspace.
 */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { ensureInstalled, root } from "./install.mjs";
import { openBrowser } from "./workbench/browser.mjs";
import { folderOf, parseOptions, portOf } from "./workbench/options.mjs";
import { startWorkbench } from "./workbench/server.mjs";

/** The file that is open at first, where the folder has it. */
const firstFile = "hello.s";

async function main() {
  const given = parseOptions("npm start", { isolation: true });
  if (given === undefined) return;
  const port = portOf(given);
  const folder = folderOf(given, root);
  ensureInstalled();
  if (!given["no-build"]) await (await import("./build.mjs")).build();
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
  const end = () => close().then(() => process.exit(0));
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, end);
  if (!given["no-open"]) openBrowser(url);
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
