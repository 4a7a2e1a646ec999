/**
 * One hart: registers, program counter, privilege, reservation and its translation buffer. The
 * state lies in linear memory, in a layout that only this file knows, so that engines of every
 * kind work on the same state. Entering and leaving traps follows the privileged manual,
 * chapters "Machine-Level ISA" and "Supervisor-Level ISA".
 */
import { CsrFile, type SavedCsrs, status } from "./csr-file.ts";
import type { HartState, Trap } from "./machine.ts";
import { frameSize, type PhysicalMemory } from "./memory.ts";
import { TranslationBuffer, type Translator } from "./translation.ts";

/** Privilege modes, with the manual's encoding. */
export const Privilege = { user: 0, supervisor: 1, machine: 3 } as const;
export type Privilege = (typeof Privilege)[keyof typeof Privilege];

/** What a hart has, and where its state is. */
export interface HartOptions {
  readonly id: number;
  readonly name?: string;
  readonly xlen: 32 | 64;
  /** The f registers' width in bits, 0 where there are none. */
  readonly flen: 0 | 32 | 64;
  /** Extension names as in `isa/architecture.ts`; "c" decides the alignment of instructions. */
  readonly extensions: ReadonlySet<string>;
  readonly memory: PhysicalMemory;
  readonly translator: Translator;
  /**
   * A process's hart runs in user mode, with the floating-point unit on and the user's counters
   * readable; otherwise the hart starts in machine mode as after reset.
   */
  readonly process: boolean;
}

/** The layout of a hart's state, in bytes from its start; for engines that generate code. */
export const stateOffsets = {
  /** x0 to x31, 8 bytes each, zero-extended from XLEN. */
  x: 0,
  /** f0 to f31, 8 bytes each, NaN-boxed. */
  f: 256,
  /** 8 bytes, zero-extended. */
  pc: 512,
  /** Retired instructions, 8 bytes. */
  retired: 520,
  /** fflags, frm and mstatus.FS, 4 bytes each. */
  flags: 528,
  rounding: 532,
  floatState: 536,
  /** LR's reservation: its width in bits or 0, 4 bytes; its address, 8 bytes. */
  reservationWidth: 540,
  reservation: 544,
  /** Where generated code writes what goes to x0; 8 bytes, never read. */
  discarded: 552,
  /** The translation buffer. */
  buffer: frameSize,
} as const;

/** Values of satp that have numbers, at most. */
const mostSpaces = 1024;

const pcSlot = stateOffsets.pc / 8;
const retiredSlot = stateOffsets.retired / 8;
const reservationSlot = stateOffsets.reservation / 8;
const stateSlots = stateOffsets.discarded / 8;

/** A hart's state at some instant; see {@link Hart.save}. */
export interface SavedHart {
  readonly bytes: Uint8Array;
  readonly csrs: SavedCsrs;
  readonly stalls: bigint;
  readonly privilege: Privilege;
}

/** One hart: a view of the state that the engines share with generated code. */
export class Hart implements HartState {
  readonly id: number;
  readonly name: string;
  readonly xlen: 32 | 64;
  readonly flen: 0 | 32 | 64;
  readonly extensions: ReadonlySet<string>;
  readonly memory: PhysicalMemory;
  readonly buffer: TranslationBuffer;
  readonly csrs: CsrFile;
  /** Where the state lies in linear memory. */
  readonly offset: number;
  /** 4, or 2 with compressed instructions: what pc is a multiple of. */
  readonly instructionAlignment: 2 | 4;

  /**
   * The x and f registers: slot values, unsigned. Rebound when memory grows, so never keep a
   * copy. A writer keeps `registers[0]` at 0 and x values within XLEN bits.
   */
  registers = new BigUint64Array(0);
  floats = new BigUint64Array(0);

  privilege: Privilege;
  /**
   * Set by an instruction after which the machine must act before the next one; engines stop
   * there. The machine clears it.
   */
  needsAttention = false;
  /** Ticks of the clock in which no instruction retired: traps that were taken, and waiting. */
  stalls = 0n;
  /** The value of the `time` CSR; by default the ticks since the hart was made. */
  time: () => bigint = () => this.instret + this.stalls;

  #state = new BigUint64Array(0);
  /** fflags, frm, mstatus.FS, width of the reservation. */
  #control = new Int32Array(0);
  #translator: Translator;
  /** The numbers of values of satp, and the last of them. */
  readonly #spaces = new Map<bigint, number>();
  #space = 0;
  #lastSpace: bigint | undefined;
  readonly #isProcess: boolean;

  constructor(options: HartOptions) {
    const { memory } = options;
    this.id = options.id;
    this.name = options.name ?? `hart ${options.id}`;
    this.xlen = options.xlen;
    this.flen = options.flen;
    this.extensions = options.extensions;
    this.#isProcess = options.process;
    this.instructionAlignment = options.extensions.has("c") ? 2 : 4;
    this.memory = memory;
    const offset = memory.allocateRun(stateOffsets.buffer + TranslationBuffer.size);
    if (offset === undefined) throw new Error(`no memory for a hart within ${memory.limit} bytes`);
    this.offset = offset;
    memory.onGrow(() => {
      this.registers = new BigUint64Array(memory.linear.buffer, offset, 32);
      this.floats = new BigUint64Array(memory.linear.buffer, offset + stateOffsets.f, 32);
      this.#state = new BigUint64Array(memory.linear.buffer, offset, stateSlots);
      this.#control = new Int32Array(memory.linear.buffer, offset + stateOffsets.flags, 4);
    });
    this.buffer = new TranslationBuffer(memory, offset + stateOffsets.buffer);
    this.#translator = options.translator;
    this.#translator.attach(this.buffer);
    this.privilege = options.process ? Privilege.user : Privilege.machine;
    this.csrs = new CsrFile(this);
    if (options.process) {
      this.floatState = options.flen === 0 ? 0 : 1;
      this.csrs.openCounters();
    }
  }

  /** How pages are found; setting it (another process, other page tables) empties the buffer. */
  get translator(): Translator {
    return this.#translator;
  }

  set translator(translator: Translator) {
    this.#translator.detach(this.buffer);
    this.#translator = translator;
    translator.attach(this.buffer);
    this.dropReservation();
  }

  get pc(): bigint {
    return this.#state[pcSlot]!;
  }

  set pc(value: bigint) {
    this.#state[pcSlot] = BigInt.asUintN(this.xlen, value);
  }

  /** Instructions retired since the hart was made. */
  get instret(): bigint {
    return this.#state[retiredSlot]!;
  }

  set instret(value: bigint) {
    this.#state[retiredSlot] = value;
  }

  /** Accrued exception flags (fflags): NV 16, DZ 8, OF 4, UF 2, NX 1. */
  get flags(): number {
    return this.#control[0]!;
  }

  set flags(value: number) {
    this.#control[0] = value;
  }

  /** The dynamic rounding mode (frm), 0 to 7. */
  get rounding(): number {
    return this.#control[1]!;
  }

  set rounding(value: number) {
    this.#control[1] = value;
  }

  /** mstatus.FS: 0 off, 1 initial, 2 clean, 3 dirty. */
  get floatState(): number {
    return this.#control[2]!;
  }

  set floatState(value: number) {
    this.#control[2] = value;
  }

  /** The width in bits of LR's reservation, 0 when there is none. */
  get reservationWidth(): number {
    return this.#control[3]!;
  }

  set reservationWidth(value: number) {
    this.#control[3] = value;
  }

  /** The address of LR's reservation; see {@link reservationWidth}. */
  get reservation(): bigint {
    return this.#state[reservationSlot]!;
  }

  set reservation(address: bigint) {
    this.#state[reservationSlot] = address;
  }

  x(index: number): bigint {
    return this.registers[index]!;
  }

  setX(index: number, value: bigint): void {
    if (index !== 0) this.registers[index] = BigInt.asUintN(this.xlen, value);
  }

  f(index: number): bigint {
    return this.floats[index]!;
  }

  setF(index: number, value: bigint): void {
    this.floats[index] = BigInt.asUintN(this.flen, value);
    this.floatState = 3;
  }

  csr(address: number): bigint | undefined {
    return this.#hasCsr(address) ? this.csrs.read(address) : undefined;
  }

  setCsr(address: number, value: bigint): boolean {
    if (!this.#hasCsr(address) || this.csrs.isReadOnly(address)) return false;
    this.csrs.write(address, BigInt.asUintN(this.xlen, value));
    return true;
  }

  /** A process has no CSRs but those of its privilege, which bits 9:8 of the address name. */
  #hasCsr(address: number): boolean {
    const isHidden = this.#isProcess && ((address >> 8) & 3) > this.privilege;
    return !isHidden && this.csrs.exists(address);
  }

  /** Forgets the LR reservation: on a switch to another hart or process, and on a trap. */
  dropReservation(): void {
    this.reservationWidth = 0;
  }

  /** Copies registers, pc, floating-point state and privilege of another hart (fork, clone). */
  copyFrom(other: Hart): void {
    this.registers.set(other.registers);
    this.floats.set(other.floats);
    this.pc = other.pc;
    this.flags = other.flags;
    this.rounding = other.rounding;
    this.floatState = other.floatState;
    this.privilege = other.privilege;
    this.dropReservation();
  }

  /** All that is the hart's own: registers, counts, CSRs, privilege; not the memory that it sees. */
  save(): SavedHart {
    const { memory, offset, csrs } = this;
    return {
      bytes: memory.bytes.slice(offset, offset + stateOffsets.discarded),
      csrs: csrs.save(),
      stalls: this.stalls,
      privilege: this.privilege,
    };
  }

  /** Puts back what {@link save} gave. */
  restore({ bytes, csrs, stalls, privilege }: SavedHart): void {
    this.memory.bytes.set(bytes, this.offset);
    this.csrs.restore(csrs);
    this.stalls = stalls;
    this.privilege = privilege;
    this.buffer.flush();
    this.selectTranslations();
  }

  /** Takes an exception: into supervisor mode where it is delegated, else into machine mode. */
  enterTrap(trap: Trap): void {
    this.#enter(trap.cause, false, trap.value, trap.pc);
  }

  /** Takes the interrupt with the given code before the instruction at pc. */
  enterInterrupt(code: number): void {
    this.#enter(code, true, 0n, this.pc);
  }

  /** The code of the interrupt to take next, by the manual's priority, or undefined. */
  pendingInterrupt(): number | undefined {
    return this.csrs.pendingInterrupt();
  }

  /** MRET; the caller has checked the privilege. */
  machineReturn(): void {
    const old = this.csrs.mstatus;
    const previous = Number((old >> 11n) & 3n) as Privilege;
    let now = (old & ~(status.mie | status.mpp)) | status.mpie;
    if (old & status.mpie) now |= status.mie;
    if (previous !== Privilege.machine) now &= ~status.mprv;
    this.csrs.mstatus = now;
    this.#setPrivilege(previous);
    this.pc = this.csrs.mepc;
    this.csrs.noteInterrupts();
  }

  /** SRET; the caller has checked the privilege. */
  supervisorReturn(): void {
    const old = this.csrs.mstatus;
    const previous = old & status.spp ? Privilege.supervisor : Privilege.user;
    let now = (old & ~(status.sie | status.spp | status.mprv)) | status.spie;
    if (old & status.spie) now |= status.sie;
    this.csrs.mstatus = now;
    this.#setPrivilege(previous);
    this.pc = this.csrs.sepc;
    this.csrs.noteInterrupts();
  }

  #enter(cause: number, interrupt: boolean, value: bigint, pc: bigint): void {
    const { csrs } = this;
    const delegated = this.privilege !== Privilege.machine && csrs.isDelegated(cause, interrupt);
    const old = csrs.mstatus;
    const causeBit = interrupt ? 1n << BigInt(this.xlen - 1) : 0n;
    let vector: bigint;
    if (delegated) {
      let now = old & ~(status.spie | status.sie | status.spp);
      if (old & status.sie) now |= status.spie;
      if (this.privilege === Privilege.supervisor) now |= status.spp;
      csrs.mstatus = now;
      csrs.setSupervisorTrap(pc, causeBit | BigInt(cause), value);
      vector = csrs.stvec;
      this.#setPrivilege(Privilege.supervisor);
    } else {
      let now = old & ~(status.mpie | status.mie | status.mpp);
      if (old & status.mie) now |= status.mpie;
      csrs.mstatus = now | (BigInt(this.privilege) << 11n);
      csrs.setMachineTrap(pc, causeBit | BigInt(cause), value);
      vector = csrs.mtvec;
      this.#setPrivilege(Privilege.machine);
    }
    const base = vector & ~3n;
    this.pc = interrupt && vector & 1n ? base + BigInt(4 * cause) : base;
    this.dropReservation();
  }

  #setPrivilege(privilege: Privilege): void {
    this.privilege = privilege;
    this.selectTranslations();
  }

  /** After a change of what decides on translations: privilege, satp, MPRV, SUM, MXR. */
  selectTranslations(): void {
    if (this.#isProcess) return;
    const bits = Number(this.csrs.mstatus & 0xfffffn);
    const data = bits & Number(status.mprv) ? (bits >> 11) & 3 : this.privilege;
    const modes = (data << 2) | this.privilege | ((bits >> 14) & 0x30); // SUM and MXR
    // Machine mode does not translate.
    this.buffer.select((modes & 15) === 15 ? 15 : this.#spaceOf(this.csrs.satp) * 64 + modes);
  }

  /** A number, from 1, for a value of satp. */
  #spaceOf(satp: bigint): number {
    if (satp !== this.#lastSpace) {
      this.#lastSpace = satp;
      if (this.#spaces.size >= mostSpaces) {
        this.#spaces.clear(); // the numbers begin anew
        this.buffer.flush();
      }
      this.#space = this.#spaces.get(satp) ?? this.#spaces.size + 1;
      this.#spaces.set(satp, this.#space);
    }
    return this.#space;
  }

  /** What translated code is kept for: the same addresses may hold other code in another. */
  get codeContext(): unknown {
    if (this.#isProcess) return this.#translator;
    return this.privilege === Privilege.user ? this.csrs.satp : this.privilege;
  }
}
