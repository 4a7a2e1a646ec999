/**
 * Watches a run for mistakes that the hardware lets pass: it observes calls, returns and accesses
 * to memory, and keeps what they must be compared with. What it knows is a function of the run, so
 * each point of a run has to be seen once, in order; going back needs nothing of it.
 *
 * Most accesses are to memory that is known to be written, and cost a look into a page of masks.
 * Where bits are loaded that were never written, the run goes on instruction by instruction until
 * no register holds such bits any more.
 */
import { EF_RISCV } from "../../elf/constants.ts";
import type { Hart } from "../../emulator/hart.ts";
import type { MemoryRegion } from "../../emulator/machine.ts";
import type { Observable, Observer } from "../../emulator/observer.ts";
import { bytesToInteger } from "../formats.ts";
import type { Program } from "../program.ts";
import { type CheckName, type Finding, observablesOf } from "./checks.ts";
import { Definedness, type Dependent } from "./definedness.ts";
import { type Block, HeapBlocks } from "./heap-blocks.ts";
import type { PendingCall } from "./heap-calls.ts";
import { ShadowMemory } from "./shadow-memory.ts";
import { type Call, ShadowStack } from "./shadow-stack.ts";
import { type Site, Sites } from "./sites.ts";
import { Stories } from "./stories.ts";

/** What the checker asks of the machine. */
export interface CheckedMachine {
  readonly xlen: 32 | 64;
  readMemory(address: bigint, length: number): Uint8Array;
  regions(): readonly MemoryRegion[];
}

/** Where an undefined value came from. */
export interface Origin {
  readonly address: number;
  readonly size: number;
  readonly pc: number;
  readonly at: number;
  /** The call whose frame, or the block, in which the memory is. */
  readonly call: Call | undefined;
  /** An address in the function whose frame that is. */
  readonly inside: number;
  readonly block: Block | undefined;
}

const twoTo32 = 0x1_0000_0000;
/** Addresses from here on are those of no process. */
const highest = 2 ** 52;
/** Findings that are kept. */
const findingLimit = 1000;
/** Larger blocks are taken as written: their masks would take as much memory as they do. */
const largestTracked = 1 << 24;
/** Registers that a call does not keep and that give no result: t0 to t6, a2 to a7. */
const dead = [5, 6, 7, 12, 13, 14, 15, 16, 17, 28, 29, 30, 31];
/** s0 to s11; the f registers with these numbers are fs0 to fs11. */
const calleeSaved = [8, 9, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27];
/** Where f registers begin among the 32-bit words of a hart's state. */
const floatWords = 64;

/** See the file's head. */
export class Checker implements Observer {
  readonly wanted: ReadonlySet<Observable>;
  readonly addresses: readonly bigint[];
  isStepping = false;
  /** Whether a finding stops the run; else it is only noted. */
  stops = true;
  readonly names: ReadonlySet<CheckName>;
  /** By rising count. */
  readonly findings: Finding[] = [];

  readonly #program: Program;
  readonly #machine: CheckedMachine;
  readonly #sites: Sites;
  readonly #stack: ShadowStack;
  readonly #heap = new HeapBlocks();
  readonly #shadow = new ShadowMemory();
  readonly #stories: Stories;
  /** The words of a hart's state that a call keeps, by index. */
  readonly #places: Uint8Array;
  readonly #hasDefinedness: boolean;
  readonly #hasHeap: boolean;
  readonly #seesAccesses: boolean;
  /** What was found already, by check, pc and caller: each is told once. */
  readonly #told = new Set<string>();
  #definedness: Definedness | undefined;
  /** Where the undefined bits of registers came from. */
  readonly #origins = new Map<string, Origin>();
  #registers: BigUint64Array | undefined;
  #words = new Uint32Array(0);
  /** The program's own stack. */
  #stackStart = 0;
  #stackEnd = 0;
  /** The lowest address of it that was written since it was last cleared below sp. */
  #lowest = 0;
  #pending: PendingCall | undefined;
  #hasBegun = false;
  #lastCall = { pc: 0, at: -1 };
  /** The count at which the last finding was told. */
  #toldAt = -1;

  /** @param names the checks that are made */
  constructor(names: ReadonlySet<CheckName>, program: Program, machine: CheckedMachine) {
    this.names = names;
    this.#program = program;
    this.#machine = machine;
    this.#sites = new Sites(program, (address, length) => machine.readMemory(address, length));
    this.#hasDefinedness = names.has("uninitialized-memory");
    this.#hasHeap = names.has("heap");
    this.wanted = observablesOf(names);
    this.#seesAccesses = this.wanted.has("accesses");
    this.addresses = this.#seesAccesses ? this.#sites.heapAddresses : [];
    const abi = program.file.flags & EF_RISCV.FLOAT_ABI;
    const words = abi === EF_RISCV.FLOAT_ABI_SOFT ? 0 : abi === EF_RISCV.FLOAT_ABI_SINGLE ? 1 : 2;
    this.#places = Uint8Array.from([
      ...calleeSaved.flatMap((index) => [2 * index, 2 * index + 1]),
      ...calleeSaved.flatMap((index) =>
        [0, 1].slice(0, words).map((half) => floatWords + 2 * index + half),
      ),
    ]);
    this.#stack = new ShadowStack(this.#places.length);
    this.#stories = new Stories(program, machine.xlen);
  }

  // Being told. -----------------------------------------------------------------------------------

  before(hart: Hart): boolean {
    if (hart.registers !== this.#registers) this.#bind(hart);
    const pc = Number(hart.pc);
    const at = Number(hart.instret);
    const site = this.#sites.at(pc);
    if (at !== this.#toldAt && this.#tell(this.#look(site, pc, at), at)) return true;
    let dependent: Dependent | undefined;
    if (this.isStepping && site.decoded !== undefined && this.#definedness !== undefined) {
      dependent = this.#definedness.look(site.decoded, hart.pc);
      const finding = dependent && this.#use(dependent, site, pc, at);
      if (at !== this.#toldAt && this.#tell(finding, at)) return true;
    }
    this.#follow(site, pc, at, dependent);
    return false;
  }

  written(address: bigint, length: bigint): void {
    this.#shadow.define(Number(address), Number(length));
  }

  unmapped(address: bigint, length: bigint): void {
    this.#heap.forget(Number(address), Number(length));
    this.#sites.forget();
  }

  /** What is wrong with the instruction that runs next. */
  #look(site: Site, pc: number, at: number): Finding | undefined {
    if (site.heapCall !== undefined && this.#pending === undefined) {
      const finding = this.#lookAtFree(site.heapCall.call.takes === true, pc, at);
      if (finding !== undefined) return finding;
    }
    if (site.transfer === "return") return this.#lookAtReturn(pc, at);
    if (!this.#seesAccesses) return undefined;
    return site.size > 0 ? this.#lookAtAccess(site, pc, at) : undefined;
  }

  /** Does to what is known what the instruction does. */
  #follow(site: Site, pc: number, at: number, dependent: Dependent | undefined): void {
    if (site.heapCall !== undefined && this.#pending === undefined) {
      this.#beginHeapCall(site.heapCall, at);
    }
    if (site.transfer === "return") this.#return();
    else if (site.transfer === "call") this.#call(pc, pc + (site.decoded?.length ?? 4), at);
    if (this.isStepping) this.#step(site, pc, at, dependent);
    else if (site.writes) this.#noteStore(site);
  }

  #bind(hart: Hart): void {
    this.#registers = hart.registers;
    const { buffer, byteOffset } = hart.registers;
    // The f registers come behind the x registers.
    this.#words = new Uint32Array(buffer, byteOffset, 2 * floatWords);
    this.#definedness ??= new Definedness(hart, this.#tracked(hart));
  }

  #keyOf(check: CheckName, pc: number): string {
    return `${check} ${pc} ${this.#stack.top?.returns}`;
  }

  /** Whether a check is made, and has not found its mistake at this place before. */
  #isLooking(check: CheckName, pc: number): boolean {
    return this.names.has(check) && !this.#told.has(this.#keyOf(check, pc));
  }

  #tell(finding: Finding | undefined, at: number): boolean {
    if (finding === undefined) return false;
    if (this.findings.length >= findingLimit) return false;
    this.#told.add(this.#keyOf(finding.check, Number(finding.pc)));
    this.#toldAt = at;
    this.findings.push(finding);
    return this.stops;
  }

  // Registers and memory. -------------------------------------------------------------------------

  #x(index: number): number {
    return this.#words[2 * index]! + this.#words[2 * index + 1]! * twoTo32;
  }

  get #sp(): number {
    return this.#x(2);
  }

  /** The address of an access; NaN where it is that of no process. */
  #address({ base, offset }: Site): number {
    const address = this.#x(base) + offset;
    if (address >= 0 && address < (this.#machine.xlen === 32 ? twoTo32 : highest)) return address;
    if (this.#machine.xlen === 32) return address < 0 ? address + twoTo32 : address - twoTo32;
    return Number.NaN;
  }

  #isOnStack(address: number): boolean {
    return address >= this.#stackStart && address < this.#stackEnd;
  }

  /** What is so before the first instruction: nothing below sp was written. */
  begin(hart: Hart): void {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    this.#bind(hart);
    const sp = this.#sp;
    const regions = this.#machine.regions();
    const own = regions.find(({ name }) => name === "stack");
    const top = Number(this.#program.symbols.byName("__stack")?.value ?? 0n);
    const around = (address: number) =>
      regions.find(({ start, end }) => address > Number(start) && address <= Number(end));
    if (top !== 0 && around(top) !== undefined) {
      // A bare-metal image: what its linker script leaves above the data.
      const ends = ["__heap_end", "__heap_start", "_end", "end", "__end", "__bss_end"];
      const values = ends.map((name) => Number(this.#program.symbols.byName(name)?.value ?? 0n));
      this.#stackStart = Math.max(
        Number(around(top)!.start),
        values.find((value) => value > 0 && value < top) ?? 0,
      );
      this.#stackEnd = top;
    } else if (own !== undefined && sp >= Number(own.start) && sp <= Number(own.end)) {
      this.#stackStart = Number(own.start);
      this.#stackEnd = Number(own.end);
    }
    const first = this.#isOnStack(sp) ? sp : this.#stackEnd;
    this.#lowest = first;
    if (this.#hasDefinedness) this.#shadow.reserve(this.#stackStart, first);
  }

  #lookAtAccess(site: Site, pc: number, at: number): Finding | undefined {
    const address = this.#address(site);
    if (this.#isOnStack(address)) {
      const sp = this.#sp;
      if (address < sp && this.#isOnStack(sp) && this.#isLooking("below-stack", pc)) {
        return this.#stories.belowStack(site, pc, at, address, sp);
      }
    } else if (this.#hasHeap && this.#pending === undefined) {
      const finding = this.#lookAtHeap(site, pc, at, address);
      if (finding !== undefined) return finding;
    }
    if (
      this.#hasDefinedness &&
      !this.isStepping &&
      site.reads &&
      this.#pending === undefined &&
      !this.#shadow.isDefined(address, site.size)
    ) {
      // From here on each instruction is followed.
      this.isStepping = true;
    }
    return undefined;
  }

  /** Follows a store where no register holds undefined bits. */
  #noteStore(site: Site): void {
    const address = this.#address(site);
    if (this.#hasDefinedness) this.#shadow.define(address, site.size);
    if (address < this.#lowest && this.#isOnStack(address)) this.#lowest = address;
  }

  /** What lies below sp is as if it was never written. */
  #clearBelow(sp: number): void {
    if (!this.#hasDefinedness || !this.#isOnStack(sp) || this.#lowest >= sp) return;
    this.#shadow.undefine(this.#lowest, sp - this.#lowest);
    this.#lowest = sp;
  }

  // Calls and returns. ----------------------------------------------------------------------------

  #call(pc: number, returns: number, at: number): void {
    const sp = this.#sp;
    this.#lastCall = { pc, at };
    this.#stack.push(returns, sp, at, this.#words, this.#places);
    this.#clearBelow(sp);
  }

  get #target(): number {
    const target = this.#x(1);
    return target - (target % 2);
  }

  #lookAtReturn(pc: number, at: number): Finding | undefined {
    const target = this.#target;
    const stack = this.#stack;
    const { top } = stack;
    if (top === undefined) return undefined;
    const sp = this.#sp;
    if (target !== top.returns) {
      if (!this.#isLooking("return-address", pc) || this.#mayGoElsewhere(pc, target, sp))
        return undefined;
      return this.#stories.returnAddress(pc, at, target, top);
    }
    if (sp !== top.sp) {
      if (!this.#isLooking("stack-pointer", pc)) return undefined;
      return this.#stories.stackPointer(pc, at, sp, top);
    }
    if (!this.names.has("saved-registers")) return undefined;
    const changed = stack.changed(this.#words, this.#places);
    if (changed < 0 || !this.#isLooking("saved-registers", pc)) return undefined;
    const place = this.#places[changed]!;
    const kind = place < floatWords ? "x" : "f";
    const index = (place % floatWords) >> 1;
    // Both halves of a register are kept, but of a single only the low one.
    const half = place % 2;
    const old = half === 1 ? stack.saved(changed - 1) : stack.saved(changed);
    const isWide = half === 1 || this.#places[changed + 1] === place + 1;
    const high = half === 1 ? stack.saved(changed) : isWide ? stack.saved(changed + 1) : 0;
    const was = BigInt(old) | (BigInt(high) << 32n);
    const first = place - half;
    const now =
      BigInt(this.#words[first]!) | (isWide ? BigInt(this.#words[first + 1]!) << 32n : 0n);
    return this.#stories.savedRegister(pc, at, { kind, index }, was, now, top);
  }

  /** Whether a return to where the innermost call does not want it is right all the same. */
  #mayGoElsewhere(pc: number, target: number, sp: number): boolean {
    if (this.#stack.knows(target, sp)) return true;
    const region = this.#machine
      .regions()
      .find(({ start, end }) => target >= Number(start) && target < Number(end));
    // A handler of a signal returns to the system's own code.
    if (region?.name === "return") return true;
    return this.#sites.setsStack(BigInt(pc), sp !== this.#stack.sp);
  }

  #return(): void {
    const target = this.#target;
    const sp = this.#sp;
    this.#endHeapCall(target, sp);
    this.#clearBelow(sp);
    this.#definedness?.clearX(dead);
    const stack = this.#stack;
    if (stack.isEmpty) return;
    if (stack.returnsTo(target)) stack.pop();
    else if (!stack.unwindTo(target, sp)) stack.jumpTo(sp);
  }

  // The heap. -------------------------------------------------------------------------------------

  #lookAtHeap(site: Site, pc: number, at: number, address: number): Finding | undefined {
    const { size } = site;
    const block = this.#heap.at(address) ?? this.#heap.at(address + size - 1);
    if (block === undefined) {
      const near = this.#heap.near(address);
      if (near === undefined || this.#isOtherData(near, address)) return undefined;
      if (!this.#isLooking("heap", pc)) return undefined;
      return this.#stories.outOfBlock(site, pc, at, address, near);
    }
    if (block.freed !== undefined && !this.#isLooking("heap", pc)) return undefined;
    if (block.freed !== undefined) return this.#stories.afterFree(site, pc, at, address, block);
    if (address >= block.start && address + size <= block.end) return undefined;
    // A whole word that reaches over an end, as functions of texts load it.
    const isWord = size * 8 === this.#machine.xlen && address % size === 0;
    if ((isWord && !site.writes) || !this.#isLooking("heap", pc)) return undefined;
    return this.#stories.outOfBlock(site, pc, at, address, block);
  }

  /** Whether an address near to a block in the program's data belongs to another variable. */
  #isOtherData(block: Block, address: number): boolean {
    const nameAt = (place: number) => {
      const { symbol, offset } = this.#program.symbols.symbolAt(BigInt(place)) ?? {};
      return symbol === undefined || offset === undefined || offset >= symbol.size
        ? undefined
        : symbol;
    };
    const other = nameAt(address);
    return other !== undefined && other !== nameAt(block.start);
  }

  #lookAtFree(takes: boolean, pc: number, at: number): Finding | undefined {
    const address = this.#x(10);
    if (!takes || address === 0 || !this.#hasHeap) return undefined;
    // Told at the call itself, where that is what ran last.
    const call = this.#lastCall;
    if (call.at === at - 1) [pc, at] = [call.pc, call.at];
    if (!this.#isLooking("heap", pc)) return undefined;
    const block = this.#heap.startingAt(address);
    const caller = this.#x(1);
    if (block?.freed !== undefined) {
      return this.#stories.secondFree(pc, at, address, block, caller);
    }
    if (block !== undefined) return undefined;
    const around = this.#heap.at(address);
    const isStack = this.#isOnStack(address);
    const symbol = this.#program.symbols.symbolAt(BigInt(address));
    const isData = symbol !== undefined && symbol.offset < symbol.symbol.size;
    if (around === undefined && !isStack && !isData) return undefined;
    return this.#stories.noBlock(pc, at, address, around, caller);
  }

  #beginHeapCall({ name, call }: NonNullable<Site["heapCall"]>, at: number): void {
    const [a, b, c] = [this.#x(10), this.#x(11), this.#x(12)];
    const size = call.size?.(a, b, c) ?? 0;
    const { top } = this.#stack;
    // The count of the call, where the allocator was called and not jumped to.
    if (top?.returns === this.#target) at = top.at;
    this.#pending = { name, call, argument: a, size, returns: this.#target, sp: this.#sp, at };
  }

  /** The allocator's function has come back: its blocks are as it says. */
  #endHeapCall(target: number, sp: number): void {
    const pending = this.#pending;
    if (pending === undefined || pending.returns !== target || pending.sp !== sp) return;
    this.#pending = undefined;
    const { call, argument, size, at } = pending;
    let result = this.#x(10);
    if (call.isStored) result = result === 0 ? this.#word(argument) : 0;
    const old = call.takes && argument !== 0 ? this.#heap.startingAt(argument) : undefined;
    const isGiven = call.size !== undefined && result !== 0;
    // Without a new block, realloc has left the old one as it was, unless it was asked for none.
    const isTaken = old !== undefined && (isGiven || call.size === undefined || size === 0);
    if (isTaken && old.freed === undefined) this.#heap.free(old, at, target);
    if (!isGiven) return;
    const block = this.#heap.add(result, size, at, target);
    if (!this.#hasDefinedness || size > largestTracked) return;
    const kept = old === undefined ? 0 : Math.min(size, old.end - old.start);
    if (call.isWritten) this.#shadow.define(block.start, size);
    else if (size > kept) this.#shadow.undefine(block.start + kept, size - kept);
  }

  #word(address: number): number {
    return Number(
      bytesToInteger(this.#machine.readMemory(BigInt(address), this.#machine.xlen / 8)),
    );
  }

  // Undefined bits. -------------------------------------------------------------------------------

  #tracked(hart: Hart): ConstructorParameters<typeof Definedness>[1] {
    const isFar = (address: bigint) => address >= BigInt(highest);
    return {
      read: (address, bytes) => bytesToInteger(this.#machine.readMemory(address, bytes)),
      masks: (address, bytes) => {
        const site = this.#sites.at(Number(hart.pc));
        if (isFar(address) || this.#pending !== undefined) return 0n;
        const masks = this.#shadow.masks(Number(address), bytes);
        const whole = (1n << BigInt(8 * bytes)) - 1n;
        return site.isInText && masks !== whole ? 0n : masks;
      },
      setMasks: (address, bytes, masks) => {
        if (!isFar(address)) this.#shadow.setMasks(Number(address), bytes, masks);
      },
    };
  }

  /** Something depends on bits that were never written. */
  #use(dependent: Dependent, site: Site, pc: number, at: number): Finding | undefined {
    if (!this.#isLooking("uninitialized-memory", pc)) return undefined;
    const used = site.reading.find(
      ({ kind, index }) => this.#definedness!.mask(kind, index) !== 0n,
    );
    const origin = used && this.#origins.get(`${used.kind}${used.index}`);
    return this.#stories.unwritten(dependent, pc, at, used, origin);
  }

  #step(site: Site, pc: number, at: number, dependent: Dependent | undefined): void {
    const definedness = this.#definedness!;
    this.#noteOrigin(site, pc, at);
    definedness.apply();
    const address = site.writes && site.size > 0 ? this.#address(site) : Number.NaN;
    if (address < this.#lowest && this.#isOnStack(address)) this.#lowest = address;
    // What was told once is taken as defined from then on.
    if (dependent !== undefined) definedness.clear();
    if (definedness.isClean) {
      this.isStepping = false;
      this.#origins.clear();
    }
  }

  /** Says where the bits of what the instruction writes come from. */
  #noteOrigin(site: Site, pc: number, at: number): void {
    if (site.writing.length === 0) return;
    const used = site.reading.find(
      ({ kind, index }) => this.#definedness!.mask(kind, index) !== 0n,
    );
    let origin = used && this.#origins.get(`${used.kind}${used.index}`);
    if (site.reads && site.size > 0) {
      const address = this.#address(site);
      if (!this.#shadow.isDefined(address, site.size)) {
        const { size } = site;
        const call = this.#isOnStack(address) ? this.#stack.around(address) : undefined;
        const { inside = pc } = call ?? {};
        origin = { address, size, pc, at, call, inside, block: this.#heap.at(address) };
      }
    }
    if (origin === undefined) return;
    for (const { kind, index } of site.writing) this.#origins.set(`${kind}${index}`, origin);
  }
}
