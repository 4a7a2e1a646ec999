/**
 * The server's worker entry: messages instead of streams, files asked of the client. A thread of
 * Node stands for the browser's worker; it gets the names that a worker's global scope has.
 */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { build } from "esbuild";
import type { Diagnostic } from "vscode-languageserver";

const entry = fileURLToPath(new URL("../../language-server/worker.ts", import.meta.url));

/** The entry as one script, as a browser gets it. */
async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    platform: "browser",
    format: "iife",
    target: "es2022",
    define: { global: "globalThis" },
  });
  return outputFiles[0]?.text ?? "";
}

const scope = `
  const { parentPort } = require("node:worker_threads");
  globalThis.postMessage = (message) => parentPort.postMessage(message);
  globalThis.addEventListener = () => {};
  parentPort.on("message", (data) => globalThis.onmessage({ data }));
`;

interface Message {
  readonly id?: number | string;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
}

describe("the server in a worker", function () {
  this.timeout(20_000);
  let worker: Worker;
  const asked: string[] = [];
  const received: Message[] = [];
  let notify = () => {};

  /** Waits for a message that the test accepts. */
  async function until<T>(find: (message: Message) => T | undefined): Promise<T> {
    for (;;) {
      for (const message of received) {
        const found = find(message);
        if (found !== undefined) return found;
      }
      await new Promise<void>((resolve) => {
        notify = resolve;
      });
    }
  }

  let serial = 0;
  async function request(method: string, params: unknown): Promise<unknown> {
    const id = ++serial;
    worker.postMessage({ jsonrpc: "2.0", id, method, params });
    return until((message) =>
      message.id === id && "result" in message ? message : undefined,
    ).then(({ result }) => result);
  }

  const tell = (method: string, params: unknown) =>
    worker.postMessage({ jsonrpc: "2.0", method, params });

  const files: Record<string, string> = {
    "vscode-test://host/a%20b/inc.s": ".macro two op\n\\op\n\\op\n.endm\n",
    "vscode-test://host/a%20b/util.s": ".globl helper\nhelper: ret\n",
  };

  function answer({ id, method, params }: Message): void {
    asked.push(method ?? "");
    const { uri = "" } = (params ?? {}) as { uri?: string };
    const result =
      method === "hartbeat/readFile"
        ? (files[uri] ?? null)
        : method === "hartbeat/findSources"
          ? Object.keys(files)
          : null;
    worker.postMessage({ jsonrpc: "2.0", id, result });
  }

  before(async () => {
    worker = new Worker(scope + (await bundle()), { eval: true });
    worker.on("message", (message: Message) => {
      if (message.id !== undefined && message.method !== undefined) return answer(message);
      received.push(message);
      notify();
    });
  });

  after(async () => {
    await worker.terminate();
  });

  it("diagnoses a document with the client's files, of any scheme", async () => {
    await request("initialize", {
      processId: null,
      rootUri: null,
      capabilities: {},
      workspaceFolders: [{ uri: "vscode-test://host/a%20b", name: "a b" }],
    });
    tell("initialized", {});
    const uri = "vscode-test://host/a%20b/main.s";
    const text = '.include "inc.s"\ntwo nop\ncall helper\ncall nowhere\n';
    tell("textDocument/didOpen", {
      textDocument: { uri, languageId: "riscv", version: 1, text },
    });
    const diagnostics = await until(({ method, params }) =>
      method === "textDocument/publishDiagnostics"
        ? (params as { diagnostics: Diagnostic[] }).diagnostics
        : undefined,
    );
    assert.deepEqual(
      diagnostics.map(({ code, range }) => [code, range.start.line]),
      [["undefined-symbol", 3]],
    );
    assert.ok(asked.includes("hartbeat/readFile"));
    const hover = await request("textDocument/hover", {
      textDocument: { uri },
      position: { line: 1, character: 1 },
    });
    assert.match(JSON.stringify(hover), /this call becomes/);
  });
});
