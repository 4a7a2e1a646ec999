/**
 * From placed sections to the file: section contents, the symbol table, the segments. Segments are
 * those of PHDRS, or are made of sections with equal rights, as GNU ld cuts them.
 */
import { PF, PT, SHF, SHT, STB, STT } from "../../elf/constants.ts";
import { unwritable } from "../../elf/errors.ts";
import { headersSize } from "../../elf/layout.ts";
import type { ElfSymbol, Section, Segment } from "../../elf/model.ts";
import { type InputFile, LinkSymbol, OutputSection, type Program } from "./program.ts";
import { type RelocateContext, relocateSection } from "./relocate.ts";
import type { SegmentStatement } from "./script.ts";

/** The bytes of an output section: inputs, data statements, relocations applied. */
export function contentOf(output: OutputSection, context: RelocateContext): Uint8Array {
  if (output.type === SHT.NOBITS) return new Uint8Array(0);
  const data = new Uint8Array(output.size);
  for (const section of output.inputs) {
    if (section.isDiscarded || section.type === SHT.NOBITS) continue;
    const place = data.subarray(section.offset, section.offset + section.size);
    place.set(section.data.subarray(0, place.length));
    relocateSection(context, section, place);
  }
  for (const { offset, data: bytes } of output.written) data.set(bytes, offset);
  return data;
}

/** An output section as the file has it. */
export function sectionOf(output: OutputSection, data: Uint8Array, bits: 32 | 64): Section {
  const { name, type, size, alignment, address } = output;
  const first = output.inputs.find(({ isDiscarded }) => !isDiscarded);
  const merge = Number(SHF.MERGE | SHF.STRINGS);
  const entrySize = first?.origin.entrySize ?? 0;
  const isMerged = output.inputs.every(
    (section) =>
      section.isDiscarded ||
      ((section.flags & merge) === ((first?.flags ?? 0) & merge) &&
        section.origin.entrySize === entrySize),
  );
  let flags = BigInt(output.flags >>> 0) & ~(SHF.GROUP | SHF.INFO_LINK | SHF.LINK_ORDER);
  if (!isMerged) flags &= ~(SHF.MERGE | SHF.STRINGS);
  return {
    name,
    type,
    flags,
    address: BigInt.asUintN(bits, BigInt(address)),
    size: BigInt(size),
    data,
    alignment: BigInt(alignment),
    entrySize: entrySizeOf(output, bits) ?? (isMerged ? BigInt(entrySize) : 0n),
    link: 0,
    info: 0,
    relocations: [],
  };
}

/** Entry sizes of tables that the linker makes. */
function entrySizeOf({ type, name }: OutputSection, bits: 32 | 64): bigint | undefined {
  if (type === SHT.RELA) return bits === 64 ? 24n : 12n;
  return name === ".got" ? BigInt(bits / 8) : undefined;
}

/** The symbols of the executable, with addresses. */
export function symbolsOf(
  program: Program,
  sections: ReadonlyMap<OutputSection, Section>,
  hasLocals: boolean,
): ElfSymbol[] {
  const symbols: ElfSymbol[] = [];
  const { bits } = program;
  const add = (symbol: LinkSymbol) => {
    const { section } = symbol;
    const output = section instanceof OutputSection ? section : section?.output;
    const home = output && sections.get(output);
    const address = symbol.exact ?? BigInt(symbol.address);
    // A thread-local symbol's value is its place in the template.
    const start = symbol.type === STT.TLS ? threadStart : 0n;
    symbols.push({
      name: symbol.name,
      value: BigInt.asUintN(bits, address - start),
      size: BigInt(symbol.size),
      binding: bindingOf(symbol),
      type: symbol.type,
      visibility: symbol.visibility,
      section: symbol.isDefined ? (home ?? "absolute") : "undefined",
    });
  };
  const threadStart = threadStartOf(sections);
  for (const file of hasLocals ? program.files : []) {
    const signatures = new Set(file.object.sections.map(({ group }) => group));
    for (const index of file.namedIndexes()) {
      const plain = plainLocal(file, index, sections, bits, threadStart);
      if (plain !== undefined) symbols.push(plain);
      const local = plain === undefined ? file.symbol(index) : undefined;
      if (!(local instanceof LinkSymbol)) continue;
      const { section } = local;
      // The names of groups say nothing in an executable.
      if (section === undefined && signatures.has(local.name)) continue;
      const isGone =
        section !== undefined &&
        "isDiscarded" in section &&
        (section.isDiscarded || section.output?.isRemoved === true);
      if (local.isDefined && !isGone) add(local);
    }
  }
  for (const symbol of program.globals.values()) {
    const { section } = symbol;
    const isGone = section !== undefined && "isDiscarded" in section && section.isDiscarded;
    // What is not defined is 0 in a program that nothing is loaded for, and GNU ld leaves it out,
    // too, but for what the command line or the script wanted.
    const isWanted = symbol.kind === "undefined" && symbol.file === undefined;
    if (isGone || (!symbol.isDefined && !isWanted)) continue;
    add(symbol);
  }
  return symbols;
}

/** A local symbol that nothing but the table of symbols knows; undefined where it is not so plain. */
function plainLocal(
  file: InputFile,
  index: number,
  sections: ReadonlyMap<OutputSection, Section>,
  bits: 32 | 64,
  threadStart: bigint,
): ElfSymbol | undefined {
  const { object } = file;
  const type = object.symbolType(index);
  const section = file.sectionAt[object.symbolSection(index)];
  const home = section?.output && sections.get(section.output);
  const address = type === STT.COMMON ? undefined : file.addressOf(index);
  if (address === undefined || home === undefined || section === undefined) return undefined;
  const start = object.symbolValue(index);
  const size = object.symbolSize(index);
  const moved = size === 0 ? 0 : section.moved(start + size) - section.moved(start);
  const value = BigInt(address) - (type === STT.TLS ? threadStart : 0n);
  return {
    name: object.symbolName(index),
    value: BigInt.asUintN(bits, value),
    size: BigInt(moved),
    binding: STB.LOCAL,
    type,
    visibility: object.symbolVisibility(index),
    section: home,
  };
}

/** What the linker or the script hides is local; what an object hides stays as it is. */
function bindingOf(symbol: LinkSymbol): number {
  if (symbol.binding === STB.LOCAL && symbol.isDefined) return STB.LOCAL;
  if (symbol.binding === STB.GNU_UNIQUE) return STB.GNU_UNIQUE;
  return symbol.kind.startsWith("weak") ? STB.WEAK : STB.GLOBAL;
}

function threadStartOf(sections: ReadonlyMap<OutputSection, Section>): bigint {
  for (const output of sections.keys()) if (output.has(SHF.TLS)) return BigInt(output.address);
  return 0n;
}

/** What is needed to cut segments. */
export interface SegmentContext extends Paging {
  readonly bits: 32 | 64;
  readonly sections: ReadonlyMap<OutputSection, Section>;
  readonly statements: readonly SegmentStatement[] | undefined;
  readonly relro: { start: number; end: number } | undefined;
  readonly stackFlags: number | undefined;
  readonly stackSize: bigint;
  /** Whether headers are loaded even where they need a page before the first section. */
  readonly wantsHeaders: boolean;
  readonly attributes: Section | undefined;
  /** Values of AT and FLAGS in PHDRS. */
  readonly valueOf: (expression: NonNullable<SegmentStatement["flags"]>) => bigint;
}

interface Draft {
  type: number;
  outputs: OutputSection[];
  flags: number | undefined;
  /** Whether it begins with the header of the file, and whether it has the program headers. */
  hasHeaders: boolean;
  hasProgramHeaders?: boolean;
  loadAddress?: number;
}

const isThreadZeros = (output: OutputSection) => output.has(SHF.TLS) && output.type === SHT.NOBITS;

/** The program headers, in GNU ld's order, with their places in the file. */
export function segmentsFor(context: SegmentContext): Segment[] {
  const loaded = [...context.sections.keys()].filter((output) => output.has(SHF.ALLOC));
  const drafts =
    context.statements === undefined
      ? automatic(loaded, context)
      : fromStatements(loaded, context.statements, context);
  const extra = context.attributes === undefined ? 0 : 1;
  return placed(drafts, context, drafts.length + extra);
}

function fromStatements(
  loaded: readonly OutputSection[],
  statements: readonly SegmentStatement[],
  { valueOf: valueIn }: SegmentContext,
): Draft[] {
  let names: readonly string[] = [];
  const members = new Map<string, OutputSection[]>();
  for (const output of loaded) {
    if (output.segments.length > 0) names = output.segments;
    if (names.includes("NONE")) continue;
    for (const name of names) members.set(name, [...(members.get(name) ?? []), output]);
  }
  return statements.map((statement) => {
    const { name, type, flags, address, hasFileHeader, hasProgramHeaders } = statement;
    return {
      type,
      outputs: members.get(name) ?? [],
      flags: flags === undefined ? undefined : Number(valueIn(flags)),
      hasHeaders: hasFileHeader,
      hasProgramHeaders,
      ...(address === undefined ? {} : { loadAddress: Number(valueIn(address)) }),
    };
  });
}

/** How segments are cut: by pages, which rights belong to, or in one piece where that can be. */
export interface Paging {
  /** In bytes, a power of two. */
  readonly pageSize: number;
  readonly isPaged: boolean;
}

/** Runs of loaded sections that make a segment each. */
function loadRuns(loaded: readonly OutputSection[], paging: Paging): OutputSection[][] {
  const sorted = [...loaded].sort((a, b) => a.loadAddress - b.loadAddress || a.address - b.address);
  const runs: OutputSection[][] = [];
  let current: OutputSection[] | undefined;
  let previous: OutputSection | undefined;
  for (const output of sorted) {
    const isNew = previous === undefined || startsSegment(output, previous, current ?? [], paging);
    if (isNew || current === undefined) {
      current = [];
      runs.push(current);
    }
    current.push(output);
    previous = output;
  }
  // A thread's zeros alone take no memory.
  if (current?.every(isThreadZeros) === true) runs.pop();
  return runs;
}

function startsSegment(
  output: OutputSection,
  previous: OutputSection,
  current: readonly OutputSection[],
  { pageSize, isPaged }: Paging,
): boolean {
  const pageOf = (address: number) => Math.floor(address / pageSize);
  const end = previous.loadAddress + (isThreadZeros(previous) ? 0 : previous.size);
  const shift = output.loadAddress - output.address;
  if (shift !== previous.loadAddress - previous.address || output.loadAddress < end) return true;
  if (isPaged && pageOf(end - 1) === pageOf(output.loadAddress)) return false;
  if (pageOf(output.loadAddress) > pageOf(end + pageSize - 1)) return true;
  // Zeros would have to stand in the file before what is loaded behind them.
  const isZero = (one: OutputSection) => one.type === SHT.NOBITS && !one.has(SHF.TLS);
  if (isZero(previous) && !isZero(output)) return true;
  return isPaged && output.has(SHF.WRITE) && !current.some((one) => one.has(SHF.WRITE));
}

/** How many PT_LOAD there are to be. */
export function countLoads(outputs: readonly OutputSection[], paging: Paging): number {
  const loaded = outputs.filter((output) => output.has(SHF.ALLOC) && !output.isRemoved);
  return loadRuns(loaded, paging).length;
}

function automatic(loaded: readonly OutputSection[], context: SegmentContext): Draft[] {
  const { pageSize, relro, stackFlags } = context;
  const drafts = loadRuns(loaded, context).map(
    (outputs): Draft => ({ type: PT.LOAD, outputs, flags: undefined, hasHeaders: false }),
  );
  const first = drafts[0]?.outputs[0];
  if (first !== undefined && context.isPaged) {
    const offset = ((first.loadAddress % pageSize) + pageSize) % pageSize;
    const draft = drafts[0] as Draft;
    const size = headersSize(context.bits, countOf(drafts, loaded, context));
    draft.hasHeaders = (context.wantsHeaders ? first.loadAddress : offset) >= size;
  }
  for (const outputs of noteRuns(loaded)) {
    drafts.push({ type: PT.NOTE, outputs, flags: undefined, hasHeaders: false });
  }
  const threads = loaded.filter((output) => output.has(SHF.TLS));
  if (threads.length > 0) {
    drafts.push({ type: PT.TLS, outputs: threads, flags: PF.R, hasHeaders: false });
  }
  const header = loaded.find(({ name, size }) => name === ".eh_frame_hdr" && size > 0);
  if (header !== undefined) {
    drafts.push({ type: PT.GNU_EH_FRAME, outputs: [header], flags: undefined, hasHeaders: false });
  }
  if (stackFlags !== undefined) {
    drafts.push({ type: PT.GNU_STACK, outputs: [], flags: stackFlags, hasHeaders: false });
  }
  if (relro !== undefined) {
    const inside = loaded.filter(
      (output) =>
        output.address >= relro.start &&
        output.address + output.size <= relro.end &&
        !isThreadZeros(output),
    );
    if (inside.length > 0) {
      drafts.push({ type: PT.GNU_RELRO, outputs: inside, flags: PF.R, hasHeaders: false });
    }
  }
  return drafts;
}

function countOf(
  drafts: readonly Draft[],
  loaded: readonly OutputSection[],
  { relro, stackFlags, attributes }: SegmentContext,
): number {
  const has = (test: boolean) => (test ? 1 : 0);
  return (
    drafts.length +
    noteRuns(loaded).length +
    has(loaded.some((output) => output.has(SHF.TLS))) +
    has(loaded.some(({ name }) => name === ".eh_frame_hdr")) +
    has(stackFlags !== undefined) +
    has(relro !== undefined) +
    has(attributes !== undefined)
  );
}

/** Runs of notes with one alignment, which make a PT_NOTE each. */
function noteRuns(loaded: readonly OutputSection[]): OutputSection[][] {
  const runs: OutputSection[][] = [];
  let previous: OutputSection | undefined;
  for (const output of loaded) {
    const goesOn = previous?.type === SHT.NOTE && previous.alignment === output.alignment;
    if (output.type === SHT.NOTE) {
      if (goesOn) runs.at(-1)?.push(output);
      else runs.push([output]);
    }
    previous = output;
  }
  return runs;
}

/** Segments with places in the file: congruent to their addresses, modulo the page. */
function placed(drafts: readonly Draft[], context: SegmentContext, count: number): Segment[] {
  const { bits, attributes } = context;
  const headers = headersSize(bits, count);
  const offsets = new Map<OutputSection, number>();
  const segments = new Map<Draft, Segment>();
  let offset = headers;
  for (const draft of drafts) {
    if (draft.type !== PT.LOAD) continue;
    const first = draft.outputs[0];
    const address = first?.address ?? 0;
    const begin = draft.hasHeaders ? 0 : draft.hasProgramHeaders ? headersSize(bits, 0) : undefined;
    let start = begin ?? offset;
    const unit = loadAlignment(draft.outputs, context);
    if (first !== undefined) {
      start += modulo(address - start, unit);
      if (begin !== undefined && start < headers) start += alignUp(headers - start, unit);
      if (draft.outputs.every(({ type }) => type === SHT.NOBITS)) start = modulo(address, unit);
    }
    for (const output of draft.outputs) offsets.set(output, start + output.address - address);
    const segment = around(draft, context, start);
    segments.set(draft, begin === undefined ? segment : withHeaders(segment, begin, start));
    offset = Math.max(offset, start + Number(segment.fileSize));
  }
  for (const draft of drafts) {
    if (draft.type === PT.LOAD) continue;
    const first = draft.outputs[0];
    // A template of zeros has no place of its own in the file.
    const place = first === undefined ? 0 : modulo(first.address, context.pageSize);
    const at = first === undefined ? 0 : (offsets.get(first) ?? place);
    const isTable = draft.type === PT.PHDR && first === undefined && draft.hasProgramHeaders;
    segments.set(draft, isTable ? headerTable(segments, bits, count) : around(draft, context, at));
  }
  const list = drafts.map((draft) => segments.get(draft) as Segment);
  if (attributes === undefined) return list;
  const { size, data } = attributes;
  const note = {
    offset: 0n,
    virtualAddress: 0n,
    physicalAddress: 0n,
    memorySize: 0n,
    alignment: 1n,
  };
  const own = { type: PT.RISCV_ATTRIBUTES, flags: PF.R, fileSize: size, data, ...note };
  const at = list.findIndex(({ type }) => type !== PT.PHDR && type !== PT.INTERP);
  list.splice(at < 0 ? list.length : at, 0, own);
  return list;
}

/** The segment PT_PHDR of PHDRS: the program headers, where a loaded segment has them. */
function headerTable(segments: ReadonlyMap<Draft, Segment>, bits: 32 | 64, count: number): Segment {
  const start = headersSize(bits, 0);
  const size = headersSize(bits, count) - start;
  const home = [...segments].find(([draft]) => draft.hasProgramHeaders)?.[1];
  const from = home === undefined ? 0n : BigInt(start) - home.offset;
  return {
    type: PT.PHDR,
    flags: PF.R,
    offset: BigInt(start),
    virtualAddress: (home?.virtualAddress ?? 0n) + from,
    physicalAddress: (home?.physicalAddress ?? 0n) + from,
    fileSize: BigInt(size),
    memorySize: BigInt(size),
    alignment: BigInt(bits / 8),
    data: new Uint8Array(size),
  };
}

const modulo = (value: number, by: number) => ((value % by) + by) % by;

/** What addresses and places in the file agree in: the page, or what sections ask for. */
function loadAlignment(outputs: readonly OutputSection[], { pageSize, isPaged }: Paging): number {
  return outputs.reduce((most, one) => Math.max(most, one.alignment), isPaged ? pageSize : 1);
}

const alignUp = (value: number, to: number) => Math.ceil(value / to) * to;

/** A segment from a place before its sections on, where the headers of the file begin. */
function withHeaders(segment: Segment, begin: number, start: number): Segment {
  const before = BigInt(start - begin);
  const data = new Uint8Array(start - begin + segment.data.length);
  data.set(segment.data, start - begin);
  return {
    ...segment,
    offset: BigInt(begin),
    virtualAddress: segment.virtualAddress - before,
    physicalAddress: segment.physicalAddress - before,
    fileSize: segment.fileSize + before,
    memorySize: segment.memorySize + before,
    data,
  };
}

/** Bytes that a segment may span in the file. */
const spanLimit = 2 ** 29;

/** A segment around sections, which stand in it by their addresses. */
function around(draft: Draft, context: SegmentContext, start: number): Segment {
  const { bits, sections, stackSize } = context;
  const { type, outputs } = draft;
  const counted = type === PT.TLS ? outputs : outputs.filter((output) => !isThreadZeros(output));
  const first = type === PT.LOAD ? outputs[0] : (counted[0] ?? outputs[0]);
  const address = first?.address ?? 0;
  let fileEnd = address;
  let memoryEnd = address;
  let flags = 0;
  for (const output of outputs) {
    flags |= PF.R;
    if (output.has(SHF.WRITE)) flags |= PF.W;
    if (output.has(SHF.EXECINSTR)) flags |= PF.X;
  }
  for (const output of counted) {
    memoryEnd = Math.max(memoryEnd, output.address + output.size);
    if (output.type !== SHT.NOBITS) fileEnd = Math.max(fileEnd, output.address + output.size);
  }
  if (fileEnd - address > spanLimit) {
    const span = `0x${(fileEnd - address).toString(16)}`;
    throw unwritable(`a segment spans ${span} bytes; give sections that far apart their own`);
  }
  const data = new Uint8Array(fileEnd - address);
  for (const output of counted) {
    const content = sections.get(output)?.data;
    if (content !== undefined && output.type !== SHT.NOBITS)
      data.set(content, output.address - address);
  }
  const least = outputs.length === 0 && type !== PT.LOAD ? bits / 8 : 1;
  const alignment = outputs.reduce((most, output) => Math.max(most, output.alignment), least);
  const isStack = type === PT.GNU_STACK;
  const load = draft.loadAddress ?? first?.loadAddress ?? 0;
  const isEmpty = outputs.length === 0;
  return {
    type,
    flags: draft.flags ?? flags,
    offset: BigInt(isEmpty ? 0 : start),
    virtualAddress: BigInt.asUintN(bits, BigInt(address)),
    physicalAddress: BigInt.asUintN(bits, BigInt(load)),
    fileSize: BigInt(data.length),
    memorySize: isStack ? stackSize : BigInt(memoryEnd - address),
    alignment: BigInt(
      isStack
        ? 16
        : type === PT.LOAD
          ? loadAlignment(outputs, context)
          : type === PT.GNU_RELRO
            ? 1
            : alignment,
    ),
    data,
  };
}
