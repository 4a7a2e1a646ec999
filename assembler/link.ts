/**
 * The static linker: relocatable objects and archives in, an executable out. Symbols are resolved,
 * sections placed as a linker script says, code relaxed, relocations applied. Reading order: this
 * file, then in `linker/`: `program.ts`, `load.ts`, `script.ts`, `assign.ts`, `layout.ts`,
 * `relax.ts`, `relocate.ts`, `output.ts`.
 */
import { EM, ET, PF, PT, SHF, SHT } from "../elf/constants.ts";
import { ElfError } from "../elf/errors.ts";
import { headersSize } from "../elf/layout.ts";
import type { ElfFile, Section, Segment } from "../elf/model.ts";
import { type Diagnostic, diagnose } from "./diagnostics.ts";
import { assignSections, orderLinked, type Step } from "./linker/assign.ts";
import { type BuildId, buildIdSection, identify } from "./linker/build-id.ts";
import { collectGarbage } from "./linker/collect.ts";
import { placeCommons } from "./linker/commons.ts";
import { conventional, type LayoutName, memoryMaps, scriptOf } from "./linker/default-scripts.ts";
import { bytesIn, EhFrame } from "./linker/eh-frame.ts";
import { IndirectFunctions } from "./linker/indirect-functions.ts";
import { Layout } from "./linker/layout.ts";
import {
  type LinkInput,
  Loader,
  linkError,
  loadRelocations,
  type SymbolOptions,
} from "./linker/load.ts";
import { mapText } from "./linker/map.ts";
import { memoryUsage } from "./linker/memory-usage.ts";
import { mergeSections } from "./linker/merge.ts";
import { mergeAttributes, mergeFlags } from "./linker/merge-attributes.ts";
import { OffsetTable } from "./linker/offset-table.ts";
import type { OrphanHandling } from "./linker/orphans.ts";
import {
  contentOf,
  countLoads,
  type Paging,
  sectionOf,
  segmentsFor,
  symbolsOf,
} from "./linker/output.ts";
import {
  type InputSection,
  type LinkSymbol,
  OutputSection,
  type Program,
} from "./linker/program.ts";
import {
  activateSymbols,
  type Definition,
  defineBounds,
  defineHeaderStart,
  withDefinitions,
} from "./linker/provide.ts";
import { Relaxation } from "./linker/relax.ts";
import { joinObjects, relocatableScript } from "./linker/relocatable.ts";
import { type RelocateContext, redirectMerged } from "./linker/relocate.ts";
import type { Script, ScriptPlace } from "./linker/script.ts";
import { numberOf } from "./linker/script-expression.ts";
import { parseScript } from "./linker/script-parser.ts";
import { sortedScript } from "./linker/script-patterns.ts";
import { giveSections } from "./linker/symbol-sections.ts";
import { startCode } from "./start.ts";

export type { LinkInput } from "./linker/load.ts";

/** How to link. */
export interface LinkOptions {
  /** The symbol to start at: by default the script's, else `main`, else the first instruction. */
  entry?: string;
  textAddress?: bigint;
  dataAddress?: bigint;
  /**
   * The environment whose memory map to use, "linux" by default; "conventional" places sections as
   * GNU ld does. A script wins over both.
   */
  layout?: LayoutName | "conventional";
  /** Whether to start at the code's first instruction even where there is a global `main`. */
  startsAtText?: boolean;
  /** A linker script, read by `parseScript`. */
  script?: Script;
  /** Whether to relax, true by default. */
  relax?: boolean;
  /** Whether to leave out sections that nothing reaches. */
  collectsGarbage?: boolean;
  /** Symbols that must be found, as by `-u`; the link fails where `required` ones are not. */
  wanted?: readonly string[];
  required?: readonly string[];
  /** References to symbols that go to wrappers, and double definitions. */
  symbols?: SymbolOptions;
  /** Symbols with values, as by `--defsym`. */
  definitions?: readonly Definition[];
  /** Addresses of sections by name, and of segments for SEGMENT_START. */
  sectionStarts?: ReadonlyMap<string, bigint>;
  segmentStarts?: ReadonlyMap<string, bigint>;
  /** Whether data that start code makes read-only gets its own pages. */
  isRelro?: boolean;
  /** Whether to make the index `.eh_frame_hdr`. */
  wantsFrameHeader?: boolean;
  /** In bytes, a power of two; 4096 by default. */
  pageSize?: number;
  /**
   * How code and data share memory: in pages by their rights (the default), close together in the
   * file ("unpaged", ld's -n), or with code that is writable, too, and data right behind (-N).
   */
  magic?: "paged" | "unpaged" | "writable";
  /** Size of the stack for PT_GNU_STACK. */
  stackSize?: bigint;
  /** What is left out of the file: debug sections, or all symbols, too. */
  strip?: "debug" | "all";
  /** Whether local symbols are left out. */
  dropsLocals?: boolean;
  /** The target, where no input tells it. */
  bits?: 32 | 64;
  /** What is done with sections that the script does not mention; they are placed by default. */
  orphans?: OrphanHandling;
  /** Whether to make an object of objects, to be linked again, and whether it has no commons. */
  isRelocatable?: boolean;
  placesCommons?: boolean;
  /** What identifies the program in its note; by default it has none. */
  buildId?: BuildId;
  /** How sections are sorted that patterns of the script match without an order of their own. */
  sortedBy?: "name" | "alignment";
  /** Whether common symbols are placed by falling alignment. */
  sortsCommons?: boolean;
  /** Whether to warn of segments that can be written and run. */
  warnsOfWritableCode?: boolean;
  /** Whether to say where everything went. */
  wantsMap?: boolean;
  /** Whether to say how full the script's regions of memory are. */
  wantsMemoryUsage?: boolean;
}

/** An executable, or as much of it as could be made, and what is wrong. */
export interface LinkResult {
  file: ElfFile;
  diagnostics: Diagnostic[];
  /** The map, when it was asked for. */
  map?: string;
  /** What is used of the regions of memory, when it was asked for. */
  memoryUsage?: string;
  /** Sections that nothing reaches, and that were left out. */
  removed: { readonly section: string; readonly file: string }[];
}

/** Links objects and archives. Never throws: what cannot be linked is reported. */
export function link(inputs: readonly LinkInput[], options: LinkOptions = {}): LinkResult {
  const diagnostics: Diagnostic[] = [];
  const bits = bitsOf(inputs) ?? options.bits ?? 64;
  try {
    return new Linker(inputs, options, bits, diagnostics).run();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const code = error instanceof ElfError ? "unreadable-object" : "internal";
    diagnostics.push(linkError(code, nameOf(inputs), { reason }));
    return { file: emptyFile(bits), diagnostics, removed: [] };
  }
}

function bitsOf(inputs: readonly LinkInput[]): 32 | 64 | undefined {
  for (const input of inputs) {
    const found =
      "object" in input ? input.object.class : "group" in input ? bitsOf(input.group) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function nameOf(inputs: readonly LinkInput[]): string {
  const [first] = inputs;
  if (first === undefined) return "program";
  return "group" in first ? nameOf(first.group) : first.name;
}

function emptyFile(bits: 32 | 64): ElfFile {
  return {
    class: bits,
    type: ET.EXEC,
    machine: EM.RISCV,
    flags: 0,
    entry: 0n,
    sections: [],
    segments: [],
    symbols: [],
  };
}

/** Walks of relaxation that are enough for any program; each makes it smaller. */
const walkLimit = 100;

/**
 * How often the number of segments is found out anew, and how often of these it may also become
 * less: where each number leads to the other, the larger one is kept, as GNU ld does.
 */
const headerTries = 10;
const freeTries = 4;

/** Bytes that a file may have. */
const sizeLimit = 1 << 29;

/** What the linker makes of itself. */
interface MadeTables {
  readonly table: OffsetTable;
  readonly indirect: IndirectFunctions;
  readonly frames: EhFrame;
  readonly note: InputSection | undefined;
}

class Linker {
  readonly #inputs: readonly LinkInput[];
  readonly #options: LinkOptions;
  readonly #bits: 32 | 64;
  readonly #diagnostics: Diagnostic[];
  readonly #loader: Loader;
  readonly #program: Program;
  readonly #script: Script;
  readonly #pageSize: number;
  /** How many PT_LOAD there are likely to be, which the headers' size depends on. */
  #loads = 2;
  /** Whether the script asks how large the headers are, and so means to load them. */
  #wantsHeaders = false;
  #provided: ReadonlySet<ScriptPlace> = new Set();
  /** The stack's rights by all files, once they were asked for. */
  #stack: { readonly flags: number | undefined } | undefined;

  constructor(
    inputs: readonly LinkInput[],
    options: LinkOptions,
    bits: 32 | 64,
    diagnostics: Diagnostic[],
  ) {
    this.#inputs = inputs;
    this.#options = options;
    this.#bits = bits;
    this.#diagnostics = diagnostics;
    const { symbols, isRelocatable = false } = options;
    this.#loader = new Loader(bits, diagnostics, { ...symbols, isRelocatable });
    this.#program = this.#loader.program;
    const script = withDefinitions(scriptFor(options, bits), options.definitions ?? []);
    this.#script = options.sortedBy === undefined ? script : sortedScript(script, options.sortedBy);
    this.#pageSize = options.pageSize ?? 0x1000;
  }

  get #paging(): Paging {
    const { magic = "paged" } = this.#options;
    return { pageSize: this.#pageSize, isPaged: magic === "paged" };
  }

  /** Whether this is a program of one of the environments, which start as they do. */
  get #environment(): LayoutName | undefined {
    const { layout = "linux", script } = this.#options;
    return script !== undefined || layout === "conventional" ? undefined : layout;
  }

  run(): LinkResult {
    const program = this.#program;
    this.#load();
    if (this.#hasErrors()) return this.#nothing();
    if (this.#options.isRelocatable === true) return this.#join();
    placeCommons(program, this.#options.sortsCommons === true);
    const table = new OffsetTable(this.#bits);
    const frames = new EhFrame(this.#options.wantsFrameHeader === true);
    const indirect = new IndirectFunctions(this.#bits);
    const made = [...table.sections, ...indirect.sections];
    if (frames.header !== undefined) made.push(frames.header);
    const { buildId } = this.#options;
    const note = buildId === undefined ? undefined : buildIdSection(buildId);
    if (note !== undefined) made.push(note);
    program.sections.push(...made);
    this.#provided = activateSymbols(program, this.#script);
    const steps = assignSections(program, this.#script, this.#options.orphans);
    program.sections = program.sections.filter(({ isDiscarded }) => !isDiscarded);
    const outputs = steps.filter((step) => step instanceof OutputSection);
    this.#checkInsertions();
    for (const section of program.sections) loadRelocations(section, program);
    const gone = this.#options.collectsGarbage === true ? this.#collect() : [];
    dropDiscarded(outputs);
    orderLinked(outputs);
    frames.reduce(program);
    mergeSections(program.sections);
    redirectMerged(program);
    indirect.collect(program);
    table.collect(program);
    for (const section of made) {
      if (section.size > 0) continue;
      section.isDiscarded = true;
      if (section.output !== undefined) section.output.made = section;
    }
    dropDiscarded(outputs);
    const layout = this.#layOut(steps, outputs);
    return this.#write(steps, outputs, layout, { table, indirect, frames, note }, gone);
  }

  /** What INSERT names must be there. */
  #checkInsertions(): void {
    const { statements, insertions } = this.#script;
    const all = [...statements, ...insertions.flatMap((one) => one.statements)];
    const names = new Set(all.map((one) => (one.kind === "output" ? one.name : "")));
    for (const { name, place } of insertions) {
      if (names.has(name)) continue;
      const reason = `there is no output section \`${name}\` to insert at`;
      this.#diagnostics.push(diagnose("linker-script", place, { reason }));
    }
  }

  /** An object instead of an executable. */
  #join(): LinkResult {
    const { orphans, placesCommons = false, sortsCommons = false } = this.#options;
    const program = this.#program;
    if (placesCommons) placeCommons(program, sortsCommons);
    const provided = activateSymbols(program, this.#script);
    const gone: InputSection[] = [];
    const collect = () => {
      program.sections = program.sections.filter(({ isDiscarded }) => !isDiscarded);
      for (const section of program.sections) loadRelocations(section, program);
      gone.push(...this.#collect());
    };
    const file = joinObjects(program, this.#script, {
      orphans,
      provided,
      strip: this.#options.strip,
      pageSize: this.#pageSize,
      collect: this.#options.collectsGarbage === true ? collect : undefined,
    });
    return { file, diagnostics: this.#diagnostics, removed: removedIn(gone) };
  }

  #nothing(): LinkResult {
    return { file: emptyFile(this.#bits), diagnostics: this.#diagnostics, removed: [] };
  }

  #hasErrors(): boolean {
    return this.#diagnostics.some(({ severity }) => severity === "error");
  }

  #load(): void {
    const loader = this.#loader;
    const { wanted: asked = [], required = [] } = this.#options;
    const isNamed = this.#environment === undefined && !isNumber(this.#entryName ?? "0");
    const start = isNamed ? [this.#entryName ?? ""] : [];
    for (const name of [...start, ...asked, ...required, ...this.#script.wanted]) loader.want(name);
    for (const input of this.#inputs) loader.load(input);
    for (const name of required) {
      if (this.#program.globals.get(name)?.kind !== "undefined") continue;
      const values = { name, user: ", but --require-defined asks for it", suggestion: "" };
      this.#diagnostics.push(linkError("undefined-symbol", nameOf(this.#inputs), values));
    }
    const isLinux = this.#environment === "linux" && this.#options.entry === undefined;
    const hasStart = this.#program.globals.get("_start")?.isDefined === true;
    const main = this.#program.globals.get("main") ?? this.#localNamed("main");
    const like = this.#program.files[0]?.object;
    if (!isLinux || hasStart || this.#localNamed("_start") !== undefined) return;
    if (main?.isDefined !== true || like === undefined) return;
    loader.load({ name: "start", object: startCode(like) });
    // A `main` without `.globl` is meant all the same when there is no other.
    const wanted = this.#program.globals.get("main");
    const local = this.#localNamed("main");
    if (wanted !== undefined && !wanted.isDefined && local !== undefined) {
      wanted.kind = "defined";
      wanted.section = local.section;
      wanted.value = local.value;
      wanted.file = local.file;
      if (local.section !== undefined && "symbols" in local.section)
        local.section.symbols.push(wanted);
    }
  }

  #localNamed(name: string): LinkSymbol | undefined {
    for (const file of this.#program.files) {
      for (const symbol of file.namedLocals())
        if (symbol.name === name && symbol.isDefined) return symbol;
    }
    return undefined;
  }

  /** The name of the entry, by option or script. */
  get #entryName(): string | undefined {
    return this.#options.entry ?? this.#script.entry;
  }

  #collect(): InputSection[] {
    const names = [this.#entryName, ...(this.#options.wanted ?? []), ...this.#script.wanted];
    const roots: LinkSymbol[] = [];
    for (const name of names) {
      const symbol = name === undefined ? undefined : this.#program.globals.get(name);
      if (symbol !== undefined) roots.push(symbol);
    }
    return collectGarbage(this.#program, roots);
  }

  /** Addresses for everything, with code relaxed. */
  #layOut(steps: readonly Step[], outputs: readonly OutputSection[]): Layout {
    const program = this.#program;
    const { sectionStarts = new Map(), segmentStarts = new Map(), isRelro = false } = this.#options;
    const layout = new Layout(program, this.#script, steps, {
      pageSize: this.#pageSize,
      isRelro,
      provided: this.#provided,
      isCodeWritable: this.#options.magic === "writable",
      sectionStarts,
      segmentStarts,
      headersSize: () => {
        this.#wantsHeaders = true;
        return this.#headersSize(outputs);
      },
    });
    layout.run();
    layout.removeEmpty();
    layout.run();
    defineBounds(program, outputs);
    defineHeaderStart(program, outputs, this.#pageSize);
    const relaxation = new Relaxation({
      program,
      outputs,
      globalPointer: () => this.#globalPointer(),
      isRelro,
      pageSize: this.#pageSize,
    });
    // The headers may turn out to have another size than was thought, and all moves with it.
    for (let tries = 0; tries < headerTries; tries++) {
      if (this.#options.relax !== false) {
        for (let walk = 0; walk < walkLimit && layout.run(relaxation.shorten); walk++);
      }
      const loads = countLoads(outputs, this.#paging);
      if (loads === this.#loads || (tries >= freeTries && loads < this.#loads)) break;
      this.#loads = loads;
      layout.run();
    }
    for (let walk = 0; walk < walkLimit && layout.run(relaxation.align); walk++);
    layout.run();
    defineBounds(program, outputs);
    defineHeaderStart(program, outputs, this.#pageSize);
    layout.finish();
    return layout;
  }

  /** The symbol whose value gp has, where code may rely on that. */
  #globalPointer(): LinkSymbol | undefined {
    const symbol = this.#program.globals.get("__global_pointer$");
    if (symbol?.isDefined !== true) return undefined;
    // A plain program for Linux starts with gp = 0 unless it sets gp itself.
    return this.#environment === undefined || symbol.isReferenced ? symbol : undefined;
  }

  /** Bytes of the file header and of as many program headers as there are likely to be. */
  #headersSize(outputs: readonly OutputSection[]): number {
    if (this.#script.segments !== undefined) {
      const extra = outputs.some(isAttributes) ? 1 : 0;
      return headersSize(this.#bits, this.#script.segments.length + extra);
    }
    const loaded = outputs.filter((output) => output.has(SHF.ALLOC) && !output.isRemoved);
    let count = this.#loads;
    let previous: OutputSection | undefined;
    for (const output of loaded) {
      const goesOn = previous?.type === SHT.NOTE && previous.alignment === output.alignment;
      if (output.type === SHT.NOTE && !goesOn) count++;
      previous = output;
    }
    if (loaded.some((output) => output.has(SHF.TLS))) count++;
    if (loaded.some(({ name }) => name === ".eh_frame_hdr")) count++;
    if (this.#options.isRelro === true) count++;
    if (this.#stackFlags !== undefined) count++;
    if (outputs.some(isAttributes)) count++;
    return headersSize(this.#bits, count);
  }

  /** Rights of the stack when some file has a note about it: executable where one asks for it. */
  get #stackFlags(): number | undefined {
    this.#stack ??= stackFlagsOf(this.#program);
    return this.#stack.flags;
  }

  #write(
    steps: readonly Step[],
    outputs: readonly OutputSection[],
    layout: Layout,
    { table, indirect, frames, note }: MadeTables,
    gone: readonly InputSection[],
  ): LinkResult {
    const program = this.#program;
    const bits = this.#bits;
    const threadStart = outputs.find((one) => one.has(SHF.TLS) && !one.isRemoved)?.address ?? 0;
    const large = outputs.find(
      (one) => !one.isRemoved && one.size > sizeLimit && one.type !== SHT.NOBITS,
    );
    const sum = outputs.reduce(
      (all, one) => all + (one.isRemoved || one.type === SHT.NOBITS ? 0 : one.size),
      0,
    );
    if (large !== undefined || !(sum <= sizeLimit)) {
      const section = large?.name ?? outputs.at(-1)?.name ?? "";
      const values = { section, limit: String(sizeLimit) };
      this.#diagnostics.push(linkError("section-too-large", nameOf(this.#inputs), values));
      return this.#nothing();
    }
    table.fill(threadStart);
    indirect.fill();
    const context: RelocateContext = {
      program,
      globalPointer: program.globals.get("__global_pointer$")?.address ?? 0,
      threadStart,
      table,
      missing: new Map(),
    };
    this.#reportOverlap(outputs);
    const contents = new Map<OutputSection, Uint8Array>();
    for (const output of outputs) {
      if (!output.isRemoved && !this.#isStripped(output)) {
        contents.set(output, contentOf(output, context));
      }
    }
    frames.finish(bytesIn(contents));
    const sections = new Map<OutputSection, Section>();
    const merged = mergeAttributes(program);
    let attributes: Section | undefined;
    for (const [output, data] of contents) {
      const section = sectionOf(output, data, bits);
      sections.set(output, section);
      if (merged === undefined || !isAttributes(output)) continue;
      attributes = section;
      section.data = merged.data;
      section.size = merged.size;
    }
    nameLinked(sections);
    this.#identify(note, contents, [...sections.values()]);
    giveSections(steps, layout.places, program.globals.values());
    const { strip, dropsLocals } = this.#options;
    const file: ElfFile = {
      ...emptyFile(bits),
      flags: mergeFlags(program),
      entry: this.#entry(outputs),
      sections: [...sections.values()],
      symbols: strip === "all" ? [] : symbolsOf(program, sections, dropsLocals !== true),
    };
    if (!this.#hasErrors()) {
      file.segments = segmentsFor({
        bits,
        ...this.#paging,
        sections,
        statements: this.#script.segments,
        relro: layout.dataSegment.relro,
        stackFlags: this.#environment === undefined ? this.#stackFlags : undefined,
        stackSize: this.#options.stackSize ?? 0n,
        attributes,
        wantsHeaders: this.#wantsHeaders,
        valueOf: (expression) => (expression.kind === "number" ? expression.value : 0n),
      });
    }
    if (this.#options.warnsOfWritableCode === true) this.#warnOfWritableCode(file);
    const result: LinkResult = {
      file,
      diagnostics: this.#diagnostics,
      removed: removedIn(gone),
    };
    if (this.#options.wantsMemoryUsage === true) result.memoryUsage = memoryUsage(layout.regions);
    if (this.#options.wantsMap === true) {
      result.map = mapText(program, this.#script, steps, layout, gone);
    }
    return result;
  }

  #identify(
    note: InputSection | undefined,
    contents: ReadonlyMap<OutputSection, Uint8Array>,
    sections: readonly Section[],
  ): void {
    const { buildId } = this.#options;
    const data = note?.output && contents.get(note.output);
    if (buildId === undefined || note === undefined || data === undefined) return;
    identify(buildId, data.subarray(note.offset, note.offset + note.size), sections);
  }

  #warnOfWritableCode({ segments }: ElfFile): void {
    const isOpen = ({ type, flags, memorySize }: Segment) =>
      type === PT.LOAD && memorySize > 0n && (flags & PF.W) !== 0 && (flags & PF.X) !== 0;
    const open = segments.find(isOpen);
    if (open === undefined) return;
    const values = { address: `0x${open.virtualAddress.toString(16)}` };
    this.#diagnostics.push(linkError("writable-code", nameOf(this.#inputs), values));
  }

  #isStripped(output: OutputSection): boolean {
    return this.#options.strip !== undefined && /^\.(debug|zdebug|line|stab)/.test(output.name);
  }

  #reportOverlap(outputs: readonly OutputSection[]): void {
    const loaded = outputs
      .filter((one) => one.has(SHF.ALLOC) && one.size > 0 && !one.isRemoved)
      .filter((one) => !(one.has(SHF.TLS) && one.type === SHT.NOBITS))
      .sort((a, b) => a.address - b.address);
    for (const [index, section] of loaded.entries()) {
      const next = loaded[index + 1];
      if (next === undefined || section.address + section.size <= next.address) continue;
      if (section.statement?.isOverlay === true && next.statement?.isOverlay === true) continue;
      const place = `0x${BigInt.asUintN(this.#bits, BigInt(next.address)).toString(16)}`;
      const what = `${section.name} and ${next.name} overlap at ${place}`;
      this.#diagnostics.push(linkError("layout-overlap", nameOf(this.#inputs), { what }));
      return;
    }
  }

  /** Where the program begins: an environment's rules, or those of GNU ld. */
  #entry(outputs: readonly OutputSection[]): bigint {
    return this.#environment === undefined
      ? this.#conventionalEntry(outputs)
      : this.#environmentEntry(outputs);
  }

  /** GNU ld's manual, section "Setting the Entry Point". */
  #conventionalEntry(outputs: readonly OutputSection[]): bigint {
    const name = this.#entryName;
    const symbol = this.#program.globals.get(name ?? "start");
    if (symbol?.isDefined === true) return this.#addressOf(symbol);
    if (name !== undefined && isNumber(name)) {
      return BigInt.asUintN(this.#bits, numberOf(name));
    }
    // Also an empty one, which is not in the file, has a place.
    const code = outputs.find(
      ({ name: own, isRemoved, inputs }) => own === ".text" && (!isRemoved || inputs.length > 0),
    );
    const address = BigInt.asUintN(this.#bits, BigInt(code?.address ?? 0));
    if (name !== undefined) {
      const values = { name, address: `0x${address.toString(16)}` };
      const what = code === undefined ? "no-start" : "entry-guessed";
      this.#diagnostics.push(linkError(what, nameOf(this.#inputs), values));
    }
    return address;
  }

  #addressOf(symbol: LinkSymbol): bigint {
    return BigInt.asUintN(this.#bits, symbol.exact ?? BigInt(symbol.address));
  }

  #environmentEntry(outputs: readonly OutputSection[]): bigint {
    const { entry, startsAtText = false } = this.#options;
    const name = this.#entryName ?? "_start";
    const isPlain = this.#environment === "linux" || startsAtText || entry !== undefined;
    for (const candidate of isPlain ? [name] : [name, "main"]) {
      const global = this.#program.globals.get(candidate);
      const symbol =
        global?.isDefined === true
          ? global
          : candidate === name
            ? this.#localNamed(candidate)
            : undefined;
      if (symbol?.isDefined === true) return this.#addressOf(symbol);
    }
    if (entry !== undefined && isNumber(entry)) return BigInt(entry);
    const isCode = (output: OutputSection) =>
      output.has(SHF.EXECINSTR) && output.size > 0 && !output.isRemoved;
    const code = outputs.find((one) => isCode(one) && one.name === ".text") ?? outputs.find(isCode);
    const where = nameOf(this.#inputs);
    if (entry !== undefined) this.#diagnostics.push(linkError("no-entry", where, { name: entry }));
    if (code === undefined) {
      this.#diagnostics.push(linkError("no-code", where, {}));
      return 0n;
    }
    return BigInt.asUintN(this.#bits, BigInt(code.address));
  }
}

/** Says of sections that belong to others to which they do. */
function nameLinked(sections: ReadonlyMap<OutputSection, Section>): void {
  const order = [...sections.keys()];
  for (const [output, section] of sections) {
    const linked = output.inputs.find((input) => input.linked !== undefined)?.linked;
    if (linked?.output === undefined) continue;
    section.link = order.indexOf(linked.output) + 1;
    section.flags |= SHF.LINK_ORDER;
  }
}

const isNumber = (text: string) => /^(0x[0-9a-f]+|\d+)$/i.test(text);

/** What of the sections that nothing reaches is worth a word. */
const removedIn = (gone: readonly InputSection[]): LinkResult["removed"] =>
  gone
    .filter(({ size }) => size > 0)
    .map(({ name, file }) => ({ section: name, file: file?.name ?? "" }));

/** The section for attributes, which holds what has been made of those of all files. */
const isAttributes = (output: OutputSection) =>
  output.type === SHT.RISCV_ATTRIBUTES && output.name === ".riscv.attributes" && !output.isRemoved;

function stackFlagsOf({ files }: Program): { readonly flags: number | undefined } {
  const notes = files.flatMap(({ object }) =>
    object.sections.filter(({ name }) => name === ".note.GNU-stack"),
  );
  if (notes.length === 0) return { flags: undefined };
  const isExecutable = notes.some(({ flags }) => (flags & Number(SHF.EXECINSTR)) !== 0);
  return { flags: isExecutable ? 7 : 6 };
}

/** The script to use, with what a script without SECTIONS adds to the default one. */
function scriptFor(options: LinkOptions, bits: 32 | 64): Script {
  const { layout = "linux", script } = options;
  if (script?.hasSections === true) return script;
  if (options.isRelocatable === true) {
    const base = parseScript(relocatableScript, "default script").script;
    return script === undefined
      ? base
      : { ...base, ...script, statements: [...script.statements, ...base.statements] };
  }
  const isConventional = script !== undefined || layout === "conventional";
  const map = isConventional ? undefined : memoryMaps[layout as LayoutName];
  const text =
    map === undefined
      ? conventional(bits, options.magic !== "writable")
      : scriptOf({
          ...map,
          textAddress: options.textAddress ?? map.textAddress,
          dataAddress: options.dataAddress ?? map.dataAddress,
        });
  const base = parseScript(text, "default script").script;
  if (script === undefined) return base;
  return {
    ...base,
    ...script,
    statements: [...script.statements, ...base.statements],
    entry: script.entry ?? base.entry,
    hasSections: true,
  };
}

function dropDiscarded(outputs: readonly OutputSection[]): void {
  for (const output of outputs) {
    if (output.inputs.every(({ isDiscarded }) => !isDiscarded)) continue;
    output.inputs = output.inputs.filter(({ isDiscarded }) => !isDiscarded);
    output.items = output.items.filter((item) => !("isDiscarded" in item && item.isDiscarded));
  }
}
