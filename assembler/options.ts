/** How a source is assembled: what those who ask for it choose, and what `.option` changes. */
import type { Architecture, IsaEdition } from "../isa/architecture.ts";
import type { PrivilegedEdition } from "../isa/csr-editions.ts";
import type { DialectName } from "./dialects.ts";
import { type Expression, number } from "./expressions.ts";
import type { KnownStatements } from "./known-statements.ts";
import type { RawStatement } from "./lexer.ts";

/** How a file is assembled. */
export interface AssembleOptions {
  /** Base and extensions, "rv64gc" by default. */
  march?: string;
  /** "lp64d" and so on; by default what the architecture allows. */
  mabi?: string;
  /** The edition whose versions extensions have by default, as by `-misa-spec`; the latest. */
  isaEdition?: IsaEdition;
  /** The edition of the privileged manual, as by `-mpriv-spec`; 1.11 by default. */
  privilegedEdition?: PrivilegedEdition;
  /** Whether CSRs are compared with the architecture and the edition, as by `-mcsr-check`. */
  checksCsrs?: boolean;
  /** Whether the linker may shorten code, as by `-mrelax`; by default it may. */
  relax?: boolean;
  /** Whether the object says what it needs where the source does not, as by `-march-attr`; yes. */
  hasAttributes?: boolean;
  /** Whether code is to be independent of its place, as by `-fpic`. */
  pic?: boolean;
  /** Whether macros are read as after `.altmacro`, as by `--alternate`. */
  alternate?: boolean;
  /** The language of the source, GNU's by default. */
  dialect?: DialectName;
  /**
   * Whether the C preprocessor reads the source first; by default that of a file whose name ends in
   * `.S`.
   */
  preprocess?: boolean;
  /** Macros for the preprocessor, as by `-D`. */
  macros?: Readonly<Record<string, string>>;
  /** Macros to forget, as by `-U`. */
  undefine?: readonly string[];
  /** Folders in which included files are looked for, as by `-I`. */
  folders?: readonly string[];
  /** Files that are included before the first line, as by `-include`. */
  forced?: readonly string[];
  /** Whether to write debug information for a source that brings none, as by `-g`. */
  debug?: boolean;
  /** Whether debug information also says what macro calls and repetitions became. */
  expansions?: boolean;
  /** The version of DWARF, 2 to 5; 2 by default, as GNU as has it. */
  dwarf?: number;
  /** The directory that names of files are relative to, for debug information; by default none. */
  directory?: string;
  /** The program that debug information names as its maker, "Hartbeat" by default. */
  producer?: string;
  /** Symbols that are set before the first line, as by `--defsym`. */
  define?: Record<string, string>;
  /** The contents of a file that the source asks for; undefined when it is not available. */
  readFile(path: string): string | Uint8Array | undefined;
  /** The statement of the source that begins at an offset, where it is read already; for editors. */
  lexed?: (at: number) => RawStatement | undefined;
  /** Whether a next version of the source will be made from what becomes of this one. */
  isRevised?: boolean;
  /** Whether nobody asks for the unit's statements, of which there are as many as lines. */
  dropsStatements?: boolean;
  /** Lines that were assembled before, and to which those of this source are added. */
  known?: KnownStatements;
}

/** What `.option` changes. */
export interface CodeOptions {
  hasCompressed: boolean;
  relax: boolean;
  pic: boolean;
  checksCsrs: boolean;
  architecture: Architecture;
}

/** Symbols that are set before the first line, in GNU as's order: the last one first. */
export function definitions({ define = {} }: AssembleOptions): [name: string, value: Expression][] {
  return Object.entries(define)
    .reverse()
    .flatMap(([name, value]): [string, Expression][] => {
      const parsed = /^-?\w+$/.test(value) ? Number(value) : Number.NaN;
      return Number.isSafeInteger(parsed) ? [[name, number(BigInt(parsed))]] : [];
    });
}
