/**
 * Instructions: finds the form that the operands fit (real instructions before pseudo-instructions,
 * these in the order of their table), and emits it, compressed where it can be. Branches become
 * fragments of variable size; other symbolic immediates become fixups. Facts come from `isa/`; the
 * relocations are those of the psABI, section "Relocations".
 */
import { R_RISCV } from "../elf/constants.ts";
import { type Architecture, architectureString, hasExtension } from "../isa/architecture.ts";
import { compress, isShortenedByName } from "../isa/compression.ts";
import {
  defaultPrivilegedEdition,
  isInEdition,
  missingForCsr,
  writesReadOnlyCsr,
} from "../isa/csr-editions.ts";
import { csrs } from "../isa/csrs.ts";
import {
  encode,
  encodingOf,
  type Field,
  fits,
  type OperandValues,
  parseFence,
  parseVectorType,
  roundingModes,
} from "../isa/encoding.ts";
import { type Expansion, expansionOf, parseExpansion } from "../isa/expansion.ts";
import { needsPrivilegedVersion } from "../isa/extensions/privileged.ts";
import { parseFloatConstant } from "../isa/float-constants.ts";
import type { Instruction } from "../isa/instruction.ts";
import { available, instructions, instructionsNamed } from "../isa/instructions.ts";
import {
  type Procedure,
  type PseudoInstruction,
  pseudoInstructions,
  pseudoInstructionsNamed,
} from "../isa/pseudo.ts";
import { vRegisterIndex, xName } from "../isa/registers.ts";
import type { Assembler } from "./assembler.ts";
import { suggestion } from "./diagnostics.ts";
import type { Dialect } from "./dialects.ts";
import { aliasIn, type Expression, evaluate, evaluateNumber, number } from "./expressions.ts";
import { distanceSoFar } from "./layout.ts";
import type { Token } from "./lexer.ts";
import {
  explainMismatch,
  registerSuggestion,
  reportNoRegister,
  reportSwapped,
} from "./mismatches.ts";
import { checkAbi } from "./object-attributes.ts";
import {
  agrees,
  csrAddress,
  describeRange,
  immediateFormat,
  type Operand,
  readOperands,
  type Shape,
  shapesOf,
} from "./operands.ts";
import { runProcedure } from "./procedures.ts";
import type { AssemblySymbol, Mention } from "./symbols.ts";
import type { Statement } from "./unit.ts";
import { meant } from "./unknown-instructions.ts";

/** A value for an operand: a number, or an expression with the relocation function around it. */
export type Bound =
  | number
  | {
      readonly expression: Expression;
      readonly functionName: string | undefined;
      readonly mention: Mention;
    };

/** The values of a form's operands by role. */
export type Bindings = Readonly<Record<string, Bound>>;

/** One way to write a mnemonic. */
export interface Form {
  readonly shapes: readonly Shape[];
  readonly syntax: string;
  readonly instruction?: Instruction;
  readonly pseudo?: PseudoInstruction;
  /** Fields that the mnemonic's suffix gives, such as aq and rl. */
  readonly fixed: OperandValues;
}

const formsByDialect = new Map<Dialect, Map<string, readonly Form[]>>();

/** All forms of a mnemonic, those of any architecture. */
function formsOf(mnemonic: string, dialect: Dialect): readonly Form[] {
  let forms = formsByDialect.get(dialect);
  if (forms === undefined) {
    forms = new Map();
    formsByDialect.set(dialect, forms);
  }
  const known = forms.get(mnemonic);
  if (known !== undefined) return known;
  const found: Form[] = [];
  for (const pseudo of dialect.pseudoInstructions) {
    if (pseudo.mnemonic !== mnemonic) continue;
    found.push({ shapes: shapesOf(pseudo.syntax), syntax: pseudo.syntax, pseudo, fixed: {} });
  }
  for (const instruction of instructionsNamed(mnemonic)) {
    const { syntax } = instruction;
    found.push({ shapes: shapesOf(syntax), syntax, instruction, fixed: {} });
  }
  for (const pseudo of pseudoInstructionsNamed(mnemonic)) {
    found.push({ shapes: shapesOf(pseudo.syntax), syntax: pseudo.syntax, pseudo, fixed: {} });
  }
  const ordering = /^(.+?)\.(aq|rl|aqrl)$/.exec(mnemonic);
  if (ordering !== null) {
    const fixed = {
      aq: ordering[2]?.startsWith("aq") ? 1 : 0,
      rl: ordering[2]?.endsWith("rl") ? 1 : 0,
    };
    for (const instruction of instructionsNamed(ordering[1] as string)) {
      if (!encodingOf(instruction).fields.some(({ name }) => name === "aq")) continue;
      const { syntax } = instruction;
      found.push({ shapes: shapesOf(syntax), syntax, instruction, fixed });
    }
  }
  if (found.length > 0) forms.set(mnemonic, found);
  return found;
}

/** Every mnemonic, for suggestions. */
function* mnemonics(dialect: Dialect): Iterable<string> {
  for (const { mnemonic } of instructions) if (!mnemonic.startsWith("c.")) yield mnemonic;
  for (const { mnemonic } of pseudoInstructions) yield mnemonic;
  for (const { mnemonic } of dialect.pseudoInstructions) yield mnemonic;
}

/** Assembles the instruction of a statement, whose operands start at token `at` behind its name. */
export function assembleInstruction(
  assembler: Assembler,
  statement: Statement,
  tokens: readonly Token[],
  at: number,
): void {
  const name = tokens[at - 1] as Token;
  const mnemonic = name.text.toLowerCase();
  const all = formsOf(mnemonic, assembler.dialect);
  if (all.length === 0) {
    statement.kind = "unknown";
    // Looking for the word that was meant takes time.
    if (assembler.hasReportedEnough) return;
    const names = [...mnemonics(assembler.dialect), ...assembler.macros.keys()];
    const isLabel = at === tokens.length && assembler.symbols.find(name.text) !== undefined;
    assembler.report("unknown-instruction", name.start, name.end, {
      name: name.text,
      suggestion: meant(name.text, isLabel, names),
    });
    return;
  }
  const operands = withVectorType(readOperands(tokens, at), all);
  if (reportNoRegister(assembler, operands, tokens)) return;
  const { architecture } = assembler.code;
  const possible = possibleForms(all, architecture);
  // A label may be called like a register, as in GNU as; without such a label it is a slip.
  const isLabel = ({ name: text }: Operand) => assembler.hasRegisterLabel(text ?? "");
  if (reportSwapped(assembler, name, operands, tokens, possible)) return;
  const form =
    possible.find((candidate) => fitsShapes(candidate, operands)) ??
    possible.find((candidate) => fitsShapes(candidate, operands, isLabel)) ??
    formOfRegisterName(assembler, mnemonic, possible, operands, tokens);
  if (form === undefined) {
    explainMismatch(assembler, { name, operands, tokens, possible, all });
    return;
  }
  // The mapping symbol comes before symbols that the operands are the first to name.
  assembler.mark("instructions");
  statement.form = form;
  const bindings = bind(assembler, statement, tokens, form, operands, mnemonic);
  if (bindings === undefined) return;
  assembler.bindings = bindings;
  emitForm(assembler, form, bindings, name);
}

/** The words of a vector type, which commas separate, are one operand. */
function withVectorType(operands: readonly Operand[], forms: readonly Form[]): readonly Operand[] {
  const { shapes = [] } = forms[0] ?? {};
  const first = operands[shapes.length - 1];
  const last = operands.at(-1);
  if (shapes.at(-1)?.kind !== "vtype" || first === undefined || last === undefined) return operands;
  if (first === last) return operands;
  const type = { ...first, last: last.last, to: last.to, name: undefined };
  return [...operands.slice(0, shapes.length - 1), type];
}

/** One operand as it was written, and what it is in the syntax that fits. */
export interface OperandNode {
  /** Offsets in the statement's source. */
  readonly start: number;
  readonly end: number;
  /** Name of the operand in the syntax, e.g. "rd" or "imm(rs1)"; "" where none fits. */
  readonly role: string;
}

/** The operands of an instruction that was assembled. */
export function operandNodes({ tokens, nameAt, form, end: last }: Statement): OperandNode[] {
  const operands = withVectorType(readOperands(tokens, nameAt + 1), form ? [form] : []);
  return operands.map((operand, index) => {
    const start = tokens[operand.first]?.start ?? last;
    const end = tokens[operand.last - 1]?.end ?? start;
    return { start, end: Math.max(start, end), role: form?.shapes[index]?.text ?? "" };
  });
}

const possibleByArchitecture = new WeakMap<Architecture, Map<readonly Form[], readonly Form[]>>();

/** The forms of a mnemonic that an architecture has. */
function possibleForms(all: readonly Form[], architecture: Architecture): readonly Form[] {
  let byForms = possibleByArchitecture.get(architecture);
  if (byForms === undefined) {
    byForms = new Map();
    possibleByArchitecture.set(architecture, byForms);
  }
  const known = byForms.get(all);
  if (known !== undefined) return known;
  const possible = all.filter((form) => isPossible(form, architecture));
  byForms.set(all, possible);
  return possible;
}

/** Procedures whose last instruction an architecture may lack. */
const checkedProcedures: ReadonlySet<Procedure> = new Set([
  "load",
  "store",
  "load-float",
  "store-float",
  "less-by-one",
  "not-less",
]);

/** Whether an architecture has what a form needs. */
function isPossible({ instruction, pseudo }: Form, architecture: Architecture): boolean {
  if (instruction !== undefined) return available(instruction, architecture);
  if (pseudo === undefined) return false;
  if (pseudo.xlen !== undefined && pseudo.xlen !== architecture.xlen) return false;
  if (pseudo.extension !== undefined && !hasExtension(architecture, pseudo.extension)) return false;
  if (pseudo.expansion.startsWith("c.") && pseudo.mnemonic !== "unimp") return false;
  if (pseudo.procedure !== undefined && !checkedProcedures.has(pseudo.procedure)) {
    return true;
  }
  if (pseudo.extension === "i") return true;
  const last = pseudo.expansion.split("; ").at(-1)?.split(" ")[0] ?? "";
  return instructionsNamed(last).some((base) => available(base, architecture));
}

/** Pseudo-instructions that take a symbol where no register can stand. */
const takesSymbol = /^(la|lla|la\.tls\.(ie|gd)|call|tail)$/;

/**
 * The form for an operand that is called like a register and can only be a symbol, as compilers
 * write of a variable `t2`; with a warning, since it may well be a slip.
 */
function formOfRegisterName(
  assembler: Assembler,
  mnemonic: string,
  possible: readonly Form[],
  operands: readonly Operand[],
  tokens: readonly Token[],
): Form | undefined {
  const last = operands.at(-1);
  const token = tokens[last?.first ?? -1];
  if (!takesSymbol.test(mnemonic) || last?.name === undefined || token === undefined) {
    return undefined;
  }
  const form = possible.find((one) => fitsShapes(one, operands, (operand) => operand === last));
  if (form !== undefined) {
    assembler.report("register-as-symbol", token.start, token.end, { name: last.name });
  }
  return form;
}

function fitsShapes(
  { shapes }: Form,
  operands: readonly Operand[],
  isLabel?: (operand: Operand) => boolean,
): boolean {
  const { length } = operands;
  const isShort = shapes.at(-1)?.optional === true && length === shapes.length - 1;
  const hasMarker =
    length === shapes.length + 1 && length === 4 && operands[3]?.functionName === "tprel_add";
  if (length !== shapes.length && !isShort && !hasMarker) return false;
  for (const [index, shape] of shapes.entries()) {
    const operand = operands[index];
    if (operand === undefined) return isShort;
    const isSymbol = shape.kind === "expression" && isLabel?.(operand) === true;
    if (!isSymbol && !agrees(operand, shape)) return false;
  }
  return true;
}

/** Reads the operands as the form says; undefined (and reported) where one is wrong. */
function bind(
  assembler: Assembler,
  statement: Statement,
  tokens: readonly Token[],
  form: Form,
  operands: readonly Operand[],
  mnemonic: string,
): Record<string, Bound> | undefined {
  const { source } = statement;
  const bindings: Record<string, Bound> = { ...(form.fixed as Record<string, number>) };
  for (const [index, operand] of operands.entries()) {
    const shape = form.shapes[index];
    const start = tokens[operand.first]?.start ?? statement.start;
    const end = tokens[operand.last - 1]?.end ?? start;
    const mention = { source, start, end };
    const readValue = (): Bound | undefined => {
      const expression = assembler.expression(tokens, operand.from, operand.to);
      return (
        expression && { expression, functionName: operand.functionName?.toLowerCase(), mention }
      );
    };
    if (shape === undefined) {
      const value = readValue();
      if (value === undefined) return undefined;
      bindings["marker"] = value;
      continue;
    }
    const [role = "", base = ""] = shape.roles;
    const isInteger = shape.kind === "x" || shape.kind === "fixed" || shape.kind === "memory";
    if (isInteger && operand.register > 15 && assembler.code.architecture.base === "e") {
      assembler.report("register-not-in-base", start, end, {
        name: operand.name ?? xName(operand.register),
        xlen: String(assembler.xlen),
      });
      return undefined;
    }
    switch (shape.kind) {
      case "x":
      case "f":
      case "fixed":
        bindings[role] = operand.register;
        break;
      case "memory": {
        bindings[base] = operand.register;
        if (operand.from === operand.to && operand.functionName === undefined) break;
        const value = readValue();
        if (value === undefined) return undefined;
        if (role === "") {
          const offset =
            typeof value === "number"
              ? BigInt(value)
              : evaluateNumber(value.expression, distanceSoFar);
          if (offset !== 0n) {
            assembler.report("out-of-range", start, end, {
              value: source.text.slice(start, end),
              name: "the offset",
              mnemonic,
              range: "0",
            });
            return undefined;
          }
          break;
        }
        bindings[role] = value;
        break;
      }
      case "v":
        bindings[role] = vRegisterIndex(operand.name ?? "") ?? 0;
        break;
      case "mask":
        bindings[role] = 0;
        break;
      case "vtype": {
        const words = tokens.slice(operand.first, operand.last).map(({ text }) => text);
        const type = parseVectorType(words.filter((_, place) => place % 2 === 0));
        const isList = words.every((word, place) => place % 2 === 0 || word === ",");
        const value = isList && type !== undefined ? type : readValue();
        if (value === undefined) return undefined;
        bindings[role] = value;
        break;
      }
      case "rounding":
        bindings[role] = roundingModes.indexOf(operand.name);
        break;
      case "fence": {
        const set = operand.name === undefined ? undefined : parseFence(operand.name);
        if (set === undefined && assembler.dialect.name === "gnu") {
          assembler.report("bad-fence", start, end, { text: source.text.slice(start, end) });
          return undefined;
        }
        const value = set ?? readValue();
        if (value === undefined) return undefined;
        bindings[role] = value;
        break;
      }
      case "csr": {
        const address = operand.name === undefined ? undefined : csrAddress(operand.name);
        const value = address ?? readValue();
        if (value === undefined) return undefined;
        bindings[role] = value;
        assembler.usesPrivileged = true;
        if (assembler.code.checksCsrs && operand.name !== undefined) {
          checkCsr(assembler, operand.name, start, end);
        }
        break;
      }
      case "constant": {
        const code = parseFloatConstant(source.text.slice(start, end).replace(/\s+/g, ""));
        if (code === undefined) {
          assembler.report("no-float-constant", start, end, {
            text: source.text.slice(start, end),
          });
          return undefined;
        }
        bindings[role] = code;
        break;
      }
      case "literal": {
        const { text } = shape;
        if (text === operand.name) break;
        const value = readValue();
        const isSame =
          value !== undefined &&
          typeof value !== "number" &&
          evaluateNumber(value.expression, distanceSoFar) === BigInt(text);
        if (isSame) break;
        const found = source.text.slice(start, end);
        assembler.report("literal-expected", start, end, { text: found, expected: text });
        return undefined;
      }
      case "expression": {
        const value = readValue();
        if (value === undefined) return undefined;
        bindings[role] = value;
        break;
      }
    }
  }
  return bindings;
}

const expansions = new Map<PseudoInstruction, Map<number, (Expansion | undefined)[]>>();

function expansionsOf(pseudo: PseudoInstruction, xlen: 32 | 64): (Expansion | undefined)[] {
  let byWidth = expansions.get(pseudo);
  if (byWidth === undefined) {
    byWidth = new Map();
    expansions.set(pseudo, byWidth);
  }
  const known = byWidth.get(xlen);
  if (known !== undefined) return known;
  const names = new Set(shapesOf(pseudo.syntax).flatMap(({ roles }) => roles));
  const made = pseudo.expansion.split("; ").map((text) => parseExpansion(text, names, xlen));
  byWidth.set(xlen, made);
  return made;
}

/** Whether all x registers are different ones. */
function areDistinct(instruction: Instruction, bindings: Bindings): boolean {
  const registers = encodingOf(instruction)
    .fields.filter(({ kind }) => kind === "x")
    .map(({ name }) => bindings[name]);
  return new Set(registers).size === registers.length;
}

/** Emits what a form with these operands stands for. */
export function emitForm(assembler: Assembler, form: Form, bindings: Bindings, name: Token): void {
  const { instruction, pseudo } = form;
  if (instruction !== undefined) {
    if (instruction.distinct === true && !areDistinct(instruction, bindings)) {
      const { mnemonic } = instruction;
      assembler.report("registers-alike", name.start, name.end, { mnemonic });
      return;
    }
    const isPair = (bound: Bound | undefined) => typeof bound !== "number" || bound % 2 === 0;
    const hasPairs = instruction.pairs?.includes(assembler.xlen) === true;
    if (hasPairs && !(isPair(bindings["rd"]) && isPair(bindings["rs2"]))) {
      assembler.report("odd-pair", name.start, name.end, { mnemonic: instruction.mnemonic });
      return;
    }
    emit(assembler, instruction, bindings, name, "written");
    return;
  }
  if (pseudo === undefined) return;
  if (pseudo.procedure !== undefined) {
    runProcedure(assembler, pseudo, bindings, name);
    return;
  }
  for (const expansion of expansionsOf(pseudo, assembler.xlen)) {
    if (expansion === undefined) continue;
    const values: Record<string, Bound> = {};
    for (const [operand, source] of Object.entries(expansion.sources)) {
      const value = "constant" in source ? source.constant : bindings[source.operand];
      if (value !== undefined) values[operand] = value;
    }
    emit(assembler, expansion.base, values, name, compressionOf(pseudo, values));
  }
}

/** How GNU as would compress what a pseudo-instruction stands for. */
function compressionOf({ syntax, expansion }: PseudoInstruction, values: Bindings): Compression {
  // `mv rd, zero` is no c.li, though the addi that it stands for would be.
  if (expansion === "addi rd, rs1, 0" && values["rs1"] === 0) return "no";
  if (expansion === "addi rd, rs1, imm") return "sum";
  if (isShortenedByName(expansion)) return "short";
  return /^(rs1|imm)?$/.test(syntax) ? "short" : "written";
}

/** Relocation functions by the format of the immediate. */
const functions: Readonly<Record<string, Readonly<Partial<Record<string, number>>>>> = {
  hi: { U: R_RISCV.HI20 },
  lo: { I: R_RISCV.LO12_I, S: R_RISCV.LO12_S },
  pcrel_hi: { U: R_RISCV.PCREL_HI20 },
  pcrel_lo: { I: R_RISCV.PCREL_LO12_I, S: R_RISCV.PCREL_LO12_S },
  got_pcrel_hi: { U: R_RISCV.GOT_HI20 },
  tprel_hi: { U: R_RISCV.TPREL_HI20 },
  tprel_lo: { I: R_RISCV.TPREL_LO12_I, S: R_RISCV.TPREL_LO12_S },
  tprel_add: {},
  tls_ie_pcrel_hi: { U: R_RISCV.TLS_GOT_HI20 },
  tls_gd_pcrel_hi: { U: R_RISCV.TLS_GD_HI20 },
};

/** The names of the relocation functions, without `%`. */
export const relocationFunctions: readonly string[] = Object.keys(functions);

/** Relocations that the linker may use to shorten code; behind these a fragment ends. */
const relaxable = new Set<number>([
  R_RISCV.HI20,
  R_RISCV.LO12_I,
  R_RISCV.LO12_S,
  R_RISCV.CALL,
  R_RISCV.CALL_PLT,
  R_RISCV.TPREL_HI20,
  R_RISCV.TPREL_LO12_I,
  R_RISCV.TPREL_LO12_S,
  R_RISCV.TPREL_ADD,
]);
const relaxableAtEnd = new Set<number>([
  R_RISCV.PCREL_HI20,
  R_RISCV.PCREL_LO12_I,
  R_RISCV.PCREL_LO12_S,
]);
const closing = new Set<number>([
  R_RISCV.HI20,
  R_RISCV.PCREL_HI20,
  R_RISCV.TPREL_HI20,
  R_RISCV.TPREL_ADD,
]);

/** Whether an instruction may become a compressed one, and how the source has it. */
type Compression = "no" | "short" | "written" | "sum";

/**
 * Emits one instruction. Immediates that are numbers are checked and encoded; symbolic ones get a
 * fixup, and targets of branches a fragment of variable size.
 */
export function emit(
  assembler: Assembler,
  instruction: Instruction,
  bindings: Bindings,
  name: Token,
  compression: Compression = "short",
): void {
  const values: Record<string, number> = {};
  let way = compression;
  let symbolic: { field: Field; bound: Exclude<Bound, number> } | undefined;
  for (const field of encodingOf(instruction).fields) {
    const bound = bindings[field.name];
    if (bound === undefined) continue;
    if (typeof bound === "number") {
      values[field.name] = bound;
      if (!fits(field, bound) && (field.kind !== "bits" || bound !== 0)) {
        assembler.report("out-of-range", name.start, name.end, {
          value: String(bound),
          name: field.name,
          mnemonic: instruction.mnemonic,
          range: describeRange(field),
        });
        return;
      }
      continue;
    }
    const known = knownValue(bound);
    if (known === undefined || field.kind === "target") {
      symbolic = { field, bound };
      continue;
    }
    if (bound.functionName !== undefined && !takesFunction(assembler, instruction, field, bound)) {
      return;
    }
    const value = fieldValue(assembler, instruction, field, known, bound);
    if (value === undefined) return;
    values[field.name] = value;
    // GNU as makes no compressed instruction of one with %hi or %lo, or with an unsigned number.
    if (bound.functionName !== undefined || isUnsigned(assembler, field, known)) way = "no";
  }
  markCode(assembler);
  const marker = bindings["marker"];
  if (marker !== undefined && typeof marker !== "number") {
    addFixup(assembler, R_RISCV.TPREL_ADD, marker, 0);
  }
  if (symbolic === undefined) {
    put(assembler, instruction, values, marker === undefined ? way : "no");
    if (marker !== undefined) assembler.subsection.close(undefined);
    return;
  }
  const isWritten = compression === "written";
  emitSymbolic(assembler, instruction, values, symbolic.field, symbolic.bound, isWritten);
}

/** The number that an immediate is, `%hi` and `%lo` of numbers computed. */
function knownValue({ expression, functionName }: Exclude<Bound, number>): bigint | undefined {
  const value = evaluateNumber(expression, distanceSoFar);
  if (typeof value !== "bigint") return undefined;
  // Numbers have 64 bits.
  if (functionName === undefined) return value >> 63n === 1n ? BigInt.asIntN(64, value) : value;
  if (functionName === "hi") return BigInt.asUintN(20, (value + 0x800n) >> 12n);
  if (functionName === "lo") return BigInt.asIntN(12, value);
  return undefined;
}

/** Whether an immediate may be `%hi` or `%lo` of a number; reports it where not. */
function takesFunction(
  assembler: Assembler,
  instruction: Instruction,
  { name }: Field,
  { functionName = "", mention }: Exclude<Bound, number>,
): boolean {
  const format = immediateFormat(instruction);
  if (name === "imm" && format && functions[functionName]?.[format] !== undefined) return true;
  assembler.reportAt("wrong-function", mention, {
    function: functionName,
    mnemonic: instruction.mnemonic,
  });
  return false;
}

/** Whether a number is a negative one of RV32 that is written without its sign. */
const isUnsigned = ({ xlen }: Assembler, { signed, kind }: Field, value: bigint): boolean =>
  xlen === 32 && signed && kind !== "upper" && value > 0x7fffffffn && value <= 0xffffffffn;

/** A number as a field holds it; undefined (and reported) when it does not fit. */
function fieldValue(
  assembler: Assembler,
  instruction: Instruction,
  field: Field,
  value: bigint,
  { mention }: Exclude<Bound, number>,
): number | undefined {
  if (field.kind === "upper") {
    const isShort = encodingOf(instruction).length === 2;
    if (value >= (isShort ? -0x80000n : 0n) && value <= 0xfffffn) {
      const upper = Number(BigInt.asIntN(32, value << 12n));
      if (fits(field, upper)) return upper;
    }
  } else {
    // Addresses written as 32-bit numbers are as good as negative ones on RV32.
    const isWrapped = isUnsigned(assembler, field, value) && encodingOf(instruction).length === 4;
    const signed = isWrapped ? BigInt.asIntN(32, value) : value;
    if (fits(field, signed)) return Number(signed);
  }
  const shown =
    field.name === "imm" || field.name === "uimm"
      ? "the immediate"
      : field.name === "shamt"
        ? "the shift amount"
        : field.name === "csr"
          ? "the CSR address"
          : field.name;
  assembler.reportAt("out-of-range", mention, {
    value: String(value),
    name: shown,
    mnemonic: instruction.mnemonic,
    range: describeRange(field),
  });
  return undefined;
}

/** Notes that an instruction begins here. */
export function markCode(assembler: Assembler): void {
  const { section } = assembler.subsection;
  section.hasCode = true;
  assembler.mark("instructions");
  if (!assembler.hasInstructions) {
    assembler.hasInstructions = true;
    checkAbi(assembler, assembler.statement);
  }
  assembler.lines.instruction(assembler);
}

/** Warns of a CSR that the architecture or the edition of the privileged manual does not have. */
export function checkCsr(assembler: Assembler, name: string, start: number, end: number): void {
  const { architecture } = assembler.code;
  const needs = missingForCsr(name, architecture);
  const march = architectureString(architecture);
  if (needs !== "") assembler.report("csr-unavailable", start, end, { name, needs, march });
  const edition = assembler.options.privilegedEdition ?? defaultPrivilegedEdition;
  if (!isInEdition(name, edition)) assembler.report("csr-edition", start, end, { name, edition });
}

/** Appends an instruction whose operands are numbers. */
function put(
  assembler: Assembler,
  instruction: Instruction,
  values: OperandValues,
  compression: Compression,
): void {
  const { statement, code } = assembler;
  const mention = { source: statement.source, start: statement.start, end: statement.end };
  if (!assembler.takesBytes(mention)) return;
  const short =
    compression !== "no" && code.hasCompressed
      ? compress(instruction, values, code.architecture, compression)
      : undefined;
  const chosen = short ?? { instruction, values };
  const { length } = encodingOf(chosen.instruction);
  assembler.subsection.append(encode(chosen.instruction, chosen.values), length);
  if (length === 2) assembler.usesCompressed = true;
  if (needsPrivilegedVersion(instruction)) assembler.usesPrivileged = true;
  if (code.checksCsrs && writesReadOnlyCsr(instruction, values)) {
    assembler.reportAt("csr-read-only", mention);
  }
  statement.instructions++;
}

function emitSymbolic(
  assembler: Assembler,
  instruction: Instruction,
  values: OperandValues,
  field: Field,
  bound: Exclude<Bound, number>,
  isWritten: boolean,
): void {
  const format = immediateFormat(instruction);
  const { functionName, mention } = bound;
  if (functionName !== undefined) {
    const byFormat = functions[functionName];
    if (byFormat === undefined) {
      assembler.reportAt("unknown-function", mention, {
        name: functionName,
        suggestion: suggestion(functionName, relocationFunctions),
      });
      return;
    }
    const type = byFormat[format ?? ""];
    if (type === undefined || field.name !== "imm") {
      assembler.reportAt("wrong-function", mention, {
        function: functionName,
        mnemonic: instruction.mnemonic,
      });
      return;
    }
    emitWithFixup(assembler, instruction, values, type, bound);
    return;
  }
  if (field.kind === "target") {
    emitBranch(assembler, instruction, values, bound, isWritten);
    return;
  }
  const reason = evaluateNumber(bound.expression, distanceSoFar);
  if (typeof reason === "string" && reason !== "not-constant" && reason !== "not-linear") {
    assembler.reportAt(reason, mention, { what: "This", name: "" });
    return;
  }
  if (field.kind === "csr" && bound.expression.op === "symbol") {
    const name = textOf(mention);
    const names = csrs.map((csr) => csr.name);
    assembler.reportAt("unknown-csr", mention, { name, suggestion: suggestion(name, names) });
    return;
  }
  assembler.reportAt("needs-constant", mention, {
    name: field.kind === "shamt" ? "shift amount" : field.kind === "csr" ? "CSR" : "immediate",
    mnemonic: instruction.mnemonic,
    suggestion: mayBeRegister(assembler, mention) ? registerSuggestion(textOf(mention), "x") : "",
  });
}

const textOf = ({ source, start, end }: Mention) => source.text.slice(start, end);

/** Whether the mnemonic has a form with a register where the operand stands. */
function mayBeRegister({ statement, code, dialect }: Assembler, { start }: Mention): boolean {
  const index = operandNodes(statement).findIndex((operand) => operand.start === start);
  const mnemonic = statement.name?.text.toLowerCase() ?? "";
  const possible = possibleForms(formsOf(mnemonic, dialect), code.architecture);
  return possible.some(({ shapes }) => shapes[index]?.kind === "x");
}

/** Appends an instruction whose immediate a relocation fills in. */
export function emitWithFixup(
  assembler: Assembler,
  instruction: Instruction,
  values: OperandValues,
  type: number,
  bound: Exclude<Bound, number>,
): void {
  addFixup(assembler, type, bound, 4);
  put(assembler, instruction, values, "no");
  if (closing.has(type)) assembler.subsection.close(undefined);
}

/** Adds a fixup at the current place. */
export function addFixup(
  assembler: Assembler,
  type: number,
  { expression, mention }: Exclude<Bound, number>,
  size: number,
  isJump = false,
): void {
  const { fragment, offset } = assembler.place();
  const { fixups } = fragment.subsection.section;
  const relaxAtEnd = relaxableAtEnd.has(type);
  const relax = (relaxable.has(type) || relaxAtEnd) && assembler.code.relax;
  const reference = { size, type, relax, relaxAtEnd, isJump };
  if (expression.op === "symbol") {
    fixups.pushReference(fragment, offset, reference, expression.symbol, 0, mention);
  } else fixups.push({ fragment, offset, value: expression, mention, ...reference });
}

/** Appends a branch or jump as a fragment whose size depends on the distance. */
function emitBranch(
  assembler: Assembler,
  instruction: Instruction,
  values: OperandValues,
  bound: Exclude<Bound, number>,
  isWritten: boolean,
): void {
  const { code, statement } = assembler;
  const zero = { ...values, imm: 0 };
  // A compressed branch that is written as such grows like any other when it does not reach.
  const isShort = encodingOf(instruction).length === 2;
  const expansion = isShort ? expansionOf(instruction, assembler.xlen) : undefined;
  const long =
    expansion === undefined
      ? encode(instruction, zero)
      : encode(expansion.base, { ...expansion.values(zero), imm: 0 });
  const compressed =
    !isShort && code.hasCompressed
      ? compress(instruction, zero, code.architecture, isWritten ? "written" : "short")
      : undefined;
  const short = isShort
    ? encode(instruction, zero)
    : compressed && encode(compressed.instruction, { ...compressed.values, imm: 0 });
  const isJump = immediateFormat(instruction) === "J" || immediateFormat(instruction) === "CJ";
  const target = appendBranch(assembler, { isJump, short, long }, bound);
  if (target !== undefined) statement.instructions++;
}

/**
 * Ends the fragment with a branch or jump whose size depends on the distance; its words have no
 * offset yet. Returns the symbol that it goes to, or undefined (and reported) where it is none.
 */
export function appendBranch(
  assembler: Assembler,
  { isJump, short, long }: { isJump: boolean; short: number | undefined; long: number },
  bound: Exclude<Bound, number>,
): AssemblySymbol | undefined {
  const { mention, expression } = bound;
  const linear = evaluate(expression, distanceSoFar);
  if (typeof linear === "string" || linear.subtract !== undefined) {
    const error = typeof linear === "string" ? linear : "not-linear";
    assembler.reportAt(error, mention, { what: "The target", name: "" });
    return undefined;
  }
  if (!assembler.takesBytes(mention)) return undefined;
  const alias = aliasIn(expression, linear);
  const target = alias?.symbol ?? linear.add ?? absolute(assembler);
  if (isJump && short === undefined) {
    // A jump that cannot be short has one size, yet it ends the fragment as every branch does.
    addFixup(assembler, R_RISCV.JAL, bound, 4, true);
    assembler.subsection.append(long, 4);
    assembler.subsection.close(undefined);
    return target;
  }
  const addend = alias?.addend ?? linear.constant;
  assembler.subsection.close({ kind: "branch", isJump, short, long, target, addend, mention });
  if (short !== undefined) assembler.usesCompressed = true;
  return target;
}

/** A symbol for absolute addresses as targets. */
function absolute(assembler: Assembler): AssemblySymbol {
  const symbol = assembler.symbols.get("*ABS*");
  symbol.expression ??= number(0n);
  return symbol;
}
