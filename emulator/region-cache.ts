/**
 * The translated regions of one context of a machine, as an address space: finds, compiles and installs the region at a hot address,
 * and drops regions when their code is written, remapped or gets a breakpoint. Regions are keyed
 * by virtual address; each knows the frames its code was read from, and is dropped where these are
 * others after translations for execution may have changed.
 */
import type { Architecture } from "../isa/architecture.ts";
import { type Decoded, type Decoder, isCompressed } from "../isa/decoder.ts";
import type { Instruction } from "../isa/instruction.ts";
import { type ExecutionCounts, RegionCounters } from "./execution-counts.ts";
import type { Hart } from "./hart.ts";
import { JumpProfile } from "./jump-profile.ts";
import type { PhysicalMemory } from "./memory.ts";
import { type StateLayout, stateLayout } from "./wasm/layout.ts";
import { findRegion, type Region } from "./wasm/region.ts";
import { isCommonInRegion } from "./wasm/region-emitter.ts";
import { entryCount, entryFields, entrySize, writtenEntryOffset } from "./wasm/region-entries.ts";
import { encodeRegions, encodeReturning, type RegionHost } from "./wasm/region-module.ts";

/** Regions kept, at most; when there are more, all are dropped and the hot ones come back. */
const mostRegions = 8000;
/** Places in the table of functions, at most: of regions, and of what they call. */
const mostPlaces = 20_000;
/** The count, as an i32, from which an address is counted up that is postponed for longest. */
const longestDelay = -(2 ** 30);
/** How much more often than another an address is jumped to that gets its second copy. */
const copyWorth = 64;
/** Regions that are translated together, at least, unless they have waited for long enough. */
const smallestBatch = 8;
/** One more for so many that there are: an instance costs more the more there are. */
const batchGrowth = 32;
/** How long regions wait for others, in instructions for each jump that makes one due. */
const patience = 100n;
/**
 * How many instructions run for each one of a region before it is translated again, and as many
 * again each time: its indirect jumps are learned one after the other, and are revised together.
 */
const revisionWorth = 50_000n;
/** Decoded words that are kept, at most. */
const mostDecoded = 20_000;
/** A frame whose regions were dropped this often by writes is no longer translated. */
const mostRewrites = 16;

interface Installed {
  /** Its place in the table of functions. */
  readonly place: number;
  /** Instructions that it may run before it asks what remains. */
  readonly need: number;
  /** The frame of each of its pages. */
  readonly frames: ReadonlyMap<number, number>;
  /** The addresses of its instructions. */
  readonly addresses: readonly bigint[];
  /** Of these, the indirect jumps. */
  readonly jumps: ReadonlySet<bigint>;
  /** The count of instructions when it was translated. */
  readonly since: bigint;
}

/** The regions of one machine and the table by which generated code finds them. */
export class RegionCache {
  /** The functions of regions; at 0, and wherever there is no region, is one that comes back. */
  readonly table: WebAssembly.Table;
  /** Where the table of entries lies in linear memory. */
  readonly entries: number;
  readonly #memory: PhysicalMemory;
  readonly #decode: Decoder;
  readonly #layout: StateLayout;
  readonly #host: RegionHost;
  readonly #profile: JumpProfile;
  readonly #regions = new Map<bigint, Installed>();
  /** Addresses of regions that have code in a frame. */
  readonly #byFrame = new Map<number, Set<bigint>>();
  /** The frame of each page that a region has code of: it is the same for all regions. */
  readonly #pages = new Map<number, number>();
  /** In how many regions an instruction is, by its address. */
  readonly #covered = new Map<bigint, number>();
  /** Addresses that are due. */
  readonly #waiting = new Set<bigint>();
  /** The count of instructions when the first of them became due. */
  #waitingSince = 0n;
  /** Addresses that were due but must be jumped to more often first. */
  readonly #postponed = new Set<bigint>();
  readonly #hotness: number;
  readonly #counts: ExecutionCounts | undefined;
  readonly #rewrites = new Map<number, number>();
  readonly #common = new Map<Instruction, Map<number, boolean>>();
  /** Regions with jumps whose targets have been revised since they were translated. */
  readonly #stale = new Set<bigint>();
  /** How often regions were translated again, by their entry. */
  readonly #revisions = new Map<bigint, number>();
  /** Decoded words. */
  readonly #decoded = new Map<number, Decoded>();
  #breakpoints: ReadonlySet<bigint> = new Set();
  /** The place in the table of functions of each address that has one. */
  readonly #places = new Map<bigint, number>();
  readonly #returning: unknown;

  constructor(
    memory: PhysicalMemory,
    architecture: Architecture,
    flen: 0 | 32 | 64,
    decode: Decoder,
    hotness: number,
    counts?: ExecutionCounts,
  ) {
    this.#hotness = hotness;
    this.#counts = counts;
    const counters = counts && new RegionCounters(memory);
    if (counters !== undefined) counts?.onCollect(() => counters.collect(counts));
    this.#memory = memory;
    this.#decode = decode;
    const alignment = architecture.extensions.has("c") ? 2 : 4;
    this.#layout = stateLayout(architecture.xlen, flen, alignment, memory);
    const entries = memory.allocateRun(entryCount * entrySize);
    if (entries === undefined) throw new Error(`no memory for regions in ${memory.limit} bytes`);
    this.entries = entries;
    this.#profile = new JumpProfile(memory);
    this.#host = { entries, placeOf: (pc) => this.#placeOf(pc), profile: this.#profile, counters };
    const returning = new WebAssembly.Module(encodeReturning(this.#layout, []) as BufferSource);
    this.table = new WebAssembly.Table({ initial: 1, element: "anyfunc" });
    this.#returning = this.#instantiate(returning).exports["return0"];
    this.table.set(0, this.#returning);
    this.forgetEntries();
    memory.onCodeChange((frame) => this.#dropFrame(frame));
  }

  /** Replaces the breakpoints; drops the regions in whose pages one has come or gone. */
  setBreakpoints(addresses: ReadonlySet<bigint>, changed: readonly bigint[]): void {
    this.#breakpoints = addresses;
    const pages = new Set(changed.map((address) => Number(address >> 12n)));
    for (const [entry, { frames }] of this.#regions) {
      if ([...pages].some((page) => frames.has(page))) this.#drop(entry);
    }
    this.forgetEntries();
  }

  /** Drops every region. */
  clear(): void {
    if (this.#places.size > 0) {
      const module = encodeReturning(this.#layout, [...this.#places.values()]);
      this.#instantiate(new WebAssembly.Module(module as BufferSource));
    }
    this.#places.clear();
    this.#profile.clear();
    if (this.#counts !== undefined) this.#host.counters?.collect(this.#counts);
    this.#host.counters?.clear();
    this.#regions.clear();
    this.#byFrame.clear();
    this.#pages.clear();
    this.#covered.clear();
    this.#postponed.clear();
    this.#stale.clear();
    this.#revisions.clear();
    this.forgetEntries();
  }

  /** Empties the table of entries: regions are looked at again before they are next entered. */
  forgetEntries(): void {
    // Address 0 without a region and with the count 0.
    this.#memory.bytes.fill(0, this.entries, this.entries + entryCount * entrySize);
  }

  /**
   * Drops the regions whose pages are no longer found where their code was read from: after what
   * may have changed translations. Regions go on to each other without asking.
   */
  revalidate({ translator }: Hart): void {
    for (const [page, frame] of this.#pages) {
      if (translator.codeFrame(page) === frame) continue;
      this.#pages.delete(page);
      for (const entry of [...(this.#byFrame.get(frame) ?? [])]) {
        if (this.#regions.get(entry)?.frames.has(page)) this.#drop(entry);
      }
    }
  }

  /** Enters the region at the hart's pc into the table, or notes that it is to be translated. */
  enter(hart: Hart): void {
    const { pc } = hart;
    const region = this.#regions.get(pc);
    const copies = this.#covered.get(pc) ?? 0;
    if (region === undefined && copies > 0 && !this.#postponed.has(pc)) {
      this.#postpone(pc, copies);
      return;
    }
    if (region !== undefined) {
      this.#install(pc, region);
      return;
    }
    // It is not asked for again, also where there can be no region.
    this.#count(pc, longestDelay);
    if (this.#waiting.size === 0) this.#waitingSince = hart.instret;
    this.#waiting.add(pc);
    this.translateDue(hart);
  }

  /**
   * The code at the address is translated already, as a part of other regions: jumping there has to
   * be worth another copy, and yet another so much more.
   */
  #postpone(pc: bigint, copies: number): void {
    this.#postponed.add(pc);
    this.#count(pc, this.#hotness * (1 - copyWorth * copies ** 2));
  }

  /**
   * Where an indirect jump was sampled just now: its targets may be known by now.
   * @returns whether there was one
   */
  sample(hart: Hart): boolean {
    const { isDue } = this.#profile;
    const jump = this.#profile.note(hart.pc);
    if (jump === undefined) return isDue;
    for (const [entry, { jumps }] of this.#regions) if (jumps.has(jump)) this.#stale.add(entry);
    this.translateDue(hart);
    return true;
  }

  /** Sets how often a place without a region has been jumped to; below 0 for a delay. */
  #count(pc: bigint, count: number): void {
    const entry = this.entries + writtenEntryOffset(pc);
    this.#memory.view.setInt32(entry + entryFields.need, Math.max(count, longestDelay), true);
  }

  /** Translates what has become hot, when it is enough or has waited for long enough. */
  translateDue(hart: Hart): void {
    if (this.#stale.size > 0) this.#revise(hart.instret);
    if (this.#waiting.size === 0) return;
    const isEnough = this.#waiting.size >= smallestBatch + this.#regions.size / batchGrowth;
    const waited = hart.instret - this.#waitingSince;
    if (isEnough || waited >= patience * BigInt(this.#hotness)) this.#translateWaiting(hart);
  }

  /** Drops the stale regions that have run for long enough, to be translated again. */
  #revise(now: bigint): void {
    for (const entry of this.#stale) {
      const region = this.#regions.get(entry);
      const revisions = this.#revisions.get(entry) ?? 0;
      if (region !== undefined) {
        const worth = revisionWorth * BigInt(region.need) * BigInt(1 + revisions);
        if (now - region.since < worth) continue;
        this.#revisions.set(entry, revisions + 1);
        this.#drop(entry);
        if (this.#waiting.size === 0) this.#waitingSince = now;
        this.#waiting.add(entry);
      }
      this.#stale.delete(entry);
    }
  }

  /** Translates what waits, in one module: an instance costs more than a function. */
  #translateWaiting(hart: Hart): void {
    const found: { region: Region; frames: Map<number, number> }[] = [];
    const inBatch = new Set<bigint>();
    for (const entry of this.#waiting) {
      if (inBatch.has(entry)) {
        this.#postpone(entry, 1);
        continue;
      }
      const frames = new Map<number, number>();
      const region = findRegion(entry, {
        xlen: hart.xlen,
        fetch: (pc) => this.#fetch(hart, pc, frames),
        isCommon: (decoded) => this.#isCommon(decoded),
        targetsOf: (pc) => this.#profile.targetsOf(pc),
        copies: (pc) => this.#covered.get(pc) ?? 0,
        isEntry: (pc) => this.#regions.has(pc),
      });
      if (region === undefined) continue;
      found.push({ region, frames });
      for (const { sites } of region.blocks) for (const { pc } of sites) inBatch.add(pc);
    }
    this.#waiting.clear();
    if (found.length === 0) return;
    const places = this.#places.size + found.length;
    if (this.#regions.size + found.length > mostRegions || places > mostPlaces) this.clear();
    if (this.#host.counters?.areMany) this.clear();
    const regions = found.map(({ region }) => region);
    const bytes = encodeRegions(regions, this.#layout, this.#host);
    // Instantiating puts the functions into the table.
    this.#instantiate(new WebAssembly.Module(bytes as BufferSource));
    for (const { region, frames } of found) {
      const sites = region.blocks.flatMap((block) => block.sites);
      const addresses = sites.map(({ pc }) => pc);
      const indirect = sites.filter(
        ({ effects: { control, target } }) => control === "jump" && target === undefined,
      );
      const jumps = new Set(indirect.map(({ pc }) => pc));
      const place = this.#placeOf(region.entry);
      const since = hart.instret;
      this.#add(region.entry, { place, need: region.size, frames, addresses, jumps, since });
    }
  }

  #instantiate(module: WebAssembly.Module): WebAssembly.Instance {
    return new WebAssembly.Instance(module, {
      env: { memory: this.#memory.linear, table: this.table },
    });
  }

  /** The place for the region at an address; until there is one, what is there comes back. */
  #placeOf(pc: bigint): number {
    let place = this.#places.get(pc);
    if (place !== undefined) return place;
    place = this.#places.size + 1;
    this.#places.set(pc, place);
    const { length } = this.table;
    if (place >= length) this.table.grow(Math.max(64, length >> 2), this.#returning);
    return place;
  }

  #add(entry: bigint, installed: Installed): void {
    this.#regions.set(entry, installed);
    this.#cover(installed.addresses, 1);
    for (const [page, frame] of installed.frames) {
      this.#pages.set(page, frame);
      this.#memory.markCode(frame);
      const here = this.#byFrame.get(frame) ?? new Set();
      this.#byFrame.set(frame, here.add(entry));
    }
    this.#install(entry, installed);
  }

  /** Counts one region more or less that has the instructions at these addresses. */
  #cover(addresses: readonly bigint[], change: 1 | -1): void {
    for (const pc of addresses) {
      const count = (this.#covered.get(pc) ?? 0) + change;
      if (count > 0) this.#covered.set(pc, count);
      else this.#covered.delete(pc);
    }
  }

  /** Enters a region into the table of entries. */
  #install(pc: bigint, { place, need }: Installed): void {
    const entry = this.entries + writtenEntryOffset(pc);
    const { view } = this.#memory;
    view.setBigUint64(entry, pc, true);
    view.setUint32(entry + entryFields.region, place, true);
    view.setUint32(entry + entryFields.need, need, true);
  }

  #fetch(hart: Hart, pc: bigint, frames: Map<number, number>): Decoded | undefined {
    if (this.#breakpoints.has(pc)) return undefined;
    const { view } = this.#memory;
    const at = this.#locate(hart, pc, frames);
    if (at === undefined) return undefined;
    const low = view.getUint16(at, true);
    if (isCompressed(low)) return this.#decodeOnce(low);
    const rest = this.#locate(hart, BigInt.asUintN(hart.xlen, pc + 2n), frames);
    if (rest === undefined) return undefined;
    return this.#decodeOnce(((view.getUint16(rest, true) << 16) | low) >>> 0);
  }

  /** The same words come again and again, in regions that share code most of all. */
  #decodeOnce(word: number): Decoded | undefined {
    let decoded = this.#decoded.get(word);
    if (decoded === undefined) {
      decoded = this.#decode(word);
      if (decoded === undefined) return undefined;
      if (this.#decoded.size >= mostDecoded) this.#decoded.clear();
      this.#decoded.set(word, decoded);
    }
    return decoded;
  }

  /** The linear address of code, whose frame is noted; undefined where it is not executable. */
  #locate(hart: Hart, pc: bigint, frames: Map<number, number>): number | undefined {
    const page = Number(pc >> 12n);
    let frame = frames.get(page);
    if (frame === undefined) {
      frame = hart.translator.codeFrame(page);
      if (frame < 0 || (this.#rewrites.get(frame) ?? 0) >= mostRewrites) return undefined;
      frames.set(page, frame);
    }
    return frame + Number(pc & 0xfffn);
  }

  #isCommon(decoded: Decoded): boolean {
    const { instruction, values } = decoded;
    let known = this.#common.get(instruction);
    if (known === undefined) {
      known = new Map();
      this.#common.set(instruction, known);
    }
    // A CSR, or a rounding mode, may make the difference.
    const which = Number(values["csr"] ?? values["rm"] ?? -1);
    let common = known.get(which);
    if (common === undefined) {
      common = isCommonInRegion(decoded, this.#layout);
      known.set(which, common);
    }
    return common;
  }

  #drop(entry: bigint): void {
    const region = this.#regions.get(entry);
    if (region === undefined) return;
    this.#regions.delete(entry);
    this.table.set(region.place, this.#returning);
    const at = this.entries + writtenEntryOffset(entry);
    const { view } = this.#memory;
    if (view.getBigUint64(at, true) === entry) view.setBigUint64(at + entryFields.region, 0n, true);
    this.#cover(region.addresses, -1);
    for (const frame of region.frames.values()) this.#byFrame.get(frame)?.delete(entry);
  }

  #dropFrame(frame: number): void {
    const here = this.#byFrame.get(frame);
    if (here === undefined || here.size === 0) return;
    this.#rewrites.set(frame, (this.#rewrites.get(frame) ?? 0) + 1);
    for (const entry of [...here]) this.#drop(entry);
  }
}
