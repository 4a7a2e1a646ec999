// biome-ignore-all format: signatures and tables read better by hand
/** All instructions, and the ways to find one: by mnemonic, and by what a hart has. */
import { type Architecture, hasExtension } from "./architecture.ts";
import { i } from "./extensions/i.ts";
import type { Instruction } from "./instruction.ts";

/** Every instruction that is defined, extension by extension. */
export const instructions: readonly Instruction[] = [...i];

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