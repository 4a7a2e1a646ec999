/**
 * Plays the recorded sessions in `sessions/` and compares each with its record, in this process.
 * A line "# needs: tool" asks for outside tools; "# build: tool arguments" builds an ELF program
 * first. UPDATE=1 writes the records anew.
 */
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { events, requests } from "../../debug-adapter/protocol.ts";
import { requireTool, runTool } from "../tools.ts";
import { clientOf, runScript, type Transport } from "./session-script.ts";
import { openInProcess } from "./transports.ts";

const folder = fileURLToPath(new URL("./sessions/", import.meta.url));
const programs = fileURLToPath(new URL("./programs/", import.meta.url));

/** Notes the requests and events that go through a transport. */
function listening<Way extends Transport>(transport: Way, seen: Set<string>): Way {
  return {
    ...transport,
    send: (message) => {
      if ("command" in message) seen.add(String(message.command));
      transport.send(message);
    },
    onMessage: (listener) =>
      transport.onMessage((message) => {
        if ("event" in message) seen.add(String(message.event));
        listener(message);
      }),
  };
}

describe("debug sessions", function () {
  this.timeout(60_000);
  const built = mkdtempSync(join(tmpdir(), "hartbeat-dap-"));
  after(() => rmSync(built, { recursive: true, force: true }));
  const seen = new Set<string>();
  const isMade = (name: string) => /\.(elf|hartbeat-recording)$/.test(name);
  const resolve = (name: string) => join(isMade(name) ? built : programs, name);

  for (const file of readdirSync(folder).filter((name) => name.endsWith(".session"))) {
    it(file.replace(".session", "").replaceAll("-", " "), async function () {
      const record = readFileSync(join(folder, file), "utf8");
      for (const [, command] of record.matchAll(/^# build: (.*)$/gm)) {
        const [tool, ...args] = command!.split(" ");
        runTool(
          requireTool(this, tool!),
          args.map((arg) => (/\.(c|cc|s|elf|o)$/.test(arg) ? resolve(arg) : arg)),
        );
      }
      const transport = listening(openInProcess(), seen);
      const played = await runScript(record, transport, { resolve, client: clientOf(record) });
      await transport.close();
      assert.doesNotMatch(played, /^failed: /m);
      if (process.env["UPDATE"] === "1") writeFileSync(join(folder, file), played);
      else assert.equal(played, record);
    });
  }

  it("use every request, and bring every event, that the table of the protocol has", function () {
    const all = readdirSync(folder).filter((name) => name.endsWith(".session")).length;
    if (this.test?.parent?.tests.filter(({ state }) => state === "passed").length !== all) {
      console.log("      not all sessions were played");
      this.skip();
    }
    const wanted = Object.entries({ ...requests, ...events });
    // What a client must announce, and what comes late, adapter.test.ts has.
    const elsewhere = /^(progress|invalidated$|memory$)/;
    const missing = wanted.filter(([name, support]) => "does" in support && !seen.has(name));
    assert.deepEqual(
      missing.map(([name]) => name).filter((name) => !elsewhere.test(name)),
      [],
    );
  });
});
