/** What the calls of the teaching environments have in common. */
import type { Codec } from "../history/codec.ts";
import type { Steps } from "./console.ts";
import { SystemCallError } from "./errno.ts";
import { type Call, type Continuation, type Environment, type Guest, settle } from "./guest.ts";
import { largestTransfer } from "./memory-view.ts";

/** A call whose handler sets the result registers itself. */
// biome-ignore lint/suspicious/noConfusingVoidType: a handler may be a function that returns nothing
export type TeachingCall<State> = Call<State, undefined | void>;

const conversion = new DataView(new ArrayBuffer(8));

/** A float register as a single; a value that is not NaN-boxed is a NaN. */
export function readSingle(guest: Guest, index: number): number {
  const bits = guest.hart.f(index);
  if (guest.hart.flen === 64 && bits >> 32n !== 0xffff_ffffn) return Number.NaN;
  conversion.setUint32(0, Number(bits & 0xffff_ffffn));
  return conversion.getFloat32(0);
}

/** A float register as a double. */
export function readDouble(guest: Guest, index: number): number {
  conversion.setBigUint64(0, guest.hart.f(index));
  return conversion.getFloat64(0);
}

/** Puts a single into a float register, NaN-boxed where the register is wider. */
export function writeSingle(guest: Guest, index: number, value: number): void {
  conversion.setFloat32(0, value);
  const box = guest.hart.flen === 64 ? 0xffff_ffffn << 32n : 0n;
  guest.hart.setF(index, box | BigInt(conversion.getUint32(0)));
}

/** Puts a double into a float register of 64 bits. */
export function writeDouble(guest: Guest, index: number, value: number): void {
  conversion.setFloat64(0, value);
  guest.hart.setF(index, conversion.getBigUint64(0));
}

/** The low 32 bits of a register, signed. */
export function signed32(value: bigint | undefined): number {
  return Number(BigInt.asIntN(32, value ?? 0n));
}

/** The low 32 bits of a register, unsigned. */
export function unsigned32(value: bigint | undefined): number {
  return Number(BigInt.asUintN(32, value ?? 0n));
}

// Handlers of calls that several environments have alike. -----------------------------------------

/** Prints the string at an address. */
export function printString(guest: Guest, _: unknown, [address = 0n]: readonly bigint[]): void {
  guest.console.write(1, guest.memory.readStringBytes(address, largestTransfer));
}

/** Prints a character by its code, of which the low 8 bits count. */
export function printCharacter(guest: Guest, _: unknown, [code = 0n]: readonly bigint[]): void {
  guest.console.print(String.fromCharCode(Number(code & 0xffn)));
}

/** Ends the program with code 0. */
export function exit(guest: Guest): void {
  guest.exit(0);
}

/** Ends the program with the code in the first argument. */
export function exitWith(guest: Guest, _: unknown, [code]: readonly bigint[]): void {
  guest.exit(signed32(code));
}

/** The next line of the console as text; undefined at the end of the input. */
export function* readLine(guest: Guest): Steps<string | undefined> {
  const line = yield* guest.console.readLine();
  return line === undefined ? undefined : new TextDecoder().decode(line);
}

/** Ends the program with what went wrong and where; calls that are wrongly used come here. */
export function stopWith(guest: Guest, call: string, reason: string): void {
  const place = `0x${guest.hart.pc.toString(16).padStart(8, "0")}`;
  guest.abort(`The call ${call} at ${place} failed: ${reason}.`);
}

/** An environment whose calls are a table, with the number in one register. */
export class TeachingEnvironment<State extends object> implements Environment {
  readonly #calls: ReadonlyMap<number, TeachingCall<State>>;
  readonly #name: string;
  readonly #register: number;
  readonly #firstArgument: number;
  state: State;
  readonly saved: Codec<State>;

  /** @param register where the number is; arguments begin at x`firstArgument` */
  constructor(
    name: string,
    calls: ReadonlyMap<number, TeachingCall<State>>,
    register: number,
    firstArgument: number,
    state: State,
    saved: Codec<State>,
  ) {
    this.#name = name;
    this.#calls = calls;
    this.#register = register;
    this.#firstArgument = firstArgument;
    this.state = state;
    this.saved = saved;
  }

  *call(guest: Guest): Steps<Continuation> {
    const number = signed32(guest.hart.x(this.#register));
    const call = this.#calls.get(number);
    if (call === undefined) {
      const place = `0x${guest.hart.pc.toString(16).padStart(8, "0")}`;
      guest.abort(
        `The call number ${number} at ${place} does not exist in ${this.#name}: ` +
          "set the register to one of its calls, or choose another environment.",
      );
      return "next";
    }
    const args = [0, 1, 2, 3].map((offset) => guest.hart.x(this.#firstArgument + offset));
    try {
      yield* settle(call.handler(guest, this.state, args));
    } catch (error) {
      if (!(error instanceof SystemCallError)) throw error;
      stopWith(guest, call.name, reasons[error.error] ?? `error ${error.error}`);
    }
    return "next";
  }
}

/** What a failure means to a learner. */
const reasons: Readonly<Record<string, string>> = {
  EFAULT: "an address that it was given is not in memory",
  ENAMETOOLONG: "a string that it was given has no end",
};
