/**
 * Follows the value of an expression through the run. What the names of the expression mean stays
 * as it is where the person has typed it: a local variable is the memory or the register that it is
 * in there. Looking at the value notes what it depends on, so that only a change there is a reason
 * to look again.
 */

import type { HartState, Machine } from "../../emulator/machine.ts";
import { notFollowed, RequestError } from "../errors.ts";
import { bytesToInteger, integerToBytes } from "../formats.ts";
import type { Environment, NamedAddress, RegisterPlace, Storage } from "./environment.ts";
import { evaluateExpression } from "./evaluator.ts";
import type { Expression } from "./parser.ts";
import { sizeOf, type Type } from "./types.ts";
import { bitsOf, isBytes, memoryValue, placedValue, readPlace, type Value } from "./value.ts";

/** Memory that a value depends on. */
interface Piece {
  readonly address: bigint;
  readonly length: number;
}

/** Ranges that are watched; an expression that reads more is looked at after every instruction. */
const pieceLimit = 64;

/** The names of one place, the values of wherever the machine is. */
class FollowedEnvironment implements Environment {
  readonly xlen: 32 | 64;
  readonly flen: 0 | 32 | 64;
  readonly #names: Environment;
  readonly #machine: Machine;
  readonly #locals = new Map<string, Value | undefined>();
  readonly pieces = new Map<string, Piece>();
  readonly registers = new Map<string, RegisterPlace>();

  constructor(names: Environment, machine: Machine) {
    this.#names = names;
    this.#machine = machine;
    this.xlen = names.xlen;
    this.flen = names.flen;
  }

  get #hart(): HartState {
    return this.#machine.current;
  }

  findRegister(name: string): RegisterPlace | undefined {
    return this.#names.findRegister(name);
  }

  readRegister(place: RegisterPlace): bigint | undefined {
    this.registers.set(JSON.stringify(place), place);
    return this.registerNow(place);
  }

  registerNow(place: RegisterPlace): bigint | undefined {
    const hart = this.#hart;
    if (place.kind === "pc") return hart.pc;
    if (place.kind === "x") return hart.x(place.index);
    if (place.kind === "f") return hart.f(place.index);
    const whole = hart.csr(place.address);
    if (whole === undefined || place.high === undefined) return whole;
    return BigInt.asUintN(place.high - place.low! + 1, whole >> BigInt(place.low!));
  }

  writeRegister(): void {
    throw notFollowed("An assignment");
  }

  readMemory(address: bigint, length: number): Uint8Array {
    this.pieces.set(`${address} ${length}`, { address, length });
    const bytes = this.#machine.readMemory(this.#hart, address, length);
    if (bytes.length < length) throw notFollowed("Memory that is not mapped");
    return bytes;
  }

  writeMemory(): void {
    throw notFollowed("An assignment");
  }

  /** The variable as it is now where it is at the place of the names. */
  findLocal(name: string): Value | undefined {
    if (!this.#locals.has(name)) this.#locals.set(name, this.#names.findLocal?.(name));
    const found = this.#locals.get(name);
    const { place } = found ?? {};
    if (found === undefined || place === undefined) return found;
    if (place.kind === "memory") return placedValue(this, place, found.type);
    if (place.kind !== "storage") return found;
    if (place.storage.register === undefined) throw notFollowed(`${name}, which is in parts,`);
    const { register } = place.storage;
    const storage: Storage = {
      register,
      read: (offset, length) => {
        const bits = this.readRegister(register) ?? 0n;
        return integerToBytes(bits, 128).slice(offset, offset + length);
      },
      write: () => this.writeMemory(),
    };
    return placedValue(this, { ...place, storage }, found.type);
  }

  findGlobal(name: string): Value | undefined {
    const found = this.#names.findGlobal?.(name);
    return found?.place?.kind === "memory"
      ? memoryValue(this, found.place.address, found.type)
      : found;
  }

  findType(name: string): Type | undefined {
    return this.#names.findType?.(name);
  }

  findSymbol(name: string): NamedAddress | undefined {
    return this.#names.findSymbol(name);
  }

  describe(address: bigint): string | undefined {
    return this.#names.describe(address);
  }
}

/** Follows one expression; see the file's head. */
export class Follower {
  readonly #environment: FollowedEnvironment;
  readonly #machine: Machine;
  readonly #expression: Expression;
  #key = "";
  /** What the memory and registers that it depends on held. */
  #held: string | undefined;

  /** @param names what names mean, where the machine is now */
  constructor(expression: Expression, names: Environment, machine: Machine) {
    this.#environment = new FollowedEnvironment(names, machine);
    this.#machine = machine;
    this.#expression = expression;
    // Names are looked up here, before the machine goes elsewhere.
    evaluateExpression(expression, this.#environment);
    this.#look();
  }

  /** Whether it must be looked at after every instruction. */
  get hasRegisters(): boolean {
    return this.#environment.registers.size > 0 || this.#environment.pieces.size > pieceLimit;
  }

  /** The memory that its value depends on now. */
  get memory(): readonly Piece[] {
    return [...this.#environment.pieces.values()];
  }

  /** Remembers the value as it is now. */
  note(): void {
    this.#key = this.#look();
  }

  /** Whether the value is another than the one that was remembered; remembers this one. */
  hasChanged(): boolean {
    if (this.#held !== undefined && this.#dependencies() === this.#held) return false;
    const before = this.#key;
    this.#key = this.#look();
    return this.#key !== before;
  }

  /** The value here, for showing it elsewhere. */
  value(): Value {
    const environment = this.#environment;
    const { type, data, place } = evaluateExpression(this.#expression, environment);
    if (type.kind !== "array" && type.kind !== "structure") return { type, data };
    if (!isBytes(place)) return { type, data };
    const bytes = readPlace(environment, place, sizeOf(type, environment.xlen)).slice();
    const storage: Storage = {
      read: (offset, length) => bytes.slice(offset, offset + length),
      write: () => environment.writeMemory(),
    };
    return { type, data: 0n, place: { kind: "storage", storage, offset: 0 } };
  }

  /** Evaluates: the value as a text to compare, and what it depends on. */
  #look(): string {
    const environment = this.#environment;
    environment.pieces.clear();
    environment.registers.clear();
    let key: string;
    try {
      const value = evaluateExpression(this.#expression, environment);
      const { type, place } = value;
      const isWhole = (type.kind === "array" || type.kind === "structure") && isBytes(place);
      key = isWhole
        ? bytesToInteger(readPlace(environment, place, sizeOf(type, environment.xlen))).toString(16)
        : type.kind === "code"
          ? String(value.data)
          : String(bitsOf(value, environment.xlen));
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      key = error.message;
    }
    this.#held = this.hasRegisters ? this.#dependencies() : undefined;
    return key;
  }

  #dependencies(): string {
    const environment = this.#environment;
    let text = "";
    for (const place of environment.registers.values())
      text += `${environment.registerNow(place)} `;
    for (const { address, length } of environment.pieces.values()) {
      text += `${this.#machine.readMemory(this.#machine.current, address, length)} `;
    }
    return text;
  }
}
