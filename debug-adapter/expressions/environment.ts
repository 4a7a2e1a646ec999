/** What an expression can name and reach: registers of one frame, memory, symbols. */

import type { Expression } from "./parser.ts";
import type { BitField, Signature, Type } from "./types.ts";
import type { Value } from "./value.ts";

/** A register of a frame: an integer or floating-point register by index, a CSR by address, pc. */
export type RegisterPlace =
  | { readonly kind: "x"; readonly index: number }
  | { readonly kind: "f"; readonly index: number }
  | {
      readonly kind: "csr";
      readonly address: number;
      readonly high?: number;
      readonly low?: number;
    }
  | { readonly kind: "pc" };

/** Bytes of a variable that is not in memory: in registers, in pieces, or only known by value. */
export interface Storage {
  /** The register that is all of it, so that its changes can be watched. */
  readonly register?: RegisterPlace;
  /** Throws a RequestError where a byte was optimised away or is not known. */
  read(offset: number, length: number): Uint8Array;
  /**
   * What a pointer or reference here refers to that has no value but a known target, or what is so
   * many bytes from there.
   */
  pointee?(type: Type, distance: number): Value;
  /** Some bits, where those around them may be known less. */
  readBits?(offset: number, count: number): bigint;
  /** Throws a RequestError where there is nothing to write to. */
  write(offset: number, bytes: Uint8Array): void;
}

/** Bytes in memory or elsewhere; `bits` where only some of them are meant. */
export type BytePlace =
  | { readonly kind: "memory"; readonly address: bigint; readonly bits?: BitField }
  | {
      readonly kind: "storage";
      readonly storage: Storage;
      readonly offset: number;
      readonly bits?: BitField;
    };

/** Where a value can be read and set. */
export type Place = RegisterPlace | BytePlace;

/** A named address. */
export interface NamedAddress {
  readonly address: bigint;
  /** What stands there: the compiler's type, or one by size and content. */
  readonly type: Type;
  /** Whether instructions stand there. */
  readonly isCode: boolean;
}

/** The functions on the recorded run, each on an expression. */
export const historyFunctions = {
  lastWrite: "the instruction that last wrote it before here, by its count",
  firstWrite: "the instruction that first wrote it in the recorded run, by its count",
  lastRead: "the instruction that last read it before here, by its count",
  prev: "its value before it changed last",
  next: "its value after it changes next, in what is recorded",
} as const;
export type HistoryFunction = keyof typeof historyFunctions;

/** Whether a name is that of a function on the recorded run. */
export function isHistoryFunction(name: string): name is HistoryFunction {
  return Object.hasOwn(historyFunctions, name);
}

/** The recorded run, as expressions ask it. */
export interface Recorded {
  /** Throws where the answer is not known yet: whoever evaluates then finds it and tries again. */
  ask(name: HistoryFunction, argument: Expression): Value;
}

/** A function that an expression calls. */
export interface Callee {
  /** For messages. */
  readonly name: string;
  readonly address: bigint;
  /** Undefined where only its address is known. */
  readonly signature: Signature | undefined;
}

/** The program's functions, as expressions call them. */
export interface FunctionCalls {
  /**
   * What a function gives; nothing is changed by it. Throws a RequestError where that cannot be.
   * @param assumed the type of its result where the program does not say that
   */
  call(callee: Callee, given: readonly Value[], assumed: Type | undefined): Value;
}

/** What names mean where an expression is evaluated. */
export interface Environment {
  readonly xlen: 32 | 64;
  readonly flen: 0 | 32 | 64;
  /** The register with that name (ABI, architectural or CSR), without `$`. */
  findRegister(name: string): RegisterPlace | undefined;
  /** The unsigned bits of a register; undefined where the frame does not know them. */
  readRegister(place: RegisterPlace): bigint | undefined;
  /** Sets a register; throws a RequestError where that cannot be. */
  writeRegister(place: RegisterPlace, bits: bigint): void;
  /** Exactly `length` bytes; throws a RequestError where one is not mapped. */
  readMemory(address: bigint, length: number): Uint8Array;
  /** How many of `length` bytes from an address on are mapped. */
  mappedLength?(address: bigint, length: number): number;
  /** Writes all bytes or throws a RequestError. */
  writeMemory(address: bigint, bytes: Uint8Array): void;
  /**
   * The variable of the program with that name that is in scope (a local one, a member of `this`);
   * throws a RequestError where it was optimised away.
   */
  findLocal?(name: string): Value | undefined;
  /** The type of such a variable, whether its value is known or not. */
  typeOfLocal?(name: string): Type | undefined;
  /** A variable of the file or a namespace, or a constant, that debug information describes. */
  findGlobal?(name: string): Value | undefined;
  /** A type of the program by name, as in `struct node` or `node`. */
  findType?(name: string): Type | undefined;
  /** The symbol with that name. */
  findSymbol(name: string): NamedAddress | undefined;
  /** The instruction at an address as text. */
  instructionAt?(address: bigint): { readonly text: string; readonly length: number } | undefined;
  /** What the recorded run says; only where the program is stopped and can be gone back in. */
  readonly recorded?: Recorded | undefined;
  /** Calls functions; only where a person asks for a value while the program is stopped. */
  readonly calls?: FunctionCalls | undefined;
  /** `main+4`: an address in terms of a symbol, where there is one at or before it. */
  describe(address: bigint): string | undefined;
}
