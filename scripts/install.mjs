/**
 * Makes sure that node_modules holds what package-lock.json names, and runs `npm ci` where it does
 * not. It imports nothing but Node itself, since it runs before anything is installed.
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder that holds package.json. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const oldestNode = 20;

/** Runs `npm` with the arguments; returns its exit code. Works from inside and outside of npm. */
export function npm(args, folder = root) {
  const script = process.env["npm_execpath"];
  const throughNode = script?.endsWith(".js") === true;
  const command = throughNode ? process.execPath : "npm";
  const done = spawnSync(command, throughNode ? [script, ...args] : args, {
    cwd: folder,
    stdio: "inherit",
    shell: !throughNode && process.platform === "win32",
  });
  if (done.error !== undefined) console.error(`npm could not be run: ${done.error.message}.`);
  return done.status ?? 1;
}

/** Whether what is installed is what the lock file names; optional packages may be absent. */
function isInstalled() {
  try {
    const read = (file) => JSON.parse(readFileSync(join(root, file), "utf8")).packages;
    const wanted = read("package-lock.json");
    const present = read("node_modules/.package-lock.json");
    return Object.entries(wanted).every(([path, entry]) => {
      if (path === "") return true;
      const found = present[path];
      return found === undefined
        ? entry.optional === true || entry.peer === true
        : found.version === entry.version && found.integrity === entry.integrity;
    });
  } catch {
    return false;
  }
}

/** Checks the version of Node and installs the pinned packages; ends the process when it cannot. */
export function ensureInstalled() {
  const [major = 0] = process.versions.node.split(".").map(Number);
  if (major < oldestNode) {
    console.error(`Hartbeat needs Node ${oldestNode} or newer; this is Node ${process.version}.`);
    process.exit(1);
  }
  if (isInstalled()) return;
  console.log("Installing the pinned packages (npm ci) …");
  const code = npm(["ci"]);
  if (code !== 0) {
    console.error("The packages could not be installed; see the messages of npm above.");
    process.exit(code);
  }
}
