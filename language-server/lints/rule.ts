/** What a lint is: a row for the docs and the settings, and functions that look at the code. */
import type { Statement } from "../../assembler/unit.ts";
import type { Analysis } from "../analysis.ts";
import type { Code, Step } from "./code.ts";
import type { Block, Graph, LintFunction } from "./graph.ts";
import type { Level } from "./levels.ts";
import type { Definitions, LiveRegisters } from "./registers.ts";
import type { State, ValueFlow } from "./values.ts";

/** A change that a finding proposes, at its own statement or at a symbol's label. */
export interface Fix {
  readonly title: string;
  /** Takes the lines away, puts a line before or behind them, or changes the mnemonic. */
  readonly change: "remove" | "before" | "after" | "mnemonic";
  readonly line?: string;
  /** The symbol before whose label the line is put. */
  readonly symbol?: string;
}

/** Something that a rule found. */
export interface Finding {
  readonly step: Step;
  readonly message: string;
  /** The register to mark in the statement, "x" or "f" with its number. */
  readonly register?: { readonly file: "x" | "f"; readonly index: number };
  /** The last step of a run, where more than one statement is meant. */
  readonly until?: Step;
  /** Another place, and what it has to do with this one. */
  readonly related?: { readonly step: Step; readonly message: string };
  readonly fix?: Fix;
}

/** What rules look at. */
export interface LintContext {
  readonly analysis: Analysis;
  readonly code: Code;
  readonly graph: Graph;
  readonly values: ValueFlow;
  readonly live: LiveRegisters;
  readonly xlen: 32 | 64;
  /** Whose calls the program makes, and whether the source itself says so. */
  readonly environment: "linux" | "rars" | "venus" | "ripes";
  readonly isEnvironmentStated: boolean;
  /** Whether the file handles traps or touches privileged registers itself. */
  readonly isPrivileged: boolean;
  /** Whether a statement is to be position-independent code. */
  isPositionIndependent(statement: Statement): boolean;
}

/** A step that may run, and what is known before it. */
export interface Visit {
  readonly context: LintContext;
  readonly step: Step;
  readonly block: Block;
  readonly owner: LintFunction | undefined;
  readonly state: State;
  readonly defined: Definitions;
}

type Report = (finding: Finding) => void;

/** One lint. */
export interface Rule {
  readonly id: string;
  readonly level: Exclude<Level, "off">;
  /** One sentence: what it finds. */
  readonly summary: string;
  /** Why that matters, and when it is not reported. */
  readonly explanation: string;
  /** Source that has it, one finding at least. */
  readonly example: string;
  /** The same source put right. */
  readonly fixed: string;
  /** Whether editors show the place as code that is not needed. */
  readonly isUnnecessary?: true;
  /** Called for every step that may run. */
  visit?(at: Visit, report: Report): void;
  /** Called once. */
  check?(context: LintContext, report: Report): void;
}
