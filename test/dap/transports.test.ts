/**
 * The same session over every transport: a process on its standard input and output, a server's
 * socket, a worker thread, and the browser's bundle in a worker without files of its own.
 */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { runScript } from "./session-script.ts";
import {
  openInProcess,
  openProcess,
  openSocket,
  openThread,
  openWebWorker,
  startServer,
} from "./transports.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const resolve = (name: string) => join(root, "test/dap/programs", name);
const record = readFileSync(join(root, "test/dap/sessions/stepping.session"), "utf8");
const input = readFileSync(join(root, "test/dap/sessions/input.session"), "utf8");

describe("transports", function () {
  this.timeout(60_000);
  let folder: string;
  let node: string;
  let web: string;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "hartbeat-dap-"));
    node = join(folder, "node.cjs");
    web = join(folder, "worker.js");
    const common = { bundle: true, absWorkingDir: root, logLevel: "silent" } as const;
    await build({
      ...common,
      entryPoints: ["debug-adapter/node.ts"],
      outfile: node,
      platform: "node",
      format: "cjs",
    });
    await build({
      ...common,
      entryPoints: ["debug-adapter/worker.ts"],
      outfile: web,
      platform: "browser",
      format: "iife",
      // Two modules of Node that the protocol's base class names, as a bundle for the web has them.
      alias: {
        events: join(root, "scripts/shims/events.mjs"),
        url: join(root, "scripts/shims/url.mjs"),
      },
    });
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("standard input and output", async () => {
    const transport = openProcess(node);
    assert.equal(await runScript(record, transport, { resolve }), record);
    await transport.close();
  });

  it("sessions side by side on a socket", async () => {
    const { port, child } = await startServer(node);
    const transports = await Promise.all([openSocket(port), openSocket(port)]);
    const played = await Promise.all(
      transports.map((transport) => runScript(record, transport, { resolve })),
    );
    for (const text of played) assert.equal(text, record);
    await Promise.all(transports.map((transport) => transport.close()));
    child.kill();
  });

  it("worker thread", async () => {
    const transport = openThread(node);
    assert.equal(await runScript(record, transport, { resolve }), record);
    await transport.close();
  });

  it("web worker, with files by message", async () => {
    const client = { hartbeatTerminal: true };
    const first = openWebWorker(readFileSync(web, "utf8"));
    assert.equal(await runScript(input, first, { resolve, client }), input);
    await first.close();
    const second = openWebWorker(readFileSync(web, "utf8"));
    assert.equal(await runScript(record, second, { resolve }), record);
    await second.close();
  });

  it("a process ends with its client", async () => {
    const transport = openProcess(node);
    await runScript("> launch endless.s\n> start\n> run\n> disconnect", transport, { resolve });
    await transport.close();
  });

  it("ends where nothing was launched", async () => {
    for (const transport of [openInProcess(), openProcess(node)]) {
      await runScript("> launch errors.s", transport, { resolve });
      await transport.close();
    }
  });
});
