/**
 * The language server as a browser worker: LSP messages are the worker's messages, and workspace
 * files come from the client by the requests `hartbeat/readFile` ({uri} → text, bytes or null) and
 * `hartbeat/findSources` (→ the URIs of the workspace's sources and neighbours).
 */
import {
  BrowserMessageReader,
  BrowserMessageWriter,
  createConnection,
} from "vscode-languageserver/browser";
import { fileCountLimit, fileSizeLimit, type Host } from "./host.ts";
import { neighbourLimit } from "./neighbours.ts";
import { serve } from "./server.ts";

const channel = globalThis as unknown as DedicatedWorkerGlobalScope;
const connection = createConnection(
  new BrowserMessageReader(channel),
  new BrowserMessageWriter(channel),
);

/** The client's files; a client that does not know the requests has none. */
const clientHost: Host = {
  async readFile(uri) {
    const answer = await connection
      .sendRequest<Uint8Array | string | null>("hartbeat/readFile", { uri })
      .catch(() => null);
    const bytes = typeof answer === "string" ? new TextEncoder().encode(answer) : answer;
    return bytes instanceof Uint8Array && bytes.length <= fileSizeLimit ? bytes : undefined;
  },
  async findSources() {
    const answer = await connection
      .sendRequest<string[] | null>("hartbeat/findSources")
      .catch(() => null);
    return Array.isArray(answer) ? answer.slice(0, fileCountLimit + neighbourLimit) : [];
  },
};

serve(connection, clientHost);
