/**
 * The conditions that are open while a source is read: `.if` and its like push one, `.else` and
 * `.elseif` change which branch is assembled, `.endif` pops it. Each text (a file, an expansion) has
 * its own on top of those around it. GNU as manual, "`.if`".
 */
import type { Arguments } from "./arguments.ts";
import type { Assembler } from "./assembler.ts";
import type { Token } from "./lexer.ts";
import type { SourceText } from "./source.ts";

interface Condition {
  readonly token: Token;
  readonly source: SourceText;
  /** Whether this branch is assembled. */
  isActive: boolean;
  /** Whether some branch was assembled already, or none can be. */
  isSettled: boolean;
  hasElse: boolean;
}

/** Names that mean the same. */
const synonyms: Readonly<Record<string, string>> = { ".elsec": ".else", ".endc": ".endif" };

/** See the file's head. */
export class Conditions {
  readonly #open: Condition[] = [];

  /** How many are open. */
  get depth(): number {
    return this.#open.length;
  }

  /** Whether statements are skipped here. */
  get isSkipping(): boolean {
    const condition = this.#open.at(-1);
    return condition !== undefined && !condition.isActive;
  }

  /** Opens a condition. */
  open(source: SourceText, token: Token, holds: boolean): void {
    this.#open.push({ token, source, isActive: holds, isSettled: holds, hasElse: false });
  }

  /** Opens one inside of what is skipped: none of its branches is assembled. */
  openSkipped(source: SourceText, token: Token): void {
    this.#open.push({ token, source, isActive: false, isSettled: true, hasElse: false });
  }

  /** Closes all but `depth` of them, as the end of an expansion does. */
  closeTo(depth: number): void {
    this.#open.length = Math.min(this.#open.length, depth);
  }

  /** Closes all but `depth` of them, and reports those: their text has ended. */
  endText(assembler: Assembler, depth: number, isReported: boolean): void {
    while (this.#open.length > depth) {
      const { token, source } = this.#open.pop() as Condition;
      const mention = { source, start: token.start, end: token.end };
      if (isReported) assembler.reportAt("if-without-endif", mention, { name: token.text });
    }
  }

  /** `.else`, `.elseif` and `.endif`; `base` of the conditions are those of texts around this one. */
  change(assembler: Assembler, name: string, args: Arguments, base: number): void {
    const word = synonyms[name] ?? name;
    const condition = this.#open.at(-1);
    const isOurs = condition !== undefined && this.#open.length > base;
    if (!isOurs || (condition.hasElse && word !== ".endif")) {
      const { start, end, text } = args.name;
      assembler.report("else-without-if", start, end, { name: text });
      return;
    }
    if (word === ".endif") {
      this.#open.pop();
      return;
    }
    if (condition.isSettled) {
      condition.isActive = false;
      args.at = args.tokens.length;
    } else {
      condition.isActive = word === ".else" || (args.constant("The condition") ?? 0n) !== 0n;
      condition.isSettled = condition.isActive;
    }
    if (word === ".else") {
      condition.hasElse = true;
      condition.isSettled = true;
    }
  }
}
