/**
 * Watches a folder and what is below it, a watcher a folder: Node's own recursive watching walks
 * into everything, however large. Folders that appear are watched too, up to a limit.
 */
import { readdirSync, watch } from "node:fs";
import { join, relative, sep } from "node:path";

const mostFolders = 2000;

/** Folders of tools, which are neither searched nor watched. */
export const unsearched = new Set([".git", "node_modules", ".cache"]);

/** Calls `report` with the relative path of each entry that changes; returns what ends it. */
export function watchTree(root, report) {
  const watchers = new Map();

  function add(folder) {
    if (watchers.has(folder) || watchers.size >= mostFolders) return;
    const entries = foldersIn(folder);
    if (entries === undefined) return;
    try {
      const watcher = watch(folder, (kind, name) => {
        if (name !== null && !unsearched.has(name)) changed(kind, join(folder, name));
      });
      watcher.on("error", () => remove(folder));
      watchers.set(folder, watcher);
    } catch {
      return;
    }
    for (const name of entries) add(join(folder, name));
  }

  function remove(folder) {
    for (const [path, watcher] of watchers) {
      if (path !== folder && !path.startsWith(folder + sep)) continue;
      watcher.close();
      watchers.delete(path);
    }
  }

  function changed(kind, path) {
    report(relative(root, path).split(sep).join("/"));
    if (kind !== "rename") return;
    // The entry has come or gone; as a folder it may be another one than before.
    remove(path);
    add(path);
  }

  add(root);
  return () => remove(root);
}

/** The names of the folders in a folder, links left out; undefined where it is no folder. */
function foldersIn(folder) {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !unsearched.has(entry.name))
      .map((entry) => entry.name);
  } catch {
    return undefined;
  }
}
