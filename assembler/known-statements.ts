/**
 * Statements whose bytes their text alone decides: instructions on registers and numbers, data
 * without symbols. What such a line became is kept, and the next line with the same characters is
 * neither cut into tokens nor assembled. Sources repeat themselves: of compiled code most lines are
 * known ones, and of a document that is edited all but the edited one are.
 */
import { type Architecture, architectureString } from "../isa/architecture.ts";
import type { Assembler, Input } from "./assembler.ts";
import { type Form, markCode } from "./instructions.ts";
import { Statement } from "./unit.ts";

/** What a line became. */
interface KnownStatement {
  /** Its directive or mnemonic in lower case; a macro of that name comes first. */
  readonly word: string;
  readonly kind: "directive" | "instruction";
  readonly nameAt: number;
  readonly form: Form | undefined;
  readonly instructions: number;
  readonly bytes: Uint8Array;
  /** The bytes as a number where there are at most four of them. */
  readonly value: number;
  readonly usesCompressed: boolean;
  readonly usesPrivileged: boolean;
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
    statement.kind = found.kind;
    statement.nameAt = found.nameAt;
    statement.form = found.form;
    statement.instructions = found.instructions;
    this.#put(statement, found);
    return true;
  }

  #put(statement: Statement, found: KnownStatement): void {
    const assembler = this.#assembler;
    const { subsection, unit } = assembler;
    const { bytes, value, usesCompressed, usesPrivileged } = found;
    assembler.statement = statement;
    unit.statements.push(statement);
    if (found.kind === "directive") assembler.mark("data");
    else markCode(assembler);
    if (bytes.length <= 4) subsection.append(value, bytes.length);
    else subsection.appendBytes(bytes);
    if (usesCompressed) assembler.usesCompressed = true;
    if (usesPrivileged) assembler.usesPrivileged = true;
    statement.finish(subsection.current);
  }

  /** Reads the next statement, and keeps what it became where its text alone decided that. */
  #learn(input: Input, line: string): void {
    const assembler = this.#assembler;
    const { subsection, usesCompressed, usesPrivileged, questions, depth } = assembler;
    const lines = this.#lines;
    const { current, section } = subsection;
    const [from, fixups] = [current.length, section.fixups.length];
    const reports = assembler.diagnostics.length;
    assembler.usesCompressed = false;
    assembler.usesPrivileged = false;
    const raw = assembler.readNext(input);
    const isAlone =
      raw.end - raw.start === line.length &&
      subsection === assembler.subsection &&
      subsection.current === current &&
      current.length > from &&
      section.fixups.length === fixups &&
      assembler.depth === depth &&
      assembler.questions === questions &&
      assembler.diagnostics.length === reports;
    const { kind, nameAt, form, instructions, labels, isPlain } = assembler.statement;
    const name = raw.tokens[nameAt];
    if (isAlone && isPlain && labels.length === 0 && name !== undefined) {
      const start = current.start + from;
      const bytes = subsection.bytes.slice(start, start + current.length - from);
      this.#known.add(lines, line, {
        word: name.text.toLowerCase(),
        kind: kind === "instruction" ? kind : "directive",
        nameAt,
        form,
        instructions,
        bytes,
        value: numberOf(bytes),
        usesCompressed: assembler.usesCompressed,
        usesPrivileged: assembler.usesPrivileged,
      });
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

/** Up to four bytes as a number, little-endian. */
function numberOf(bytes: Uint8Array): number {
  let value = 0;
  for (let index = Math.min(bytes.length, 4) - 1; index >= 0; index--) {
    value = value * 256 + (bytes[index] as number);
  }
  return value;
}
