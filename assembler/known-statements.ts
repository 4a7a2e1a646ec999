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
import { type Bound, emitForm, type Form, markCode } from "./instructions.ts";
import { movedToken, type RawStatement, type Token } from "./lexer.ts";
import type { SourceText } from "./source.ts";
import type { AssemblySymbol } from "./symbols.ts";
import { Statement } from "./unit.ts";

/** What a line became: bytes, or an instruction whose operands name symbols. */
type KnownStatement = KnownBytes | KnownOperands;

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
  readonly bytes: Uint8Array;
  /** The bytes as a number where there are at most four of them. */
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

/** Lines by their characters, of one architecture. */
type KnownLines = Map<string, KnownStatement>;

/** More lines than this are not kept. */
const countLimit = 50_000;
/** Longer lines are not kept: they are hardly repeated. */
const lengthLimit = 80;

/** What is known for each architecture and choice of `.option`. */
export class KnownStatements {
  readonly #lines = new Map<string, KnownLines>();
  #count = 0;

  /** The lines of an architecture, with compressed instructions or without. */
  linesOf(architecture: Architecture, hasCompressed: boolean): KnownLines {
    const key = `${architectureString(architecture)} ${hasCompressed}`;
    let lines = this.#lines.get(key);
    if (lines === undefined) {
      lines = new Map();
      this.#lines.set(key, lines);
    }
    return lines;
  }

  /** Keeps a line, and lets go of all where there are too many. */
  add(lines: KnownLines, text: string, known: KnownStatement): void {
    if (++this.#count > countLimit) {
      for (const others of this.#lines.values()) others.clear();
      this.#count = 1;
    }
    // A part of a text would keep the whole of it.
    lines.set(` ${text}`.slice(1), known);
  }
}

/** Reads the lines of a source that are known, and learns others. */
export class LineReader {
  readonly #assembler: Assembler;
  readonly #known: KnownStatements;
  #lines: KnownLines = new Map();
  /** The architecture and the choice that `#lines` are of. */
  #architecture: Architecture | undefined;
  #hasCompressed = false;

  constructor(assembler: Assembler, known: KnownStatements) {
    this.#assembler = assembler;
    this.#known = known;
  }

  /** Reads the next statement where it is a whole line; false leaves it to others. */
  read(input: Input): boolean {
    const { source, at } = input;
    const { text } = source;
    const newline = text.indexOf("\n", at);
    const end = newline < 0 ? text.length : newline;
    const { macros, subsection } = this.#assembler;
    if (end - at > lengthLimit || end - at < 3 || subsection.section.isZeros) return false;
    this.#choose();
    const line = text.slice(at, end);
    const found = this.#lines.get(line);
    if (found === undefined || (macros.size > 0 && macros.has(found.word))) {
      this.#learn(input, line);
      return true;
    }
    input.at = end + 1;
    const statement = new Statement(source, { start: at, end }, undefined, subsection.current);
    statement.nameAt = found.nameAt;
    statement.form = found.form;
    this.#assembler.statement = statement;
    this.#assembler.keep(statement);
    if (found.kind === "operands") this.#emit(statement, found);
    else this.#put(statement, found);
    statement.finish(this.#assembler.subsection.current);
    return true;
  }

  #put(statement: Statement, found: KnownBytes): void {
    const assembler = this.#assembler;
    const { subsection } = assembler;
    const { kind, instructions, bytes, value, usesCompressed, usesPrivileged } = found;
    statement.kind = kind;
    statement.instructions = instructions;
    if (kind === "directive") assembler.mark("data");
    else markCode(assembler);
    if (bytes.length <= 4) subsection.append(value, bytes.length);
    else subsection.appendBytes(bytes);
    if (usesCompressed) assembler.usesCompressed = true;
    if (usesPrivileged) assembler.usesPrivileged = true;
  }

  #emit(statement: Statement, { form, operands, name }: KnownOperands): void {
    const assembler = this.#assembler;
    const { source, start } = statement;
    statement.kind = "instruction";
    assembler.mark("instructions");
    const bindings: Record<string, Bound> = {};
    for (const operand of operands) {
      bindings[operand.role] = operand.bound ?? this.#bound(operand, source, start);
    }
    if (form.shapes.some(({ kind }) => kind === "csr")) assembler.usesPrivileged = true;
    emitForm(assembler, form, bindings, movedToken(name, start));
  }

  #bound(operand: KnownOperand, source: SourceText, from: number): Bound {
    const { symbol, constant, operator, functionName, start, end } = operand;
    const mention = { source, start: from + start, end: from + end };
    if (symbol === undefined) return { expression: number(constant), functionName, mention };
    const named = symbolValue(this.#assembler.symbol(movedToken(symbol, from)));
    const expression: Expression =
      constant === 0n ? named : { op: "binary", operator, left: named, right: number(constant) };
    return { expression, functionName, mention };
  }

  /** Reads the next statement, and keeps what its text alone decided. */
  #learn(input: Input, line: string): void {
    const assembler = this.#assembler;
    const { subsection, usesCompressed, usesPrivileged, questions, depth } = assembler;
    const lines = this.#lines;
    const { current, section } = subsection;
    const [from, fixups] = [current.length, section.fixups.length];
    const reports = assembler.diagnostics.length;
    assembler.usesCompressed = false;
    assembler.usesPrivileged = false;
    assembler.bindings = undefined;
    const raw = assembler.readNext(input);
    const { statement } = assembler;
    const name = raw.tokens[statement.nameAt];
    const isWhole = raw.end - raw.start === line.length && assembler.depth === depth;
    const isKnowable = isWhole && statement.isPlain && statement.labels.length === 0;
    if (isKnowable && name !== undefined && assembler.diagnostics.length === reports) {
      const isAlone =
        subsection === assembler.subsection &&
        subsection.current === current &&
        section.fixups.length === fixups &&
        assembler.questions === questions;
      const known = isAlone
        ? knownBytes(assembler, name, subsection.since(current, from))
        : knownOperands(assembler, name, raw, assembler.questions - questions);
      if (known !== undefined) this.#known.add(lines, line, known);
    }
    if (usesCompressed) assembler.usesCompressed = true;
    if (usesPrivileged) assembler.usesPrivileged = true;
  }

  /** Takes the lines of the present architecture. */
  #choose(): void {
    const { architecture, hasCompressed } = this.#assembler.code;
    if (architecture === this.#architecture && hasCompressed === this.#hasCompressed) return;
    this.#architecture = architecture;
    this.#hasCompressed = hasCompressed;
    this.#lines = this.#known.linesOf(architecture, hasCompressed);
  }
}

/** The statement that was just read, of which the text alone decided the bytes. */
function knownBytes(
  { statement, usesCompressed, usesPrivileged }: Assembler,
  name: Token,
  bytes: Uint8Array,
): KnownBytes | undefined {
  if (bytes.length === 0) return undefined;
  const { kind, nameAt, form, instructions } = statement;
  return {
    kind: kind === "instruction" ? kind : "directive",
    word: name.text.toLowerCase(),
    nameAt,
    form,
    instructions,
    bytes,
    value: numberOf(bytes),
    usesCompressed,
    usesPrivileged,
  };
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
  return { kind: "operands", word, nameAt, form, operands, name: movedToken(name, -start) };
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
