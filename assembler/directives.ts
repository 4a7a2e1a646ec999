/**
 * The table of directives: name, shape of the operands, a sentence for a person, and what it does.
 * GNU as manual, chapter "Assembler Directives" and section "RISC-V-Directives".
 */
import type { Arguments } from "./arguments.ts";
import type { Assembler } from "./assembler.ts";
import { controlDirectives } from "./directives/control.ts";
import { countedDirectives } from "./directives/counted.ts";
import { dataDirectives } from "./directives/data.ts";
import { debugDirectives } from "./directives/debug.ts";
import { layoutDirectives } from "./directives/layout.ts";
import { listingDirectives } from "./directives/listing.ts";
import { nameDirectives } from "./directives/names.ts";
import { riscvDirectives } from "./directives/riscv.ts";
import { sectionDirectives } from "./directives/section.ts";
import { stabDirectives } from "./directives/stabs.ts";
import { symbolDirectives } from "./directives/symbol.ts";

/** One directive. */
export interface Directive {
  /** With its dot, in lower case. */
  readonly name: string;
  /** The operands as a person writes them, e.g. "expression, …"; empty when there are none. */
  readonly operands: string;
  /** One sentence. */
  readonly summary: string;
  /** What it does with its operands; what it leaves is reported. */
  run(assembler: Assembler, args: Arguments): void;
  /** Whether it reads the rest of the line itself, so that nothing is reported as left over. */
  readonly takesAll?: boolean;
  /** Whether it only puts bytes, which depend on nothing but its operands. */
  readonly isPlain?: boolean;
}

/** All directives, by name. */
export const directives: ReadonlyMap<string, Directive> = new Map(
  [
    ...dataDirectives,
    ...countedDirectives,
    ...nameDirectives,
    ...listingDirectives,
    ...sectionDirectives,
    ...symbolDirectives,
    ...layoutDirectives,
    ...controlDirectives,
    ...riscvDirectives,
    ...debugDirectives,
    ...stabDirectives,
  ].map((directive) => [directive.name, directive]),
);

/** The names of all directives. */
export function directiveNames(): Iterable<string> {
  return directives.keys();
}
