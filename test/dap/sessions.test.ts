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
import { requireTool, runTool } from "../tools.ts";
import { clientOf, runScript } from "./session-script.ts";
import { openInProcess } from "./transports.ts";

const folder = fileURLToPath(new URL("./sessions/", import.meta.url));
const programs = fileURLToPath(new URL("./programs/", import.meta.url));

describe("debug sessions", function () {
  this.timeout(60_000);
  const built = mkdtempSync(join(tmpdir(), "hartbeat-dap-"));
  after(() => rmSync(built, { recursive: true, force: true }));
  const resolve = (name: string) => join(name.endsWith(".elf") ? built : programs, name);

  for (const file of readdirSync(folder).filter((name) => name.endsWith(".session"))) {
    it(file.replace(".session", "").replaceAll("-", " "), async function () {
      const record = readFileSync(join(folder, file), "utf8");
      for (const [, command] of record.matchAll(/^# build: (.*)$/gm)) {
        const [tool, ...args] = command!.split(" ");
        runTool(
          requireTool(this, tool!),
          args.map((arg) => (/\.(c|cc|elf|o)$/.test(arg) ? resolve(arg) : arg)),
        );
      }
      const transport = openInProcess();
      const played = await runScript(record, transport, { resolve, client: clientOf(record) });
      await transport.close();
      assert.doesNotMatch(played, /^failed: /m);
      if (process.env["UPDATE"] === "1") writeFileSync(join(folder, file), played);
      else assert.equal(played, record);
    });
  }
});
