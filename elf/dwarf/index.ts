/**
 * The debug information of a file behind one door: lines, functions, call frames. Each part is read
 * when it is first asked for; what is damaged is left out and noted in `errors`.
 */
import type { ElfError } from "../errors.ts";
import type { ElfFile } from "../model.ts";
import { DW_LANG, DW_TAG } from "./constants.ts";
import { FrameTable } from "./frame-reader.ts";
import { type CompileUnit, type FunctionScope, InfoReader } from "./info-reader.ts";
import { type LineProgram, readLinePrograms } from "./line-reader.ts";
import { LineTable } from "./line-table.ts";
import { contains } from "./ranges.ts";
import { DebugSections } from "./sections.ts";

/** The debug information of a file; it keeps the file, not copies. */
export class DebugInformation {
  /** What could not be read so far, one sentence each. */
  readonly errors: ElfError[] = [];
  readonly sections: DebugSections;
  #lines: LineTable | undefined;
  #programs: Map<number, LineProgram> | undefined;
  #info: InfoReader | undefined;
  #frames: FrameTable | undefined;
  #expansions: FunctionScope[] | undefined;
  #expansionLines: LineTable | undefined;
  #hasExpansions: boolean | undefined;
  #byName: Map<string, FunctionScope[]> | undefined;

  constructor(file: ElfFile) {
    this.sections = new DebugSections(file, this.errors);
  }

  /** Lines and addresses. */
  get lines(): LineTable {
    if (this.#lines === undefined) {
      this.#lines = new LineTable(this.sections.file, this.#programsOf(false));
    }
    return this.#lines;
  }

  /** The lines of bodies that expansions of macros came from; line 0 where none did. */
  get expansionLines(): LineTable {
    if (this.#expansionLines === undefined) {
      this.#expansionLines = new LineTable(this.sections.file, this.#programsOf(true));
    }
    return this.#expansionLines;
  }

  /** Whether anything is known of expansions. */
  get hasExpansions(): boolean {
    this.#hasExpansions ??= this.compileUnits.some(isOfExpansions);
    return this.#hasExpansions;
  }

  /** The expansions of macros and repetitions by address; those in others are their children. */
  get expansions(): readonly FunctionScope[] {
    this.#expansions ??= this.compileUnits
      .filter(isOfExpansions)
      .flatMap((unit) => this.info.functionsOf(unit))
      .sort((a, b) => (a.entryAddress < b.entryAddress ? -1 : 1));
    return this.#expansions;
  }

  /** The expansions of macros and repetitions that an address is in, the innermost first. */
  expansionsAt(address: bigint): FunctionScope[] {
    if (!this.hasExpansions) return [];
    const chain: FunctionScope[] = [];
    let candidates = this.expansions;
    for (;;) {
      const scope = lastBefore(candidates, address);
      if (scope === undefined || !contains(scope.ranges, address)) return chain;
      chain.unshift(scope);
      candidates = scope.children;
    }
  }

  /** The line programs of expansions, or all others. */
  #programsOf(isExpanded: boolean): LineProgram[] {
    const offsets = new Set(
      this.compileUnits.filter(isOfExpansions).map(({ lineProgram }) => lineProgram),
    );
    return [...this.#linePrograms().values()].filter(
      ({ offset }) => offsets.has(offset) === isExpanded,
    );
  }

  /** Units, entries and functions. */
  get info(): InfoReader {
    if (this.#info === undefined) {
      this.#info = new InfoReader(this.sections, (offset) => this.#linePrograms().get(offset));
    }
    return this.#info;
  }

  /** How to get from a frame to its caller's. */
  get frames(): FrameTable {
    if (this.#frames === undefined) this.#frames = new FrameTable(this.sections);
    return this.#frames;
  }

  get compileUnits(): readonly CompileUnit[] {
    return this.info.compileUnits;
  }

  /**
   * The functions at an address: first the innermost inlined one, then those that it is inlined
   * in, last the real one; empty where none is known.
   */
  functionsAt(address: bigint): FunctionScope[] {
    const unit = this.info.unitAt(address);
    if (unit === undefined) return [];
    const chain: FunctionScope[] = [];
    let candidates = this.info.functionsOf(unit);
    for (;;) {
      const scope = candidates.find(({ ranges }) => contains(ranges, address));
      if (scope === undefined) return chain;
      chain.unshift(scope);
      candidates = scope.children;
    }
  }

  /** The functions (not inlined ones) with a plain, qualified or linkage name. */
  functionsNamed(name: string): readonly FunctionScope[] {
    if (this.#byName === undefined) {
      this.#byName = new Map();
      for (const unit of this.compileUnits) {
        if (isOfExpansions(unit)) continue;
        for (const scope of this.info.functionsOf(unit)) {
          const { qualifiedName, linkageName } = scope;
          for (const key of new Set([scope.name, qualifiedName, linkageName ?? scope.name])) {
            const known = this.#byName.get(key);
            if (known === undefined) this.#byName.set(key, [scope]);
            else known.push(scope);
          }
        }
      }
    }
    return this.#byName.get(name) ?? [];
  }

  /**
   * Where to stop for a breakpoint on a line: in each function (or inlined copy) that has code of
   * the line, the lowest address; behind the prologue, if that matters, when it is the function's first. Where the
   * line has no code, the next line that has some is taken; `line` says which.
   */
  breakpointAddresses(path: string, line: number): { line: number; addresses: bigint[] } {
    const file = this.lines.findFile(path);
    const actual = file === undefined ? undefined : this.lines.nextLine(file, line);
    if (file === undefined || actual === undefined) return { line, addresses: [] };
    const homes = new Set<FunctionScope>();
    const addresses = new Set<bigint>();
    for (const address of this.lines.addresses(file, actual)) {
      const [home] = this.functionsAt(address);
      if (home === undefined) addresses.add(address);
      else if (!homes.has(home)) {
        homes.add(home);
        addresses.add(this.#behindPrologue(address, home));
      }
    }
    return { line: actual, addresses: [...addresses] };
  }

  /** Where to stop for a breakpoint on a function: behind its prologue, if that matters. */
  bodyAddress(scope: FunctionScope): bigint {
    return this.#behindPrologue(scope.entryAddress, scope);
  }

  /** Where a step into a function ends: behind its first line, whatever is known there already. */
  steppedInto(scope: FunctionScope): bigint {
    const { entryAddress: start } = scope;
    const range = scope.ranges.find(({ low, high }) => start >= low && start < high);
    return range === undefined ? start : this.lines.entered(start, range.high);
  }

  #behindPrologue(address: bigint, scope: FunctionScope): bigint {
    const { entryAddress: start } = scope;
    if (scope.isInlined || address < start || !this.#hasPrologue(scope)) return address;
    const range = scope.ranges.find(({ low, high }) => address >= low && address < high);
    if (range === undefined || start < range.low) return address;
    // Whatever line of the prologue it is, it moves behind all of it.
    const end = this.lines.prologueEnd(start, range.high);
    return address < end ? end : address;
  }

  /**
   * Whether a function's first instructions must run before a person can look at its variables. Not
   * in assembly, and not in optimised code of GCC, which describes them from the first instruction
   * on (GDB decides in the same way).
   */
  #hasPrologue({ unit: { unit, language, producer } }: FunctionScope): boolean {
    if (language === DW_LANG.Mips_Assembler || language === DW_LANG.Assembly) return false;
    return !(producer.startsWith("GNU") && unit.hasLocationLists);
  }

  #linePrograms(): Map<number, LineProgram> {
    if (this.#programs === undefined) {
      // Assigned before the units are read: they ask for programs only later, by name of a file.
      const programs = new Map<number, LineProgram>();
      this.#programs = programs;
      const directories = new Map<number, string>();
      for (const { lineProgram, directory } of this.compileUnits) {
        if (lineProgram !== undefined) directories.set(lineProgram, directory);
      }
      const directoryOf = (offset: number) => directories.get(offset) ?? "";
      for (const program of readLinePrograms(this.sections, directoryOf)) {
        programs.set(program.offset, program);
      }
    }
    return this.#programs;
  }
}

/** Whether a unit is of what macros became; `assembler/expansions.ts` writes it. */
function isOfExpansions({ unit, language }: CompileUnit): boolean {
  return unit.root.tag === DW_TAG.partial_unit && language === DW_LANG.Mips_Assembler;
}

/** The last of scopes in the order of their addresses that begins at or before an address. */
function lastBefore(scopes: readonly FunctionScope[], address: bigint): FunctionScope | undefined {
  let low = 0;
  let high = scopes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((scopes[middle] as FunctionScope).entryAddress <= address) low = middle + 1;
    else high = middle;
  }
  return scopes[low - 1];
}

/** The debug information of a file. Reads nothing yet and never throws; see `errors` later. */
export function readDebugInformation(file: ElfFile): DebugInformation {
  return new DebugInformation(file);
}
