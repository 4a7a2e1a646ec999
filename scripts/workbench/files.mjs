/**
 * The workspace folder over HTTP: what an editor's file system provider needs, and nothing outside
 * of that folder. Every path is resolved to a real one, symbolic links followed, and refused when it
 * leaves the folder. Errors carry the names that VS Code's FileSystemError has.
 */
import { mkdir, readdir, readFile, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative, sep } from "node:path";
import { respond } from "./static.mjs";
import { unsearched, watchTree } from "./watching.mjs";

const largestFile = 256 * 1024 * 1024;
const mostSearchedFiles = 20_000;

/** FileSystemError's names for the codes of Node's errors. */
const errorNames = {
  ENOENT: "FileNotFound",
  EEXIST: "FileExists",
  ENOTEMPTY: "FileExists",
  ENOTDIR: "FileNotADirectory",
  EISDIR: "FileIsADirectory",
  EACCES: "NoPermissions",
  EPERM: "NoPermissions",
};
const statuses = { FileNotFound: 404, FileExists: 409, NoPermissions: 403 };

class FileError extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

/** The real path of `path`, which may not exist yet, if it is inside of the folder. */
async function resolve(folder, path) {
  const base = await realpath(folder);
  const target = join(base, path);
  if (target !== base && !target.startsWith(base + sep))
    throw new FileError("EACCES", `${path} is outside of the workspace folder.`);
  let existing = target;
  const tail = [];
  for (;;) {
    try {
      const real = join(await realpath(existing), ...tail);
      if (real === base || real.startsWith(base + sep)) return real;
      throw new FileError("EACCES", `${path} is outside of the workspace folder.`);
    } catch (error) {
      if (error.code !== "ENOENT") throw error;
      // A dangling link is an entry too: to follow it could create a file elsewhere.
      if (await isEntry(existing)) throw new FileError("EACCES", `${path} is a dangling link.`);
      tail.unshift(basename(existing));
      existing = dirname(existing);
    }
  }
}

async function isEntry(path) {
  const names = await readdir(dirname(path)).catch(() => []);
  return names.includes(basename(path));
}

const kinds = { file: 1, folder: 2 };

async function describe(path) {
  const found = await stat(path);
  const type = found.isDirectory() ? kinds.folder : kinds.file;
  return { type, size: found.size, mtime: found.mtimeMs, ctime: found.ctimeMs };
}

async function list(path) {
  const entries = await readdir(path, { withFileTypes: true });
  const described = entries.map(async (entry) => {
    const found = await describe(join(path, entry.name)).catch(() => undefined);
    return found && [entry.name, found.type];
  });
  return (await Promise.all(described)).filter((entry) => entry !== undefined);
}

/** The paths of all files below the folder, relative to it, at most {@link mostSearchedFiles}. */
async function tree(folder) {
  const found = [];
  const pending = [folder];
  while (pending.length > 0 && found.length < mostSearchedFiles) {
    const path = pending.shift();
    for (const entry of await readdir(path, { withFileTypes: true }).catch(() => [])) {
      if (unsearched.has(entry.name)) continue;
      const full = join(path, entry.name);
      if (entry.isDirectory()) pending.push(full);
      else if (entry.isFile()) found.push(relative(folder, full).split(sep).join("/"));
    }
  }
  return found.slice(0, mostSearchedFiles);
}

async function body(request) {
  const parts = [];
  let size = 0;
  for await (const part of request) {
    size += part.length;
    if (size > largestFile) throw new FileError("EFBIG", "The file is larger than 256 MB.");
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** Sends the relative path of each changed file as a server-sent event, until the page goes. */
function streamChanges(folder, response) {
  response.writeHead(200, { "Content-Type": "text/event-stream" });
  response.write(": watching\n\n");
  const end = watchTree(folder, (path) => response.write(`data: ${JSON.stringify(path)}\n\n`));
  response.on("close", end);
}

/**
 * What can be asked, by method and name. `path` and `to` are relative to the folder; a number or a
 * list in an answer is as the VS Code API has it.
 */
const operations = {
  "GET stat": ({ path }) => describe(path),
  "GET list": ({ path }) => list(path),
  "GET read": ({ path }) => readFile(path),
  "GET tree": ({ folder }) => tree(folder),
  "PUT write": async ({ path, request }) => writeFile(path, await body(request)),
  "POST folder": async ({ path }) => void (await mkdir(path, { recursive: true })),
  "POST rename": ({ path, to }) => rename(path, to),
  "POST delete": ({ path, recursive }) => rm(path, { recursive }),
};

/** Answers one request to the file interface; `name` is the operation, its arguments in the query. */
export async function serveFiles(folder, name, query, request, response) {
  response.setHeader("Cache-Control", "no-store");
  if (request.method === "GET" && name === "watch") return streamChanges(folder, response);
  const operation = operations[`${request.method} ${name}`];
  if (operation === undefined) return respond(response, 405, "There is no such operation.\n");
  try {
    const path = await resolve(folder, query.get("path") ?? "");
    const to = await resolve(folder, query.get("to") ?? "");
    const isRoot = path === (await realpath(folder));
    if (isRoot && request.method !== "GET")
      throw new FileError("EPERM", "The workspace folder itself cannot be changed.");
    const recursive = query.get("recursive") === "true";
    const answer = await operation({ folder, path, to, recursive, request });
    if (answer instanceof Uint8Array)
      response.writeHead(200, { "Content-Type": "application/octet-stream" }).end(answer);
    else respond(response, answer === undefined ? 204 : 200, answer);
  } catch (error) {
    const code = errorNames[error.code] ?? "Unavailable";
    respond(response, statuses[code] ?? 500, { code, message: error.message });
  }
}
