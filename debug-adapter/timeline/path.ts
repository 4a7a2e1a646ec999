/**
 * What has just run: the lines of the last instructions, the latest first, and the values that each
 * line has changed on its last pass. Of assembly these are registers, of compiled code the variables
 * of the function that the program has stopped in. The instructions are run again, one by one.
 */
import type { History } from "../../emulator/history/history.ts";
import type { HartState } from "../../emulator/machine.ts";
import { effectsOf } from "../../isa/effects.ts";
import { fName, xName } from "../../isa/registers.ts";
import { RequestError } from "../errors.ts";
import { show } from "../expressions/value.ts";
import { bitsToFloat, formatFloat, formatInteger, type Radix } from "../formats.ts";
import type { FrameEnvironment } from "../frame-environment.ts";
import type { SourceLine } from "../frames.ts";
import type { Program } from "../program.ts";

/** A line that has run. */
export interface PathLine {
  readonly path: string;
  /** From 1. */
  readonly line: number;
  /** What its last pass has changed, as in `a0 5 → 7`. */
  readonly changes: readonly string[];
}

/** Instructions that are looked back at, at most. */
export const pathLength = 2048n;
/** Lines that are told, and changes of one line. */
const lineLimit = 32;
const changeLimit = 6;
/** Passes over lines of compiled code whose variables are compared, and variables. */
const passLimit = 8;
const variableLimit = 24;
/** Characters of a variable's value. */
const valueLimit = 40;

/** What the instruction at an address means here. */
interface Step {
  readonly row: SourceLine | undefined;
  readonly isAssembly: boolean;
  readonly writesX: readonly number[];
  readonly writesF: readonly number[];
}

/** A pass over a line. */
interface Pass {
  readonly row: SourceLine;
  readonly from: bigint;
  readonly isAssembly: boolean;
  /** The stack pointer, by which activations of a function are told apart. */
  readonly sp: bigint;
  readonly before: Map<string, { readonly old: bigint; value: bigint; readonly index: number }>;
}

/** Follows the last instructions before a stop. */
export class Path {
  readonly #history: History;
  readonly #program: Program;
  readonly #environment: () => FrameEnvironment;
  readonly #steps = new Map<bigint, Step>();
  /** By line, the last pass; in the order of the passes. */
  readonly #passes = new Map<string, Pass>();
  /** The beginnings of the last passes over lines of compiled code. */
  #compiled: Pass[] = [];
  readonly #variables = new Map<string, readonly string[]>();

  /** @param environment what expressions see where the machine is */
  constructor(history: History, program: Program, environment: () => FrameEnvironment) {
    this.#history = history;
    this.#program = program;
    this.#environment = environment;
  }

  /** Runs from one count to another, the stop; see {@link Work} in excursions.ts. */
  *follow(from: bigint, to: bigint, isDue: () => boolean): Generator<void, void> {
    const history = this.#history;
    yield* this.#seek(from, isDue);
    let pass: Pass | undefined;
    while (history.instructions < to) {
      const hart = history.current;
      const { pc } = hart;
      const step = this.#stepAt(pc);
      const key = step.row && `${step.row.line} ${step.row.path}`;
      if (step.row === undefined) pass = undefined;
      else if (pass?.row !== step.row && keyOf(pass) !== key) pass = this.#begin(step, hart);
      const before = history.instructions;
      const old = pass?.isAssembly === true ? registersOf(step, hart) : [];
      while (history.instructions === before) history.run(1);
      for (const { name, value, index } of old) note(pass!, hart, name, value, index);
      if (isDue()) yield;
    }
    yield* this.#compare(to, isDue);
  }

  *#seek(count: bigint, isDue: () => boolean): Generator<void, void> {
    const history = this.#history;
    history.approach(count);
    while (history.instructions < count) {
      history.run(Number(count - history.instructions), isDue);
      if (isDue()) yield;
    }
  }

  #begin(step: Step, hart: HartState): Pass {
    const row = step.row!;
    const pass: Pass = {
      row,
      from: this.#history.instructions,
      isAssembly: step.isAssembly,
      sp: hart.x(2),
      before: new Map(),
    };
    const key = keyOf(pass)!;
    this.#passes.delete(key);
    this.#passes.set(key, pass);
    if (!step.isAssembly) {
      this.#compiled.push(pass);
      if (this.#compiled.length > 4 * passLimit) this.#compiled.splice(0, 2 * passLimit);
    }
    return pass;
  }

  /** Compares the variables of the present function at the beginnings of the last passes. */
  *#compare(to: bigint, isDue: () => boolean): Generator<void, void> {
    const hart = this.#history.current;
    const scope = this.#program.scopeAt(hart.pc);
    const sp = hart.x(2);
    if (scope === undefined || this.#stepAt(hart.pc).isAssembly) return;
    const passes = this.#compiled.filter((pass) => pass.sp === sp).slice(-passLimit);
    let last: { pass: Pass; values: ReadonlyMap<string, string> } | undefined;
    for (const at of [...passes, undefined]) {
      yield* this.#seek(at?.from ?? to, isDue);
      if (this.#program.scopeAt(this.#history.current.pc) !== scope) continue;
      const values = this.#values();
      if (last !== undefined) this.#variables.set(keyOf(last.pass)!, changes(last.values, values));
      last = at && { pass: at, values };
      yield;
    }
  }

  /** The variables of the innermost frame, as texts. */
  #values(): Map<string, string> {
    const values = new Map<string, string>();
    try {
      const environment = this.#environment();
      for (const variable of environment.variables.locals().slice(0, variableLimit)) {
        if (variable.isShadowed) continue;
        try {
          const text = show(environment, variable.value());
          values.set(
            variable.name,
            text.length > valueLimit ? `${text.slice(0, valueLimit)}…` : text,
          );
        } catch (error) {
          if (!(error instanceof RequestError)) throw error;
        }
      }
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
    }
    return values;
  }

  #stepAt(pc: bigint): Step {
    const known = this.#steps.get(pc);
    if (known !== undefined) return known;
    const history = this.#history;
    const row = this.#program.rowAt(pc)?.row;
    const decoded = this.#program.decodeBytes(history.readMemory(history.current, pc, 4));
    const effects = decoded && effectsOf(decoded);
    const step: Step = {
      row: row === undefined || row.line === 0 ? undefined : row,
      isAssembly: row !== undefined && /\.(s|sx|asm)$/i.test(row.path),
      writesX: effects?.writesX ?? [],
      writesF: effects?.writesF ?? [],
    };
    this.#steps.set(pc, step);
    return step;
  }

  /** The lines, the latest first. */
  lines(radix: Radix): PathLine[] {
    const { xlen } = this.#history;
    const passes = [...this.#passes].reverse().slice(0, lineLimit);
    return passes.map(([key, { row, isAssembly, before }]) => {
      const registers = [...before].flatMap(([name, { old, value, index }]) => {
        if (old === value) return [];
        const text = (bits: bigint) =>
          index >= 32 ? floatText(bits) : integerText(bits, xlen, radix);
        return [`${name} ${text(old)} → ${text(value)}`];
      });
      const found = isAssembly ? registers : (this.#variables.get(key) ?? []);
      const more = found.length > changeLimit ? ["…"] : [];
      const { path, line } = row;
      return { path, line, changes: [...found.slice(0, changeLimit), ...more] };
    });
  }
}

const keyOf = (pass: Pass | undefined): string | undefined =>
  pass && `${pass.row.line} ${pass.row.path}`;

/** The registers that an instruction writes; f registers count from 32. */
function registersOf({ writesX, writesF }: Step, hart: HartState) {
  return [
    ...writesX.map((index) => ({ name: xName(index), index, value: hart.x(index) })),
    ...writesF.map((index) => ({ name: fName(index), index: index + 32, value: hart.f(index) })),
  ];
}

function note(pass: Pass, hart: HartState, name: string, old: bigint, index: number): void {
  const value = index < 32 ? hart.x(index) : hart.f(index - 32);
  const known = pass.before.get(name);
  if (known === undefined) pass.before.set(name, { old, value, index });
  else known.value = value;
}

function changes(old: ReadonlyMap<string, string>, now: ReadonlyMap<string, string>): string[] {
  return [...now].flatMap(([name, value]) => {
    const before = old.get(name);
    if (before === value) return [];
    return [before === undefined ? `${name} = ${value}` : `${name} ${before} → ${value}`];
  });
}

/** As short as can be: small numbers in decimal, others in hexadecimal without zeros in front. */
function integerText(bits: bigint, xlen: 32 | 64, radix: Radix): string {
  if (radix !== "auto") return formatInteger(bits, xlen, true, radix);
  const signed = BigInt.asIntN(xlen, bits);
  const isSmall = signed < 10_000n && signed > -10_000n;
  return isSmall ? String(signed) : `0x${bits.toString(16)}`;
}

function floatText(bits: bigint): string {
  const isSingle = bits >> 32n === 0xffff_ffffn || bits < 1n << 32n;
  return isSingle
    ? formatFloat(bitsToFloat(BigInt.asUintN(32, bits), 32), 32)
    : formatFloat(bitsToFloat(bits, 64), 64);
}
