/**
 * Data breakpoints, on memory and on registers: the machine watches both. A data breakpoint is
 * named by a text (its data id), so that a client can keep it from one session to the next. One on
 * a local variable belongs to an activation of its function and ends with that.
 */
import type { DebugProtocol } from "@vscode/debugprotocol";
import type { Machine, RegisterUse, RegisterWatchpoint, Watchpoint } from "../emulator/machine.ts";
import { fName, xName } from "../isa/registers.ts";
import { type Activation, isAlive, isInnermost } from "./activation.ts";
import { faultOf, isHit, type Terms } from "./breakpoints.ts";
import { RequestError } from "./errors.ts";
import type { Environment } from "./expressions/environment.ts";
import { isTrueText } from "./expressions/evaluator.ts";
import { bytesToInteger, formatAddress, formatHex } from "./formats.ts";
import { CallStack } from "./frames.ts";
import type { Program } from "./program.ts";

/** What is watched. */
export type WatchTarget =
  | { readonly kind: "memory"; readonly address: bigint; readonly length: number }
  | { readonly kind: "x" | "f"; readonly index: number };

/** Longest piece of memory that is watched for a changed value, in bytes. */
export const watchLimit = 1 << 16;

/** The variable that a data breakpoint is on, where it ends with a frame. */
export interface WatchedLocal {
  readonly name: string;
  readonly activation: Activation;
}

/** What a data id says. */
interface DataId {
  readonly target: WatchTarget;
  readonly isEvery: boolean;
  readonly local: WatchedLocal | undefined;
}

/**
 * The data id: "memory:0x11000:4", "x:10"; with ":every" to stop at writes of the same value too;
 * a local variable's has the activation and the name behind it.
 */
export function dataIdOf(target: WatchTarget, isEvery: boolean, local?: WatchedLocal): string {
  const place =
    target.kind === "memory"
      ? `memory:${formatAddress(target.address)}:${target.length}`
      : `${target.kind}:${target.index}`;
  const id = isEvery ? `${place}:every` : place;
  if (local === undefined) return id;
  const { start, frameAddress, returns } = local.activation;
  return `${id}@${[start, frameAddress, returns].map(formatAddress).join(":")}@${local.name}`;
}

/** Whether a data id is of a local variable. */
export const isOfLocal = (id: string): boolean => id.includes("@");

const localPattern = /^([^@]*)@(0x[0-9a-f]{1,16}):(0x[0-9a-f]{1,16}):(0x[0-9a-f]{1,16})@(.*)$/s;

/** What a data id means; undefined where it is none. */
function parseDataId(id: string): DataId | undefined {
  const [, plain = id, start = "", frameAddress = "", returns = "", name = ""] =
    localPattern.exec(id) ?? [];
  const activation = start !== "" && {
    start: BigInt(start),
    frameAddress: BigInt(frameAddress),
    returns: BigInt(returns),
  };
  const local = activation ? { name, activation } : undefined;
  const memory = /^memory:(0x[0-9a-f]{1,16}):(\d{1,6})(:every)?$/.exec(plain);
  if (memory !== null) {
    const length = Number(memory[2]);
    if (length < 1 || length > watchLimit) return undefined;
    const target = { kind: "memory", address: BigInt(memory[1]!), length } as const;
    return { target, isEvery: memory[3] !== undefined, local };
  }
  const register = /^([xf]):([12]?\d|3[01])(:every)?$/.exec(plain);
  if (register === null) return undefined;
  const target = { kind: register[1] as "x" | "f", index: Number(register[2]) };
  return { target, isEvery: register[3] !== undefined, local };
}

/** A data breakpoint that is set. */
interface Watch {
  readonly id: number;
  readonly target: WatchTarget;
  readonly access: "read" | "write" | "readWrite";
  /** Stops at writes that leave the value as it is, too. */
  readonly isEvery: boolean;
  readonly terms: Terms;
  readonly local: WatchedLocal | undefined;
  /** The instruction count when it was set, and, once that is known, behind the call. */
  readonly set: bigint;
  began: bigint | undefined;
  /** The value when it was last looked at; undefined where memory is not mapped. */
  value: bigint | undefined;
  hits: number;
}

/** What an instruction does with something that is watched. */
type Use = "read" | "written";

/** Why the program stops at a data breakpoint. */
export interface WatchStop {
  readonly ids: readonly number[];
  readonly text: string;
}

/** A data breakpoint on a local variable whose function is not active any more. */
export interface EndedWatch {
  readonly id: number;
  readonly name: string;
}

/** The data breakpoints of a program. */
export class Watches {
  readonly #program: Program;
  readonly #machine: Machine;
  #watches: Watch[] = [];

  constructor(program: Program, machine: Machine) {
    this.#program = program;
    this.#machine = machine;
  }

  /** Replaces all; the answer says of each whether it works. */
  set(
    wanted: readonly DebugProtocol.DataBreakpoint[],
    newId: () => number,
  ): DebugProtocol.Breakpoint[] {
    this.#watches = [];
    const answers = wanted.map((data): DebugProtocol.Breakpoint => {
      const parsed = parseDataId(data.dataId);
      const fault =
        faultOf(data) ?? (parsed === undefined ? "This data breakpoint is not known." : undefined);
      if (parsed === undefined || fault !== undefined) return { verified: false, message: fault! };
      const { target, isEvery, local } = parsed;
      if (local !== undefined && !this.#isThere(local)) {
        return { verified: false, message: `The function that ${local.name} is of has returned.` };
      }
      const value = this.#valueOf(target);
      if (value === undefined) {
        return {
          verified: false,
          message: "No memory is mapped at the address of this data breakpoint.",
        };
      }
      const id = newId();
      const access = data.accessType ?? "write";
      const set = this.#machine.instructions;
      const began = undefined;
      const watch = { id, target, access, isEvery, terms: data, local, set, began, value, hits: 0 };
      this.#watches.push(watch);
      return { id, verified: true };
    });
    this.arm();
    return answers;
  }

  // Those of local variables. ---------------------------------------------------------------------

  /** Where functions return to whose variables are watched. */
  get returns(): bigint[] {
    return this.#watches.flatMap(({ local }) => local?.activation.returns ?? []);
  }

  /** Removes those whose function has just returned, which the pc and the stack pointer tell. */
  leave(pc: bigint, stack: bigint): EndedWatch[] {
    return this.#end(
      ({ activation }) => activation.returns === pc && stack >= activation.frameAddress,
    );
  }

  /** Removes those whose function is not active here, forwards or backwards from where it was. */
  prune(): EndedWatch[] {
    return this.#end(
      (local, { began }) => this.#machine.instructions < (began ?? 0n) || !this.#isThere(local),
    );
  }

  /** Finds out since when the functions are active whose variables are watched; for going back. */
  async locate(callBefore: (limit: bigint, activation: Activation) => Promise<bigint>) {
    for (const watch of this.#watches) {
      if (watch.local === undefined || watch.began !== undefined) continue;
      watch.began = await callBefore(watch.set, watch.local.activation);
    }
  }

  #end(hasEnded: (local: WatchedLocal, watch: Watch) => boolean): EndedWatch[] {
    const ended: EndedWatch[] = [];
    if (this.#watches.every(({ local }) => local === undefined)) return ended;
    this.#watches = this.#watches.filter((watch) => {
      const { id, local } = watch;
      if (local === undefined || !hasEnded(local, watch)) return true;
      ended.push({ id, name: local.name });
      return false;
    });
    if (ended.length > 0) this.arm();
    return ended;
  }

  #stack(): CallStack {
    return new CallStack(this.#program, this.#machine, this.#machine.current);
  }

  #isThere({ activation }: WatchedLocal): boolean {
    return isAlive(this.#program, this.#stack(), activation);
  }

  /** Whether what happens now happens to the variable, and not to what its place is used for. */
  #isMeant({ local, target, began }: Watch): boolean {
    if (local === undefined) return true;
    if (began !== undefined && this.#machine.instructions < began) return false;
    return target.kind === "memory"
      ? this.#isThere(local)
      : isInnermost(this.#program, this.#stack(), local.activation);
  }

  /** Tells the machine what to watch. */
  arm(): void {
    this.#machine.setWatchpoints(this.memory);
    this.#machine.watchRegisters?.(this.registers);
  }

  /** The memory that is watched. */
  get memory(): Watchpoint[] {
    return this.#watches.flatMap(({ target, access }) =>
      target.kind === "memory" ? [{ address: target.address, length: target.length, access }] : [],
    );
  }

  /** The registers that are watched. */
  get registers(): RegisterWatchpoint[] {
    return this.#watches.flatMap(({ target, access, isEvery }) =>
      target.kind === "memory" ? [] : [{ ...target, access, isEvery }],
    );
  }

  /** Notes all values, before the program runs on from a stop: a person may have changed them. */
  note(): void {
    for (const watch of this.#watches) watch.value = this.#valueOf(watch.target);
  }

  /** After the machine has stopped at watched registers: whether that stops the program. */
  registersTouched(
    uses: readonly RegisterUse[],
    pc: bigint,
    environment: Environment,
    isBackward: boolean,
  ): WatchStop | undefined {
    const useOf = ({ kind, index }: { kind: string; index: number }) =>
      uses.find((use) => use.kind === kind && use.index === index);
    for (const watch of this.#watches) {
      // Since the last stop it may have been used in ways that are no reason to stop.
      if (watch.target.kind !== "memory") watch.value = useOf(watch.target)?.before ?? watch.value;
    }
    return this.#report(
      (watch) => {
        if (watch.target.kind === "memory") return undefined;
        const use = useOf(watch.target);
        return use && this.#use(watch, use.reads, use.writes);
      },
      pc,
      environment,
      isBackward,
    );
  }

  /** After the machine has stopped at watched memory: whether that stops the program. */
  memoryTouched(
    access: "read" | "write",
    hit: Watchpoint,
    pc: bigint,
    environment: Environment,
    isBackward: boolean,
  ): WatchStop | undefined {
    const end = hit.address + BigInt(hit.length);
    return this.#report(
      (watch) => {
        const { target } = watch;
        if (target.kind !== "memory") return undefined;
        if (target.address >= end || target.address + BigInt(target.length) <= hit.address)
          return undefined;
        return this.#use(watch, access === "read", access === "write");
      },
      pc,
      environment,
      isBackward,
    );
  }

  /** The use of what is watched that a breakpoint asks for, if there was one. */
  #use(watch: Watch, isRead: boolean, isWritten: boolean): Use | undefined {
    const { access, isEvery, target, value } = watch;
    if (isWritten && access !== "read") {
      const isWanted = isEvery || access === "readWrite" || this.#valueOf(target) !== value;
      if (isWanted) return "written";
    }
    return isRead && access !== "write" ? "read" : undefined;
  }

  #report(
    useOf: (watch: Watch) => Use | undefined,
    pc: bigint,
    environment: Environment,
    isBackward: boolean,
  ): WatchStop | undefined {
    const ids: number[] = [];
    const texts: string[] = [];
    for (const watch of this.#watches) {
      const old = watch.value;
      const use = useOf(watch);
      const value = this.#valueOf(watch.target);
      watch.value = value;
      if (use === undefined || !this.#isMeant(watch)) continue;
      if (!this.#isWanted(watch, environment)) continue;
      ids.push(watch.id);
      texts.push(this.#describe(watch, use, old, value, pc, isBackward));
    }
    return ids.length === 0 ? undefined : { ids, text: texts.join(" ") };
  }

  #isWanted(watch: Watch, environment: Environment): boolean {
    const { condition, hitCondition } = watch.terms;
    try {
      if (condition !== undefined && condition.trim() !== "" && !isTrueText(condition, environment))
        return false;
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
    }
    return isHit(hitCondition, ++watch.hits);
  }

  #describe(
    { target, local }: Watch,
    use: Use,
    old: bigint | undefined,
    value: bigint | undefined,
    pc: bigint,
    isBackward: boolean,
  ): string {
    const { xlen, flen } = this.#machine;
    const at = this.#program.describe(pc) ?? formatHex(pc, xlen);
    // On the way back the program stops before the instruction.
    const place = isBackward ? `${at}, the next instruction` : at;
    const verb = isBackward ? "is" : "was";
    const plain =
      target.kind === "memory"
        ? (this.#program.describe(target.address) ?? formatAddress(target.address))
        : (target.kind === "x" ? xName : fName)(target.index);
    const name = local?.name ?? plain;
    const bits = target.kind === "memory" ? target.length * 8 : target.kind === "x" ? xlen : flen;
    const text = (bits_: bigint | undefined) =>
      bits_ === undefined ? "?" : formatHex(bits_, bits);
    if (use === "read") return `${name} ${verb} read at ${place}.`;
    if (old === value)
      return `${name} ${verb} written at ${place}, with the value that it ${isBackward ? "has" : "had"}.`;
    if (bits > 64) return `${name} ${verb} changed at ${place}.`;
    return `${name} ${verb} changed from ${text(old)} to ${text(value)} at ${place}.`;
  }

  #valueOf(target: WatchTarget): bigint | undefined {
    const hart = this.#machine.current;
    if (target.kind !== "memory") {
      return target.kind === "x" ? hart.x(target.index) : hart.f(target.index);
    }
    const bytes = this.#machine.readMemory(hart, target.address, target.length);
    return bytes.length < target.length ? undefined : bytesToInteger(bytes);
  }
}
