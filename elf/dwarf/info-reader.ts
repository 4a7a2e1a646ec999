/**
 * Compile units and functions. Unit headers are read at once; a unit's root entry, when addresses
 * are first asked for; its functions, when one of them is needed. A function's name may stand at
 * its abstract origin or its declaration elsewhere, which are followed. DWARF 5, chapter 3,
 * "Program Scope Entries".
 */
import { separateDebugInformation } from "../errors.ts";
import { DW_AT, DW_TAG, DW_UT } from "./constants.ts";
import { type Abbreviation, type Entry, isNamespace, Unit } from "./entry.ts";
import type { LineProgram } from "./line-reader.ts";
import { type AddressRange, contains, rangesOf } from "./ranges.ts";
import { attempt, type DebugSections } from "./sections.ts";
import { readUnitExtent } from "./unit-header.ts";

/** What a compile unit says about itself. */
export interface CompileUnit {
  unit: Unit;
  /** The primary source file as the compiler was told, perhaps relative to `directory`. */
  name: string;
  directory: string;
  /** One of `DW_LANG`; 0 where not known. */
  language: number;
  /** Compiler and options. */
  producer: string;
  ranges: readonly AddressRange[];
  /** Offset of its line program in `.debug_line`. */
  lineProgram: number | undefined;
}

/** A function with code: a subprogram, or the place where one was inlined. */
export interface FunctionScope {
  /** As the programmer wrote it, without qualification; empty for the unnamed. */
  name: string;
  /** With its namespaces and classes, `a::b`. */
  qualifiedName: string;
  /** The symbol's name where it differs (C++, Rust). */
  linkageName: string | undefined;
  /** Never empty. */
  ranges: readonly AddressRange[];
  /** Where calls go: the entry pc, else the start of the first range. */
  entryAddress: bigint;
  /** Full path and line of the declaration; line 0 where not known. */
  path: string;
  line: number;
  /** Whether this is inlined code, then from where it was called. */
  isInlined: boolean;
  callPath: string;
  callLine: number;
  callColumn: number;
  isExternal: boolean;
  /** Expression for the frame base, for variables. */
  frameBase: Uint8Array | undefined;
  /** The function that this one is nested or inlined in. */
  parent: FunctionScope | undefined;
  /** Functions inlined into (or nested in) this one. */
  children: FunctionScope[];
  /** For what is not listed here: parameters, variables, blocks. */
  entry: Entry;
  /** The declaration that the entry is an instance of; the entry itself where it is none. */
  origin: Entry;
  unit: CompileUnit;
}

/** Chains of origins and specifications are at most this long in sound files. */
const maximalChain = 16;

/** The units of a file. */
export class InfoReader {
  readonly units: readonly Unit[];
  readonly #sections: DebugSections;
  readonly #programAt: (offset: number) => LineProgram | undefined;
  #compileUnits: CompileUnit[] | undefined;
  readonly #functions = new Map<Unit, FunctionScope[]>();

  /** `programAt` gives the line program at an offset, for the names of files. */
  constructor(sections: DebugSections, programAt: (offset: number) => LineProgram | undefined) {
    this.#sections = sections;
    this.#programAt = programAt;
    this.units = readUnits(sections);
  }

  /** The compile units, those without code included. */
  get compileUnits(): readonly CompileUnit[] {
    if (this.#compileUnits === undefined) {
      this.#compileUnits = [];
      for (const unit of this.units) {
        if (unit.type === DW_UT.type || unit.type === DW_UT.split_type) continue;
        attempt(this.#sections, () => {
          const file = unit.root.string(DW_AT.dwo_name) ?? unit.root.string(DW_AT.GNU_dwo_name);
          const described = describeUnit(unit);
          this.#compileUnits?.push(described);
          if (file !== undefined) {
            const what = described.name === "" ? `the unit at ${unit.offset}` : described.name;
            this.#sections.errors.push(separateDebugInformation(what, file));
          }
        });
      }
    }
    return this.#compileUnits;
  }

  /** The unit whose ranges hold an address. */
  unitAt(address: bigint): CompileUnit | undefined {
    return this.compileUnits.find(({ ranges }) => contains(ranges, address));
  }

  /** The entry at an offset of `.debug_info`, in whichever unit it is. */
  entryAt(offset: number): Entry | undefined {
    let low = 0;
    let high = this.units.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const unit = this.units[middle] as Unit;
      if (unit.section === ".debug_info" && unit.offset <= offset) low = middle + 1;
      else high = middle;
    }
    const unit = this.units[low - 1];
    return unit !== undefined && offset < unit.end ? unit.entryAt(offset) : undefined;
  }

  /** The functions of a unit that have code; those inlined are children of others. */
  functionsOf(compileUnit: CompileUnit): readonly FunctionScope[] {
    let functions = this.#functions.get(compileUnit.unit);
    if (functions === undefined) {
      functions = [];
      this.#functions.set(compileUnit.unit, functions);
      const found = functions;
      attempt(this.#sections, () => this.#scan(compileUnit, found));
    }
    return functions;
  }

  /**
   * One pass over a unit's entries in the order of the section, with a stack for the tree: it never
   * goes back, whatever the entries say.
   */
  #scan(compileUnit: CompileUnit, found: FunctionScope[]): void {
    const { unit } = compileUnit;
    const namespaces: Namespace[] = [];
    const stack: Place[] = [{ prefix: "" }];
    let offset = unit.root.abbreviation.hasChildren ? unit.root.end : unit.end;
    while (stack.length > 0 && offset < unit.end) {
      const entry = unit.entryAt(offset);
      if (entry === undefined) {
        const namespace = stack.pop()?.namespace;
        if (namespace !== undefined) namespace.end = offset;
        offset++;
        continue;
      }
      const place = this.#enter(entry, stack.at(-1) as Place, compileUnit, found);
      offset = entry.end;
      if (!entry.abbreviation.hasChildren) continue;
      if (place.namespace !== undefined) namespaces.push(place.namespace);
      const sibling = place.isSkipped ? entry.reference(DW_AT.sibling) : undefined;
      if (sibling !== undefined && sibling >= entry.end) offset = sibling;
      else stack.push(place);
    }
    for (const scope of found) qualify(scope, namespaces);
  }

  /** What an entry means to those below it; a function with code is added to `found`. */
  #enter(entry: Entry, place: Place, compileUnit: CompileUnit, found: FunctionScope[]): Place {
    const { tag } = entry;
    if (place.isSkipped) return place;
    if (tag === DW_TAG.lexical_block || tag === DW_TAG.try_block) {
      return { ...place, namespace: undefined };
    }
    if (tag === DW_TAG.subprogram || tag === DW_TAG.inlined_subroutine) {
      const scope = this.#describe(entry, place, compileUnit);
      if (scope === undefined) return { prefix: "", isSkipped: true };
      if (place.parent === undefined || tag === DW_TAG.subprogram) found.push(scope);
      place.parent?.children.push(scope);
      return { prefix: "", parent: scope };
    }
    if (isNamespace(tag)) {
      const prefix = `${place.prefix}${entry.string(DW_AT.name) ?? "(anonymous)"}::`;
      const namespace = { start: entry.offset, end: compileUnit.unit.end, prefix };
      return { ...place, prefix, namespace };
    }
    return { prefix: "", isSkipped: true };
  }

  #describe(entry: Entry, place: Place, unit: CompileUnit): FunctionScope | undefined {
    const ranges = rangesOf(entry);
    const [first] = ranges;
    if (first === undefined) return undefined;
    const chain = this.#originsOf(entry);
    const find = <T>(get: (origin: Entry) => T | undefined): T | undefined => {
      for (const origin of chain) {
        const value = get(origin);
        if (value !== undefined) return value;
      }
      return undefined;
    };
    const name = find((origin) => origin.string(DW_AT.name)) ?? "";
    const declaration = this.declarationOf(chain);
    return {
      name,
      qualifiedName: place.prefix + name,
      linkageName: find(
        (origin) => origin.string(DW_AT.linkage_name) ?? origin.string(DW_AT.MIPS_linkage_name),
      ),
      ranges,
      entryAddress: entry.address(DW_AT.entry_pc) ?? first.low,
      path: declaration?.path ?? "",
      line: declaration?.line ?? 0,
      isInlined: entry.tag === DW_TAG.inlined_subroutine,
      callPath: this.#path(entry, DW_AT.call_file),
      callLine: entry.number(DW_AT.call_line) ?? 0,
      callColumn: entry.number(DW_AT.call_column) ?? 0,
      isExternal: chain.some((origin) => origin.flag(DW_AT.external)),
      frameBase: entry.expression(DW_AT.frame_base),
      parent: place.parent,
      children: [],
      entry,
      origin: chain.at(-1) as Entry,
      unit,
    };
  }

  /** The entry, then what it is an instance of, then the declaration of that. */
  #originsOf(entry: Entry): Entry[] {
    const chain = [entry];
    for (let last: Entry | undefined = entry; last && chain.length < maximalChain; ) {
      const offset: number | undefined =
        last.reference(DW_AT.abstract_origin) ?? last.reference(DW_AT.specification);
      last = offset === undefined ? undefined : this.entryAt(offset);
      if (last !== undefined) chain.push(last);
    }
    return chain;
  }

  /** Where the first of the entries that says so is declared; the column is 0 where not known. */
  declarationOf(
    chain: readonly Entry[],
  ): { readonly path: string; readonly line: number; readonly column: number } | undefined {
    const entry = chain.find((origin) => origin.number(DW_AT.decl_line) !== undefined);
    if (entry === undefined) return undefined;
    const line = entry.number(DW_AT.decl_line) ?? 0;
    const column = entry.number(DW_AT.decl_column) ?? 0;
    return { path: this.#path(entry, DW_AT.decl_file), line, column };
  }

  /** The file that an attribute of an entry names by number. */
  #path(entry: Entry, name: number): string {
    const file = entry.number(name);
    if (file === undefined) return "";
    const offset = entry.unit.root.offsetOf(DW_AT.stmt_list);
    return offset === undefined ? "" : (this.#programAt(offset)?.paths[file] ?? "");
  }
}

/** Where a scan is in the tree. */
interface Place {
  /** Namespaces and classes around it. */
  prefix: string;
  /** The function around it. */
  parent?: FunctionScope | undefined;
  /** Whether nothing below can be a function with code. */
  isSkipped?: boolean;
  namespace?: Namespace | undefined;
}

/** A part of a unit whose names have a prefix. */
interface Namespace {
  start: number;
  end: number;
  prefix: string;
}

/** Qualifies the names of functions that are defined outside of their namespace or class. */
function qualify(scope: FunctionScope, namespaces: readonly Namespace[]): void {
  const { origin } = scope;
  if (origin !== scope.entry && origin.unit === scope.entry.unit) {
    let low = 0;
    let high = namespaces.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((namespaces[middle] as Namespace).start < origin.offset) low = middle + 1;
      else high = middle;
    }
    while (low > 0 && (namespaces[low - 1] as Namespace).end < origin.offset) low--;
    scope.qualifiedName = (namespaces[low - 1]?.prefix ?? "") + scope.name;
  }
  for (const child of scope.children) if (child.isInlined) qualify(child, namespaces);
}

function readUnits(sections: DebugSections): Unit[] {
  const units: Unit[] = [];
  const tables = new Map<number, Map<number, Abbreviation>>();
  for (const name of [".debug_info", ".debug_types"]) {
    const cursor = sections.cursor(name);
    attempt(sections, () => {
      while (!cursor.isAtEnd) {
        const start = cursor.offset;
        const { end } = readUnitExtent(cursor);
        cursor.offset = start;
        attempt(sections, () => units.push(new Unit(sections, name, cursor, tables)));
        cursor.offset = end;
      }
    });
  }
  return units;
}

function describeUnit(unit: Unit): CompileUnit {
  const { root } = unit;
  return {
    unit,
    name: root.string(DW_AT.name) ?? "",
    directory: root.string(DW_AT.comp_dir) ?? "",
    language: root.number(DW_AT.language) ?? 0,
    producer: root.string(DW_AT.producer) ?? "",
    ranges: rangesOf(root),
    lineProgram: root.offsetOf(DW_AT.stmt_list),
  };
}
