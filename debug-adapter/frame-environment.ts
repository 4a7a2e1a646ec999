/** What expressions see in one frame: its registers, the hart's CSRs, the memory, the symbols. */

import { SHF, STT } from "../elf/constants.ts";
import type { HartState, Machine } from "../emulator/machine.ts";
import { csrByName } from "../isa/csrs.ts";
import { fName, fRegisterIndex, xName, xRegisterIndex } from "../isa/registers.ts";
import { Disassembly } from "./disassembly.ts";
import { notAvailable, notMapped, readOnly, threadLocal } from "./errors.ts";
import type {
  Environment,
  FunctionCalls,
  NamedAddress,
  Recorded,
  RegisterPlace,
} from "./expressions/environment.ts";
import { codeType, type Type } from "./expressions/types.ts";
import type { Value } from "./expressions/value.ts";
import { formatAddress, integerToBytes } from "./formats.ts";
import { FrameVariables } from "./frame-variables.ts";
import type { Frame } from "./frames.ts";
import type { Program } from "./program.ts";

/** Is told what an expression has changed. */
export interface ChangeListener {
  memoryChanged(address: bigint, length: number): void;
  registerChanged(): void;
}

/** What names mean in one frame of a stopped program. */
export class FrameEnvironment implements Environment {
  readonly xlen: 32 | 64;
  readonly flen: 0 | 32 | 64;
  readonly #program: Program;
  readonly #machine: Machine;
  readonly #frame: Frame;
  readonly #listener: ChangeListener | undefined;
  /** What the recorded run says, for who evaluates with it. */
  recorded: Recorded | undefined;
  /** The program's functions, for who may call them. */
  calls: FunctionCalls | undefined;
  #variables: FrameVariables | undefined;

  constructor(program: Program, machine: Machine, frame: Frame, listener?: ChangeListener) {
    this.#program = program;
    this.#machine = machine;
    this.#frame = frame;
    this.#listener = listener;
    this.xlen = machine.xlen;
    this.flen = machine.flen;
  }

  get frame(): Frame {
    return this.#frame;
  }

  /** The same in another frame of the stack. */
  ofFrame(frame: Frame): FrameEnvironment {
    return new FrameEnvironment(this.#program, this.#machine, frame, this.#listener);
  }

  get #hart(): HartState {
    return this.#frame.hart;
  }

  findRegister(name: string): RegisterPlace | undefined {
    if (name === "pc") return { kind: "pc" };
    const x = xRegisterIndex(name);
    if (x !== undefined) return { kind: "x", index: x };
    const f = this.flen === 0 ? undefined : fRegisterIndex(name);
    if (f !== undefined) return { kind: "f", index: f };
    return this.#findCsr(name);
  }

  /** A CSR, or a field of one as in `mstatus.MIE`. */
  #findCsr(name: string): RegisterPlace | undefined {
    const [csrName, fieldName] = name.split(".", 2);
    const csr = csrByName(csrName!);
    if (csr === undefined || this.#hart.csr(csr.address) === undefined) return undefined;
    if (fieldName === undefined) return { kind: "csr", address: csr.address };
    const field = csr.fields?.find(
      (candidate) =>
        candidate.name.toLowerCase() === fieldName.toLowerCase() &&
        (candidate.xlen === undefined || candidate.xlen === this.xlen),
    );
    if (field === undefined) return undefined;
    return { kind: "csr", address: csr.address, high: field.high, low: field.low };
  }

  readRegister(place: RegisterPlace): bigint | undefined {
    switch (place.kind) {
      case "pc":
        return this.#frame.pc;
      case "x":
        return this.#frame.x(place.index)?.value;
      case "f":
        return this.#frame.f(place.index)?.value;
      case "csr": {
        const whole = this.#hart.csr(place.address);
        if (whole === undefined || place.high === undefined) return whole;
        return BigInt.asUintN(place.high - place.low! + 1, whole >> BigInt(place.low!));
      }
    }
  }

  writeRegister(place: RegisterPlace, bits: bigint): void {
    const isTop = this.#frame.isInnermost;
    if (place.kind === "csr") {
      this.#writeCsr(place, bits);
    } else if (place.kind === "pc") {
      if (!isTop) throw readOnly("The pc of a caller");
      this.#hart.pc = BigInt.asUintN(this.xlen, bits);
    } else if (isTop) {
      if (place.kind === "x") {
        if (place.index === 0) throw readOnly("zero");
        this.#hart.setX(place.index, bits);
      } else {
        this.#hart.setF(place.index, bits);
      }
    } else {
      this.#writeSaved(place, bits);
    }
    this.#listener?.registerChanged();
  }

  /** In a caller's frame, a register is set where the callee saved it. */
  #writeSaved(place: Extract<RegisterPlace, { index: number }>, bits: bigint): void {
    const isX = place.kind === "x";
    const name = isX ? xName(place.index) : fName(place.index);
    const recovered = isX ? this.#frame.x(place.index) : this.#frame.f(place.index);
    if (recovered === undefined) throw notAvailable(name);
    if (recovered.address !== undefined) {
      const bytes = integerToBytes(bits, isX ? this.xlen : this.flen);
      this.writeMemory(recovered.address, bytes);
    } else if (place.index === 0 || (isX && place.index === 2)) {
      throw readOnly(`${name} of a caller`);
    } else if (isX) {
      this.#hart.setX(place.index, bits);
    } else {
      this.#hart.setF(place.index, bits);
    }
  }

  #writeCsr(place: Extract<RegisterPlace, { kind: "csr" }>, bits: bigint): void {
    let value = bits;
    if (place.high !== undefined) {
      const low = BigInt(place.low!);
      const mask = ((1n << BigInt(place.high - place.low! + 1)) - 1n) << low;
      value = ((this.#hart.csr(place.address) ?? 0n) & ~mask) | ((bits << low) & mask);
    }
    if (!this.#hart.setCsr(place.address, BigInt.asUintN(this.xlen, value))) {
      throw readOnly("This CSR");
    }
  }

  /** How many of `length` bytes from an address on are mapped. */
  mappedLength(address: bigint, length: number): number {
    return this.#machine.readMemory(this.#hart, address, length).length;
  }

  readMemory(address: bigint, length: number): Uint8Array {
    const bytes = this.#machine.readMemory(this.#hart, address, length);
    if (bytes.length < length) {
      throw notMapped(formatAddress(address + BigInt(bytes.length)), length - bytes.length);
    }
    return bytes;
  }

  writeMemory(address: bigint, bytes: Uint8Array): void {
    // Nothing is written where a part is not mapped.
    this.readMemory(address, bytes.length);
    this.#machine.writeMemory(this.#hart, address, bytes);
    this.#listener?.memoryChanged(address, bytes.length);
  }

  findLocal(name: string): Value | undefined {
    return this.variables.findLocal(name);
  }

  typeOfLocal(name: string): Type | undefined {
    return this.variables.typeOfLocal(name);
  }

  findGlobal(name: string): Value | undefined {
    return this.variables.findGlobal(name);
  }

  findType(name: string): Type | undefined {
    return this.#program.types.named(name);
  }

  /** The program's variables in this frame. */
  get variables(): FrameVariables {
    this.#variables ??= new FrameVariables(this.#program, this);
    return this.#variables;
  }

  findSymbol(name: string): NamedAddress | undefined {
    const symbol = this.#program.symbols.byName(name);
    if (symbol === undefined) return this.#findFunction(name);
    if (symbol.type === STT.TLS) {
      const address = this.threadAddress(symbol.value);
      if (address === undefined) throw threadLocal(name);
      return { address, type: this.#program.dataTypes.typeOf(symbol), isCode: false };
    }
    const isCode =
      typeof symbol.section !== "string" && (symbol.section.flags & SHF.EXECINSTR) !== 0n;
    const type = isCode ? this.#codeTypeAt(symbol.value) : this.#program.dataTypes.typeOf(symbol);
    return { address: symbol.value, type, isCode };
  }

  /**
   * Where this thread has what is so many bytes into the program's thread-local storage: that begins
   * where tp points to (RISC-V ELF psABI, "Thread Local Storage"), as soon as tp is set.
   */
  threadAddress(offset: bigint): bigint | undefined {
    const base = this.#frame.x(4)?.value ?? 0n;
    return base === 0n ? undefined : BigInt.asUintN(this.xlen, base + offset);
  }

  /** A function whose symbol has another name, as in C++; of several with the name, none. */
  #findFunction(name: string): NamedAddress | undefined {
    const found = this.#program.debug.functionsNamed(name);
    const addresses = new Set(found.map(({ entryAddress }) => entryAddress));
    if (addresses.size === 0) {
      const [address] = this.#program.libraries?.functionsNamed(name) ?? [];
      return address === undefined ? undefined : { address, type: codeType, isCode: true };
    }
    const [address] = addresses;
    if (address === undefined || addresses.size > 1) return undefined;
    return { address, type: this.#codeTypeAt(address), isCode: true };
  }

  /** What the function that begins at an address takes and gives, where a compiler says so. */
  #codeTypeAt(address: bigint): Type {
    const scope = this.#program.isCompiledEntry(address) && this.#program.scopeAt(address);
    if (!scope) return codeType;
    const signature = this.#program.types.signatureOf(scope.entry, scope.origin);
    return signature === undefined ? codeType : { kind: "code", signature };
  }

  instructionAt(address: bigint): { text: string; length: number } | undefined {
    const decoded = this.#program.decodeBytes(this.#machine.readMemory(this.#hart, address, 4));
    if (decoded === undefined) return undefined;
    const text = new Disassembly(this.#program, this.#machine).textAt(this.#hart, address);
    return { text, length: decoded.length };
  }

  describe(address: bigint): string | undefined {
    return this.#program.describe(address);
  }
}
