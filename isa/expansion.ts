/**
 * What a compressed instruction stands for. Its expansion, "addi rd, rd, imm", names the base
 * instruction and gives each of its operands as an operand of the compressed one, a register or
 * a number; read forwards it expands, read backwards it compresses.
 */
import { encodingOf, type OperandValues, operandNames } from "./encoding.ts";
import type { Instruction } from "./instruction.ts";
import { instructionsNamed } from "./instructions.ts";
import { fRegisterIndex, xRegisterIndex } from "./registers.ts";

/** Where an operand of the base instruction comes from. */
export type Source =
  /** An operand of the compressed instruction. */
  { readonly operand: string } | { readonly constant: number };

/** An expansion, parsed. */
export interface Expansion {
  readonly base: Instruction;
  /** By the operands of the base instruction. */
  readonly sources: Readonly<Record<string, Source>>;
  /** The operands of the base instruction from those of the compressed one. */
  values(compressed: OperandValues): Record<string, number | bigint>;
}

const expansions = new Map<32 | 64, Map<Instruction, Expansion>>([
  [32, new Map()],
  [64, new Map()],
]);

/** The expansion of a compressed instruction; computed once. */
export function expansionOf(instruction: Instruction, xlen: 32 | 64): Expansion {
  const known = expansions.get(xlen)?.get(instruction);
  if (known !== undefined) return known;
  const expansion = parse(instruction, xlen);
  expansions.get(xlen)?.set(instruction, expansion);
  return expansion;
}

function parse(instruction: Instruction, xlen: 32 | 64): Expansion {
  const [mnemonic, operands = ""] = (instruction.expansion ?? "").split(/ (.*)/);
  const base = instructionsNamed(mnemonic ?? "").find(
    (candidate) => (candidate.xlen ?? xlen) === xlen,
  );
  if (base === undefined) throw new Error(`${instruction.mnemonic}: no "${mnemonic}" to stand for`);
  const own = new Set(encodingOf(instruction).fields.map(({ name }) => name));
  const given = operands.split(/[ ,()]+/).filter((token) => token !== "");
  const sources: Record<string, Source> = {};
  for (const [position, name] of operandNames(base.syntax).entries()) {
    const token = given[position] as string;
    sources[name] = own.has(token)
      ? { operand: token }
      : { constant: xRegisterIndex(token) ?? fRegisterIndex(token) ?? Number(token) };
  }
  const entries = Object.entries(sources);
  return {
    base,
    sources,
    values: (compressed) =>
      Object.fromEntries(
        entries.map(([name, source]) => [
          name,
          "constant" in source ? source.constant : (compressed[source.operand] ?? 0),
        ]),
      ),
  };
}
