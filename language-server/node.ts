/**
 * The language server as a Node program: it talks over standard input and output (`--stdio`), over
 * Node's inter-process channel (`--node-ipc`) or a pipe or socket that the client names, and reads
 * workspace files from the file system.
 */
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath, pathToFileURL } from "node:url";
import { createConnection, ProposedFeatures } from "vscode-languageserver/node";
import { fileCountLimit, fileSizeLimit, type Host, isSource, skippedFolders } from "./host.ts";
import { isNeighbour, neighbourLimit } from "./neighbours.ts";
import { serve } from "./server.ts";

/** How deep below a workspace folder sources are looked for. */
const depthLimit = 8;

function pathOf(uri: string): string | undefined {
  try {
    return fileURLToPath(uri);
  } catch {
    return undefined;
  }
}

/** Holds for a folder that may contain sources of a person's own. */
function isOwn(name: string): boolean {
  return !name.startsWith(".") && !skippedFolders.has(name);
}

/** The file system as a host; URIs of other schemes have no files. */
const nodeHost: Host = {
  async readFile(uri) {
    const path = pathOf(uri);
    if (path === undefined) return undefined;
    try {
      const facts = await stat(path);
      return facts.isFile() && facts.size <= fileSizeLimit ? await readFile(path) : undefined;
    } catch {
      return undefined;
    }
  },

  async findSources(folders) {
    const [found, neighbours]: [string[], string[]] = [[], []];
    // Breadth first, so that the limit drops the files that lie deepest.
    let level = folders.map(pathOf).filter((path) => path !== undefined);
    for (let depth = 0; depth < depthLimit && level.length > 0; depth++) {
      const next: string[] = [];
      for (const path of level) {
        for (const entry of await readdir(path, { withFileTypes: true }).catch(() => [])) {
          if (found.length >= fileCountLimit) return [...found, ...neighbours];
          const below = join(path, entry.name);
          const url = () => pathToFileURL(below).href;
          if (entry.isDirectory() && isOwn(entry.name)) next.push(below);
          if (!entry.isFile()) continue;
          if (isSource(entry.name)) found.push(url());
          else if (isNeighbour(entry.name) && neighbours.length < neighbourLimit)
            neighbours.push(url());
        }
      }
      level = next;
    }
    return [...found, ...neighbours];
  },
};

// Standard input and output are the default, so that the command works without arguments too.
const channels = ["--stdio", "--node-ipc", "--socket", "--pipe"];
const named = process.argv.some((arg) => channels.some((channel) => arg.startsWith(channel)));
const connection = named
  ? createConnection(ProposedFeatures.all)
  : createConnection(ProposedFeatures.all, process.stdin, process.stdout);
serve(connection, nodeHost);
