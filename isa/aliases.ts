/**
 * From an instruction to the pseudo-instruction that the disassembler prints for it: the
 * expansions of those marked `alias`, read backwards.
 */
import { type Architecture, hasExtension } from "./architecture.ts";
import { bind } from "./compression.ts";
import { type OperandValues, operandNames } from "./encoding.ts";
import { type Expansion, parseExpansion } from "./expansion.ts";
import type { Instruction } from "./instruction.ts";
import { compressedAliases, type PseudoInstruction, pseudoInstructions } from "./pseudo.ts";

/** A pseudo-instruction with its operands. */
export interface Alias {
  readonly pseudo: PseudoInstruction;
  readonly values: OperandValues;
}

interface Candidate {
  readonly pseudo: PseudoInstruction;
  readonly expansion: Expansion;
}

const indexes = new Map<32 | 64, Map<Instruction, Candidate[]>>();

/** The printed pseudo-instructions by what they stand for; computed once for each XLEN. */
function indexFor(xlen: 32 | 64): Map<Instruction, Candidate[]> {
  const known = indexes.get(xlen);
  if (known !== undefined) return known;
  const found = new Map<Instruction, Candidate[]>();
  for (const pseudo of [...pseudoInstructions, ...compressedAliases]) {
    if (!pseudo.alias || (pseudo.xlen ?? xlen) !== xlen) continue;
    const expansion = parseExpansion(pseudo.expansion, new Set(operandNames(pseudo.syntax)), xlen);
    if (expansion === undefined) continue;
    found.set(expansion.base, [...(found.get(expansion.base) ?? []), { pseudo, expansion }]);
  }
  indexes.set(xlen, found);
  return found;
}

/** The pseudo-instruction to print for an instruction with these operands, if there is one. */
export function aliasOf(
  instruction: Instruction,
  values: OperandValues,
  architecture: Architecture,
): Alias | undefined {
  for (const { pseudo, expansion } of indexFor(architecture.xlen).get(instruction) ?? []) {
    if (pseudo.extension !== undefined && !hasExtension(architecture, pseudo.extension)) continue;
    const bound = bind(expansion, values);
    if (bound !== undefined) return { pseudo, values: bound };
  }
  return undefined;
}
