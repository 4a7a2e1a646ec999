/**
 * Statements whose bytes their text alone decides: instructions on registers and numbers, data
 * without symbols. What such a line became is kept, and the next line with the same characters is
 * neither cut into tokens nor assembled. Of instructions whose operands name symbols the operands
 * are kept, as they were understood. Sources repeat themselves: of compiled code most lines are
 * known ones, and of a document that is edited all but the edited one are.
 */
import { type Architecture, architectureString } from "../isa/architecture.ts";
import { fRegisterIndex, xRegisterIndex } from "../isa/registers.ts";
import type { Assembler, Input } from "./assembler.ts";
import { type Expression, number, symbolValue } from "./expressions.ts";
import type { Reference } from "./fixups.ts";
import { type Bound, emitForm, type Form, markCode } from "./instructions.ts";
import { KnownLines } from "./known-lines.ts";
import { makeToken, movedToken, type RawStatement, type Token } from "./lexer.ts";
import { LineHoles } from "./line-holes.ts";
import type { Fragment, Subsection, Tail } from "./sections.ts";
import type { SourceText } from "./source.ts";
import type { AssemblySymbol } from "./symbols.ts";

/** What a line became: bytes, or an instruction whose operands name symbols. */
export type KnownStatement = KnownBytes | KnownOperands;

interface Known {
  /** Its directive or mnemonic in lower case; a macro of that name comes first. */
  readonly word: string;
  readonly nameAt: number;
}

/** A line whose text alone decides its bytes. */
interface KnownBytes extends Known {
  readonly kind: "directive" | "instruction";
  readonly form: Form | undefined;
  readonly instructions: number;
  /** Where there are more than four. */
  readonly bytes: Uint8Array | undefined;
  /** Else how many, and the number that they are. */
  readonly size: number;
  readonly value: number;
  readonly usesCompressed: boolean;
  readonly usesPrivileged: boolean;
}

/** An instruction whose form the text decides, and its bytes what the symbols are. */
interface KnownOperands extends Known {
  readonly kind: "operands";
  readonly form: Form;
  readonly operands: readonly KnownOperand[];
  /** The mnemonic, with offsets in the line. */
  readonly name: Token;
  /** What it became, where only the place of one symbol is open in that. */
  readonly reference: KnownReference | undefined;
}

/** Words that refer to one symbol, and perhaps end their fragment. */
interface KnownReference {
  readonly operand: KnownOperand;
  readonly symbol: Token;
  readonly instructions: number;
  readonly bytes: Uint8Array;
  /** At the beginning of the bytes; as one that may be relaxed, if one may at all. */
  readonly fixup: Reference | undefined;
  /** In place of bytes, a branch or jump. */
  readonly branch: Pick<Tail & { kind: "branch" }, "isJump" | "short" | "long"> | undefined;
  readonly endsFragment: boolean;
}

/** An operand: a number in itself, or symbol + number with the function around it. */
interface KnownOperand {
  readonly role: string;
  readonly bound: number | undefined;
  readonly functionName: string | undefined;
  readonly constant: bigint;
  readonly operator: "+" | "-";
  /** Its name, with offsets in the line. */
  readonly symbol: Token | undefined;
  /** Offsets in the line. */
  readonly start: number;
  readonly end: number;
}

/** An instruction of which the last number or symbol may be another one. */
export interface Template {
  readonly known: KnownOperands;
  /** The operand that it is, or is in. */
  readonly open: KnownOperand;
}

/** Lines of one architecture. */
class Lines {
  readonly whole = new KnownLines<KnownStatement>();
  /** By what stands around the hole. */
  readonly templates = new KnownLines<Template>();
}

/** The state before a line is put. */
interface Moment {
  readonly subsection: Subsection;
  readonly current: Fragment;
  /** The length of the fragment. */
  readonly from: number;
  /** How many there are in the section. */
  readonly fixups: number;
  readonly reports: number;
  readonly questions: number;
  readonly usesCompressed: boolean;
  readonly usesPrivileged: boolean;
}

/** More lines than this are not kept. */
const countLimit = 50_000;

/** What is known for each architecture and choice of `.option`. */
export class KnownStatements {
  readonly #lines = new Map<string, Lines>();
  #count = 0;

  /** The lines of an architecture, with compressed instructions or without, CSRs checked or not. */
  linesOf(architecture: Architecture, hasCompressed: boolean, checksCsrs: boolean): Lines {
    const key = `${architectureString(architecture)} ${hasCompressed} ${checksCsrs}`;
    let lines = this.#lines.get(key);
    if (lines === undefined) {
      lines = new Lines();
      this.#lines.set(key, lines);
    }
    return lines;
  }

  /** Lets go of all lines where there would be too many with one more. */
  makeRoom(): void {
    if (++this.#count <= countLimit) return;
    for (const { whole, templates } of this.#lines.values()) {
      whole.clear();
      templates.clear();
    }
    this.#count = 1;
  }
}

/** Puts again what a line became, and learns what others become. */
export class StatementMemory {
  readonly #assembler: Assembler;
  readonly #known: KnownStatements;
  #lines = new Lines();
  readonly #holes = new LineHoles();
  /** The architecture and the choice that `#lines` are of. */
  #architecture: Architecture | undefined;
  #hasCompressed = false;
  #checksCsrs = false;

  constructor(assembler: Assembler, known: KnownStatements) {
    this.#assembler = assembler;
    this.#known = known;
  }

  /** The known lines of the present architecture. */
  lines(): KnownLines<KnownStatement> {
    return this.#present().whole;
  }

  #present(): Lines {
    const { architecture, hasCompressed, checksCsrs } = this.#assembler.code;
    if (
      architecture !== this.#architecture ||
      hasCompressed !== this.#hasCompressed ||
      checksCsrs !== this.#checksCsrs
    ) {
      this.#architecture = architecture;
      this.#hasCompressed = hasCompressed;
      this.#checksCsrs = checksCsrs;
      this.#lines = this.#known.linesOf(architecture, hasCompressed, checksCsrs);
    }
    return this.#lines;
  }

  /**
   * Puts what a line became at the current place; the statement is the one that the line is.
   * @returns how many instructions that were that the statement has not counted
   */
  put(found: KnownStatement): number {
    if (found.kind !== "operands") {
      this.#append(found);
      return found.instructions;
    }
    const { reference } = found;
    if (reference !== undefined) {
      const { operand, symbol, instructions } = reference;
      if (this.#refer(reference, symbol.text, operand.end)) return instructions;
    }
    this.#emit(found);
    return 0;
  }

  #append({ kind, bytes, size, value, usesCompressed, usesPrivileged }: KnownBytes): void {
    const assembler = this.#assembler;
    const { subsection } = assembler;
    if (kind === "directive") assembler.mark("data");
    else markCode(assembler);
    if (bytes === undefined) subsection.append(value, size);
    else subsection.appendBytes(bytes);
    if (usesCompressed) assembler.usesCompressed = true;
    if (usesPrivileged) assembler.usesPrivileged = true;
  }

  /**
   * Puts words that refer to the symbol of a name; false for one that stands for something else.
   * @param end where the operand ends in the line
   */
  #refer(
    { operand, symbol, bytes, fixup, branch, endsFragment }: KnownReference,
    name: string,
    end: number,
  ): boolean {
    const assembler = this.#assembler;
    const { source, code, statementStart: start } = assembler;
    const value = assembler.symbols.find(name)?.expression;
    if (value !== undefined) return false;
    assembler.mark("instructions");
    const nameAt = start + symbol.start;
    const target = assembler.named(name, nameAt, nameAt + name.length);
    markCode(assembler);
    const { subsection } = assembler;
    const mention = { source, start: start + operand.start, end: start + end };
    const addend = operand.operator === "+" ? operand.constant : -operand.constant;
    if (branch !== undefined) {
      const { isJump, short, long } = branch;
      subsection.close({ kind: "branch", isJump, short, long, target, addend, mention });
      if (short !== undefined) assembler.usesCompressed = true;
      return true;
    }
    if (fixup !== undefined) {
      const { current: fragment, section } = subsection;
      const { length: offset } = fragment;
      const reference = code.relax ? fixup : { ...fixup, relax: false };
      if (addend === BigInt.asIntN(32, addend)) {
        const { fixups } = section;
        fixups.pushReference(fragment, offset, reference, target, Number(addend), mention);
      } else {
        const value = sumWith(target, operand);
        section.fixups.push({ fragment, offset, value, mention, ...reference });
      }
    }
    subsection.appendBytes(bytes);
    if (endsFragment) subsection.close(undefined);
    return true;
  }

  /** Assembles an instruction; with another operand in place of the open one, if there is one. */
  #emit(
    { form, operands, name, nameAt }: KnownOperands,
    open?: KnownOperand,
    other?: KnownOperand,
  ): void {
    const assembler = this.#assembler;
    const { statement } = assembler;
    const { source, start } = statement;
    statement.kind = "instruction";
    statement.form = form;
    statement.nameAt = nameAt;
    assembler.mark("instructions");
    const bindings: Record<string, Bound> = {};
    for (const one of operands) {
      const operand = one === open && other !== undefined ? other : one;
      bindings[operand.role] = operand.bound ?? this.#bound(operand, source, start);
    }
    if (form.shapes.some(({ kind }) => kind === "csr")) assembler.usesPrivileged = true;
    emitForm(assembler, form, bindings, movedToken(name, start));
  }

  #bound(operand: KnownOperand, source: SourceText, from: number): Bound {
    const { symbol, constant, functionName, start, end } = operand;
    const mention = { source, start: from + start, end: from + end };
    if (symbol === undefined) return { expression: number(constant), functionName, mention };
    const target = this.#assembler.symbol(movedToken(symbol, from));
    return { expression: sumWith(target, operand), functionName, mention };
  }

  /** What a line is like that differs from a known one only in its last number or name. */
  similar(bytes: Uint8Array, start: number, end: number): Template | undefined {
    const holes = this.#holes;
    if (!holes.find(bytes, start, end)) return undefined;
    return this.#present().templates.find(holes.key, 0, holes.keyLength, holes.hash);
  }

  /**
   * Puts the line that `similar` was asked for; the statement is the one that the line is.
   * @returns how many instructions that were that the statement has not counted
   */
  putSimilar({ known, open }: Template, start: number, end: number): number {
    const holes = this.#holes;
    const { reference } = known;
    if (holes.isNumber) {
      this.#emit(known, open, { ...open, constant: BigInt(holes.value), end: end - start });
      return 0;
    }
    const name = this.#assembler.source.text.slice(holes.start, holes.end);
    if (reference !== undefined && this.#refer(reference, name, end - start)) {
      return reference.instructions;
    }
    const symbol = makeToken("name", holes.start - start, holes.end - start, name, true);
    this.#emit(known, open, { ...open, symbol, end: end - start });
    return 0;
  }

  /**
   * Reads the next statement, and keeps what its text alone decided.
   * @param end where the line ends that it begins
   * @param hash that of the line
   */
  learn(input: Input, end: number, hash: number): void {
    const assembler = this.#assembler;
    const { depth } = assembler;
    const { whole } = this.#present();
    const { bytes } = input.source;
    const moment = this.observe();
    assembler.bindings = undefined;
    const raw = assembler.readNext(input);
    const { statement } = assembler;
    const name = raw.tokens[statement.nameAt];
    const isWhole = raw.end === end && assembler.depth === depth;
    // Characters beyond ASCII are all one byte here.
    const isAscii = bytes.subarray(raw.start, end).every((byte) => byte < 128);
    const isKnowable = isWhole && isAscii && statement.isPlain && statement.labels.length === 0;
    if (isKnowable && name !== undefined && assembler.diagnostics.length === moment.reports) {
      const word = name.text.toLowerCase();
      const operands = knownOperands(assembler, name, raw, assembler.questions - moment.questions);
      const reference = operands && knownReference(assembler, operands, moment);
      const known = operands && { ...operands, reference };
      const found = this.#isAlone(moment) ? this.#bytesSince(moment, word) : known;
      if (found !== undefined) {
        this.#known.makeRoom();
        whole.add(bytes, raw.start, end, hash, found);
      }
      if (known !== undefined) this.#generalize(known, bytes, raw.start, end);
    }
    this.#forget(moment);
  }

  /** Keeps the instruction that a line was by its likeness, if the text decided its bytes. */
  keep(
    { known: { word } }: Template,
    moment: Moment,
    bytes: Uint8Array,
    start: number,
    end: number,
    hash: number,
  ): void {
    if (this.#assembler.diagnostics.length === moment.reports && this.#isAlone(moment)) {
      const known = this.#bytesSince(moment, word);
      if (known !== undefined) {
        this.#known.makeRoom();
        this.#present().whole.add(bytes, start, end, hash, known);
      }
    }
    this.#forget(moment);
  }

  /** Notes how things are before a line is put. */
  observe(): Moment {
    const assembler = this.#assembler;
    const { subsection, usesCompressed, usesPrivileged, questions } = assembler;
    const { current, section } = subsection;
    const [from, fixups] = [current.length, section.fixups.length];
    const reports = assembler.diagnostics.length;
    assembler.usesCompressed = false;
    assembler.usesPrivileged = false;
    const used = { usesCompressed, usesPrivileged };
    return { subsection, current, from, fixups, reports, questions, ...used };
  }

  #forget({ usesCompressed, usesPrivileged }: Moment): void {
    if (usesCompressed) this.#assembler.usesCompressed = true;
    if (usesPrivileged) this.#assembler.usesPrivileged = true;
  }

  /** Whether there are only more bytes than before. */
  #isAlone({ subsection, current, fixups, questions }: Moment): boolean {
    const { subsection: now, questions: asked } = this.#assembler;
    const isHere = now === subsection && now.current === current;
    return isHere && now.section.fixups.length === fixups && asked === questions;
  }

  /** The statement that was just read, of which the text alone decided the bytes. */
  #bytesSince({ subsection, current, from }: Moment, word: string): KnownBytes | undefined {
    const { statement, usesCompressed, usesPrivileged } = this.#assembler;
    const bytes = subsection.since(current, from);
    const size = bytes.length;
    if (size === 0) return undefined;
    const { kind, nameAt, form, instructions } = statement;
    return {
      kind: kind === "instruction" ? kind : "directive",
      word,
      nameAt,
      form,
      instructions,
      bytes: size > 4 ? bytes : undefined,
      size,
      value: numberOf(bytes),
      usesCompressed,
      usesPrivileged,
    };
  }

  /** Keeps an instruction for lines that differ from it in their last number or name. */
  #generalize(known: KnownOperands, bytes: Uint8Array, start: number, end: number): void {
    const holes = this.#holes;
    if (end - start > holes.key.length || !holes.find(bytes, start, end)) return;
    const { key, keyLength, hash, isNumber, value } = holes;
    const { templates } = this.#present();
    if (templates.find(key, 0, keyLength, hash) !== undefined) return;
    const from = holes.start - start;
    const open = known.operands.find((operand) => operand.end === end - start);
    if (open === undefined || open.functionName !== undefined) return;
    const { symbol, bound, constant, operator } = open;
    const sign = value < 0 ? 1 : 0;
    const isWhole =
      open.start === from - (isNumber ? sign : 0) && (symbol?.start === from) === !isNumber;
    // A number that is added to a symbol, which stands before it.
    const isAdded = isNumber && operator === "+" && symbol?.end === from - 1;
    if (!isWhole && !isAdded) return;
    if (isNumber && (bound !== undefined || constant !== BigInt(value))) return;
    this.#known.makeRoom();
    templates.add(key, 0, keyLength, hash, { known, open });
  }
}

/** The instruction that was just read, where its symbols are names that it says once each. */
function knownOperands(
  { bindings, statement }: Assembler,
  name: Token,
  { tokens, start }: RawStatement,
  questions: number,
): KnownOperands | undefined {
  const { form, nameAt } = statement;
  if (bindings === undefined || form === undefined) return undefined;
  const operands: KnownOperand[] = [];
  for (const [role, bound] of Object.entries(bindings)) {
    const operand = knownOperand(role, bound, tokens, start);
    if (operand === undefined) return undefined;
    operands.push(operand);
  }
  // A symbol that is asked for elsewhere, as by its number or as the place, is another each time.
  if (operands.filter(({ symbol }) => symbol !== undefined).length !== questions) return undefined;
  const word = name.text.toLowerCase();
  const moved = movedToken(name, -start);
  return { kind: "operands", word, nameAt, form, operands, name: moved, reference: undefined };
}

/** What the instruction that was just read became, if that is words that refer to one symbol. */
function knownReference(
  { subsection, code, statement }: Assembler,
  { operands }: KnownOperands,
  before: Moment,
): KnownReference | undefined {
  const { current, from } = before;
  const { fixups } = current.subsection.section;
  const operand = operands.find((one) => one.symbol !== undefined);
  const others = operands.filter((one) => one.symbol !== undefined && one !== operand);
  const symbol = operand?.symbol;
  if (operand === undefined || symbol === undefined || others.length > 0) return undefined;
  if (!code.relax || subsection !== current.subsection) return undefined;
  const { current: last } = subsection;
  const endsFragment = last !== current;
  if (last.index > current.index + 1 || (endsFragment && last.length > 0)) return undefined;
  const { instructions } = statement;
  const bytes = subsection.since(current, from);
  const { tail } = current;
  const made = fixups.length - before.fixups;
  const common = { operand, symbol, instructions, bytes, endsFragment };
  if (tail !== undefined) {
    const isBranch = tail.kind === "branch" && made === 0 && bytes.length === 0;
    if (!isBranch || tail.target.name !== symbol.text) return undefined;
    // The whole of it would keep all that was assembled.
    const { isJump, short, long } = tail;
    return { ...common, fixup: undefined, branch: { isJump, short, long } };
  }
  if (made !== 1) return undefined;
  const fixup = fixups.at(fixups.length - 1);
  const { size, type, relax, relaxAtEnd = false, isJump = false } = fixup;
  if (type === undefined || fixup.plus !== undefined) return undefined;
  if (fixup.fragment !== current || fixup.offset !== from) return undefined;
  if (sumOf(fixup.value)?.symbol.name !== symbol.text) return undefined;
  return { ...common, fixup: { size, type, relax, relaxAtEnd, isJump }, branch: undefined };
}

function knownOperand(
  role: string,
  bound: Bound,
  tokens: readonly Token[],
  from: number,
): KnownOperand | undefined {
  const plain = { role, functionName: undefined, constant: 0n, operator: "+" } as const;
  if (typeof bound === "number") return { ...plain, bound, symbol: undefined, start: 0, end: 0 };
  const { expression, functionName, mention } = bound;
  const [start, end] = [mention.start - from, mention.end - from];
  const common = { ...plain, bound: undefined, functionName, start, end };
  if (expression.op === "number") {
    return { ...common, symbol: undefined, constant: expression.value };
  }
  const sum = sumOf(expression);
  const { name } = sum?.symbol ?? {};
  // A label may be called like a register; whether it is there depends on the other lines.
  if (sum === undefined || name === undefined || xRegisterIndex(name) !== undefined)
    return undefined;
  if (fRegisterIndex(name) !== undefined) return undefined;
  const symbol = tokens.find(({ kind, text }) => kind === "name" && text === name);
  if (symbol === undefined) return undefined;
  return { ...common, ...sum, symbol: movedToken(symbol, -from) };
}

/** The value of an operand whose symbol is known. */
function sumWith(symbol: AssemblySymbol, { constant, operator }: KnownOperand): Expression {
  const left = symbolValue(symbol);
  return constant === 0n ? left : { op: "binary", operator, left, right: number(constant) };
}

/** A symbol, or a symbol and a number that is added or subtracted. */
function sumOf(
  expression: Expression,
): { symbol: AssemblySymbol; operator: "+" | "-"; constant: bigint } | undefined {
  if (expression.op === "symbol") {
    return { symbol: expression.symbol, operator: "+", constant: 0n };
  }
  if (expression.op !== "binary") return undefined;
  const { left, right, operator } = expression;
  if (left.op !== "symbol" || right.op !== "number") return undefined;
  if (operator !== "+" && operator !== "-") return undefined;
  return { symbol: left.symbol, operator, constant: right.value };
}

/** Up to four bytes as a number, little-endian. */
function numberOf(bytes: Uint8Array): number {
  let value = 0;
  for (let index = Math.min(bytes.length, 4) - 1; index >= 0; index--) {
    value = value * 256 + (bytes[index] as number);
  }
  return value;
}
