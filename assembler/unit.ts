/**
 * What is known about a source after it was assembled, for editors: each statement with its place,
 * its operands and the bytes that it became, macros, inclusions. `analysis.ts` asks the questions.
 */

import type { Architecture } from "../isa/architecture.ts";
import type { Form } from "./instructions.ts";
import { gnuRules, readStatement, type Token } from "./lexer.ts";
import type { Fragment } from "./sections.ts";
import type { SourceText } from "./source.ts";
import type { AssemblySymbol, Mention, SymbolTable } from "./symbols.ts";

/** What a statement is. */
export type StatementKind =
  | "label"
  | "assignment"
  | "directive"
  | "instruction"
  | "macro"
  | "skipped"
  | "unknown";

/** A place in what is assembled. */
export interface CodePlace {
  readonly fragment: Fragment;
  readonly offset: number;
}

const none: readonly AssemblySymbol[] = [];

/**
 * A statement that was read, in a file or in an expansion. There are as many as lines, so one holds
 * little: its tokens are read again when somebody asks for them.
 */
export class Statement {
  readonly source: SourceText;
  start: number;
  end: number;
  kind: StatementKind = "label";
  /** Position of the mnemonic, directive, macro name or assigned symbol; negative without one. */
  nameAt = -1;
  labels: readonly AssemblySymbol[] = none;
  /** Whether its text alone decides what it becomes, unless it names a symbol. */
  isPlain = false;
  /** How many instructions it became. */
  instructions = 0;
  /** The form of the instruction that its operands fit. */
  form: Form | undefined;
  /** The macro that it calls. */
  macro: Macro | undefined;
  #tokens: readonly Token[] | undefined;
  #from: Fragment;
  #fromOffset: number;
  #to: Fragment;
  #toOffset: number;

  constructor(
    source: SourceText,
    { start, end }: { readonly start: number; readonly end: number },
    tokens: readonly Token[] | undefined,
    at: Fragment,
  ) {
    this.source = source;
    this.start = start;
    this.end = end;
    this.#tokens = tokens;
    this.#from = at;
    this.#fromOffset = at.length;
    this.#to = at;
    this.#toOffset = at.length;
  }

  get tokens(): readonly Token[] {
    return this.#tokens ?? readStatement(this.source.text, this.start, gnuRules).tokens;
  }

  /** Keeps the tokens no longer; only where the rules of GNU as give them again. */
  dropTokens(): void {
    this.#tokens = undefined;
  }

  /** Mnemonic, directive, macro name, or assigned symbol. */
  get name(): Token | undefined {
    return this.nameAt < 0 ? undefined : this.tokens[this.nameAt];
  }

  /** Where its bytes begin. */
  get from(): CodePlace {
    return { fragment: this.#from, offset: this.#fromOffset };
  }

  /** Where its bytes end. */
  get to(): CodePlace {
    return { fragment: this.#to, offset: this.#toOffset };
  }

  /** Says that its bytes begin at the end of what a fragment has so far. */
  begin(at: Fragment): void {
    this.#from = at;
    this.#fromOffset = at.length;
  }

  /** Says that its bytes end at the end of what a fragment has so far. */
  finish(at: Fragment): void {
    this.#to = at;
    this.#toOffset = at.length;
  }

  /** Says that it stands so many characters later. */
  move(by: number): void {
    this.start += by;
    this.end += by;
  }

  /** Whether it begins in a later fragment of the same subsection. */
  isBehind({ subsection, index }: Fragment): boolean {
    return this.#from.subsection === subsection && this.#from.index > index;
  }

  /** Whether it begins in a fragment. */
  isIn(fragment: Fragment): boolean {
    return this.#from === fragment;
  }

  /** Says that what stood at a place of a fragment, and behind it, now stands at another place. */
  carry({ fragment, offset }: CodePlace, to: CodePlace): void {
    if (this.#from === fragment && this.#fromOffset >= offset) {
      this.#from = to.fragment;
      this.#fromOffset += to.offset - offset;
    }
    if (this.#to === fragment && this.#toOffset >= offset) {
      this.#to = to.fragment;
      this.#toOffset += to.offset - offset;
    }
  }

  addLabel(symbol: AssemblySymbol): void {
    this.labels = this.labels === none ? [symbol] : [...this.labels, symbol];
  }
}

/** A parameter of a macro. */
export interface MacroParameter {
  readonly name: string;
  readonly kind: "optional" | "required" | "vararg";
  /** Where its default value stands, and its text where that is another one. */
  fallback: (Mention & { readonly text?: string }) | undefined;
  mention: Mention;
  /** Places in the body that stand for it (`\name`). */
  readonly references: Mention[];
}

/** A macro. */
export interface Macro {
  readonly name: string;
  readonly parameters: readonly MacroParameter[];
  /** Offsets of the body in its source. */
  readonly source: SourceText;
  start: number;
  end: number;
  /** The name in the definition. */
  mention: Mention;
  /** Calls. */
  readonly references: Mention[];
}

/** An inclusion. */
export interface Inclusion {
  /** The string in `.include "…"`. */
  readonly mention: Mention;
  /** The file as it was asked for. */
  readonly path: string;
  /** The file as it was found; undefined where it was not. */
  found?: string;
  /** Whether it is the binary kind, `.incbin`. */
  readonly isBinary: boolean;
}

/** Everything that was read. */
export interface Unit {
  readonly file: string;
  readonly source: SourceText;
  /** In the order in which they were assembled, those of expansions between those of files. */
  readonly statements: Statement[];
  readonly symbols: SymbolTable;
  readonly macros: Macro[];
  readonly inclusions: Inclusion[];
  /** Other sources that the program needs, as by `.import`. */
  readonly imports: Inclusion[];
  /** Names of symbols that the source says to be elsewhere, as by `.extern`. */
  readonly externals: Set<string>;
  /** All texts of files, the main one first. */
  readonly files: SourceText[];
  readonly architecture: Architecture;
  /** Whether a file of an `#include` is missing, so that nothing behind it can be judged. */
  isIncomplete: boolean;
}
