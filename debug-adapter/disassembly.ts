/**
 * The disassembly view's instructions. Instructions are 2 or 4 bytes long, so backwards they
 * cannot be counted: code is read forwards from a place further up where an instruction is known
 * to begin (a symbol, a line, a section's start), and again from each such place on the way, so
 * that data between instructions cannot put what follows it out of step.
 */
import type { DebugProtocol } from "@vscode/debugprotocol";
import { Disassembler } from "../assembler/disassembler.ts";
import { SHF } from "../elf/constants.ts";
import type { HartState, Machine } from "../emulator/machine.ts";
import { formatAddress } from "./formats.ts";
import type { Program } from "./program.ts";

/** An instruction, or what stands where none can be shown. */
interface Row {
  readonly address: bigint;
  readonly bytes: Uint8Array;
  readonly text: string;
  readonly isValid: boolean;
}

/** Where a source line is for the client. */
export type Locate = (path: string) => DebugProtocol.Source | undefined;

/** The instructions around an address, both ways. */
export class Disassembly {
  readonly #program: Program;
  readonly #machine: Machine;
  #boundaries: bigint[] | undefined;

  constructor(program: Program, machine: Machine) {
    this.#program = program;
    this.#machine = machine;
  }

  /** The text of the instruction at an address. */
  textAt(hart: HartState, address: bigint): string {
    return this.#row(hart, address, undefined, this.#reader()).text;
  }

  /**
   * Exactly `count` instructions, of which the first is `skip` instructions behind (or before, when
   * negative) the one at `base`.
   */
  rows(hart: HartState, base: bigint, skip: number, count: number): Row[] {
    // It remembers the upper parts of addresses, so each reading has one of its own.
    const reader = this.#reader();
    const rows = skip < 0 ? this.#before(hart, base, -skip, reader).slice(0, count) : [];
    let at = base;
    for (let dropped = Math.max(skip, 0); rows.length < count; ) {
      const row = this.#row(hart, at, this.#nextBoundary(at), reader);
      if (dropped > 0) dropped--;
      else rows.push(row);
      at = this.#wrap(at + BigInt(row.bytes.length || this.#step));
    }
    return rows;
  }

  /** Rows as the protocol has them. */
  present(
    rows: readonly Row[],
    locate: Locate,
    withSymbols: boolean,
  ): DebugProtocol.DisassembledInstruction[] {
    let lastPath: string | undefined;
    return rows.map(({ address, bytes, text, isValid }) => {
      const instruction: DebugProtocol.DisassembledInstruction = {
        address: formatAddress(address),
        instruction: text,
      };
      if (bytes.length > 0) instruction.instructionBytes = hexBytes(bytes);
      if (!isValid) instruction.presentationHint = "invalid";
      const place = withSymbols && isValid ? this.#program.symbols.functionAt(address) : undefined;
      if (place?.offset === 0n) instruction.symbol = place.symbol.name;
      const match = isValid ? this.#program.rowAt(address) : undefined;
      if (match === undefined) {
        lastPath = undefined;
      } else if (match.start === address || lastPath === undefined) {
        const source = locate(match.row.path);
        if (source !== undefined) {
          instruction.line = match.row.line;
          if (match.row.path !== lastPath) instruction.location = source;
        }
        lastPath = match.row.path;
      }
      return instruction;
    });
  }

  /** The shortest instruction in bytes. */
  get #step(): number {
    return this.#program.architecture.extensions.has("zca") ? 2 : 4;
  }

  #wrap(address: bigint): bigint {
    return BigInt.asUintN(this.#machine.xlen, address);
  }

  /** The `count` rows before an address. */
  #before(hart: HartState, end: bigint, count: number, reader: Disassembler): Row[] {
    const rows: Row[] = [];
    let upper = end;
    while (rows.length < count) {
      const start = this.#startBefore(hart, upper, count - rows.length);
      if (start === undefined) {
        // Nothing is mapped there: rows that only keep the place.
        upper = this.#wrap(upper - BigInt(this.#step));
        rows.unshift(this.#row(hart, upper, undefined, reader));
        continue;
      }
      const piece: Row[] = [];
      for (let at = start; at < upper; ) {
        const boundary = this.#nextBoundary(at);
        const limit = boundary === undefined || boundary > upper ? upper : boundary;
        const row = this.#row(hart, at, limit, reader);
        piece.push(row);
        at += BigInt(row.bytes.length);
      }
      rows.unshift(...piece.slice(-(count - rows.length)));
      upper = start;
    }
    return rows;
  }

  /** A place before `end` to read from, as far up as `count` instructions may need. */
  #startBefore(hart: HartState, end: bigint, count: number): bigint | undefined {
    const region = this.#machine
      .memoryMap(hart)
      .find(({ start, end: regionEnd }) => start < end && end <= regionEnd);
    if (region === undefined) return undefined;
    const wanted = end - BigInt(4 * count);
    if (wanted <= region.start) return region.start;
    const boundaries = this.#known();
    const at = upperBound(boundaries, wanted) - 1;
    const known = boundaries[at];
    if (known !== undefined && known >= region.start && end - known < 65536n) return known;
    // No place is known near by: an even address some instructions further up falls into step.
    const back = wanted - 64n;
    return back > region.start ? back & ~3n : region.start;
  }

  #nextBoundary(address: bigint): bigint | undefined {
    const boundaries = this.#known();
    return boundaries[upperBound(boundaries, address)];
  }

  /** Where instructions are known to begin, rising. */
  #known(): bigint[] {
    if (this.#boundaries !== undefined) return this.#boundaries;
    const found = new Set<bigint>();
    const isCode = (flags: bigint) => (flags & SHF.EXECINSTR) !== 0n;
    for (const { flags, address, size } of this.#program.file.sections) {
      if (!isCode(flags)) continue;
      found.add(address);
      found.add(address + size);
    }
    for (const { value, section, type } of this.#program.file.symbols) {
      // Mapping symbols ($x, $d) count too: they tell where code begins after data.
      if (typeof section !== "string" && isCode(section.flags) && type <= 2) found.add(value);
    }
    this.#boundaries = [...found].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    return this.#boundaries;
  }

  #reader(): Disassembler {
    return new Disassembler(this.#program.architecture, {
      aliases: true,
      symbolFor: (target) => this.#program.describe(target),
    });
  }

  /** The row at an address, which ends before `limit`. */
  #row(
    hart: HartState,
    address: bigint,
    limit: bigint | undefined,
    disassembler: Disassembler,
  ): Row {
    const room = limit === undefined ? 4n : limit - address;
    const length = room < 4n ? Number(room) : 4;
    const bytes = this.#machine.readMemory(hart, address, length);
    if (bytes.length === 0) {
      return { address, bytes, text: "not mapped", isValid: false };
    }
    const line = disassembler.line(bytes, 0, address);
    return {
      address,
      bytes: bytes.slice(0, line.length),
      text: line.text.replaceAll("\t", " "),
      isValid: true,
    };
  }
}

/** The index of the first number greater than `value`. */
function upperBound(sorted: readonly bigint[], value: bigint): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** `13 05 10 00`, in the order of memory. */
function hexBytes(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
}
