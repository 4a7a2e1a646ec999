/**
 * The recorded sessions over every transport: all over sockets of one server, every fifth over the
 * standard input and output of a process of its own, one or two in a worker thread, and in the browser's bundle in a worker without
 * files of its own. VS Code's extension hosts play them too (test/e2e/suite-debugging.ts).
 */
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { clientOf, runScript } from "./session-script.ts";
import {
  openInProcess,
  openProcess,
  openSocket,
  openThread,
  openWebWorker,
  startServer,
} from "./transports.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const folder = join(root, "test/dap/sessions");
const read = (name: string) => readFileSync(join(folder, `${name}.session`), "utf8");
const record = read("stepping");
const input = read("input");
/** The sessions by name, without those whose programs outside tools build. */
const sessions = readdirSync(folder)
  .filter((name) => name.endsWith(".session"))
  .map((name) => name.replace(".session", ""))
  .map((name): [string, string] => [name, read(name)])
  .filter(([, text]) => !/^# (build|needs): /m.test(text));

describe("transports", function () {
  this.timeout(60_000);
  let built: string;
  const resolve = (name: string) =>
    join(name.endsWith(".hartbeat-recording") ? built : join(root, "test/dap/programs"), name);
  let node: string;
  let web: string;

  before(async () => {
    built = mkdtempSync(join(tmpdir(), "hartbeat-dap-"));
    node = join(built, "node.cjs");
    web = join(built, "worker.js");
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
  after(() => rmSync(built, { recursive: true, force: true }));

  describe("sockets of one server", () => {
    let server: Awaited<ReturnType<typeof startServer>>;
    before(async () => {
      server = await startServer(node);
    });
    after(() => server.child.kill());
    for (const [name, text] of sessions) {
      it(name, async () => {
        const transport = await openSocket(server.port);
        const played = await runScript(text, transport, { resolve, client: clientOf(text) });
        await transport.close();
        assert.equal(played, text);
      });
    }
  });

  for (const [name, text] of sessions.filter((_, index) => index % 5 === 0)) {
    it(`standard input and output: ${name}`, async () => {
      const transport = openProcess(node);
      const played = await runScript(text, transport, { resolve, client: clientOf(text) });
      await transport.close();
      assert.equal(played, text);
    });
  }

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
