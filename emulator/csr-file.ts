/**
 * The control and status registers of a hart, as a table from address to what reads and writes
 * them. Values that a register cannot hold are handled as its definition says (privileged
 * manual, "WARL" and "WPRI"): the write keeps the legal bits. A register without an entry does
 * not exist, and access to it is an illegal instruction.
 */
import type { Hart } from "./hart.ts";
import {
  MemoryProtection,
  protectionEntries,
  type SavedProtection,
} from "./privileged/memory-protection.ts";
import { pagingSchemes } from "./privileged/page-walk.ts";

/** Bits of mstatus (privileged manual, "Machine Status (mstatus and mstatush) Registers"). */
export const status = {
  sie: 1n << 1n,
  mie: 1n << 3n,
  spie: 1n << 5n,
  mpie: 1n << 7n,
  spp: 1n << 8n,
  mpp: 3n << 11n,
  fs: 3n << 13n,
  mprv: 1n << 17n,
  sum: 1n << 18n,
  mxr: 1n << 19n,
  tvm: 1n << 20n,
  tw: 1n << 21n,
  tsr: 1n << 22n,
} as const;

const { sie, mie, spie, mpie, spp, mpp, fs, mprv, sum, mxr, tvm, tw, tsr } = status;
const machineStatus = sie | mie | spie | mpie | spp | mpp | fs | mprv | sum | mxr | tvm | tw | tsr;
const supervisorStatus = sie | spie | spp | fs | sum | mxr;

/** Software, timer and external interrupts of the supervisor, and of both levels. */
const supervisorInterrupts = 0x222n;
const machineInterrupts = 0xaaan;
/** Exceptions that can be delegated: all defined ones but the environment call from M-mode. */
const delegable = 0xb3ffn;
/** Interrupt codes, highest priority first. */
const interruptOrder = [11, 3, 7, 9, 1, 5] as const;

/** Addresses of the registers whose value other parts of the hart use. */
const at = {
  sie: 0x104,
  stvec: 0x105,
  scounteren: 0x106,
  sepc: 0x141,
  scause: 0x142,
  stval: 0x143,
  sip: 0x144,
  satp: 0x180,
  mstatus: 0x300,
  medeleg: 0x302,
  mideleg: 0x303,
  mie: 0x304,
  mtvec: 0x305,
  mcounteren: 0x306,
  mepc: 0x341,
  mcause: 0x342,
  mtval: 0x343,
  mip: 0x344,
} as const;

interface Register {
  readonly read: (hart: Hart, file: CsrFile) => bigint;
  /** Absent where writes are ignored. The value is within XLEN bits. */
  readonly write?: (hart: Hart, file: CsrFile, value: bigint) => void;
  /** Absent where every hart has it. */
  readonly exists?: (hart: Hart) => boolean;
}

const hasFloat = (hart: Hart): boolean => hart.flen !== 0;
const is32 = (hart: Hart): boolean => hart.xlen === 32;
const fullMask = (hart: Hart): bigint => (1n << BigInt(hart.xlen)) - 1n;

/** A register that holds the bits of `mask`. */
const stored = (address: number, mask: (hart: Hart) => bigint): Register => ({
  read: (_, file) => file.values[address]!,
  write: (hart, file, value) => {
    file.values[address] = value & mask(hart);
  },
});

/** A register of bits by interrupt code, which decides on what is taken. */
const interruptMask = (address: number, mask: bigint): Register => ({
  read: (_, file) => file.values[address]!,
  write: (_, file, value) => {
    file.values[address] = value & mask;
    file.noteInterrupts();
  },
});

/** A register that always reads the same and ignores writes. */
const constant = (read: (hart: Hart) => bigint, exists?: (hart: Hart) => boolean): Register =>
  exists === undefined ? { read } : { read, exists };

/** A 64-bit counter whose low (RV32: or high) half is the register. */
const counter = (name: "cycle" | "instret") => {
  const value = (hart: Hart, file: CsrFile): bigint =>
    file.counters[name].value(countOf(name, hart));
  const set = (hart: Hart, file: CsrFile, wanted: bigint): void =>
    file.counters[name].set(wanted, countOf(name, hart));
  const low: Register = {
    read: (hart, file) => BigInt.asUintN(hart.xlen, value(hart, file)),
    write: (hart, file, wanted) =>
      set(hart, file, hart.xlen === 64 ? wanted : (value(hart, file) & ~0xffffffffn) | wanted),
  };
  const high: Register = {
    read: (hart, file) => value(hart, file) >> 32n,
    write: (hart, file, wanted) =>
      set(hart, file, (wanted << 32n) | BigInt.asUintN(32, value(hart, file))),
    exists: is32,
  };
  return { low, high };
};

const countOf = (name: "cycle" | "instret", hart: Hart): bigint =>
  name === "instret" ? hart.instret : hart.instret + hart.stalls;

/** What a counter adds to the hart's own count, or its value while it stands still. */
class Counter {
  /** Plain data, replaced as a whole when an earlier state is put back. */
  state: { readonly offset: bigint; readonly frozen: bigint | undefined } = {
    offset: 0n,
    frozen: undefined,
  };

  value(count: bigint): bigint {
    const { offset, frozen } = this.state;
    return frozen ?? BigInt.asUintN(64, count + offset);
  }

  /** The writing instruction itself is not counted: the next one reads what was written. */
  set(wanted: bigint, count: bigint): void {
    const isRunning = this.state.frozen === undefined;
    this.state = isRunning
      ? { offset: wanted - count - 1n, frozen: undefined }
      : { ...this.state, frozen: wanted };
  }

  /** Stops or starts the counter after the instruction that says so. */
  inhibit(isInhibited: boolean, count: bigint): void {
    const { offset, frozen } = this.state;
    if (isInhibited === (frozen !== undefined)) return;
    this.state = isInhibited
      ? { offset, frozen: this.value(count + 1n) }
      : { offset: (frozen ?? 0n) - count - 1n, frozen: undefined };
  }
}

const registers = new Map<number, Register>();

function define(first: number, register: Register, last = first, step = 1): void {
  for (let address = first; address <= last; address += step) registers.set(address, register);
}

// Floating point. ---------------------------------------------------------------------------------
define(0x001, {
  read: (hart) => BigInt(hart.flags),
  write: (hart, _, value) => {
    hart.flags = Number(value & 0x1fn);
    hart.floatState = 3;
  },
  exists: hasFloat,
});
define(0x002, {
  read: (hart) => BigInt(hart.rounding),
  write: (hart, _, value) => {
    hart.rounding = Number(value & 7n);
    hart.floatState = 3;
  },
  exists: hasFloat,
});
define(0x003, {
  read: (hart) => BigInt((hart.rounding << 5) | hart.flags),
  write: (hart, _, value) => {
    hart.flags = Number(value & 0x1fn);
    hart.rounding = Number((value >> 5n) & 7n);
    hart.floatState = 3;
  },
  exists: hasFloat,
});

// Counters: machine, and the user's read-only views of the same. -----------------------------------
const cycle = counter("cycle");
const instret = counter("instret");
define(0xb00, cycle.low);
define(0xb02, instret.low);
define(0xb80, cycle.high);
define(0xb82, instret.high);
define(0xc00, { read: cycle.low.read });
define(0xc01, { read: (hart) => BigInt.asUintN(hart.xlen, hart.time()) });
define(0xc02, { read: instret.low.read });
define(0xc80, { read: cycle.high.read, exists: is32 });
define(0xc81, { read: (hart) => BigInt.asUintN(64, hart.time()) >> 32n, exists: is32 });
define(0xc82, { read: instret.high.read, exists: is32 });
const noEvents = constant(() => 0n);
const noEventsHigh = constant(() => 0n, is32);
define(0xb03, noEvents, 0xb1f);
define(0xb83, noEventsHigh, 0xb9f);
define(0xc03, noEvents, 0xc1f);
define(0xc83, noEventsHigh, 0xc9f);
define(0x320, {
  read: (_, file) => file.values[0x320]!,
  write: (hart, file, value) => {
    file.values[0x320] = value & 5n; // mcountinhibit: cycle and instret
    file.counters.cycle.inhibit((value & 1n) !== 0n, countOf("cycle", hart));
    file.counters.instret.inhibit((value & 4n) !== 0n, countOf("instret", hart));
  },
});
define(0x323, noEvents, 0x33f);

// Supervisor. --------------------------------------------------------------------------------------
/** A vector base: modes direct and vectored. */
const vector = (address: number): Register => stored(address, (hart) => fullMask(hart) & ~2n);
/** An exception program counter: bits below the instruction alignment are zero. */
const exceptionPc = (address: number): Register =>
  stored(address, (hart) => fullMask(hart) & ~BigInt(hart.instructionAlignment - 1));

define(0x100, {
  read: (hart, file) => statusView(hart, file) & supervisorView(hart),
  write: (hart, file, value) => writeStatus(hart, file, value, supervisorStatus),
});
define(at.sie, {
  read: (_, file) => file.values[at.mie]! & file.values[at.mideleg]!,
  write: (_, file, value) => {
    const mask = file.values[at.mideleg]!;
    file.values[at.mie] = (file.values[at.mie]! & ~mask) | (value & mask);
    file.noteInterrupts();
  },
});
define(at.stvec, vector(at.stvec));
define(
  at.scounteren,
  stored(at.scounteren, () => 7n),
);
define(
  0x10a,
  stored(0x10a, () => 1n),
); // senvcfg: only FIOM
define(0x140, stored(0x140, fullMask)); // sscratch
define(at.sepc, exceptionPc(at.sepc));
define(at.scause, stored(at.scause, fullMask));
define(at.stval, stored(at.stval, fullMask));
define(at.sip, {
  read: (_, file) => file.pending & file.values[at.mideleg]!,
  // The supervisor can set its software interrupt.
  write: (_, file, value) => file.setPending(value, file.values[at.mideleg]! & 2n),
});
define(at.satp, {
  read: (_, file) => file.values[at.satp]!,
  write: (hart, file, value) => {
    const mode = Number(value >> (hart.xlen === 64 ? 60n : 31n));
    if (mode !== 0 && !pagingSchemes[hart.xlen].has(mode)) return;
    file.values[at.satp] = value;
    hart.selectTranslations();
  },
});

// Machine. -----------------------------------------------------------------------------------------
define(
  0xf11,
  constant(() => 0n),
  0xf13,
); // mvendorid, marchid, mimpid
define(
  0xf14,
  constant((hart) => BigInt(hart.id)),
);
define(
  0xf15,
  constant(() => 0n),
); // mconfigptr
define(at.mstatus, {
  read: (hart, file) => statusView(hart, file),
  write: (hart, file, value) => writeStatus(hart, file, value, machineStatus),
});
define(
  0x310,
  constant(() => 0n, is32),
); // mstatush: little-endian only
define(0x301, constant(architectureBits)); // misa
define(
  at.medeleg,
  stored(at.medeleg, () => delegable),
);
define(at.mideleg, interruptMask(at.mideleg, supervisorInterrupts));
define(at.mie, interruptMask(at.mie, machineInterrupts));
define(at.mtvec, vector(at.mtvec));
define(
  at.mcounteren,
  stored(at.mcounteren, () => 7n),
);
define(
  0x30a,
  stored(0x30a, () => 1n),
); // menvcfg: only FIOM
define(
  0x31a,
  constant(() => 0n, is32),
);
define(0x340, stored(0x340, fullMask)); // mscratch
define(at.mepc, exceptionPc(at.mepc));
define(at.mcause, stored(at.mcause, fullMask));
define(at.mtval, stored(at.mtval, fullMask));
define(at.mip, {
  read: (_, file) => file.pending,
  // The machine's own are wired to devices.
  write: (_, file, value) => file.setPending(value, supervisorInterrupts),
});

// Physical memory protection: a byte of configuration each entry, XLEN / 8 of them a register. ---------
const pmpConfiguration = 0x3a0;
for (let register = 0; register < protectionEntries / 4; register++) {
  const first = register * 4;
  define(pmpConfiguration + register, {
    read: (hart, { protection }) => {
      let value = 0n;
      for (let byte = hart.xlen / 8 - 1; byte >= 0; byte--) {
        value = (value << 8n) | BigInt(protection.configuration(first + byte));
      }
      return value;
    },
    write: (hart, { protection }, value) => {
      for (let byte = 0; byte < hart.xlen / 8; byte++) {
        const wanted = Number((value >> BigInt(8 * byte)) & 0xffn);
        protection.setConfiguration(first + byte, wanted);
      }
      hart.buffer.flush();
    },
    exists: (hart) => hart.xlen === 32 || register % 2 === 0,
  });
}
for (let entry = 0; entry < protectionEntries; entry++) {
  define(0x3b0 + entry, {
    read: (_, { protection }) => protection.address(entry),
    write: (hart, { protection }, value) => {
      protection.setAddress(entry, value);
      hart.buffer.flush();
    },
  });
}

/** mstatus with the fields that are not stored: FS, SD, UXL and SXL. */
function statusView(hart: Hart, file: CsrFile): bigint {
  const float = BigInt(hart.floatState) << 13n;
  const dirty = hart.floatState === 3 ? 1n << BigInt(hart.xlen - 1) : 0n;
  const widths = hart.xlen === 64 ? 0xan << 32n : 0n;
  return file.mstatus | float | dirty | widths;
}

function supervisorView(hart: Hart): bigint {
  const dirty = 1n << BigInt(hart.xlen - 1);
  return supervisorStatus | dirty | (hart.xlen === 64 ? 3n << 32n : 0n);
}

function writeStatus(hart: Hart, file: CsrFile, value: bigint, mask: bigint): void {
  const old = file.mstatus;
  if ((value & mpp) === 2n << 11n) value = (value & ~mpp) | (old & mpp); // no such mode
  file.mstatus = (old & ~mask) | (value & mask & ~fs);
  if (hart.flen !== 0) hart.floatState = Number((value & fs) >> 13n);
  file.noteInterrupts();
}

function architectureBits(hart: Hart): bigint {
  let bits = BigInt(hart.xlen === 64 ? 2 : 1) << BigInt(hart.xlen - 2);
  for (const name of hart.extensions) {
    if (name.length === 1) bits |= 1n << BigInt(name.charCodeAt(0) - 97);
  }
  return bits | (1n << 18n) | (1n << 20n); // S and U
}

/** All that the CSRs hold at some instant; see {@link CsrFile.save}. */
export interface SavedCsrs {
  readonly values: BigUint64Array;
  readonly counters: { readonly cycle: Counter["state"]; readonly instret: Counter["state"] };
  readonly protection: SavedProtection;
  readonly lines: bigint;
}

/** The CSRs of one hart. Values are unsigned and within XLEN bits. */
export class CsrFile {
  /** The raw values by address, for registers that are plain storage. */
  readonly values = new BigUint64Array(4096);
  readonly counters = { cycle: new Counter(), instret: new Counter() };
  readonly protection: MemoryProtection;
  readonly #hart: Hart;
  /** The interrupts that devices raise: what mip shows beside the bits that software has set. */
  #lines = 0n;

  constructor(hart: Hart) {
    this.#hart = hart;
    this.protection = new MemoryProtection(hart.xlen);
  }

  save(): SavedCsrs {
    const { cycle, instret } = this.counters;
    return {
      values: this.values.slice(),
      counters: { cycle: cycle.state, instret: instret.state },
      protection: this.protection.save(),
      lines: this.#lines,
    };
  }

  /** Puts back what {@link save} gave. */
  restore({ values, counters, protection, lines }: SavedCsrs): void {
    this.values.set(values);
    this.counters.cycle.state = counters.cycle;
    this.counters.instret.state = counters.instret;
    this.protection.restore(protection);
    this.#lines = lines;
  }

  /** Holds when the hart has the register, whatever its privilege. */
  exists(address: number): boolean {
    const register = registers.get(address);
    return register !== undefined && (register.exists?.(this.#hart) ?? true);
  }

  /** By the address's two top bits. */
  isReadOnly(address: number): boolean {
    return address >> 10 === 3;
  }

  /** Holds when an instruction may access it now; otherwise it is an illegal instruction. */
  isAccessible(address: number, writes: boolean): boolean {
    const hart = this.#hart;
    if (!this.exists(address) || ((address >> 8) & 3) > hart.privilege) return false;
    if (writes && this.isReadOnly(address)) return false;
    if (address >= 0x001 && address <= 0x003) return hart.floatState !== 0;
    if (address >= 0xc00 && address <= 0xc9f) return this.#counterEnabled(address & 31);
    return !(address === at.satp && hart.privilege === 1 && this.mstatus & tvm);
  }

  /** The value of an existing register. */
  read(address: number): bigint {
    return registers.get(address)!.read(this.#hart, this);
  }

  /** Writes what is writable of an existing register. */
  write(address: number, value: bigint): void {
    registers.get(address)!.write?.(this.#hart, this, value);
  }

  /** Lets less privileged modes read cycle, time and instret. */
  openCounters(): void {
    this.values[at.mcounteren] = 7n;
    this.values[at.scounteren] = 7n;
  }

  /** mstatus without FS, SD, UXL and SXL. */
  get mstatus(): bigint {
    return this.values[at.mstatus]!;
  }

  set mstatus(value: bigint) {
    const changed = this.mstatus ^ value;
    this.values[at.mstatus] = value;
    const loads = changed & (mprv | sum | mxr) || (value & mprv && changed & mpp);
    if (loads) this.#hart.selectTranslations();
  }

  get mtvec(): bigint {
    return this.values[at.mtvec]!;
  }

  get stvec(): bigint {
    return this.values[at.stvec]!;
  }

  get mepc(): bigint {
    return this.values[at.mepc]!;
  }

  get sepc(): bigint {
    return this.values[at.sepc]!;
  }

  get satp(): bigint {
    return this.values[at.satp]!;
  }

  setMachineTrap(pc: bigint, cause: bigint, value: bigint): void {
    this.values[at.mepc] = pc;
    this.values[at.mcause] = cause;
    this.values[at.mtval] = value;
  }

  setSupervisorTrap(pc: bigint, cause: bigint, value: bigint): void {
    this.values[at.sepc] = pc;
    this.values[at.scause] = cause;
    this.values[at.stval] = value;
  }

  /** Raises or lowers an interrupt line: a bit of mip, by its code. */
  setInterrupt(code: number, pending: boolean): void {
    const bit = 1n << BigInt(code);
    this.#lines = pending ? this.#lines | bit : this.#lines & ~bit;
    this.noteInterrupts();
  }

  /** mip: what devices or software have raised. */
  get pending(): bigint {
    return this.values[at.mip]! | this.#lines;
  }

  /** Writes what software sets of mip. */
  setPending(value: bigint, mask: bigint): void {
    this.values[at.mip] = (this.values[at.mip]! & ~mask) | (value & mask);
    this.noteInterrupts();
  }

  /** See `csrForUpdate` of `isa/semantics.ts`. */
  forUpdate(address: number, read: bigint): bigint {
    if (address !== at.mip && address !== at.sip) return read;
    return read & ~(this.#lines & ~this.values[at.mip]!);
  }

  /** After what may have enabled an interrupt: asks for attention where one is to be taken. */
  noteInterrupts(): void {
    if (this.pendingInterrupt() !== undefined) this.#hart.needsAttention = true;
  }

  isDelegated(cause: number, interrupt: boolean): boolean {
    const delegation = this.values[interrupt ? at.mideleg : at.medeleg]!;
    return ((delegation >> BigInt(cause)) & 1n) === 1n;
  }

  /** Holds when WFI need not wait: an enabled interrupt is pending, whatever mstatus says. */
  wakes(): boolean {
    return (this.pending & this.values[at.mie]!) !== 0n;
  }

  /** The code of the enabled pending interrupt of highest priority. */
  pendingInterrupt(): number | undefined {
    const pending = this.pending & this.values[at.mie]!;
    if (pending === 0n) return undefined;
    const { privilege } = this.#hart;
    const delegated = this.values[at.mideleg]!;
    const machineOn = privilege < 3 || (this.mstatus & mie) !== 0n;
    const supervisorOn = privilege < 1 || (privilege === 1 && (this.mstatus & sie) !== 0n);
    const forMachine = machineOn ? pending & ~delegated : 0n;
    const taken = forMachine || (supervisorOn ? pending & delegated : 0n);
    return interruptOrder.find((code) => (taken >> BigInt(code)) & 1n);
  }

  /** Holds when SRET is an illegal instruction here (mstatus.TSR). */
  trapsSupervisorReturn(): boolean {
    return this.#hart.privilege === 1 && (this.mstatus & tsr) !== 0n;
  }

  /** Holds when WFI is an illegal instruction here (mstatus.TW). */
  trapsWait(): boolean {
    return this.#hart.privilege < 3 && (this.mstatus & tw) !== 0n;
  }

  /** Holds when SFENCE.VMA is an illegal instruction here (mstatus.TVM). */
  trapsVirtualMemory(): boolean {
    return this.#hart.privilege === 1 && (this.mstatus & tvm) !== 0n;
  }

  #counterEnabled(index: number): boolean {
    const { privilege } = this.#hart;
    const bit = 1n << BigInt(index);
    if (privilege < 3 && !(this.values[at.mcounteren]! & bit)) return false;
    return privilege > 0 || (this.values[at.scounteren]! & bit) !== 0n;
  }
}
