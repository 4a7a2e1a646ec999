/**
 * A bare board: one hart in machine mode, RAM, a core-local interruptor, a serial port for output
 * and a test finisher, at the addresses of QEMU's `virt` machine. It runs programs that expect
 * nothing below them.
 *
 * The clock ticks once for each instruction that retires, for each exception that is taken (so that
 * a guest that does nothing but trap comes to an end), and while the hart waits in WFI. Interrupts
 * are taken between instructions: what the clock raises, before the instruction at exactly that
 * tick; what an instruction enables, before the next one.
 */
import { PT } from "../../elf/constants.ts";
import type { ElfFile } from "../../elf/model.ts";
import type { Architecture } from "../../isa/architecture.ts";
import type { Engine } from "../engine.ts";
import { createEngine, defaultEngine, type EngineName } from "../engines.ts";
import { Hart } from "../hart.ts";
import type {
  Failure,
  HartState,
  Host,
  HostReply,
  Machine,
  MemoryRegion,
  Stop,
  Trap,
  Watchpoint,
} from "../machine.ts";
import { frameSize, PhysicalMemory } from "../memory.ts";
import { AddressTranslation, type EntryUpdates } from "../privileged/address-translation.ts";
import { type DeviceMapping, PhysicalSpace } from "../privileged/physical-space.ts";
import { CoreInterrupts } from "./core-interrupts.ts";
import { outsideRam } from "./errors.ts";
import { Serial } from "./serial.ts";
import { TestFinisher } from "./test-finisher.ts";

/** Where things are, in bytes. */
export const boardMap = {
  test: { start: 0x10_0000, size: 0x1000 },
  clint: { start: 0x200_0000, size: 0x1_0000 },
  serial: { start: 0x1000_0000, size: 0x100 },
  ram: { start: 0x8000_0000 },
} as const;

const defaultRamSize = 128 << 20;
/** Linear memory beside RAM: for decoded code and tables of the engines. */
const besideRam = 256 << 20;

/** Bytes to be put at a physical address before the start. */
export interface Load {
  readonly address: number;
  readonly data: Uint8Array;
}

/** What a board is made of. */
export interface BoardOptions {
  readonly architecture: Architecture;
  readonly load: readonly Load[];
  readonly host: Pick<Host, "output">;
  /** In bytes, a multiple of the page size. */
  readonly ramSize?: number;
  /** Where the hart starts; by default at the start of RAM. */
  readonly resetVector?: bigint;
  /** Who sets accessed and dirty bits of page-table entries; by default the hardware. */
  readonly entryUpdates?: EntryUpdates;
  readonly engine?: EngineName;
  /** How many jumps to an address make it due for translation. */
  readonly hotness?: number;
}

/** What an executable asks to be loaded, by its physical addresses. */
export function loadsOf(file: ElfFile): Load[] {
  return file.segments
    .filter(({ type, data }) => type === PT.LOAD && data.length > 0)
    .map(({ physicalAddress, data }) => ({ address: Number(physicalAddress), data }));
}

/** Makes a board; throws `LaunchError` where something to be loaded lies outside of RAM. */
export function createBoard(options: BoardOptions): Board {
  return new Board(options);
}

/** A system with one hart. */
export class Board implements Machine {
  readonly xlen: 32 | 64;
  readonly flen: 0 | 32 | 64;
  readonly extensions: ReadonlySet<string>;
  readonly hart: Hart;
  readonly harts: readonly [Hart];
  readonly space: PhysicalSpace;
  readonly #memory: PhysicalMemory;
  readonly #engine: Engine;
  readonly #translation: AddressTranslation;
  readonly #clint: CoreInterrupts;
  #caught: ReadonlySet<number> = new Set();
  /** The exception that was last reported before its delivery, by the tick. */
  #announced: bigint | undefined;
  /** Where the last stop was: a breakpoint there does not stop the next run at once. */
  #stoppedAt: bigint | undefined;
  /** Whether the hart is in WFI. */
  #isWaiting = false;
  #exitCode: number | undefined;

  constructor(options: BoardOptions) {
    const { architecture, host } = options;
    const ramSize = options.ramSize ?? defaultRamSize;
    const { extensions } = architecture;
    this.xlen = architecture.xlen;
    this.flen = extensions.has("d") ? 64 : extensions.has("f") ? 32 : 0;
    this.extensions = extensions;
    this.#memory = new PhysicalMemory(ramSize + besideRam);
    const mappings: DeviceMapping[] = [];
    const ram = { start: boardMap.ram.start, size: ramSize };
    this.space = new PhysicalSpace(this.#memory, ram, mappings);
    this.#translation = new AddressTranslation(this.space, options.entryUpdates);
    this.hart = new Hart({
      id: 0,
      xlen: this.xlen,
      flen: this.flen,
      extensions,
      memory: this.#memory,
      translator: this.#translation,
      process: false,
    });
    this.harts = [this.hart];
    this.#translation.connect(this.hart);
    this.#clint = new CoreInterrupts(this.harts, () => this.instructions);
    const end = (code: number) => {
      this.#exitCode ??= code;
      this.hart.needsAttention = true;
    };
    mappings.push(
      { device: new TestFinisher(end), ...boardMap.test },
      { device: this.#clint, ...boardMap.clint },
      { device: new Serial((bytes) => host.output(1, bytes)), ...boardMap.serial },
    );
    this.#engine = createEngine(
      options.engine ?? defaultEngine,
      this.#memory,
      architecture,
      this.flen,
      options.hotness,
    );
    for (const { address, data } of options.load) {
      const last = this.space.linear(address + data.length - 1);
      const at = this.space.linear(address);
      if (at < 0 || last < 0) throw outsideRam(address, data.length, ram);
      this.#memory.bytes.set(data, at);
    }
    this.hart.pc = options.resetVector ?? BigInt(boardMap.ram.start);
  }

  /** The ticks of the clock; see the head of the file. */
  get instructions(): bigint {
    return this.hart.instret + this.hart.stalls;
  }

  get current(): HartState {
    return this.hart;
  }

  run(budget: number, isDue?: () => boolean): Stop {
    const { hart } = this;
    const end = this.instructions + BigInt(budget);
    let skipFirst = this.#stoppedAt === hart.pc;
    this.#stoppedAt = undefined;
    for (;;) {
      if (this.#exitCode !== undefined) return { reason: "exit", code: this.#exitCode };
      const remaining = end - this.instructions;
      if (remaining <= 0n) return this.#stopped({ reason: "budget" });
      this.#clint.update();
      hart.needsAttention = false;
      this.#isWaiting &&= !hart.csrs.wakes();
      const interrupt = hart.pendingInterrupt();
      if (interrupt !== undefined) {
        hart.enterInterrupt(interrupt);
        skipFirst = false;
      }
      const untilEvent = this.#clint.ticksToEvent() ?? remaining;
      const piece = untilEvent < remaining ? untilEvent : remaining;
      if (this.#isWaiting) {
        hart.stalls += piece;
        continue;
      }
      const stop = this.#engine.run(hart, Number(piece), skipFirst, isDue);
      skipFirst = false;
      switch (stop.reason) {
        case "budget":
        case "attention":
          if (isDue?.()) return this.#stopped({ reason: "budget" });
          break;
        case "wait":
          this.#isWaiting = true;
          break;
        case "trap":
          if (this.#announces(stop.trap)) return { reason: "exception", trap: stop.trap };
          hart.enterTrap(stop.trap);
          hart.stalls++;
          break;
        case "breakpoint":
          return this.#stopped({ reason: "breakpoint", pc: hart.pc });
        case "watchpoint":
          return this.#stopped(stop);
      }
    }
  }

  /** Nothing that the board asks is left open. */
  answer(_reply: HostReply): void {}

  setBreakpoints(addresses: Iterable<bigint>): void {
    this.#engine.setBreakpoints(addresses);
  }

  setWatchpoints(watchpoints: readonly Watchpoint[]): void {
    this.#translation.watches.set(watchpoints);
  }

  catchExceptions(causes: ReadonlySet<number>): void {
    this.#caught = causes;
  }

  /** Only processes fail. */
  catchFailures(_kinds: ReadonlySet<Failure>): void {}

  readMemory(_hart: HartState, address: bigint, length: number): Uint8Array {
    const result = new Uint8Array(length);
    const done = this.#eachPiece(address, length, (at, from, size) => {
      result.set(this.#memory.bytes.subarray(at, at + size), from);
    });
    return result.subarray(0, done);
  }

  writeMemory(_hart: HartState, address: bigint, bytes: Uint8Array): number {
    return this.#eachPiece(address, bytes.length, (at, from, size) => {
      this.#memory.bytes.set(bytes.subarray(from, from + size), at);
      const offset = at % frameSize;
      if (this.#memory.holdsCode(at - offset)) {
        this.#memory.codeWritten(at - offset, offset, offset + size);
      }
    });
  }

  /** The physical address space. */
  memoryMap(_hart: HartState): readonly MemoryRegion[] {
    const region = (name: string, permissions: string, start: number, size: number) => ({
      start: BigInt(start),
      end: BigInt(start + size),
      permissions,
      name,
    });
    const { ram, devices } = this.space;
    return [
      ...devices.map(({ device, start, size }) => region(device.name, "rw-", start, size)),
      region("ram", "rwx", ram.start, ram.size),
    ];
  }

  #stopped<Reason extends Stop>(stop: Reason): Reason {
    this.#stoppedAt = this.hart.pc;
    return stop;
  }

  /** Whether an exception is to be reported before the guest gets it, which is done once. */
  #announces({ cause }: Trap): boolean {
    const isNew = this.#caught.has(cause) && this.#announced !== this.instructions;
    this.#announced = isNew ? this.instructions : undefined;
    return isNew;
  }

  /** Visits RAM page by page as the hart sees it; returns for how many bytes there was some. */
  #eachPiece(
    address: bigint,
    length: number,
    visit: (at: number, from: number, size: number) => void,
  ): number {
    let done = 0;
    while (done < length) {
      const virtual = BigInt.asUintN(this.xlen, address + BigInt(done));
      const size = Math.min(frameSize - Number(virtual & 0xfffn), length - done);
      const physical = this.#translation.inspect(virtual);
      const at = physical === undefined ? -1 : this.space.linear(physical);
      if (at < 0) break;
      visit(at, done, size);
      done += size;
    }
    return done;
  }
}
