/**
 * Call frame information: for a pc, how the caller's registers are found. `.debug_frame` and
 * `.eh_frame` hold common entries (CIE) and one entry (FDE) for each function, whose instructions
 * build a table of rules row by row. DWARF 5, section 6.4, "Call Frame Information"; Linux Standard
 * Base, "Exception Frames".
 */
import { Cursor } from "../bytes.ts";
import { debugInformation } from "../errors.ts";
import { DW_CFA, DW_EH_PE } from "./constants.ts";
import { attempt, type DebugSections } from "./sections.ts";
import { readUnitExtent } from "./unit-header.ts";

/** How the value of a register in the caller is found; no rule means: not known, or unchanged. */
export type RegisterRule =
  | { kind: "undefined" }
  | { kind: "same" }
  /** Saved at the canonical frame address + offset. */
  | { kind: "offset"; offset: number }
  /** Is the canonical frame address + offset. */
  | { kind: "value-offset"; offset: number }
  | { kind: "register"; register: number }
  /** Saved at the address that the expression computes. */
  | { kind: "expression"; expression: Uint8Array }
  | { kind: "value-expression"; expression: Uint8Array };

/** How the canonical frame address (the caller's stack pointer) is found. */
export type FrameAddressRule =
  | { kind: "register"; register: number; offset: number }
  | { kind: "expression"; expression: Uint8Array };

/** The rules from `address` on, up to the next row. Registers have their DWARF numbers. */
export interface FrameRow {
  address: bigint;
  frameAddress: FrameAddressRule | undefined;
  registers: ReadonlyMap<number, RegisterRule>;
}

/** What several FDEs have in common. */
export interface CommonEntry {
  section: string;
  offset: number;
  version: number;
  augmentation: string;
  addressSize: number;
  /** What is added to addresses in instructions. */
  bias: bigint;
  codeAlignment: number;
  dataAlignment: number;
  /** The column that stands for the return address, ra as a rule. */
  returnAddressRegister: number;
  /** Whether the frame was made by a signal: the pc is that of an instruction not yet executed. */
  isSignalFrame: boolean;
  /** Encoding of pointers in FDEs, for `.eh_frame`. */
  pointerEncoding: number;
  hasAugmentationData: boolean;
  instructions: Cursor;
}

/** The frame information of a contiguous piece of code. */
export interface FrameEntry {
  common: CommonEntry;
  offset: number;
  /** First address. */
  start: bigint;
  /** First address behind. */
  end: bigint;
  instructions: Cursor;
}

/** All frame entries of a file. `.debug_frame` goes before `.eh_frame` where both know a pc. */
export class FrameTable {
  readonly #sections: DebugSections;
  readonly #tables: FrameEntry[][];

  constructor(sections: DebugSections) {
    this.#sections = sections;
    this.#tables = [".debug_frame", ".eh_frame"].map((name) => {
      const entries = new FrameSection(sections, name).read();
      return entries.sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0));
    });
  }

  /** All entries, those of `.debug_frame` first, by address. */
  get entries(): readonly FrameEntry[] {
    return this.#tables.flat();
  }

  /** The entry whose code holds the address. */
  entryAt(address: bigint): FrameEntry | undefined {
    for (const entries of this.#tables) {
      let low = 0;
      let high = entries.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((entries[middle] as FrameEntry).start <= address) low = middle + 1;
        else high = middle;
      }
      const entry = entries[low - 1];
      if (entry !== undefined && address < entry.end) return entry;
    }
    return undefined;
  }

  /** The rules in force at an address. */
  rulesAt(address: bigint): (FrameRow & { entry: FrameEntry }) | undefined {
    const entry = this.entryAt(address);
    if (entry === undefined) return undefined;
    let found: FrameRow | undefined;
    for (const row of this.rows(entry)) if (row.address <= address) found = row;
    return found === undefined ? undefined : { ...found, entry };
  }

  /** The rows of an entry by rising address; those before the damage if there is any. */
  rows(entry: FrameEntry): FrameRow[] {
    const rows: FrameRow[] = [];
    attempt(this.#sections, () => executeFrame(entry, rows));
    return rows;
  }
}

/** Finds the entries of one section. */
class FrameSection {
  readonly #sections: DebugSections;
  readonly #name: string;
  readonly #isExceptionFrame: boolean;
  readonly #base: bigint;
  readonly #data: Uint8Array;
  readonly #common = new Map<number, CommonEntry | undefined>();

  constructor(sections: DebugSections, name: string) {
    this.#sections = sections;
    this.#name = name;
    this.#isExceptionFrame = name === ".eh_frame";
    this.#base = sections.section(name)?.address ?? 0n;
    this.#data = sections.data(name) ?? new Uint8Array(0);
  }

  read(): FrameEntry[] {
    const entries: FrameEntry[] = [];
    const cursor = new Cursor(this.#data, this.#name);
    attempt(this.#sections, () => {
      while (!cursor.isAtEnd) {
        const { offset } = cursor;
        const { end, offsetSize } = readUnitExtent(cursor);
        if (end !== cursor.offset) {
          const body = new Cursor(this.#data, this.#name, cursor.offset, end);
          attempt(this.#sections, () => this.#readEntry(body, offset, offsetSize, entries));
        } else if (this.#isExceptionFrame && cursor.isAtEnd) break;
        cursor.offset = end;
      }
    });
    return entries;
  }

  #readEntry(cursor: Cursor, offset: number, offsetSize: 4 | 8, entries: FrameEntry[]): void {
    const field = cursor.offset;
    const pointer = cursor.sectionOffset(this.#isExceptionFrame ? 4 : offsetSize);
    const isCommon = this.#isExceptionFrame
      ? pointer === 0
      : pointer === (offsetSize === 4 ? 0xffffffff : 2 ** 64);
    if (isCommon) return;
    const common = this.#commonAt(this.#isExceptionFrame ? field - pointer : pointer);
    if (common === undefined) return;
    const first = this.#pointer(cursor, common.pointerEncoding, common.addressSize);
    const isPlain = (common.pointerEncoding & 0x70) === 0;
    const start = isPlain ? first + this.#sections.bias : first;
    const size = this.#pointer(cursor, common.pointerEncoding & 0x0f, common.addressSize);
    if (common.hasAugmentationData) cursor.skip(cursor.uleb());
    if (size <= 0n) return;
    const end = start + size;
    entries.push({ common, offset, start, end, instructions: cursor });
  }

  #commonAt(offset: number): CommonEntry | undefined {
    if (!this.#common.has(offset)) {
      this.#common.set(offset, undefined);
      attempt(this.#sections, () => this.#common.set(offset, this.#readCommon(offset)));
    }
    return this.#common.get(offset);
  }

  #readCommon(offset: number): CommonEntry {
    if (offset < 0) throw debugInformation(`a frame entry refers to offset ${offset}`);
    const start = new Cursor(this.#data, this.#name, offset);
    const { end, offsetSize } = readUnitExtent(start);
    const cursor = new Cursor(this.#data, this.#name, start.offset, end);
    cursor.skip(this.#isExceptionFrame ? 4 : offsetSize);
    const version = cursor.u8();
    if (![1, 3, 4].includes(version)) {
      throw debugInformation(`the common frame entry at ${offset} is of version ${version}`);
    }
    const augmentation = cursor.string();
    let { addressSize }: { addressSize: number } = this.#sections;
    if (version >= 4) {
      addressSize = cursor.u8();
      cursor.u8();
    }
    const codeAlignment = cursor.uleb();
    const dataAlignment = cursor.sleb();
    const returnAddressRegister = version === 1 ? cursor.u8() : cursor.uleb();
    const common: CommonEntry = {
      section: this.#name,
      offset,
      version,
      augmentation,
      addressSize,
      bias: this.#sections.bias,
      codeAlignment,
      dataAlignment,
      returnAddressRegister,
      isSignalFrame: false,
      pointerEncoding: DW_EH_PE.absptr,
      hasAugmentationData: false,
      instructions: cursor,
    };
    this.#readAugmentation(cursor, common);
    return common;
  }

  /** The letters of the augmentation say what its data are. */
  #readAugmentation(cursor: Cursor, common: CommonEntry): void {
    if (!common.augmentation.startsWith("z")) return;
    common.hasAugmentationData = true;
    const length = cursor.uleb();
    const next = cursor.offset + length;
    for (const letter of common.augmentation.slice(1)) {
      if (letter === "R") common.pointerEncoding = cursor.u8();
      else if (letter === "S") common.isSignalFrame = true;
      else if (letter === "P") this.#pointer(cursor, cursor.u8(), common.addressSize);
      else if (letter === "L") cursor.u8();
      else break;
    }
    cursor.offset = next;
  }

  /** A pointer in one of the encodings of `.eh_frame`. */
  #pointer(cursor: Cursor, encoding: number, addressSize: number): bigint {
    if (encoding === DW_EH_PE.omit) return 0n;
    const place = this.#base + BigInt(cursor.offset);
    const value = this.#rawPointer(cursor, encoding & 0x0f, addressSize);
    const isRelative = (encoding & 0x70) === DW_EH_PE.pcrel;
    return BigInt.asUintN(8 * this.#sections.addressSize, isRelative ? place + value : value);
  }

  #rawPointer(cursor: Cursor, format: number, addressSize: number): bigint {
    switch (format) {
      case DW_EH_PE.absptr:
      case DW_EH_PE.signed:
        return cursor.unsigned(addressSize);
      case DW_EH_PE.uleb128:
        return cursor.bigUleb();
      case DW_EH_PE.sleb128:
        return cursor.bigSleb();
      case DW_EH_PE.udata2:
        return cursor.unsigned(2);
      case DW_EH_PE.sdata2:
        return BigInt.asIntN(16, cursor.unsigned(2));
      case DW_EH_PE.udata4:
        return cursor.unsigned(4);
      case DW_EH_PE.sdata4:
        return BigInt(cursor.i32());
      case DW_EH_PE.udata8:
      case DW_EH_PE.sdata8:
        return cursor.u64();
      default:
        throw debugInformation(`${this.#name} has a pointer in the unknown format ${format}`);
    }
  }
}

/** The state of the table while it is built. */
interface FrameState {
  frameAddress: FrameAddressRule | undefined;
  registers: Map<number, RegisterRule>;
}

/** Adds the rows of an entry to `rows`. Throws `ElfError` at instructions that make no sense. */
function executeFrame(entry: FrameEntry, rows: FrameRow[]): void {
  const state: FrameState = { frameAddress: undefined, registers: new Map() };
  const machine = new FrameMachine(entry, state, rows);
  machine.run(entry.common.instructions, undefined);
  const initial = new Map(state.registers);
  machine.run(entry.instructions, initial);
  machine.emit();
}

/** Saved states and rules are bounded, so that a damaged file cannot fill the memory. */
const maximalSaved = 64;
const maximalRules = 256;

class FrameMachine {
  readonly #common: CommonEntry;
  readonly #rows: FrameRow[];
  #state: FrameState;
  #address: bigint;
  readonly #saved: FrameState[] = [];

  constructor({ common, start }: FrameEntry, state: FrameState, rows: FrameRow[]) {
    this.#common = common;
    this.#state = state;
    this.#rows = rows;
    this.#address = start;
  }

  /** Adds the current state as a row. */
  emit(): void {
    const { frameAddress, registers } = this.#state;
    this.#rows.push({ address: this.#address, frameAddress, registers: new Map(registers) });
  }

  #advance(distance: number): void {
    this.emit();
    this.#address += BigInt(distance * this.#common.codeAlignment);
  }

  #rule(register: number, rule: RegisterRule): void {
    const { registers } = this.#state;
    if (registers.size >= maximalRules) throw debugInformation("a frame entry has too many rules");
    registers.set(register, rule);
  }

  /** An instruction that changes a part of a register-and-offset rule for the frame address. */
  #adjust(change: { register?: number; offset?: number }): void {
    const { frameAddress } = this.#state;
    if (frameAddress?.kind === "register") {
      this.#state.frameAddress = { ...frameAddress, ...change };
    } else if (change.register !== undefined) {
      this.#state.frameAddress = { kind: "register", register: change.register, offset: 0 };
    } else throw debugInformation("a frame entry changes the offset of a frame address it has not");
  }

  /** Executes instructions; `initial` are the rules of the CIE, undefined while they are made. */
  run(instructions: Cursor, initial: Map<number, RegisterRule> | undefined): void {
    const { data, what, offset, end } = instructions;
    const cursor = new Cursor(data, what, offset, end);
    const factor = this.#common.dataAlignment;
    const restore = (register: number) => {
      const rule = initial?.get(register);
      if (rule === undefined) this.#state.registers.delete(register);
      else this.#rule(register, rule);
    };
    while (!cursor.isAtEnd) {
      const opcode = cursor.u8();
      const operand = opcode & 0x3f;
      switch (opcode & 0xc0) {
        case DW_CFA.advance_loc:
          this.#advance(operand);
          continue;
        case DW_CFA.offset:
          this.#rule(operand, { kind: "offset", offset: cursor.uleb() * factor });
          continue;
        case DW_CFA.restore:
          restore(operand);
          continue;
      }
      switch (opcode) {
        case DW_CFA.nop:
        case DW_CFA.GNU_window_save:
          break;
        case DW_CFA.GNU_args_size:
          cursor.skipLeb();
          break;
        case DW_CFA.set_loc:
          this.emit();
          this.#address = cursor.unsigned(this.#common.addressSize) + this.#common.bias;
          break;
        case DW_CFA.advance_loc1:
          this.#advance(cursor.u8());
          break;
        case DW_CFA.advance_loc2:
          this.#advance(cursor.u16());
          break;
        case DW_CFA.advance_loc4:
          this.#advance(cursor.u32());
          break;
        case DW_CFA.offset_extended:
          this.#rule(cursor.uleb(), { kind: "offset", offset: cursor.uleb() * factor });
          break;
        case DW_CFA.offset_extended_sf:
          this.#rule(cursor.uleb(), { kind: "offset", offset: cursor.sleb() * factor });
          break;
        case DW_CFA.GNU_negative_offset_extended:
          this.#rule(cursor.uleb(), { kind: "offset", offset: -cursor.uleb() * factor });
          break;
        case DW_CFA.val_offset:
          this.#rule(cursor.uleb(), { kind: "value-offset", offset: cursor.uleb() * factor });
          break;
        case DW_CFA.val_offset_sf:
          this.#rule(cursor.uleb(), { kind: "value-offset", offset: cursor.sleb() * factor });
          break;
        case DW_CFA.restore_extended:
          restore(cursor.uleb());
          break;
        case DW_CFA.undefined:
          this.#rule(cursor.uleb(), { kind: "undefined" });
          break;
        case DW_CFA.same_value:
          this.#rule(cursor.uleb(), { kind: "same" });
          break;
        case DW_CFA.register:
          this.#rule(cursor.uleb(), { kind: "register", register: cursor.uleb() });
          break;
        case DW_CFA.expression: {
          const register = cursor.uleb();
          const expression = cursor.bytes(cursor.uleb());
          this.#rule(register, { kind: "expression", expression });
          break;
        }
        case DW_CFA.val_expression: {
          const register = cursor.uleb();
          const expression = cursor.bytes(cursor.uleb());
          this.#rule(register, { kind: "value-expression", expression });
          break;
        }
        case DW_CFA.remember_state: {
          if (this.#saved.length >= maximalSaved) {
            throw debugInformation("a frame entry remembers too many states");
          }
          const { frameAddress, registers } = this.#state;
          this.#saved.push({ frameAddress, registers: new Map(registers) });
          break;
        }
        case DW_CFA.restore_state: {
          const saved = this.#saved.pop();
          if (saved === undefined) {
            throw debugInformation("a frame entry restores a state that it did not remember");
          }
          this.#state = saved;
          break;
        }
        case DW_CFA.def_cfa: {
          const register = cursor.uleb();
          this.#state.frameAddress = { kind: "register", register, offset: cursor.uleb() };
          break;
        }
        case DW_CFA.def_cfa_sf: {
          const register = cursor.uleb();
          const offset = cursor.sleb() * factor;
          this.#state.frameAddress = { kind: "register", register, offset };
          break;
        }
        case DW_CFA.def_cfa_register:
          this.#adjust({ register: cursor.uleb() });
          break;
        case DW_CFA.def_cfa_offset:
          this.#adjust({ offset: cursor.uleb() });
          break;
        case DW_CFA.def_cfa_offset_sf:
          this.#adjust({ offset: cursor.sleb() * factor });
          break;
        case DW_CFA.def_cfa_expression:
          this.#state.frameAddress = {
            kind: "expression",
            expression: cursor.bytes(cursor.uleb()),
          };
          break;
        default:
          throw debugInformation(`a frame entry has the unknown instruction ${opcode}`);
      }
    }
  }
}
