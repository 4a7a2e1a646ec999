/** The adapter's hosts: files are found by path and by URI, and a guest stays in its folder. */
import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { DebugProtocol } from "@vscode/debugprotocol";
import type { FileRequest } from "../../debug-adapter/host.ts";
import { MessageHost } from "../../debug-adapter/message-host.ts";
import { NodeHost } from "../../debug-adapter/node-host.ts";
import { HartbeatSession } from "../../debug-adapter/session.ts";
import { runScript } from "./session-script.ts";

const programs = fileURLToPath(new URL("./programs", import.meta.url));

describe("hosts of the adapter", function () {
  this.timeout(30_000);
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "hartbeat-dap-"));
    mkdirSync(join(folder, "inside"));
    writeFileSync(join(folder, "secret"), "secret");
    writeFileSync(join(folder, "inside", "a #%41.txt"), "text");
    symlinkSync(join(folder, "secret"), join(folder, "inside", "link"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const kindOf = async (host: NodeHost, path: string, root: string | undefined) => {
    const reply = await host.file({ kind: "read-file", path }, root);
    return reply.kind === "error"
      ? reply.error
      : new TextDecoder().decode(reply.kind === "data" ? reply.data : undefined);
  };

  it("a guest on Node reads what is in its folder, and nothing else", async () => {
    const host = new NodeHost();
    for (const root of [join(folder, "inside"), pathToFileURL(join(folder, "inside")).toString()]) {
      assert.equal(await kindOf(host, `${root}/a #%41.txt`, root), "text");
      assert.equal(await kindOf(host, `${root}/link`, root), "EACCES");
      assert.equal(await kindOf(host, `${root}/../secret`, root), "EACCES");
      assert.equal(await kindOf(host, `${root}/%2e%2e/secret`, root), "ENOENT");
      assert.equal(await kindOf(host, `${root}/nothing`, root), "ENOENT");
    }
    assert.equal(await kindOf(host, join(folder, "inside"), undefined), "EISDIR");
    assert.equal(await kindOf(host, "/dev/zero", undefined), "EACCES");
  });

  it("a guest on Node neither writes nor deletes through a link that leads out", async () => {
    const host = new NodeHost();
    const root = join(folder, "inside");
    symlinkSync(join(folder, "new"), join(root, "dangling"));
    const data = new Uint8Array([1]);
    const write = (name: string) =>
      host.file({ kind: "write-file", path: `${root}/${name}`, data }, root);
    assert.deepEqual(await write("dangling"), { kind: "error", error: "EACCES" });
    assert.deepEqual(await write("link"), { kind: "error", error: "EACCES" });
    assert.deepEqual(await write("..file"), { kind: "done" });
    assert.equal(existsSync(join(folder, "new")), false);
    assert.deepEqual(await host.file({ kind: "delete", path: `${root}/..` }, root), {
      kind: "error",
      error: "EACCES",
    });
    const path = `${root}/link`;
    assert.deepEqual(await host.file({ kind: "delete", path }, root), { kind: "done" });
    assert.equal(readFileSync(join(folder, "secret"), "utf8"), "secret");
    assert.deepEqual(await host.file({ kind: "read-directory", path: root }, root), {
      kind: "entries",
      entries: ["..file", "a #%41.txt"].map((name) => ({ name, type: "file" })),
    });
  });

  it("a guest over messages names plain paths below its folder's URI", async () => {
    const asked: string[] = [];
    const host = new MessageHost((message) => {
      const { id, request } = message as { id: number; request: FileRequest };
      asked.push(request.path);
      host.accept({ hartbeat: "file-reply", id, reply: { kind: "error", error: "ENOENT" } });
    });
    const root = "memfs:/work/a%20b";
    for (const name of ["x y.txt", "%2e%2e/secret", "a#b?c", "../secret", "d/../../secret"]) {
      await host.file({ kind: "stat", path: `${root}/${name}` }, root);
    }
    await host.file({ kind: "stat", path: "memfs:/elsewhere" }, root);
    assert.deepEqual(asked, [
      `${root}/x%20y.txt`,
      `${root}/%252e%252e/secret`,
      `${root}/a%23b%3Fc`,
    ]);
  });

  for (const root of ["hostfs:/ws", "hostfs://authority/ws"]) {
    it(`sources have the client's URIs in ${root}`, async () => {
      const files = new NodeHost();
      const host = new MessageHost((message) => {
        const { id, request } = message as { id: number; request: FileRequest };
        const path = request.path.replace(root, programs);
        void files
          .file({ ...request, path }, undefined)
          .then((reply) => host.accept({ hartbeat: "file-reply", id, reply }));
      });
      const session = new HartbeatSession(host);
      const transport = {
        send: (message: object) => session.handleMessage(message as DebugProtocol.ProtocolMessage),
        onMessage: (listener: (message: object) => void) => {
          session.onDidSendMessage((message: unknown) => listener(message as object));
        },
      };
      const paths: string[] = [];
      const played = await runScript(
        "> launch loop.s\n> break loop.s:9\n> start\n> sources\n> terminate",
        {
          send: transport.send,
          onMessage: (listener) =>
            transport.onMessage((message) => {
              for (const [, path] of JSON.stringify(message).matchAll(/"path":"([^"]*)"/g))
                paths.push(path!);
              listener(message);
            }),
        },
        { resolve: (name) => `${root}/${name}` },
      );
      assert.match(played, /set on line 9\n> start\nstopped \(breakpoint\) at _start loop\.s:9\n/);
      assert.ok(paths.length > 2);
      assert.deepEqual([...new Set(paths)], [`${root}/loop.s`]);
    });
  }
});
