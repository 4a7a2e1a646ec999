// biome-ignore-all format: the pairs are a table
/**
 * From a base instruction to the compressed one that stands for it, with the choices of GNU as:
 * the expansions are read backwards, hints are left out, and a few more pairs make use of
 * operands that may change places.
 */
import type { Architecture } from "./architecture.ts";
import { encodingOf, fits, type OperandValues } from "./encoding.ts";
import { type Expansion, expansionOf, operandsOf, parseExpansion } from "./expansion.ts";
import type { Instruction } from "./instruction.ts";
import { available, instructions, instructionsNamed } from "./instructions.ts";

/** An instruction with its operands. */
export interface Compressed {
  readonly instruction: Instruction;
  readonly values: OperandValues;
}

/** Compressed instructions that stand for something else besides their expansion. */
const more: readonly (readonly [compressed: string, expansion: string])[] = [
  ["c.mv", "addi rd, rs2, 0"],
  ["c.add", "add rd, rs2, rd"],
  ["c.and", "and rd', rs2', rd'"],
  ["c.or", "or rd', rs2', rd'"],
  ["c.xor", "xor rd', rs2', rd'"],
  ["c.addw", "addw rd', rs2', rd'"],
];

/** GNU as writes these only where the source names them: its `jal` is always the long one. */
const neverChosen: ReadonlySet<string> = new Set(["c.jal"]);

/** Jumps that stay long where the source has them by their own names. */
const writtenLong: ReadonlySet<string> = new Set(["jal", "jalr", "xori", "add.uw"]);

/** Whether GNU as compresses what a pseudo-instruction stands for, but not that itself. */
export const isShortenedByName = (expansion: string): boolean =>
  /^(xori|add\.uw) /.test(expansion);

/** What an ADD with a number never becomes. */
const notSums: ReadonlySet<string> = new Set(["c.mv", "c.li", "c.nop"]);

interface Candidate {
  readonly instruction: Instruction;
  readonly expansion: Expansion;
}

const indexes = new Map<32 | 64, Map<Instruction, Candidate[]>>();

/** The compressed instructions by what they stand for; computed once for each XLEN. */
function indexFor(xlen: 32 | 64): Map<Instruction, Candidate[]> {
  const known = indexes.get(xlen);
  if (known !== undefined) return known;
  const found = new Map<Instruction, Candidate[]>();
  const add = (instruction: Instruction, text?: string): void => {
    const expansion = text === undefined
      ? expansionOf(instruction, xlen)
      : parseExpansion(text, operandsOf(instruction), xlen);
    if (expansion === undefined) return;
    found.set(expansion.base, [...(found.get(expansion.base) ?? []), { instruction, expansion }]);
  };
  const exists = (instruction: Instruction): boolean => (instruction.xlen ?? xlen) === xlen;
  for (const instruction of instructions) {
    const { expansion, hint, mnemonic } = instruction;
    if (expansion === undefined || hint === true || neverChosen.has(mnemonic)) continue;
    if (exists(instruction)) add(instruction);
  }
  for (const [mnemonic, text] of more) {
    for (const instruction of instructionsNamed(mnemonic)) {
      if (exists(instruction)) add(instruction, text);
    }
  }
  indexes.set(xlen, found);
  return found;
}

const candidates = new WeakMap<Architecture, Map<Instruction, readonly Candidate[]>>();

/** The compressed instructions of an architecture that may stand for an instruction. */
function candidatesFor(
  instruction: Instruction, architecture: Architecture,
): readonly Candidate[] {
  let known = candidates.get(architecture);
  if (known === undefined) {
    known = new Map();
    candidates.set(architecture, known);
  }
  let found = known.get(instruction);
  if (found === undefined) {
    found = architecture.extensions.has("zca")
      ? (indexFor(architecture.xlen).get(instruction) ?? [])
          .filter((candidate) => available(candidate.instruction, architecture))
      : [];
    known.set(instruction, found);
  }
  return found;
}

/**
 * The compressed form of an instruction with these operands, or undefined where it has none.
 * `way` says how the source has it: "written", this very instruction and not a pseudo-instruction,
 * when of the jumps only J, RET, JR and the short JALR are compressed; "sum", as an ADD with a
 * number, which is never taken for a copy or a constant.
 */
export function compress(
  instruction: Instruction, values: OperandValues, architecture: Architecture,
  way: "short" | "written" | "sum" = "short",
): Compressed | undefined {
  if (way === "written" && writtenLong.has(instruction.mnemonic)) return undefined;
  for (const candidate of candidatesFor(instruction, architecture)) {
    if (way === "sum" && notSums.has(candidate.instruction.mnemonic)) continue;
    const bound = bind(candidate.expansion, values);
    if (bound !== undefined && chosen(candidate.instruction, bound, way === "sum")) {
      return { instruction: candidate.instruction, values: bound };
    }
  }
  return undefined;
}

/** The operands that expand to `values`, or undefined where none do. */
export function bind(
  { sources }: Expansion, values: OperandValues,
): Record<string, number> | undefined {
  const bound: Record<string, number> = {};
  for (const name in sources) {
    const source = sources[name];
    if (source === undefined) continue;
    const value = Number(values[name] ?? 0);
    if ("constant" in source) {
      if (value !== source.constant) return undefined;
    } else {
      if ((bound[source.operand] ?? value) !== value) return undefined;
      bound[source.operand] = value;
    }
  }
  return bound;
}

/** Whether the assembler takes the encoding: it can hold the values and is no hint. */
function chosen(
  instruction: Instruction, values: Record<string, number>, mayBeHint: boolean,
): boolean {
  return encodingOf(instruction).fields.every((field) => {
    const value = values[field.name] ?? 0;
    return fits(field, value) && ((mayBeHint && field.name === "imm") || value !== field.hint);
  });
}