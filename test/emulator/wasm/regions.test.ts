/**
 * What the translator writes for telling programs, as text: a change of the emitter is seen as a
 * change of these files. UPDATE=1 writes them anew. Each file begins with its program.
 */
import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "../../../assembler/build.ts";
import { hasFusedMultiplyAdd } from "../../../emulator/wasm/fused-probe.ts";
import { stateLayout } from "../../../emulator/wasm/layout.ts";
import { findRegion } from "../../../emulator/wasm/region.ts";
import { isCommonInRegion } from "../../../emulator/wasm/region-emitter.ts";
import { encodeRegions } from "../../../emulator/wasm/region-module.ts";
import { createDecoder, isCompressed } from "../../../isa/decoder.ts";
import { architectureOf } from "../programs.ts";
import { printModule } from "./print.ts";

interface Case {
  readonly name: string;
  readonly march: string;
  readonly text: string;
  /** Labels that the indirect jumps are known to go to. */
  readonly targets?: readonly string[];
  /** Whether the host must have a multiply-add that rounds once. */
  readonly fused?: true;
  /** Whether pages are found by the translation buffer. */
  readonly buffered?: true;
}

const cases: readonly Case[] = [
  {
    name: "loop",
    march: "rv64gc",
    text: `
entry:  add     a0, a0, a1
        addi    a1, a1, -1
        bnez    a1, entry
        ret`,
  },
  {
    name: "loop-32",
    march: "rv32gc",
    text: `
entry:  add     a0, a0, a1
        addi    a1, a1, -1
        bnez    a1, entry
        ret`,
  },
  {
    name: "accesses",
    march: "rv64gc",
    text: `
entry:  ld      a1, 0(a0)
        lw      a2, 8(a0)
        add     a1, a1, a2
        sd      a1, 16(a0)
        sb      a2, 24(a0)
        ret`,
  },
  {
    name: "accesses-buffered",
    march: "rv64gc",
    buffered: true,
    text: `
entry:  ld      a1, 0(a0)
        sw      a1, 8(a0)
        ret`,
  },
  {
    name: "call",
    march: "rv64gc",
    text: `
entry:  addi    sp, sp, -16
        sd      ra, 8(sp)
        call    callee
        addi    a0, a0, 1
        ld      ra, 8(sp)
        addi    sp, sp, 16
        ret
callee: slli    a0, a0, 1
        ret`,
  },
  {
    name: "branches",
    march: "rv64gc",
    text: `
entry:  blt     a0, a1, 1f
        beqz    a0, 2f
        addi    a0, a0, 3
        j       3f
1:      addi    a0, a0, 5
        j       3f
2:      li      a0, 7
3:      sub     a0, a0, a1
        ret`,
  },
  {
    name: "floating-point",
    march: "rv64gc",
    fused: true,
    text: `
entry:  fadd.d  fa0, fa0, fa1
        fmadd.d fa0, fa0, fa1, fa2
        fcvt.s.d fa3, fa0
        flt.d   a0, fa0, fa1
        ret`,
  },
  {
    name: "atomic",
    march: "rv64gc",
    text: `
entry:  lr.w    a1, (a0)
        addi    a1, a1, 1
        sc.w    a2, a1, (a0)
        bnez    a2, entry
        amoadd.d a3, a1, (a4)
        ret`,
  },
  {
    name: "switch",
    march: "rv64gc",
    targets: ["one", "two"],
    text: `
entry:  slli    a0, a0, 2
        add     a1, a1, a0
        jr      a1
one:    li      a0, 1
        ret
two:    li      a0, 2
        ret`,
  },
  {
    name: "divide",
    march: "rv64gc",
    text: `
entry:  divu    a0, a0, a1
        remw    a2, a2, a1
        mulhu   a3, a3, a1
        ret`,
  },
];

/** Made-up places in linear memory, easy to know again. */
const window = { base: 0x400_0000, mask: -1, last: 0x7fff_ffffn, rights: 0x10_0000 };
const entries = 0x20_0000;
const parameterNames = ["hart", "remaining", "stack", "target"];

async function translated(one: Case): Promise<string> {
  const text = `        .globl _start\n_start:${one.text}\n`;
  const host = { readFile: async () => Buffer.from(text) };
  const options = { march: one.march, environment: "linux", textAddress: 0x10000n } as const;
  const { file, diagnostics } = await build(["region.s"], options, host);
  assert.ok(file, JSON.stringify(diagnostics));
  const section = file.sections.find(({ name }) => name === ".text");
  assert.ok(section);
  const { data, address } = section;
  const architecture = architectureOf(one.march);
  const { xlen } = architecture;
  const memory = one.buffered === true ? { window: undefined } : { window };
  const layout = stateLayout(xlen, 64, 2, memory, true);
  const decode = createDecoder(architecture);
  const targets = (one.targets ?? []).map(
    (name) => file.symbols.find((symbol) => symbol.name === name)?.value ?? 0n,
  );
  const region = findRegion(0x10000n, {
    xlen,
    fetch: (pc) => {
      const at = Number(pc - address);
      if (at < 0 || at + 2 > data.length) return undefined;
      const view = new DataView(data.buffer, data.byteOffset, data.length);
      const low = view.getUint16(at, true);
      return decode(isCompressed(low) ? low : view.getUint32(at, true));
    },
    isCommon: (decoded) => isCommonInRegion(decoded, layout),
    targetsOf: () => targets,
    copies: () => 0,
    isEntry: () => false,
  });
  assert.ok(region);
  const profile = { due: 0x30_0000, counterOf: () => undefined, tableOf: () => undefined };
  const placeOf = (pc: bigint) => Number(pc - 0x10000n);
  const bytes = encodeRegions([region], layout, { entries, placeOf, profile, counters: undefined });
  const canBeValidated = one.fused !== true || hasFusedMultiplyAdd();
  assert.ok(!canBeValidated || WebAssembly.validate(bytes as BufferSource));
  return printModule(bytes, parameterNames, (name) => name.startsWith("region"));
}

describe("translated code", () => {
  for (const one of cases) {
    it(`of ${one.name}`, async () => {
      const path = join(import.meta.dirname, `${one.name}.txt`);
      const known =
        one.targets === undefined ? "" : `\n# the jump goes to ${one.targets.join(", ")}`;
      const head = `# ${one.march}${one.buffered ? ", translation buffer" : ""}${known}${one.text}`;
      const actual = `${head}\n\n${await translated(one)}`;
      if (process.env["UPDATE"] === "1") writeFileSync(path, actual);
      assert.ok(existsSync(path), `${path} is missing: run with UPDATE=1`);
      assert.equal(actual, readFileSync(path, "utf8"));
    });
  }
});
