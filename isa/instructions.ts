/** All instructions, and the ways to find one: by mnemonic, and by what a hart has. */
import { type Architecture, hasExtension } from "./architecture.ts";
import { a, zabha, zacas } from "./extensions/a.ts";
import { zba, zbb, zbc, zbs } from "./extensions/bit-manipulation.ts";
import { c } from "./extensions/c.ts";
import { zawrs, zicbo, zicbop } from "./extensions/cache-blocks.ts";
import { zbkb, zbkx, zkn, zknh, zksed, zksh } from "./extensions/cryptography.ts";
import { d, f, q, zfh, zfinx } from "./extensions/floating-point.ts";
import { hypervisor, svinval } from "./extensions/hypervisor.ts";
import { i } from "./extensions/i.ts";
import { m } from "./extensions/m.ts";
import { privileged } from "./extensions/privileged.ts";
import { thead } from "./extensions/thead.ts";
import { v } from "./extensions/v.ts";
import { zfa } from "./extensions/zfa.ts";
import { zicond } from "./extensions/zicond.ts";
import { zicsr } from "./extensions/zicsr.ts";
import { zifencei } from "./extensions/zifencei.ts";
import { zihintntl } from "./extensions/zihintntl.ts";
import { zihintpause } from "./extensions/zihintpause.ts";
import { zimop } from "./extensions/zimop.ts";
import type { Instruction } from "./instruction.ts";

/** Every instruction that is defined, extension by extension. */
// biome-ignore format: one line an area
export const instructions: readonly Instruction[] = [
  ...i, ...m, ...a, ...f, ...d, ...q, ...zfh, ...zfa, ...zicsr, ...zifencei, ...zihintpause, ...privileged,
  ...zba, ...zbb, ...zbc, ...zbs, ...zicond,
  ...zbkb, ...zbkx, ...zkn, ...zknh, ...zksed, ...zksh,
  ...zicbo, ...zicbop, ...zawrs, ...hypervisor, ...svinval, ...zfinx, ...v,
  ...c, ...zacas, ...zabha, ...zihintntl, ...zimop, ...thead,
];

const byMnemonic = new Map<string, Instruction[]>();
for (const instruction of instructions) {
  const namesakes = byMnemonic.get(instruction.mnemonic);
  if (namesakes === undefined) byMnemonic.set(instruction.mnemonic, [instruction]);
  else namesakes.push(instruction);
}

/** The instructions with a mnemonic, one or more for different XLENs; empty where unknown. */
export function instructionsNamed(mnemonic: string): readonly Instruction[] {
  return byMnemonic.get(mnemonic) ?? [];
}

/** Whether a hart of this architecture has the instruction. */
export function available(instruction: Instruction, architecture: Architecture): boolean {
  const { xlen = architecture.xlen, extension } = instruction;
  return xlen === architecture.xlen && hasExtension(architecture, extension);
}
