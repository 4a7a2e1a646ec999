/**
 * Calls of the program's functions in expressions: `sum(head)`. The arguments go into registers by
 * the integer and floating-point calling conventions of the RISC-V psABI, the function runs below
 * the present stack until it returns, and then all is put back, so that the run is as if nothing had
 * been. What has an effect is not called to its end: a store anywhere but in the call's own part of
 * the stack, an environment call, an exception.
 */
import { EF_RISCV, STT } from "../elf/constants.ts";
import type { Hart } from "../emulator/hart.ts";
import { ReplayError } from "../emulator/history/journal.ts";
import type { HartState, Machine, Stop } from "../emulator/machine.ts";
import type { Observer } from "../emulator/observer.ts";
import { type Effects, effectsOf } from "../isa/effects.ts";
import {
  badCall,
  badValue,
  callGivenUp,
  notCalledWithoutHistory,
  notWaitedFor,
  unknownSignature,
  wrongCount,
} from "./errors.ts";
import { causeName } from "./exceptions.ts";
import type { Excursions } from "./excursions.ts";
import type { Callee, Environment } from "./expressions/environment.ts";
import { type Signature, sizeOf, type Type, typeName } from "./expressions/types.ts";
import {
  bitsOf,
  boxed,
  convert,
  integerOf,
  integerValue,
  memoryValue,
  type Value,
} from "./expressions/value.ts";
import { bitsToFloat, formatAddress } from "./formats.ts";
import type { Program } from "./program.ts";

/** Instructions and milliseconds that a call may take. */
const instructionLimit = 10_000_000;
const patience = 3000;
/** Bytes of stack that a call may write, and that are left alone below the present sp. */
const stackLimit = 1n << 20n;
const distance = 256n;
/** Codes of exceptions: all that there can be. */
const allCauses: ReadonlySet<number> = new Set(Array.from({ length: 64 }, (_, cause) => cause));

const [ra, sp, firstArgument] = [1, 2, 10];

/** What the argument registers hold, from a0 and fa0 on. */
interface Registers {
  readonly x: bigint[];
  readonly f: bigint[];
}

/** The same of a call, and the texts whose addresses belong in x registers. */
interface Arguments extends Registers {
  readonly texts: { readonly at: number; readonly bytes: Uint8Array }[];
}

/** Calls the functions of one program; see the file's head. */
export class CalledFunctions {
  readonly #program: Program;
  readonly #excursions: Excursions;
  readonly #place: (pc: bigint) => string;

  /** @param place says where an address is, as in `main.c:12` */
  constructor(program: Program, excursions: Excursions, place: (pc: bigint) => string) {
    this.#program = program;
    this.#excursions = excursions;
    this.#place = place;
  }

  /** See `FunctionCalls` of expressions. */
  call(
    callee: Callee,
    given: readonly Value[],
    assumed: Type | undefined,
    environment: Environment,
  ): Value {
    const { name } = callee;
    const signature = callee.signature ?? this.#signatureAt(callee.address);
    const result = signature?.result ?? assumed;
    if (result === undefined) throw unknownSignature(name);
    if (this.#program.symbols.functionAt(callee.address)?.symbol.type === STT.GNU_IFUNC)
      throw badCall(name, "which of several functions it is, the program chooses when it starts");
    this.#requirePassed(name, result, "gives");
    const registers = this.#arrange(name, signature, given, environment);
    const done = this.#excursions.aside((machine) => {
      if (machine.harts.length > 1 || machine.observe === undefined)
        throw notCalledWithoutHistory(name);
      return this.#run(machine, callee, registers);
    });
    if (done === undefined) throw notWaitedFor();
    return this.#resultOf(result, done.result, environment);
  }

  #signatureAt(address: bigint): Signature | undefined {
    const scope = this.#program.scopeAt(address);
    if (scope === undefined || !this.#program.isCompiledEntry(address)) return undefined;
    return this.#program.types.signatureOf(scope.entry, scope.origin);
  }

  // The calling convention. -----------------------------------------------------------------------

  /** Refuses what is not passed in registers by itself. */
  #requirePassed(name: string, type: Type, verb: "takes" | "gives"): void {
    const isScalar =
      type.kind === "pointer" ||
      type.kind === "reference" ||
      (type.kind === "void" && verb === "gives") ||
      (type.kind === "integer" && type.bits <= 64) ||
      (type.kind === "float" && (type.bits === 32 || type.bits === 64));
    if (!isScalar) throw badCall(name, `it ${verb} ${typeName(type)} by value`);
  }

  /** Bits of the floating-point numbers that are passed in f registers. */
  get #floatBits(): number {
    const abi = this.#program.file.flags & EF_RISCV.FLOAT_ABI;
    return abi === EF_RISCV.FLOAT_ABI_SOFT ? 0 : abi === EF_RISCV.FLOAT_ABI_SINGLE ? 32 : 64;
  }

  #arrange(
    name: string,
    signature: Signature | undefined,
    given: readonly Value[],
    environment: Environment,
  ): Arguments {
    if (signature?.isVariadic === true) throw badCall(name, "it takes any number of arguments");
    if (signature !== undefined && signature.parameters.length !== given.length)
      throw wrongCount(name, signature.parameters.length, given.length);
    const registers: Arguments = { x: [], f: [], texts: [] };
    for (const [index, value] of given.entries()) {
      const parameter = signature?.parameters[index];
      if (value.text !== undefined) {
        if (parameter !== undefined && parameter.kind !== "pointer")
          throw badValue("a text", typeName(parameter));
        registers.texts.push({ at: registers.x.length, bytes: value.text });
        registers.x.push(0n);
        continue;
      }
      const own =
        value.type.kind === "code" ? ({ kind: "pointer", to: value.type } as const) : value.type;
      const type = parameter ?? own;
      this.#requirePassed(name, type, "takes");
      if (own.kind === "structure" && type.kind !== "reference")
        throw badValue(typeName(own), typeName(type));
      this.#pass(registers, type, value, name, environment);
    }
    const most = (this.#program.file.flags & EF_RISCV.RVE) === 0 ? 8 : 6;
    if (registers.x.length > most) throw badCall(name, "its arguments need the stack");
    return registers;
  }

  #pass({ x, f }: Registers, type: Type, value: Value, name: string, environment: Environment) {
    const { xlen, flen } = environment;
    if (type.kind === "reference") {
      if (value.place?.kind !== "memory" || value.place.bits !== undefined)
        throw badCall(name, "it takes a reference, and an argument is not in memory");
      x.push(value.place.address);
      return;
    }
    const converted = convert(value, type, xlen);
    const bits = bitsOf(converted, xlen);
    if (type.kind === "float" && type.bits <= Math.min(this.#floatBits, flen) && f.length < 8) {
      f.push(boxed(type, bits, flen));
      return;
    }
    // Narrower than a word: extended to 32 bits by its own sign, then by the sign of those.
    const narrow = type.kind === "integer" && type.bits < 32;
    const word = narrow
      ? integerOf(converted)
      : type.kind === "pointer"
        ? bits
        : signed32(bits, type);
    x.push(BigInt.asUintN(xlen, word));
    if (sizeOf(type, xlen) * 8 > xlen) x.push(bits >> BigInt(xlen));
  }

  #resultOf(type: Type, { x, f }: Registers, environment: Environment): Value {
    const { xlen, flen } = environment;
    const bits = (x[0] ?? 0n) | ((x[1] ?? 0n) << BigInt(xlen));
    switch (type.kind) {
      case "integer":
        return integerValue(type, bits);
      case "float": {
        const isInF = type.bits <= Math.min(this.#floatBits, flen);
        const raw = isInF ? (f[0] ?? 0n) : bits;
        return { type, data: bitsToFloat(BigInt.asUintN(type.bits, raw), type.bits) };
      }
      case "reference":
        return memoryValue(environment, x[0] ?? 0n, type.to);
      default:
        return { type, data: type.kind === "void" ? 0n : (x[0] ?? 0n) };
    }
  }

  // The run. --------------------------------------------------------------------------------------

  #run(machine: Machine, { name, address }: Callee, given: Arguments): Registers {
    const { f } = given;
    const hart = machine.current;
    const { x, top } = layTexts(machine, given, hart.x(sp) - distance);
    const home = this.#program.file.entry;
    const watch = new CallWatch(machine, this.#program, home, top);
    machine.setBreakpoints([]);
    machine.setWatchpoints([]);
    machine.watchRegisters?.([]);
    machine.catchExceptions(allCauses);
    machine.catchFailures(new Set());
    hart.setX(sp, top);
    hart.setX(ra, home);
    for (const [index, bits] of x.entries()) hart.setX(firstArgument + index, bits);
    for (const [index, bits] of f.entries()) hart.setF(firstArgument + index, bits);
    hart.pc = address;
    machine.observe?.(watch);
    const why = this.#go(machine, hart, watch);
    if (why !== undefined) throw callGivenUp(name, why);
    const results = [firstArgument, firstArgument + 1];
    return {
      x: results.map((index) => hart.x(index)),
      f: machine.flen === 0 ? [] : [hart.f(firstArgument)],
    };
  }

  /** Runs until the function returns; why it did not, if it did not. */
  #go(machine: Machine, hart: HartState, watch: CallWatch): string | undefined {
    const last = machine.instructions + BigInt(instructionLimit);
    const end = performance.now() + patience;
    const isDue = () => performance.now() >= end;
    for (;;) {
      let stop: Stop;
      try {
        stop = machine.run(Number(last - machine.instructions), isDue);
      } catch (error) {
        if (!(error instanceof ReplayError)) throw error;
        return `it asks for input from outside, at ${this.#place(hart.pc)}`;
      }
      if (watch.refusal !== undefined) return `${watch.refusal}, at ${this.#place(hart.pc)}`;
      if (watch.isHome(hart)) return undefined;
      if (stop.reason !== "budget") return this.#reason(stop, hart, watch);
      if (isDue() || machine.instructions >= last) return "it has not returned in time";
    }
  }

  #reason(stop: Stop, hart: HartState, watch: CallWatch): string {
    const place = this.#place(hart.pc);
    if (stop.reason === "exit") {
      return watch.hasRun ? "it ends the program" : "the program has ended, so go back first";
    }
    if (stop.reason !== "exception") return `it stops at ${place}`;
    const { trap } = watch.effectsAt(hart, hart.pc) ?? {};
    return trap === "call"
      ? `it makes an environment call, at ${place}`
      : `it raises an exception (${causeName(stop.trap.cause)}), at ${place}`;
  }
}

/** Puts the texts among arguments below an address; the registers, and where the stack begins. */
function layTexts(machine: Machine, { x, texts }: Arguments, end: bigint) {
  const passed = [...x];
  let top = end;
  for (const { at, bytes } of texts) {
    top -= BigInt(bytes.length);
    machine.writeMemory(machine.current, top, bytes);
    passed[at] = top;
  }
  return { x: passed, top: top & ~15n };
}

/** A number of 32 bits or more as registers hold it: one of 32 is extended by its sign. */
function signed32(bits: bigint, type: Type): bigint {
  const is32 = (type.kind === "integer" || type.kind === "float") && type.bits === 32;
  return is32 ? BigInt.asIntN(32, bits) : bits;
}

/** Sees the stores of a call, and its return. */
class CallWatch implements Observer {
  readonly wanted = new Set(["accesses"] as const);
  readonly addresses: readonly bigint[];
  readonly isStepping = false;
  /** Why the call is given up. */
  refusal: string | undefined;
  readonly #machine: Machine;
  readonly #program: Program;
  readonly #home: bigint;
  readonly #top: bigint;
  readonly #floor: bigint;
  readonly #start: bigint;
  readonly #effects = new Map<bigint, Effects | undefined>();

  /**
   * @param home where it returns to
   * @param top the sp with which it begins; it may write below
   */
  constructor(machine: Machine, program: Program, home: bigint, top: bigint) {
    this.#machine = machine;
    this.#program = program;
    this.#home = home;
    this.#top = top;
    this.#start = machine.instructions;
    this.addresses = [home];
    const region = machine
      .memoryMap(machine.current)
      .find(({ start, end }) => top > start && top <= end);
    const least = top - stackLimit;
    this.#floor = region === undefined ? top : region.start > least ? region.start : least;
  }

  begin(): void {}

  /** Whether an instruction of it has run. */
  get hasRun(): boolean {
    return this.#machine.instructions > this.#start;
  }

  /** Whether it has returned. */
  isHome(hart: HartState): boolean {
    return this.hasRun && hart.pc === this.#home && hart.x(sp) === this.#top;
  }

  before(hart: Hart): boolean {
    if (this.isHome(hart)) return true;
    const memory = this.effectsAt(hart, hart.pc)?.memory;
    if (memory === undefined || memory.kind === "load" || memory.kind === "load-reserved")
      return this.refusal !== undefined;
    const { base, offset, extent, width } = memory;
    const { xlen } = this.#machine;
    const start = BigInt.asUintN(xlen, (base === undefined ? 0n : hart.x(base)) + offset);
    const end = start + BigInt(width / 8) + (extent ?? 0n);
    if (extent !== undefined && start >= this.#floor && end <= this.#top)
      return this.refusal !== undefined;
    this.refusal = `it writes ${formatAddress(start)}, which is not in its part of the stack`;
    return true;
  }

  written(): void {
    this.refusal = "a signal or a call of the environment has written memory";
  }

  unmapped(): void {
    this.refusal = "memory was unmapped";
  }

  /** What the instruction at an address does. */
  effectsAt(hart: HartState, pc: bigint): Effects | undefined {
    if (this.#effects.has(pc)) return this.#effects.get(pc);
    const decoded = this.#program.decodeBytes(this.#machine.readMemory(hart, pc, 4));
    const effects = decoded && effectsOf(decoded, pc, this.#machine.xlen);
    this.#effects.set(pc, effects);
    return effects;
  }
}
