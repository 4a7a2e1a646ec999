/**
 * `npm run package`: builds small bundles and packs the extension as hartbeat.vsix, without any
 * network. What goes in is said in .vscodeignore.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { ensureInstalled, root } from "./install.mjs";

ensureInstalled();
const { build } = await import("./build.mjs");
await build({ minify: true });
const args = [
  "package",
  "--no-dependencies",
  "--allow-missing-repository",
  "--no-rewrite-relative-links",
  "--out",
  "hartbeat.vsix",
];
const done = spawnSync(process.execPath, [join(root, "node_modules/@vscode/vsce/vsce"), ...args], {
  cwd: root,
  stdio: "inherit",
});
process.exitCode = done.status ?? 1;
