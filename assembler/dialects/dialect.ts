/**
 * What a dialect of assembly is: the language of GNU as, or of a teaching simulator. A dialect
 * changes how characters become tokens, and a table of directives and pseudo-instructions; all else
 * is the same assembler.
 */
import type { PseudoInstruction } from "../../isa/pseudo.ts";
import type { Assembler } from "../assembler.ts";
import type { Directive } from "../directives.ts";
import type { LexicalRules } from "../lexer.ts";
import type { Statement } from "../unit.ts";

/** The dialects by name. */
export const dialectNames = ["gnu", "rars", "venus", "ripes"] as const;
export type DialectName = (typeof dialectNames)[number];

/** What a dialect implies where a program does not say it: architecture and environment. */
export const dialectTargets: Readonly<
  Record<
    DialectName,
    { readonly march?: string; readonly environment?: "rars" | "venus" | "ripes" }
  >
> = {
  gnu: {},
  rars: { march: "rv32g", environment: "rars" },
  venus: { march: "rv32g", environment: "venus" },
  ripes: { march: "rv32g", environment: "ripes" },
};

/** See the file's head. */
export interface Dialect {
  readonly name: DialectName;
  /** As a person says it, e.g. "RARS". */
  readonly title: string;
  readonly rules: LexicalRules;
  /** Directives that GNU as does not have or understands otherwise, by name. */
  readonly directives: ReadonlyMap<string, Directive>;
  /** Pseudo-instructions beyond GNU's; they are tried first. */
  readonly pseudoInstructions: readonly PseudoInstruction[];
  /** Symbols that are there without a definition, such as those of devices. */
  readonly symbols: ReadonlyMap<string, bigint>;
  /** Where segments begin; `.data` and `.text` with these addresses are the plain ones. */
  readonly segmentAddresses?: Readonly<Record<".text" | ".data", bigint>>;
  /** Whether instructions have their full size always, and the linker changes none. */
  readonly hasFixedSizes: boolean;
  /** Whether an unknown directive is a warning only. */
  readonly ignoresUnknownDirectives: boolean;
  /** Whether a program starts at its first instruction even where it has a global `main`. */
  readonly startsAtText: boolean;
  /** Whether lines like `#define` and `#ifdef` are preprocessed. */
  readonly isPreprocessed: boolean;
  /** Takes a statement, from the token at `at` on, that is one only here; false leaves it. */
  readonly read?: (assembler: Assembler, statement: Statement, at: number) => boolean;
}

/** Directives by name. */
export const byName = (list: readonly Directive[]): ReadonlyMap<string, Directive> =>
  new Map(list.map((directive) => [directive.name, directive]));

/** A pseudo-instruction of a dialect, which the disassembler does not print. */
export const pseudo = (
  mnemonic: string,
  syntax: string,
  expansion: string,
  summary: string,
): PseudoInstruction => ({ mnemonic, syntax, expansion, summary, alias: false });
