/**
 * What a linker script says, as a tree. The language is that of GNU ld (manual, chapter "Linker
 * Scripts"); `script-parser.ts` makes the tree, `assign.ts` gives input sections to its output
 * sections, `layout.ts` walks it with addresses.
 */
import type { Range } from "../source.ts";

/** Where something stands in a script. */
export interface ScriptPlace {
  readonly file: string;
  readonly range: Range;
}

/** An expression; `place` is where it begins. */
export type Expression = { readonly place: ScriptPlace } & (
  | { readonly kind: "number"; readonly value: bigint }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "unary"; readonly operator: string; readonly operand: Expression }
  | {
      readonly kind: "binary";
      readonly operator: string;
      readonly left: Expression;
      readonly right: Expression;
    }
  | {
      readonly kind: "choice";
      readonly condition: Expression;
      readonly yes: Expression;
      readonly no: Expression;
    }
  | {
      /** A function: `text` is the name of a section, symbol, region or constant. */
      readonly kind: "call";
      readonly name: string;
      readonly text: string;
      readonly operands: readonly Expression[];
    }
);

/** `symbol = expression`, in its forms. */
export interface Assignment {
  readonly kind: "assign";
  readonly name: string;
  /** "" or the operator of `+=`, `-=`, …. */
  readonly operator: string;
  readonly value: Expression;
  readonly isProvided: boolean;
  readonly isHidden: boolean;
  readonly place: ScriptPlace;
}

export interface Assertion {
  readonly kind: "assert";
  readonly condition: Expression;
  readonly message: string;
  readonly place: ScriptPlace;
}

/** How the files or sections that a pattern matches are ordered. */
export type Order = "name" | "alignment" | "priority" | "none";

/** A pattern of section names. */
export interface SectionPattern {
  readonly pattern: string;
  /** Outer order first, then the inner. */
  readonly orders: readonly Order[];
  /** Patterns of files whose sections are left out. */
  readonly excluded: readonly string[];
}

/** `file(sections)`: where sections of inputs go. */
export interface InputStatement {
  readonly kind: "input";
  readonly file: string;
  readonly fileOrder: Order | undefined;
  readonly excluded: readonly string[];
  /** Flags of sections that are wanted, and that are not: bits of `SHF`, of INPUT_SECTION_FLAGS. */
  readonly flags: { readonly wanted: number; readonly unwanted: number } | undefined;
  /** Undefined: every section of the file. */
  readonly sections: readonly SectionPattern[] | undefined;
  readonly isKept: boolean;
  readonly place: ScriptPlace;
}

/** BYTE, SHORT, LONG, QUAD, SQUAD. */
export interface DataStatement {
  readonly kind: "data";
  readonly size: 1 | 2 | 4 | 8;
  readonly value: Expression;
  readonly place: ScriptPlace;
}

export interface FillStatement {
  readonly kind: "fill";
  readonly value: Uint8Array;
}

export type BodyStatement = Assignment | Assertion | InputStatement | DataStatement | FillStatement;

/** `name address : { … } >region`. */
export interface OutputStatement {
  readonly kind: "output";
  readonly name: string;
  readonly place: ScriptPlace;
  readonly address: Expression | undefined;
  /** NOLOAD, COPY, INFO, …. */
  readonly type: string | undefined;
  readonly loadAddress: Expression | undefined;
  readonly alignment: Expression | undefined;
  readonly alignsWithInput: boolean;
  readonly inputAlignment: Expression | undefined;
  readonly constraint: "read-only" | "writable" | undefined;
  readonly body: readonly BodyStatement[];
  readonly region: string | undefined;
  readonly loadRegion: string | undefined;
  readonly segments: readonly string[];
  readonly fill: Uint8Array | undefined;
  /** Whether it is one of OVERLAY, which is loaded behind the one before. */
  readonly isOverlay: boolean;
  /** Where the location counter goes behind it; of the last of OVERLAY. */
  readonly end: Expression | undefined;
}

/** A statement of SECTIONS, or an assignment outside of it. */
export type Statement = Assignment | Assertion | OutputStatement;

/** A line of MEMORY. */
export interface MemoryRegion {
  readonly name: string;
  /** Attributes such as `rx!w`. */
  readonly attributes: string;
  readonly origin: Expression;
  readonly length: Expression;
  readonly place: ScriptPlace;
}

/** A line of PHDRS. */
export interface SegmentStatement {
  readonly name: string;
  readonly type: number;
  readonly hasFileHeader: boolean;
  readonly hasProgramHeaders: boolean;
  readonly address: Expression | undefined;
  readonly flags: Expression | undefined;
}

/** `INSERT AFTER name;` behind a SECTIONS command: where its statements go. */
export interface Insertion {
  readonly statements: readonly Statement[];
  readonly where: "after" | "before";
  readonly name: string;
  readonly place: ScriptPlace;
}

/** A whole script. */
export interface Script {
  readonly statements: Statement[];
  readonly memory: MemoryRegion[];
  /** Names that stand for regions, of REGION_ALIAS. */
  readonly aliases: Map<string, string>;
  readonly segments: SegmentStatement[] | undefined;
  readonly insertions: Insertion[];
  readonly entry: string | undefined;
  /** Symbols that must be found, of EXTERN. */
  readonly wanted: string[];
  /** Files of INPUT, GROUP and STARTUP. */
  readonly inputs: { readonly names: string[]; readonly isGroup: boolean }[];
  readonly searchFolders: string[];
  readonly outputFormat: string | undefined;
  /** Whether there was a SECTIONS command; without one the statements add to the default script. */
  readonly hasSections: boolean;
}
