/**
 * What a compressed instruction or a pseudo-instruction stands for. The expansion, such as
 * "addi rd, rd, imm", names the base instruction and gives each of its operands as an operand of
 * the short one, a register or a number; read forwards it expands, read backwards it compresses.
 */
import { csrByName } from "./csrs.ts";
import {
  encodingOf,
  kindOfName,
  type OperandValues,
  operandNames,
  parseFence,
} from "./encoding.ts";
import type { Instruction } from "./instruction.ts";
import { instructionsNamed } from "./instructions.ts";
import { fRegisterIndex, vRegisterIndex, xRegisterIndex } from "./registers.ts";

/** Where an operand of the base instruction comes from. */
export type Source =
  /** An operand of what is expanded. */
  { readonly operand: string } | { readonly constant: number };

/** An expansion, parsed. */
export interface Expansion {
  readonly base: Instruction;
  /** By the operands of the base instruction. */
  readonly sources: Readonly<Record<string, Source>>;
  /** The operands of the base instruction from those of the short one. */
  values(given: OperandValues): Record<string, number | bigint>;
}

const expansions = new Map<32 | 64, Map<Instruction, Expansion>>([
  [32, new Map()],
  [64, new Map()],
]);

/** The expansion of a compressed instruction; computed once. */
export function expansionOf(instruction: Instruction, xlen: 32 | 64): Expansion {
  const known = expansions.get(xlen)?.get(instruction);
  if (known !== undefined) return known;
  const expansion = parseExpansion(instruction.expansion ?? "", operandsOf(instruction), xlen);
  if (expansion === undefined) throw new Error(`${instruction.mnemonic} stands for nothing`);
  expansions.get(xlen)?.set(instruction, expansion);
  return expansion;
}

/** The operands that an expansion of an instruction may use: all of its fields. */
export function operandsOf(instruction: Instruction): ReadonlySet<string> {
  return new Set(encodingOf(instruction).fields.map(({ name }) => name));
}

/**
 * Reads "addi rd, rd, imm". Words in `operands` are operands, all others registers, CSRs, fence
 * sets or numbers. Undefined where no instruction of this XLEN has the mnemonic and the operands.
 */
export function parseExpansion(
  text: string,
  operands: ReadonlySet<string>,
  xlen: 32 | 64,
): Expansion | undefined {
  const [mnemonic = "", ...words] = text.split(/[ ,()]+/).filter((word) => word !== "");
  // A compressed instruction may name sp itself.
  const given = ({ syntax }: Instruction): string[] =>
    /\bsp\b/.test(syntax) ? words.filter((word) => word !== "sp") : words;
  const base = instructionsNamed(mnemonic).find(
    (found) =>
      (found.xlen ?? xlen) === xlen &&
      operandNames(found.syntax).length >= given(found).length &&
      given(found).every((word, position) => {
        // Of two with the same mnemonic the one is meant whose registers are of the same file.
        const [own, other] = [word, operandNames(found.syntax)[position] ?? ""].map(kindOfName);
        return !operands.has(word) || !(own === "x" || own === "f") || own === other;
      }),
  );
  if (base === undefined) return undefined;
  const names = operandNames(base.syntax);
  const tokens = given(base);
  const entries = tokens.map((token, position): [string, Source] => [
    names[position] as string,
    operands.has(token) ? { operand: token } : { constant: constantOf(token) },
  ]);
  return {
    base,
    sources: Object.fromEntries(entries),
    values: (given) =>
      Object.fromEntries(
        entries.map(([name, source]) => [
          name,
          "constant" in source ? source.constant : (given[source.operand] ?? 0),
        ]),
      ),
  };
}

/** The number that a register, a CSR, a fence set or a number stands for. */
function constantOf(token: string): number {
  const register =
    xRegisterIndex(token) ??
    fRegisterIndex(token) ??
    vRegisterIndex(token) ??
    csrByName(token)?.address;
  if (register !== undefined) return register;
  return parseFence(token) ?? Number(token);
}
