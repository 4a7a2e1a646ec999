/**
 * Serves the files of a folder over HTTP, for reading alone. A path that leaves the folder, that
 * goes through a symbolic link out of it, or that names a hidden file is not found.
 */
import { createReadStream } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import { extname, join, sep } from "node:path";
import { pipeline } from "node:stream/promises";

const types = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".cjs": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".map": "application/json; charset=utf-8",
  ".md": "text/markdown; charset=utf-8",
  ".txt": "text/plain; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".ttf": "font/ttf",
  ".woff": "font/woff",
  ".woff2": "font/woff2",
  ".wasm": "application/wasm",
};

/** The real path of a file under a folder, or undefined when there is none that may be served. */
export async function fileUnder(folder, path) {
  if (path.includes("\0") || path.split("/").some((part) => part.startsWith("."))) return undefined;
  try {
    const [real, base] = await Promise.all([realpath(join(folder, path)), realpath(folder)]);
    const inside = real.startsWith(base + sep);
    return inside && (await stat(real)).isFile() ? real : undefined;
  } catch {
    return undefined;
  }
}

/** Answers one request with a file of the folder. An immutable file is kept by the browser. */
export async function serveFile(folder, path, request, response, immutable = false) {
  const file = await fileUnder(folder, path);
  if (file === undefined) return respond(response, 404, "There is no such file.\n");
  const { size, mtimeMs } = await stat(file);
  const etag = `"${size.toString(36)}-${Math.trunc(mtimeMs).toString(36)}"`;
  response.setHeader("ETag", etag);
  response.setHeader("Cache-Control", immutable ? "max-age=604800, immutable" : "no-cache");
  if (request.headers["if-none-match"] === etag) return respond(response, 304);
  response.setHeader("Content-Type", types[extname(file)] ?? "application/octet-stream");
  response.setHeader("Content-Length", size);
  response.writeHead(200);
  if (request.method === "HEAD") response.end();
  else await pipeline(createReadStream(file), response);
}

/** Ends a response with a status and, where given, a text or a value as JSON. */
export function respond(response, status, body) {
  if (body === undefined) return response.writeHead(status).end();
  const isText = typeof body === "string";
  response.setHeader("Content-Type", types[isText ? ".txt" : ".json"]);
  return response.writeHead(status).end(isText ? body : JSON.stringify(body));
}
