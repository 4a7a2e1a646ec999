/**
 * The server as a program: started as an editor starts it, driven over standard input and output
 * through a whole session, with files on disk.
 */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import {
  CancellationTokenSource,
  createMessageConnection,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-jsonrpc/node";
import type {
  CompletionItem,
  CompletionList,
  ConfigurationParams,
  Diagnostic,
  Hover,
  InitializeResult,
  Location,
  PublishDiagnosticsParams,
  SemanticTokens,
  WorkspaceEdit,
} from "vscode-languageserver";
import { readElf } from "../../elf/reader.ts";
import { capabilities } from "../../language-server/server.ts";

const entry = fileURLToPath(new URL("../../language-server/node.ts", import.meta.url));

/** A client that remembers the diagnostics of each document. */
class Client {
  readonly process: ChildProcess;
  readonly connection: MessageConnection;
  readonly diagnostics = new Map<string, PublishDiagnosticsParams>();
  /** The versions of all diagnostics, in their order. */
  readonly published: (number | undefined)[] = [];
  readonly #waiting = new Set<() => void>();

  constructor(...args: string[]) {
    this.process = spawn(process.execPath, ["--import", "tsx", entry, ...args], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    const { stdin, stdout } = this.process;
    assert.ok(stdin && stdout);
    this.connection = createMessageConnection(
      new StreamMessageReader(stdout),
      new StreamMessageWriter(stdin),
    );
    this.connection.onNotification(
      "textDocument/publishDiagnostics",
      (params: PublishDiagnosticsParams) => {
        this.diagnostics.set(params.uri, params);
        this.published.push(params.version);
        for (const check of this.#waiting) check();
      },
    );
    this.connection.onRequest("workspace/configuration", ({ items }: ConfigurationParams) =>
      items.map(({ scopeUri }) => ({ march: scopeUri?.endsWith("small") ? "rv32i" : "rv64gc" })),
    );
    this.connection.listen();
  }

  /** Waits for diagnostics of a version. */
  async diagnosed(uri: string, version: number): Promise<Diagnostic[]> {
    for (;;) {
      const known = this.diagnostics.get(uri);
      if (known?.version === version) return known.diagnostics;
      await new Promise<void>((resolve) => {
        const check = () => {
          this.#waiting.delete(check);
          resolve();
        };
        this.#waiting.add(check);
      });
    }
  }

  /** Leaves no process behind a test that failed. */
  [Symbol.dispose](): void {
    this.process.kill();
  }

  /** Ends the session as the protocol wants it; the exit code. */
  async close(): Promise<number | null> {
    const ended = new Promise<number | null>((resolve) => this.process.once("exit", resolve));
    await this.connection.sendRequest("shutdown");
    await this.connection.sendNotification("exit");
    const code = await ended;
    this.connection.dispose();
    return code;
  }
}

describe("the server over standard input and output", function () {
  this.timeout(20_000);
  let folder: string;
  let client: Client;
  const uri = (name: string) => pathToFileURL(join(folder, name)).href;
  const at = (line: number, character: number) => ({
    textDocument: { uri: uri("main.s") },
    position: { line, character },
  });
  const text = [
    '.include "macros.s"',
    ".globl _start",
    "_start: twice nop",
    "        call helper",
    "        addi a0, a0, 5000",
    "        ecall",
  ].join("\n");

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "hartbeat-"));
    writeFileSync(join(folder, "macros.s"), ".macro twice op\n\\op\n\\op\n.endm\n");
    writeFileSync(join(folder, "util.s"), ".globl helper\nhelper: ret\n");
    client = new Client("--stdio");
    const result: InitializeResult = await client.connection.sendRequest("initialize", {
      processId: process.pid,
      rootUri: null,
      workspaceFolders: [
        { uri: pathToFileURL(folder).href, name: "work" },
        { uri: uri("small"), name: "small" },
      ],
      capabilities: { workspace: { configuration: true, workspaceFolders: true } },
    });
    assert.equal(result.capabilities.hoverProvider, true);
    await client.connection.sendNotification("initialized", {});
    await client.connection.sendNotification("textDocument/didOpen", {
      textDocument: { uri: uri("main.s"), languageId: "riscv", version: 1, text },
    });
  });

  after(() => {
    client.process.kill();
    rmSync(folder, { recursive: true });
  });

  it("publishes diagnostics, with files read from disk", async () => {
    const diagnostics = await client.diagnosed(uri("main.s"), 1);
    assert.deepEqual(
      diagnostics.map(({ code, range }) => [code, range.start.line]),
      [["out-of-range", 4]],
    );
  });

  it("answers hover and completion", async () => {
    const hover: Hover = await client.connection.sendRequest("textDocument/hover", at(2, 10));
    assert.match(JSON.stringify(hover.contents), /this call becomes.*nop.*nop/);
    const found: CompletionItem[] | CompletionList = await client.connection.sendRequest(
      "textDocument/completion",
      at(4, 14),
    );
    const items = Array.isArray(found) ? found : found.items;
    const item = items.find(({ label }) => label === "a0");
    assert.ok(item);
    const resolved: CompletionItem = await client.connection.sendRequest(
      "completionItem/resolve",
      item,
    );
    assert.match(JSON.stringify(resolved.documentation), /argument/);
  });

  it("finds definitions and renames across files", async () => {
    const places: Location[] = await client.connection.sendRequest(
      "textDocument/definition",
      at(3, 15),
    );
    assert.deepEqual(
      places.map((place) => [place.uri, place.range.start.line]),
      [[uri("util.s"), 1]],
    );
    const edit: WorkspaceEdit = await client.connection.sendRequest("textDocument/rename", {
      ...at(3, 15),
      newName: "assist",
    });
    assert.deepEqual(Object.keys(edit.changes ?? {}).sort(), [uri("main.s"), uri("util.s")]);
    await assert.rejects(
      client.connection.sendRequest("textDocument/rename", { ...at(3, 15), newName: "a0" }),
      /name of a register/,
    );
  });

  it("follows incremental edits, and their order", async () => {
    const range = { start: { line: 4, character: 21 }, end: { line: 4, character: 25 } };
    await client.connection.sendNotification("textDocument/didChange", {
      textDocument: { uri: uri("main.s"), version: 2 },
      contentChanges: [
        { range, text: "7" },
        {
          range: { start: { line: 5, character: 8 }, end: { line: 5, character: 13 } },
          text: "ecal",
        },
      ],
    });
    const [first, ...rest] = await client.diagnosed(uri("main.s"), 2);
    assert.match(String(first?.message), /Unknown instruction `ecal`/);
    assert.deepEqual(rest, []);
  });

  it("publishes one answer for many quick edits", async () => {
    const before = client.published.length;
    const end = { line: 5, character: 12 };
    for (let version = 3; version < 43; version++) {
      await client.connection.sendNotification("textDocument/didChange", {
        textDocument: { uri: uri("main.s"), version },
        contentChanges: [{ range: { start: end, end }, text: "l" }],
      });
    }
    await client.diagnosed(uri("main.s"), 42);
    assert.ok(client.published.length - before <= 3, client.published.join(" "));
  });

  it("answers the other requests", async () => {
    const { connection } = client;
    const document = { textDocument: { uri: uri("main.s") } };
    const tokens: SemanticTokens = await connection.sendRequest(
      "textDocument/semanticTokens/full",
      document,
    );
    assert.ok(tokens.data.length > 0);
    const counts = await Promise.all([
      connection.sendRequest<unknown[]>("textDocument/documentSymbol", document),
      connection.sendRequest<unknown[]>("textDocument/documentLink", document),
      connection.sendRequest<unknown[]>("textDocument/documentHighlight", at(2, 2)),
      connection.sendRequest<unknown[]>("workspace/symbol", { query: "help" }),
      connection.sendRequest<unknown[]>("textDocument/references", {
        ...at(2, 2),
        context: { includeDeclaration: true },
      }),
    ]);
    for (const list of counts) assert.ok(list.length > 0);
    await connection.sendRequest("textDocument/foldingRange", document);
    assert.notEqual(await connection.sendRequest("textDocument/signatureHelp", at(4, 14)), null);
  });

  it("has a handler for each request that it announces", async () => {
    const range = { start: { line: 0, character: 0 }, end: { line: 1, character: 0 } };
    const document = { textDocument: { uri: uri("main.s") } };
    const options = { tabSize: 8, insertSpaces: true };
    const item: CompletionItem = { label: "addi" };
    const called = {
      name: "_start",
      kind: 12,
      uri: uri("main.s"),
      range,
      selectionRange: range,
    };
    const requests: Readonly<Record<string, Readonly<Record<string, object>>>> = {
      completionProvider: {
        "textDocument/completion": at(3, 8),
        "completionItem/resolve": item,
      },
      hoverProvider: { "textDocument/hover": at(4, 10) },
      signatureHelpProvider: { "textDocument/signatureHelp": at(4, 14) },
      definitionProvider: { "textDocument/definition": at(3, 14) },
      referencesProvider: {
        "textDocument/references": { ...at(2, 2), context: { includeDeclaration: true } },
      },
      documentHighlightProvider: { "textDocument/documentHighlight": at(2, 2) },
      renameProvider: {
        "textDocument/prepareRename": at(2, 2),
        "textDocument/rename": { ...at(2, 2), newName: "start" },
      },
      documentSymbolProvider: { "textDocument/documentSymbol": document },
      workspaceSymbolProvider: { "workspace/symbol": { query: "help" } },
      documentLinkProvider: { "textDocument/documentLink": document },
      codeActionProvider: {
        "textDocument/codeAction": { ...document, range, context: { diagnostics: [] } },
      },
      declarationProvider: { "textDocument/declaration": at(3, 14) },
      implementationProvider: { "textDocument/implementation": at(2, 2) },
      selectionRangeProvider: {
        "textDocument/selectionRange": { ...document, positions: [at(3, 14).position] },
      },
      linkedEditingRangeProvider: { "textDocument/linkedEditingRange": at(2, 2) },
      inlayHintProvider: { "textDocument/inlayHint": { ...document, range } },
      codeLensProvider: {
        "textDocument/codeLens": document,
        "codeLens/resolve": { range, data: { uri: uri("main.s") } },
      },
      callHierarchyProvider: {
        "textDocument/prepareCallHierarchy": at(2, 2),
        "callHierarchy/incomingCalls": { item: called },
        "callHierarchy/outgoingCalls": { item: called },
      },
      documentFormattingProvider: { "textDocument/formatting": { ...document, options } },
      documentRangeFormattingProvider: {
        "textDocument/rangeFormatting": { ...document, range, options },
      },
      documentOnTypeFormattingProvider: {
        "textDocument/onTypeFormatting": { ...at(3, 0), ch: "\n", options },
      },
      foldingRangeProvider: { "textDocument/foldingRange": document },
      semanticTokensProvider: {
        "textDocument/semanticTokens/full": document,
        "textDocument/semanticTokens/full/delta": { ...document, previousResultId: "0" },
        "textDocument/semanticTokens/range": { ...document, range },
      },
    };
    const announced = Object.keys(capabilities).filter((name) => name.endsWith("Provider"));
    assert.deepEqual(Object.keys(requests).sort(), announced.sort());
    for (const [method, params] of Object.values(requests).flatMap(Object.entries))
      await assert.doesNotReject(client.connection.sendRequest(method, params), method);
  });

  it("builds the program as it is on the screen", async () => {
    interface Built {
      messages: string[];
      image?: string;
    }
    const failed: Built = await client.connection.sendRequest("hartbeat/build", {
      uri: uri("main.s"),
    });
    assert.equal(failed.image, undefined);
    assert.match(failed.messages.join("\n"), /main\.s:6:9: error: Unknown instruction/);
    const header = "# hartbeat: sources=util.s\n";
    await client.connection.sendNotification("textDocument/didChange", {
      textDocument: { uri: uri("main.s"), version: 43 },
      contentChanges: [{ text: `${header}.globl _start\n_start: call helper\n ecall\n` }],
    });
    const built: Built = await client.connection.sendRequest("hartbeat/build", {
      uri: uri("main.s"),
    });
    assert.deepEqual(built.messages, []);
    const file = readElf(Buffer.from(built.image ?? "", "base64"));
    assert.deepEqual([file.type, file.symbols.some(({ name }) => name === "helper")], [2, true]);
  });

  it("has other settings in another folder", async () => {
    const text = "ld a0, 0(a0)\n";
    for (const name of ["small/main.s", "small.s"]) {
      await client.connection.sendNotification("textDocument/didOpen", {
        textDocument: { uri: uri(name), languageId: "riscv", version: 1, text },
      });
    }
    const codes = async (name: string) => {
      const found = await client.diagnosed(uri(name), 1);
      return found.filter(({ severity }) => severity === 1).map(({ code }) => code);
    };
    assert.deepEqual(await codes("small.s"), []);
    assert.deepEqual(await codes("small/main.s"), ["unavailable-instruction"]);
  });

  it("hears a cancellation while a long file is assembled", async () => {
    const text = Array.from({ length: 60_000 }, (_, at) => ` li a0, ${at * 77}\n`).join("");
    const textDocument = { uri: uri("long.s"), languageId: "riscv", version: 1, text };
    await client.connection.sendNotification("textDocument/didOpen", { textDocument });
    const source = new CancellationTokenSource();
    const asked = client.connection.sendRequest(
      "textDocument/hover",
      { textDocument, position: { line: 0, character: 1 } },
      source.token,
    );
    setTimeout(() => source.cancel(), 20);
    await assert.rejects(asked, /cancel/);
    assert.equal(client.diagnostics.has(uri("long.s")), false, "the assembly has not ended");
    await client.diagnosed(uri("long.s"), 1);
  });

  it("says nothing about a document that is not open", async () => {
    const hover = await client.connection.sendRequest("textDocument/hover", {
      textDocument: { uri: uri("absent.s") },
      position: { line: 0, character: 0 },
    });
    assert.equal(hover, null);
  });

  it("clears the diagnostics of a closed document and ends with code 0", async () => {
    await client.connection.sendNotification("textDocument/didClose", {
      textDocument: { uri: uri("main.s") },
    });
    assert.equal(await client.close(), 0);
    assert.deepEqual(client.diagnostics.get(uri("main.s"))?.diagnostics, []);
  });

  it("serves a client that knows little, and ends when that goes away", async () => {
    using other = new Client();
    const ended = new Promise<number | null>((resolve) => other.process.once("exit", resolve));
    const early = other.connection.sendRequest("textDocument/hover", at(0, 0));
    await assert.rejects(early, { code: -32002 });
    await other.connection.sendRequest("initialize", {
      processId: null,
      rootUri: null,
      capabilities: {},
    });
    const logged: unknown[] = [];
    other.connection.onNotification("window/logMessage", (message) => {
      logged.push(message);
    });
    await other.connection.sendNotification("initialized", {});
    const textDocument = {
      uri: uri("flat.s"),
      languageId: "riscv",
      version: 1,
      text: " .text\nf: nop\n",
    };
    await other.connection.sendNotification("textDocument/didOpen", { textDocument });
    const symbols = await other.connection.sendRequest("textDocument/documentSymbol", {
      textDocument,
    });
    assert.ok(Array.isArray(symbols));
    assert.deepEqual(
      symbols.map(({ name, containerName, location }) => [name, containerName, location.uri]),
      [[".text", undefined, uri("flat.s")], ["f", ".text", uri("flat.s")]], // biome-ignore format: rows
    );
    await assert.rejects(other.connection.sendRequest("textDocument/hover", {}), { code: -32602 });
    await other.connection.sendRequest("shutdown");
    const late = other.connection.sendRequest("textDocument/hover", at(0, 0));
    await assert.rejects(late, { code: -32600 });
    assert.deepEqual(logged, []);
    other.process.stdin?.end();
    assert.equal(typeof (await ended), "number");
  });
});
