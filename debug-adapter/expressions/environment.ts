/** What an expression can name and reach: registers of one frame, memory, symbols. */

import type { Type } from "./types.ts";

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

/** Where a value can be read and set. */
export type Place = RegisterPlace | { readonly kind: "memory"; readonly address: bigint };

/** A named address. */
export interface NamedAddress {
  readonly address: bigint;
  /** What stands there: the compiler's type, or one by size and content. */
  readonly type: Type;
  /** Whether instructions stand there. */
  readonly isCode: boolean;
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
  /** Writes all bytes or throws a RequestError. */
  writeMemory(address: bigint, bytes: Uint8Array): void;
  /** The symbol with that name. */
  findSymbol(name: string): NamedAddress | undefined;
  /** `main+4`: an address in terms of a symbol, where there is one at or before it. */
  describe(address: bigint): string | undefined;
}
