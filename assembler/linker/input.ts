/**
 * What a linker works on: the sections of all inputs, each with the code that relaxation has taken
 * out of it, and what each symbol of an input means after resolution.
 */
import { SHF, SHT, STB, STT } from "../../elf/constants.ts";
import type { ElfFile, ElfSymbol, Relocation, Section } from "../../elf/model.ts";
import { type Diagnostic, diagnose, suggestion } from "../diagnostics.ts";

/** A section of an input, on its way into the output. */
export interface InputSection {
  readonly file: string;
  readonly section: Section;
  readonly relocations: readonly Relocation[];
  /** The output section, and where in it the section begins. */
  output: OutputSection | undefined;
  offset: bigint;
  /** Bytes that relaxation takes out: at offset `at` of the input, `count` of them. */
  removed: { at: number; count: number }[];
}

/** A section of the executable. */
export interface OutputSection {
  readonly name: string;
  type: number;
  flags: bigint;
  alignment: bigint;
  entrySize: bigint;
  address: bigint;
  size: bigint;
  /** Where it must be; undefined where it follows the section before it. */
  readonly fixedAddress?: bigint;
  readonly inputs: InputSection[];
}

/** What a symbol means. */
export interface Definition {
  readonly name: string;
  readonly symbol: ElfSymbol;
  readonly file: string;
  /** Where it is; undefined for an absolute value. */
  section: InputSection | undefined;
  /** Offset in the input section, or the value. */
  value: bigint;
  /** Or: an offset in an output section, or an address found after layout. */
  address?: () => bigint;
  readonly isUndefinedWeak?: boolean;
}

/** All inputs, resolved. */
export interface Program {
  readonly bits: 32 | 64;
  readonly sections: InputSection[];
  readonly definitions: Map<ElfSymbol, Definition>;
  readonly globals: Map<string, Definition>;
  readonly objects: readonly { name: string; object: ElfFile }[];
}

const noWhere = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

/** A diagnostic about an input file as a whole. */
export function linkError(code: string, file: string, values: Record<string, string>): Diagnostic {
  return diagnose(code, { file, range: noWhere }, values);
}

const isKept = ({ type, name }: Section) =>
  type !== SHT.RISCV_ATTRIBUTES &&
  type !== SHT.NULL &&
  name !== ".note.GNU-stack" &&
  name !== ".gnu.attributes";

/** Reads the sections and resolves the symbols of all inputs. Reports doubles. */
export function resolve(
  objects: readonly { name: string; object: ElfFile }[],
  diagnostics: Diagnostic[],
): Program {
  const bits = objects[0]?.object.class ?? 64;
  const sections: InputSection[] = [];
  const definitions = new Map<ElfSymbol, Definition>();
  const globals = new Map<string, Definition>();
  const groups = new Set<string>();
  for (const { name: file, object } of objects) {
    const bySection = new Map<Section, InputSection>();
    const ownGroups = new Set<string>();
    for (const section of object.sections) {
      const { group } = section;
      if (!isKept(section) || (section.flags & SHF.EXCLUDE) !== 0n) continue;
      // Of a COMDAT group the first file's copy is taken.
      if (group !== undefined && groups.has(group) && !ownGroups.has(group)) continue;
      if (group !== undefined) {
        groups.add(group);
        ownGroups.add(group);
      }
      const relocations = [...section.relocations].sort((a, b) => Number(a.offset - b.offset));
      const input = { file, section, relocations, output: undefined, offset: 0n, removed: [] };
      bySection.set(section, input);
      sections.push(input);
    }
    for (const symbol of object.symbols) {
      const definition = definitionOf(file, symbol, bySection);
      if (definition === undefined) continue;
      definitions.set(symbol, definition);
      if (symbol.binding !== STB.LOCAL) enter(globals, definition, diagnostics);
    }
  }
  return { bits, sections, definitions, globals, objects };
}

function definitionOf(
  file: string,
  symbol: ElfSymbol,
  bySection: ReadonlyMap<Section, InputSection>,
): Definition | undefined {
  const { name, section, value } = symbol;
  if (section === "undefined") return undefined;
  if (section === "absolute" || section === "common") {
    return { name, symbol, file, section: undefined, value };
  }
  const input = bySection.get(section);
  return input && { name, symbol, file, section: input, value };
}

const rank = ({ symbol }: Definition) =>
  symbol.section === "common" ? 1 : symbol.binding === STB.WEAK ? 0 : 2;

function enter(
  globals: Map<string, Definition>,
  definition: Definition,
  diagnostics: Diagnostic[],
): void {
  const known = globals.get(definition.name);
  if (known === undefined || rank(definition) > rank(known)) {
    globals.set(definition.name, definition);
  } else if (rank(definition) === 2 && rank(known) === 2) {
    diagnostics.push(
      linkError("multiply-defined", definition.file, {
        name: definition.name,
        first: known.file,
      }),
    );
  } else if (
    rank(definition) === 1 &&
    rank(known) === 1 &&
    definition.symbol.size > known.symbol.size
  ) {
    globals.set(definition.name, definition);
  }
}

/** The definition that a symbol of an input means; undefined for one that nobody defines. */
export function meaningOf(program: Program, symbol: ElfSymbol): Definition | undefined {
  if (symbol.binding === STB.LOCAL) return program.definitions.get(symbol);
  return program.globals.get(symbol.name) ?? program.definitions.get(symbol);
}

/** Reports each undefined symbol once a file, with the nearest name that exists. */
export function reportUndefined(program: Program, diagnostics: Diagnostic[]): void {
  for (const { name: file, object } of program.objects) {
    const used = new Set<ElfSymbol>();
    for (const { relocations } of object.sections) {
      for (const { symbol } of relocations) if (symbol !== undefined) used.add(symbol);
    }
    for (const symbol of object.symbols) {
      const { section, binding, name, type } = symbol;
      if (section !== "undefined" || binding === STB.WEAK || type === STT.SECTION || name === "")
        continue;
      if (!used.has(symbol) || program.globals.has(name)) continue;
      diagnostics.push(
        linkError("undefined-symbol", file, {
          name,
          suggestion: suggestion(name, candidates(program, object)),
        }),
      );
    }
  }
}

function* candidates(program: Program, object: ElfFile): Iterable<string> {
  yield* program.globals.keys();
  for (const { name, binding, section } of object.symbols) {
    if (binding === STB.LOCAL && typeof section === "object" && name !== "") yield name;
  }
}

/** Where an offset of an input section has moved to, in the same section. */
export function moved({ removed }: InputSection, offset: number): number {
  let low = 0;
  let high = removed.length;
  // The removals that begin before the offset.
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((removed[middle] as { at: number }).at < offset) low = middle + 1;
    else high = middle;
  }
  if (low === 0) return offset;
  const { at, count, total } = removed[low - 1] as { at: number; count: number; total?: number };
  const before = (total ?? 0) - count;
  return offset - before - Math.min(count, offset - at);
}

/** The address of a definition as the layout stands. */
export function addressOf(definition: Definition): bigint {
  if (definition.address !== undefined) return definition.address();
  const { section, value } = definition;
  if (section === undefined) return value;
  const { output } = section;
  if (output === undefined) return value;
  return output.address + section.offset + BigInt(moved(section, Number(value)));
}
