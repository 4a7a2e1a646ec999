/** The campaign of random instructions: our three engines and QEMU, by their recorded states. */

import { Disassembler } from "../../assembler/disassembler.ts";
import { allowRelaxedSimd } from "../../debug-adapter/node-relaxed-simd.ts";
import { useFusedMultiplyAdd } from "../../emulator/wasm/fused-probe.ts";
import type { Architecture } from "../../isa/architecture.ts";
import { createDecoder } from "../../isa/decoder.ts";
import { effectsOf } from "../../isa/effects.ts";
import { fName, xName } from "../../isa/registers.ts";
import { targetFor } from "./architectures.ts";
import type { Campaign } from "./campaign.ts";
import { bytesOf } from "./code-writer.ts";
import { compare, type Difference } from "./comparison.ts";
import { mnemonicsLeftOut, notGenerated } from "./known-differences.ts";
import { minimize } from "./minimize.ts";
import { type RandomProgram, randomProgram } from "./random-program.ts";

/** Chunks of a program. */
const chunkCount = 64;

/** What one round did. */
export interface Round {
  /** Random instructions that were executed, by one engine. */
  readonly instructions: number;
  /** Signals that were taken: the ends of chunks and all faults. */
  readonly signals: number;
  /** What differs, with the smallest program; empty where nothing does. */
  readonly report: string;
}

/** Compares one random program; deterministic by its seed. */
export async function runRound(xlen: 32 | 64, seed: number): Promise<Round> {
  const { march, qemu, version } = await targetFor(xlen);
  // Fused operations by the host, and by what it has otherwise.
  allowRelaxedSimd();
  useFusedMultiplyAdd(seed % 2 === 0);
  const program = randomProgram(march, seed, chunkCount, mnemonicsLeftOut(version));
  const done = await compare(program, qemu);
  // Code that was overwritten by chance may be endless; such a program tells nothing.
  if (done === undefined) return { instructions: 0, signals: 0, report: "" };
  const { difference, instructions, records } = done;
  const round = { instructions, signals: records.length };
  if (difference === undefined) return { ...round, report: "" };
  const isSame = async (smaller: RandomProgram) => {
    const found = (await compare(smaller, qemu))?.difference;
    return found?.between === difference.between && found.words === difference.words;
  };
  const smallest = await minimize(program, difference.chunk, isSame);
  const rest = (await compare(smallest, qemu))?.difference ?? difference;
  return { ...round, report: `RV${xlen}, seed ${seed}: ${text(smallest, rest)}` };
}

function text({ architecture, chunks }: RandomProgram, difference: Difference): string {
  const shown = chunks.flatMap(({ words, start }) => {
    const { lines, x, f } = listing(architecture, words);
    const registers = [
      `fcsr=${start.fcsr.toString(16)}`,
      ...[...x].map((index) => `${xName(index)}=${start.x[index - 1]?.toString(16)}`),
      ...[...f].map((index) => `${fName(index)}=${start.f[index]?.toString(16)}`),
    ];
    return [...lines, registers.join(" ")];
  });
  return `${difference.between} differ\n  ${[...shown, ...difference.lines].join("\n  ")}`;
}

/** The instructions that are not no-operations, and the registers that they read. */
function listing(architecture: Architecture, words: readonly number[]) {
  const disassembler = new Disassembler(architecture, { aliases: false });
  const decode = createDecoder(architecture);
  const [lines, x, f] = [[] as string[], new Set<number>(), new Set<number>()];
  let at = 0;
  for (const word of words) {
    const bytes = bytesOf([word]);
    const { mnemonic, operands } = disassembler.line(bytes, 0, BigInt(at));
    if (word !== 0x0001 && word !== 0x0000_0013) {
      lines.push(`${at.toString(16)}: ${mnemonic} ${operands} (${word.toString(16)})`);
      const decoded = decode(word);
      const effects = decoded && effectsOf(decoded, BigInt(at), architecture.xlen);
      for (const register of effects?.readsX ?? []) x.add(register);
      for (const register of effects?.readsF ?? []) f.add(register);
    }
    at += bytes.length;
  }
  return { lines, x, f };
}

export const instructions: Campaign = {
  name: "instructions",
  summary: "random programs on all engines and on QEMU, by all registers at each fault and chunk",
  async run({ seconds, seed, print }) {
    const end = Date.now() + 1000 * seconds;
    for (const xlen of [64, 32] as const) {
      const { qemu } = await targetFor(xlen);
      if (qemu === undefined)
        print(`qemu-riscv${xlen} is not installed: only engines are compared`);
    }
    print(["Not compared:", ...notGenerated].join("\n  "));
    let [executed, signals, rounds, differences] = [0, 0, 0, 0];
    do {
      const xlen = rounds % 2 === 0 ? 64 : 32;
      const round = await runRound(xlen, seed + (rounds >> 1));
      executed += round.instructions;
      signals += round.signals;
      rounds++;
      if (round.report !== "") {
        differences++;
        print(round.report);
      }
    } while (Date.now() < end && differences < 10);
    print(
      `${rounds} programs, ${executed} random instructions, ${signals} signals, ` +
        `${differences} differences`,
    );
    return differences === 0;
  },
};
