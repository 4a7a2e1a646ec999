/**
 * The ways to write a mnemonic: real instructions and pseudo-instructions alike, with the operands
 * of each and what kind of thing every operand is. Completion, hover and signature help speak of
 * these.
 */
import { type Dialect, dialects } from "../assembler/dialects.ts";
import { type Architecture, hasExtension } from "../isa/architecture.ts";
import { csrByName } from "../isa/csrs.ts";
import {
  encodingOf,
  kindOfName,
  type OperandKind,
  operandField,
  operandNames,
  parseFence,
  roundingModes,
} from "../isa/encoding.ts";
import type { Instruction } from "../isa/instruction.ts";
import { available, instructions, instructionsNamed } from "../isa/instructions.ts";
import {
  type PseudoInstruction,
  pseudoInstructions,
  pseudoInstructionsNamed,
} from "../isa/pseudo.ts";
import { vRegisterIndex } from "../isa/registers.ts";

/** One way to write a mnemonic. */
export interface Form {
  readonly mnemonic: string;
  /** "rd, imm(rs1)". */
  readonly syntax: string;
  readonly summary: string;
  readonly instruction?: Instruction;
  readonly pseudo?: PseudoInstruction;
}

const formOf = (instruction: Instruction): Form => {
  const { mnemonic, syntax, summary } = instruction;
  return { mnemonic, syntax, summary, instruction };
};

const pseudoForm = (pseudo: PseudoInstruction): Form => {
  const { mnemonic, syntax, summary } = pseudo;
  return { mnemonic, syntax, summary, pseudo };
};

/** Whether the architecture can have what a pseudo-instruction becomes. */
function canExpand(pseudo: PseudoInstruction, architecture: Architecture): boolean {
  const { xlen = architecture.xlen, extension = "i", expansion } = pseudo;
  if (xlen !== architecture.xlen || !hasExtension(architecture, extension)) return false;
  return expansion.split("; ").every((text) => {
    const base = (text.split(" ")[0] ?? "").replace("{w|d}", architecture.xlen === 64 ? "d" : "w");
    return instructionsNamed(base).some((one) => available(one, architecture));
  });
}

/**
 * The forms of a mnemonic, those that the architecture has; where it has none of them, all, so
 * that what is missing can be explained.
 */
export function formsOf(
  mnemonic: string,
  architecture: Architecture,
  dialect: Dialect = dialects.gnu,
): Form[] {
  const name = mnemonic.toLowerCase();
  const real = instructionsNamed(name);
  const own = dialect.pseudoInstructions.filter((one) => one.mnemonic === name);
  const pseudo = [...own, ...pseudoInstructionsNamed(name)];
  const present = [
    ...real.filter((one) => available(one, architecture)).map(formOf),
    ...pseudo.filter((one) => canExpand(one, architecture)).map(pseudoForm),
  ];
  return unique(present.length > 0 ? present : [...real.map(formOf), ...pseudo.map(pseudoForm)]);
}

/** Forms that are written alike are one to the user; the first is meant. */
function unique(forms: readonly Form[]): Form[] {
  const seen = new Set<string>();
  return forms.filter(({ mnemonic, syntax }) => {
    const key = `${mnemonic} ${syntax}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** The first form of every mnemonic that the architecture has. */
export function mnemonicsOf(architecture: Architecture, dialect: Dialect): Form[] {
  const all = [
    ...instructions.filter((one) => available(one, architecture)).map(formOf),
    ...[...pseudoInstructions, ...dialect.pseudoInstructions]
      .filter((one) => canExpand(one, architecture))
      .map(pseudoForm),
  ];
  const first = new Map<string, Form>();
  for (const form of all) if (!first.has(form.mnemonic)) first.set(form.mnemonic, form);
  return [...first.values()];
}

/** The operands of a syntax as they stand between commas: "rd", "imm(rs1)". */
export function operandsOf(syntax: string): string[] {
  return syntax === "" ? [] : syntax.split(/,\s*/);
}

/** What may be written for a name in a syntax. */
export type Role = OperandKind | "symbol" | "memory";

/** The role of an operand's name in a form. */
export function roleOf(form: Form, name: string): Role {
  if (name === "symbol") return "symbol";
  const field = form.instruction === undefined ? undefined : operandField(form.instruction, name);
  if (field !== undefined) return field.kind;
  if (/^r[dst]\d?'?$/.test(name)) return "x";
  if (/^f[ds]/.test(name)) return "f";
  if (/^v[dst]\d?$/.test(name)) return "v";
  if (name === "vm") return "mask";
  if (name === "csr" || name === "shamt") return name;
  if (name === "rm") return "rounding";
  return isTarget(form) ? "target" : "immediate";
}

/** Whether the immediate of a pseudo-instruction is where it jumps to. */
function isTarget({ pseudo }: Form): boolean {
  const base = pseudo?.expansion.split(" ")[0] ?? "";
  return instructionsNamed(base).some((one) =>
    encodingOf(one).fields.some(({ kind }) => kind === "target"),
  );
}

/** What names mean in the operands of a mnemonic, where they are not symbols. */
export type WordKind = "csr" | "rounding" | "fence" | "vector";

const vectorKinds: readonly OperandKind[] = ["v", "mask", "vtype"];
const wordKinds = new Map<string, WordKind>();
for (const { mnemonic, syntax } of [...pseudoInstructions, ...instructions]) {
  const names = operandNames(syntax);
  if (names.includes("csr")) wordKinds.set(mnemonic, "csr");
  else if (names.includes("rm")) wordKinds.set(mnemonic, "rounding");
  else if (names.includes("pred")) wordKinds.set(mnemonic, "fence");
  else if (names.some((name) => vectorKinds.includes(kindOfName(name)))) {
    wordKinds.set(mnemonic, "vector");
  }
}

/** Whether a name among the operands of a mnemonic is a word of the language: a CSR, rtz, rw. */
export function isWord(mnemonic: string, name: string): boolean {
  switch (wordKinds.get(mnemonic.toLowerCase())) {
    case "csr":
      return csrByName(name) !== undefined;
    case "rounding":
      return roundingModes.includes(name);
    case "fence":
      return parseFence(name) !== undefined;
    case "vector":
      return (
        vRegisterIndex(name) !== undefined ||
        /^(v0\.t|e(8|16|32|64)|m[1248]|mf[248]|t[ua]|m[ua])$/.test(name)
      );
    case undefined:
      return false;
  }
}

/** Whether a mnemonic goes to a function: it leaves a return address, or keeps its caller's. */
export function goesToFunction(mnemonic: string): boolean {
  return pseudoInstructionsNamed(mnemonic.toLowerCase()).some(
    ({ procedure, expansion }) =>
      procedure === "call" || procedure === "tail" || /^jal ra\b/.test(expansion),
  );
}

/** What an operand's name stands for, as a noun phrase. */
const nouns: Readonly<Record<string, string>> = {
  rd: "destination register",
  rs1: "first source register",
  rs2: "second source register",
  rt: "register that is changed on the way",
  fd: "floating-point destination register",
  fs1: "first floating-point source register",
  fs2: "second floating-point source register",
  fs3: "third floating-point source register",
  vd: "vector destination register",
  vs1: "vector source register",
  vs2: "first vector source register",
  vs3: "vector register to store",
  vt: "vector register that is changed on the way",
  vm: "v0.t, for the elements whose bit in v0 is set; without it all",
  vtype: "vector type: e8 to e64, m1 to m8 or mf2 to mf8, ta or tu, ma or mu",
  rs3: "third source register",
  csr: "name or number of a control and status register",
  rm: "rounding mode: rne, rtz, rdn, rup, rmm or dyn (the default)",
  pred: "accesses that must come before: letters of iorw",
  succ: "accesses that must come after: letters of iorw",
  symbol: "symbol, or symbol + number",
};

/** What an operand of a form is and what it may be, as a phrase. */
export function describeOperand(form: Form, name: string): string {
  const noun = nouns[name.replace("'", "")];
  const popular = name.endsWith("'") ? ", one of x8 to x15" : "";
  if (noun !== undefined) return noun + popular;
  const { instruction } = form;
  const field = instruction === undefined ? undefined : operandField(instruction, name);
  const role = roleOf(form, name);
  if (field === undefined) return role === "target" ? "label to jump to" : "number";
  if (role === "upper") return "the upper 20 bits, 0 to 0xfffff, or %hi(symbol)";
  const multiple = field.multiple > 1 ? `, a multiple of ${field.multiple}` : "";
  const range = `${field.min} to ${field.max}${multiple}`;
  const not = field.excluded.length > 0 ? `, not ${field.excluded.join(", ")}` : "";
  if (role === "target") return `label to jump to, ${field.min} to ${field.max} bytes from here`;
  return `${role === "shamt" ? "shift amount" : "immediate"}, ${range}${not}`;
}
