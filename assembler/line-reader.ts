/**
 * Reads lines straight from the source's bytes, without tokens, where a glance says what they are:
 * labels, plain directives (`plain-directives.ts`), and lines that are known from before
 * (`known-statements.ts`). All else is left to the assembler. Of what a compiler writes, and of a
 * document that is edited, that is nearly everything; so nothing here makes an object or a string
 * that is not kept.
 */
import type { Assembler, Input } from "./assembler.ts";
import { hashWith } from "./known-lines.ts";
import { type KnownStatement, type KnownStatements, StatementMemory } from "./known-statements.ts";
import { continuesName, startsName } from "./lexer.ts";
import { byteOf, LineCursor } from "./line-cursor.ts";
import { plainDirectives } from "./plain-directives.ts";
import { Statement, type StatementKind } from "./unit.ts";

/** Longer lines are not kept: they are hardly repeated. */
const lengthLimit = 80;

const { newline, tab, space, dot, colon } = byteOf;

/** Reads the lines of one assembler's texts. */
export class LineReader {
  readonly #assembler: Assembler;
  readonly #memory: StatementMemory;
  readonly #keeps: boolean;
  readonly #line = new LineCursor();
  /** The line's statement, where statements are kept. */
  #statement: Statement | undefined;

  constructor(assembler: Assembler, known: KnownStatements, keeps: boolean) {
    this.#assembler = assembler;
    this.#memory = new StatementMemory(assembler, known);
    this.#keeps = keeps;
  }

  /**
   * Reads up to `limit` lines of a text, as far as it can.
   * @returns how many; after a line that was new to it, it stops, as anything may have changed.
   */
  read(input: Input, limit: number): number {
    const assembler = this.#assembler;
    if (assembler.subsection.section.isZeros) return 0;
    const lines = this.#memory.lines();
    const { macros } = assembler;
    const line = this.#line;
    const { bytes, text } = input.source;
    const last = bytes.length - 1;
    line.bytes = bytes;
    line.text = text;
    let { at } = input;
    let count = 0;
    for (; count < limit && at < last; count++) {
      let end = at;
      let hash = 0;
      let byte = bytes[at] as number;
      line.start = at;
      if (byte === tab) {
        // The word, as far as the next blank or the line's end.
        do {
          hash = hashWith(hash, byte);
          byte = bytes[++end] as number;
        } while (byte > space);
        if (bytes[at + 1] === dot) {
          const reader = plainDirectives.find(bytes, at, end, hash);
          line.at = byte === newline ? end : end + 1;
          if (reader?.(this, line, assembler) === true) {
            this.#finish(0);
            at = line.at + 1;
            continue;
          }
        }
      }
      while (byte !== newline) {
        hash = hashWith(hash, byte);
        byte = bytes[++end] as number;
      }
      line.at = end;
      if (end > at && !this.#label(end)) {
        if (end - at > lengthLimit || end - at < 3) break;
        const found = lines.find(bytes, at, end, hash);
        if (found === undefined && this.#putSimilar(end, hash)) {
          at = end + 1;
          continue;
        }
        if (found === undefined || (macros.size > 0 && macros.has(found.word))) {
          input.at = at;
          this.#memory.learn(input, end, hash);
          return count + 1;
        }
        this.#put(found);
      }
      at = end + 1;
    }
    input.at = at;
    return count;
  }

  /** Makes the line the assembler's statement; to be called with the cursor at the line's end. */
  begin(kind: StatementKind = "directive"): void {
    const assembler = this.#assembler;
    const { start, at: end } = this.#line;
    if (!this.#keeps) {
      assembler.standAt(start, end);
      return;
    }
    const { source, subsection } = assembler;
    const statement = new Statement(source, { start, end }, undefined, subsection.current);
    statement.kind = kind;
    assembler.statement = statement;
    assembler.keep(statement);
    this.#statement = statement;
  }

  /** Ends the statement, whose name is at that position among its tokens. */
  #finish(nameAt: number): void {
    const statement = this.#statement;
    if (statement === undefined) return;
    statement.nameAt = nameAt;
    statement.finish(this.#assembler.subsection.current);
    this.#statement = undefined;
  }

  /** Puts again what the line became before. */
  #put(found: KnownStatement): void {
    this.begin(found.kind === "directive" ? found.kind : "instruction");
    this.#count(found, this.#memory.put(found));
  }

  /** Ends the statement that a line became, with so many instructions more. */
  #count({ form, nameAt }: KnownStatement, instructions: number): void {
    const statement = this.#statement;
    if (statement !== undefined) {
      statement.form = form;
      statement.instructions += instructions;
    }
    this.#finish(nameAt);
  }

  /** Puts a line that differs from a known one in its last number or name; false if none does. */
  #putSimilar(end: number, hash: number): boolean {
    const { bytes, start } = this.#line;
    const memory = this.#memory;
    const template = memory.similar(bytes, start, end);
    if (template === undefined) return false;
    const { known, open } = template;
    if (this.#assembler.macros.has(known.word)) return false;
    this.begin("instruction");
    // What names a symbol is put as quickly without being known.
    const moment = open.symbol === undefined ? memory.observe() : undefined;
    this.#count(known, memory.putSimilar(template, start, end));
    if (moment !== undefined) memory.keep(template, moment, bytes, start, end, hash);
    return true;
  }

  /** `name:` as a whole line. */
  #label(end: number): boolean {
    const { bytes, start, text } = this.#line;
    if (bytes[end - 1] !== colon || !startsName(bytes[start] as number)) return false;
    for (let at = start; at < end - 1; at++) {
      const byte = bytes[at] as number;
      if (byte > 127 || !continuesName(byte)) return false;
    }
    const assembler = this.#assembler;
    this.begin("label");
    const symbol = assembler.label(text.slice(start, end - 1), start);
    this.#statement?.addLabel(symbol);
    assembler.lines.label(assembler, symbol);
    this.#statement = undefined;
    return true;
  }
}
