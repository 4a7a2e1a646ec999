// biome-ignore-all format: rows of one kind read better by hand
/**
 * The forms that instructions take in memory, each of which has a handler of its own in the
 * interpreter: what it does, its length, and the operands that are the same in all words of the
 * form. A compressed instruction is a form of the instruction that it expands to, and so are a few
 * pseudo-instructions that name x0. What a handler knows it need not fetch from the record.
 */
import type { Architecture } from "../../isa/architecture.ts";
import { fixedBits } from "../../isa/decoder.ts";
import { encodingOf, type Field } from "../../isa/encoding.ts";
import { expansionOf, operandsOf, parseExpansion, type Source } from "../../isa/expansion.ts";
import type { Instruction } from "../../isa/instruction.ts";
import { available, instructions } from "../../isa/instructions.ts";
import { pseudoInstructionsNamed } from "../../isa/pseudo.ts";

/** What a handler is for. */
export interface Form {
  /** The mnemonic of the first row that has it, as "c.addi" or "beqz". */
  readonly name: string;
  /** What runs. */
  readonly instruction: Instruction;
  /** In bytes, in memory. */
  readonly length: 2 | 4;
  /** The operands of `instruction` that are the same in every word of the form. */
  readonly fixed: Readonly<Record<string, number>>;
}

/** Words that are alike in the bits of the mask. */
export interface Pattern {
  readonly match: number;
  readonly mask: number;
}

/** The words of one form, and where the operands are in them. */
export interface Row extends Pattern {
  readonly form: Form;
  /** Words of the pattern that do not belong to the row. */
  readonly excluded: readonly Pattern[];
  /** The operands of the form's instruction that differ from word to word. */
  readonly fields: Readonly<Record<string, Field>>;
}

/** Pseudo-instructions that are common enough, with operands known, for handlers of their own. */
const common: readonly string[] = [
  "li", "mv", "beqz", "bnez", "blez", "bgez", "bltz", "bgtz", "ret", "j", "jr",
];

/** The rows of an architecture; those that fix more bits come first. */
export function rowsOf(architecture: Architecture): Row[] {
  const forms = new Map<string, Form>();
  const own = instructions.filter((instruction) => available(instruction, architecture));
  const rows = own.flatMap((instruction) => rowsFor(instruction, architecture, forms));
  for (const special of specialRows(rows, architecture, forms)) rows.push(special);
  return rows.sort((a, b) => fixedBits(b.mask) - fixedBits(a.mask));
}

/** The rows of an instruction: one, or none where it is never valid. */
function rowsFor(
  instruction: Instruction, architecture: Architecture, forms: Map<string, Form>,
): Row[] {
  const { execute, expansion } = instruction;
  if (execute === undefined && expansion === undefined) return [];
  const { base, sources } = expansion === undefined
    ? { base: instruction, sources: ownSources(instruction) }
    : expansionOf(instruction, architecture.xlen);
  const encoding = encodingOf(instruction);
  const [fixed, fields] = split(sources, encoding.fields);
  const excluded = encoding.fields.flatMap((field) =>
    field.excluded.map((value) => patternOf(field, value)));
  const form = formOf(instruction.mnemonic, base, encoding.length, fixed, forms);
  const { match, mask } = encoding;
  return [{ match, mask, form, fields, excluded: [...excluded, ...absent(instruction, architecture)] }];
}

/** RV32E and RV64E have no x16 to x31. */
function absent(instruction: Instruction, { base }: Architecture): Pattern[] {
  if (base !== "e") return [];
  return encodingOf(instruction).fields.flatMap(({ kind, slices }) =>
    kind === "x"
      ? slices.filter(({ high }) => high === 4).map(({ at, low }) => {
          const bit = (1 << (at + 4 - low)) >>> 0;
          return { match: bit, mask: bit };
        })
      : []);
}

/** The rows of the common pseudo-instructions: those of what they stand for, with more bits fixed. */
function* specialRows(
  rows: readonly Row[], { xlen }: Architecture, forms: Map<string, Form>,
): Generator<Row> {
  for (const { mnemonic, expansion } of common.flatMap(pseudoInstructionsNamed)) {
    const names = new Set(rows.flatMap(({ fields }) => Object.keys(fields)));
    const parsed = parseExpansion(expansion, names, xlen);
    const row = rows.find(({ form }) => form.instruction === parsed?.base && form.length === 4);
    if (parsed === undefined || row === undefined) continue;
    let { match, mask } = row;
    for (const [name, source] of Object.entries(parsed.sources)) {
      const field = row.fields[name];
      if ("operand" in source || field === undefined) continue;
      const more = patternOf(field, source.constant);
      match = (match | more.match) >>> 0;
      mask = (mask | more.mask) >>> 0;
    }
    const [fixed, fields] = split(parsed.sources, Object.values(row.fields));
    const form = formOf(mnemonic, parsed.base, 4, fixed, forms);
    yield { ...row, match, mask, fields, form };
  }
}

function ownSources(instruction: Instruction): Record<string, Source> {
  return Object.fromEntries([...operandsOf(instruction)].map((name) => [name, { operand: name }]));
}

/** The operands that are fixed, and the fields of the others. */
function split(
  sources: Readonly<Record<string, Source>>, fields: readonly Field[],
): [fixed: Record<string, number>, fields: Record<string, Field>] {
  const fixed: Record<string, number> = {};
  const variable: Record<string, Field> = {};
  for (const [name, source] of Object.entries(sources)) {
    if ("constant" in source) fixed[name] = source.constant;
    else {
      const field = fields.find((one) => one.name === source.operand);
      if (field !== undefined) variable[name] = field;
    }
  }
  return [fixed, variable];
}

/** The words whose field has the value. */
function patternOf({ name, slices }: Field, value: number): Pattern {
  const bits = name.endsWith("'") ? value - 8 : value;
  let match = 0;
  let mask = 0;
  for (const { high, low, at } of slices) {
    const ones = 2 ** (high - low + 1) - 1;
    match |= ((bits >>> low) & ones) << at;
    mask |= ones << at;
  }
  return { match: match >>> 0, mask: mask >>> 0 };
}

/** The form with these operands fixed; the same one where there is one already. */
function formOf(
  name: string,
  instruction: Instruction, length: 2 | 4, fixed: Readonly<Record<string, number>>,
  forms: Map<string, Form>,
): Form {
  const operands = Object.entries(fixed).map(([name, value]) => `${name}=${value}`).sort();
  const key = [instruction.mnemonic, instruction.xlen, length, ...operands].join(" ");
  let form = forms.get(key);
  if (form === undefined) {
    form = { name, instruction, length, fixed };
    forms.set(key, form);
  }
  return form;
}