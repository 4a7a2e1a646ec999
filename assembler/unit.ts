/**
 * What is known about a source after it was assembled, for editors: each statement with its place,
 * its operands and the bytes that it became, macros, inclusions. `analysis.ts` asks the questions.
 */

import type { Architecture } from "../isa/architecture.ts";
import type { OperandValues } from "../isa/encoding.ts";
import type { Instruction } from "../isa/instruction.ts";
import type { Token } from "./lexer.ts";
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

/** An instruction that a statement became. */
export interface Emitted {
  readonly instruction: Instruction;
  readonly values: OperandValues;
  /** The relocation function of the immediate, such as "pcrel_hi", and its symbol. */
  readonly relocation?: { readonly name: string; readonly symbol: string };
  readonly fragment: Fragment;
  readonly offset: number;
}

/** One operand as it was written. */
export interface OperandNode {
  /** Offsets in the statement's source. */
  readonly start: number;
  readonly end: number;
  /** What the operand turned out to be. */
  readonly kind: "x" | "f" | "memory" | "expression" | "function" | "name" | "empty";
  /** Name of the operand in the syntax that matched, e.g. "rd" or "imm(rs1)"; "" if none did. */
  role: string;
}

/** A statement that was read, in a file or in an expansion. */
export interface Statement {
  readonly source: SourceText;
  readonly start: number;
  readonly end: number;
  readonly tokens: readonly Token[];
  kind: StatementKind;
  /** Mnemonic, directive, macro name, or assigned symbol. */
  name: Token | undefined;
  labels: AssemblySymbol[];
  operands: OperandNode[];
  emitted: Emitted[];
  /** Where its bytes begin and end. */
  from: { fragment: Fragment; offset: number };
  to: { fragment: Fragment; offset: number };
  /** The macro that it calls. */
  macro: Macro | undefined;
}

/** A parameter of a macro. */
export interface MacroParameter {
  readonly name: string;
  readonly kind: "optional" | "required" | "vararg";
  /** Where its default value stands. */
  readonly fallback: Mention | undefined;
  readonly mention: Mention;
  /** Places in the body that stand for it (`\name`). */
  readonly references: Mention[];
}

/** A macro. */
export interface Macro {
  readonly name: string;
  readonly parameters: readonly MacroParameter[];
  /** Offsets of the body in its source. */
  readonly source: SourceText;
  readonly start: number;
  readonly end: number;
  /** The name in the definition. */
  readonly mention: Mention;
  /** Calls. */
  readonly references: Mention[];
}

/** An inclusion. */
export interface Inclusion {
  /** The string in `.include "…"`. */
  readonly mention: Mention;
  /** The file as it was asked for. */
  readonly path: string;
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
  /** All texts of files, the main one first. */
  readonly files: SourceText[];
  readonly architecture: Architecture;
}
