/** Random instructions and words, the same in every run. */
import { Disassembler } from "../../assembler/disassembler.ts";
import { type Architecture, parseArchitecture } from "../../isa/architecture.ts";
import { type Csr, csrByAddress } from "../../isa/csrs.ts";
import { encode, encodingOf, type Field, fits } from "../../isa/encoding.ts";
import type { Instruction } from "../../isa/instruction.ts";
import { available, instructions } from "../../isa/instructions.ts";

/** Extensions without floating point that can be had together, those that binutils 2.40 knows. */
export const integerExtensions =
  "zicbom_zicbop_zicboz_zihintpause_zawrs_zba_zbb_zbc_zbkb_zbkc_zbkx_zbs_" +
  "zknd_zkne_zknh_zksed_zksh_svinval";

/** Unsigned 32-bit numbers from a linear congruential generator whose bits are then mixed. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const mixed = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) >>> 0;
    return (mixed ^ (mixed >>> 12)) >>> 0;
  };
}

/** The architecture of a march string that is known to be good. */
export function architectureOf(march: string): Architecture {
  const parsed = parseArchitecture(march);
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.architecture;
}

/** The instructions of an architecture, in the order of their definition. */
export function instructionsOf(architecture: Architecture): Instruction[] {
  return instructions.filter((instruction) => available(instruction, architecture));
}

/** A value that a field can hold: an extreme one every fourth time. */
export function randomValue(field: Field, random: () => number): number {
  for (;;) {
    const steps = (field.max - field.min) / field.multiple;
    const step = [0, steps, 1, steps - 1][random() % 16] ?? random() % (steps + 1);
    const value = field.min + step * field.multiple;
    const csr = field.kind === "csr" ? csrByAddress(value) : undefined;
    const isLater = csr !== undefined && isLaterCsr(csr);
    if (fits(field, value) && value !== field.hint && !isLater) return value;
  }
}

/** Values for the operands that the syntax shows. Fences order something. */
export function randomValues(
  instruction: Instruction,
  random: () => number,
): Record<string, number> {
  const values: Record<string, number> = {};
  for (const field of encodingOf(instruction).fields.filter(({ shown }) => shown)) {
    const value = randomValue(field, random);
    if (field.kind === "rounding") values[field.name] = value === 5 || value === 6 ? 7 : value;
    else values[field.name] = field.kind === "fence" ? value || 15 : value;
  }
  return values;
}

/** The bytes of words, little-endian; 16-bit ones where the two low bits are not 11. */
export function bytesOf(words: readonly number[]): Uint8Array {
  const bytes = words.flatMap((word) =>
    (word & 3) === 3 ? [word, word >>> 8, word >>> 16, word >>> 24] : [word, word >>> 8],
  );
  return Uint8Array.from(bytes);
}

const disassemblers = new WeakMap<Architecture, Disassembler>();

function disassemblerFor(architecture: Architecture): Disassembler {
  const known = disassemblers.get(architecture);
  if (known !== undefined) return known;
  const made = new Disassembler(architecture, { aliases: false });
  disassemblers.set(architecture, made);
  return made;
}

/** The instruction as source text for GNU as: targets become distances from here. */
export function sourceText(
  instruction: Instruction,
  values: Record<string, number>,
  architecture: Architecture,
): string {
  const word = encode(instruction, values);
  const at = 1n << 24n;
  const line = disassemblerFor(architecture).line(bytesOf([word]), 0, at);
  if (line.target === undefined) return line.text.replace(/ #.*/, "");
  return line.text.replace(/0x[0-9a-f]+$/, `.+${BigInt.asIntN(32, line.target - at)}`);
}

/** Whether binutils 2.40 do not know a CSR yet. */
export const isLaterCsr = ({ name, extension }: Csr): boolean =>
  name === "medelegh" || /^(smrnmi|s[sm]csrind|s[sm]ctr|smcntrpmf|zicfiss|zcmt)$/.test(extension);
