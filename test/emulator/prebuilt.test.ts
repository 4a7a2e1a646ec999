/**
 * The interpreter that bundles hold: it must be the one that a plain program needs, and the same
 * as is generated from the sources.
 */
import assert from "node:assert/strict";
import { type BuildOptions, build } from "esbuild";
import { defaultHotness } from "../../emulator/engines.ts";
import { Hart } from "../../emulator/hart.ts";
import { interpreterKey } from "../../emulator/interpreter.ts";
import { prebuild } from "../../emulator/prebuild.ts";
import { createProcess } from "../../emulator/process/process.ts";
import type { prebuilt } from "../../emulator/wasm/prebuilt-data.ts";
import { buildProgram } from "../process/build-program.ts";

/** What is wanted of `scripts/build.mjs`, which is plain JavaScript. */
interface BuildScript {
  bundleOptions(source: string, out: string, host: string): BuildOptions;
}

/** The module of prebuilt interpreters as it is in bundles. */
async function bundled(): Promise<typeof prebuilt> {
  const script = new URL("../../scripts/build.mjs", import.meta.url);
  const { bundleOptions } = (await import(script.href)) as BuildScript;
  const options = bundleOptions("emulator/wasm/prebuilt-data.ts", "out/prebuilt.cjs", "node");
  const { outputFiles } = await build({ ...options, sourcemap: false, write: false });
  const exported: { exports: { prebuilt?: typeof prebuilt } } = { exports: {} };
  new Function("module", "exports", outputFiles[0]?.text ?? "")(exported, exported.exports);
  return exported.exports.prebuilt ?? {};
}

describe("prebuilt interpreter", () => {
  it("is that of a plain program", async () => {
    const { harts } = createProcess({
      file: await buildProgram(".globl _start\n_start: li a0, 0\n  li a7, 93\n  ecall\n"),
      environment: "linux",
      host: { output: () => undefined, now: () => 0n, random: (length) => new Uint8Array(length) },
    });
    const [hart] = harts;
    assert.ok(hart instanceof Hart);
    const { xlen, extensions, memory } = hart;
    const key = interpreterKey({ xlen, base: "i", extensions }, 64, defaultHotness, memory, true);
    assert.deepEqual([...prebuild().keys()], [key]);
  });

  it("is the one that is generated", async () => {
    const held = await bundled();
    const made = prebuild();
    assert.deepEqual(Object.keys(held), [...made.keys()]);
    for (const [key, { bytes, rows, pairs }] of made) {
      const base64 = (one: Uint8Array) => Buffer.from(one).toString("base64");
      assert.deepEqual(held[key], { bytes: base64(bytes), rows: base64(rows), pairs });
    }
  });
});
