// biome-ignore-all format: rows of one kind read better by hand
/**
 * The steps of an instruction at a known place: operands are numbers, guest registers are locals.
 * Control is noted, not written; `region-module.ts` writes it as structured code.
 */
import { effectsOf } from "../../isa/effects.ts";
import { KnownOperands } from "../../isa/operands.ts";
import type { Format } from "../../isa/semantics.ts";
import type { Access } from "../translation.ts";
import {
  type AccessCheck, type AccessFacts, type AccessPlan, noFacts, planAccesses,
} from "./access-groups.ts";
import { type Wanted, writeWindowCheck } from "./address-translation.ts";
import { Code, type ValueType } from "./code.ts";
import { type Place, Uncommon, type Value } from "./emitter.ts";
import { floatCsrs } from "./float-csrs.ts";
import { bounds, type HostFormat, type WholeMode, wholeModes } from "./float-emitter.ts";
import type { StateLayout } from "./layout.ts";
import type { Block, Site } from "./region.ts";
import { regionParameters } from "./region-entries.ts";
import { RegionFloats } from "./region-floats.ts";
import { dirty, StateEmitter } from "./state-emitter.ts";

/** The locals of a region's function. */
export interface RegionLocals {
  /** Of each x register that the region uses, by its number. */
  readonly x: ReadonlyMap<number, number>;
  /** Whether a branch is taken, an i32. */
  readonly taken: number;
}

/** Writes the instructions of one region. */
export class RegionEmitter extends StateEmitter<number, number, number> {
  readonly #locals: RegionLocals;
  readonly #floats: RegionFloats;
  #site: Site | undefined;
  /** How many instructions of the block ran before, which are not yet subtracted. */
  #before = 0;
  /** Goes to where the state is written back and the region returns; pc is in `target`. */
  #exit: () => void = () => {};
  #plans: ReadonlyMap<Site, AccessPlan> = new Map();

  constructor(code: Code, layout: StateLayout, locals: RegionLocals, floats: RegionFloats) {
    super(code, layout);
    this.#locals = locals;
    this.#floats = floats;
  }

  /**
   * One instruction; throws {@link Uncommon}. A branch sets `taken`, a jump sets `target`.
   * @param before how many instructions of the block ran before, which are not yet subtracted
   * @param exit goes to where the state is written back and the region returns
   */
  emit(site: Site, before: number, exit: () => void): void {
    const { instruction, values } = site.decoded;
    if (instruction.execute === undefined) throw new Uncommon();
    this.#site = site;
    this.#before = before;
    this.#exit = exit;
    const operands = new KnownOperands<Value>(values, (value) => this.constant(value));
    this.code.scope(() => instruction.execute?.(this, operands));
  }

  /** The evaluator does the instruction, which the lowest bit of pc says. */
  protected leave(): void {
    const { remaining, target } = regionParameters;
    const before = this.#before;
    if (before > 0) this.code.get(remaining).i32(before).op("i32.sub").set(remaining);
    this.constant(this.#here().pc | 1n).emit();
    this.code.set(target);
    this.#exit();
  }

  /**
   * At the start of the region: floating point must be on where any instruction wants it. Nothing
   * that generated code does turns it off.
   */
  enter(first: Site, exit: () => void): void {
    if (!this.#floats.areUsed) return;
    this.standAt(first, exit);
    this.code.scope(() => this.require(this.floatStateIsOn()));
    this.refreshFloat();
  }

  /** Says that what follows is before the first instruction of a block. */
  standAt(site: Site, exit: () => void): void {
    this.#site = site;
    this.#before = 0;
    this.#exit = exit;
  }

  /** Leaves where {@link standAt} says. */
  leaveToEvaluator(): void {
    this.leave();
  }

  /** Whatever ran since may have changed the flags and the rounding mode. */
  refreshFloat(): void {
    const { code } = this;
    const { ready } = this.#floats;
    if (ready === undefined) return;
    const isNearest = this.operation("i32", "i32.eqz", this.control(this.layout.state.rounding));
    const isReady = this.operation("i32", "i32.and", this.inexactFlag(), isNearest);
    for (const format of ["single", "double"] as const) {
      code.i32(bounds[format]).i32(-1);
      isReady.emit();
      code.op("select").set(ready[format]);
    }
  }

  /**
   * Begins a block.
   * @param known what is known of accesses where it begins
   * @returns what is known where it ends
   */
  startBlock({ sites }: Block, known: AccessFacts): AccessFacts {
    if (this.layout.window === undefined) return noFacts;
    const { plans, facts } = planAccesses(sites, this.xlen, known);
    this.#plans = plans;
    return facts;
  }

  /** Makes checks at the beginning of a block; the first instruction leaves where one fails. */
  checkAhead(checks: readonly AccessCheck[], first: Site, exit: () => void): void {
    const { window } = this.layout;
    if (window === undefined) return;
    this.#site = first;
    this.#before = 0;
    this.#exit = exit;
    for (const check of checks) {
      this.code.scope(() => writeWindowCheck(this.surroundings, window, this.#wanted(check)));
    }
  }

  /** The bytes that a check is over; their address is put into a local. */
  #wanted({ access, register, from, bytes }: AccessCheck): Wanted {
    const wanted = { access, bytes, isAligned: false };
    const start = this.constant(from);
    if (register !== undefined && from === 0n) {
      return { ...wanted, virtual: this.#locals.x.get(register) as number };
    }
    const virtual = this.code.local(this.xlen === 64 ? "i64" : "i32");
    (register === undefined ? start : this.add(this.readX(register), start)).emit();
    this.code.set(virtual);
    return { ...wanted, virtual };
  }

  /** Accesses off one register share a check, and use its low bits as they are. */
  protected override translate(
    access: Access, bytes: number, address: Value, isAligned = false,
  ): Place {
    const { window } = this.layout;
    const site = this.#here();
    const plan = this.#plans.get(site);
    const { base, offset } = site.effects.memory ?? {};
    if (window === undefined || plan === undefined || base === undefined || offset === undefined) {
      return super.translate(access, bytes, address, isAligned);
    }
    if (plan !== "covered") writeWindowCheck(this.surroundings, window, this.#wanted(plan));
    if (window.mask !== -1) return this.inWindow(window, this.low(address));
    // Neither the lowest page nor the end of all addresses lets any access through, so that adding
    // a small number to the low bits does not wrap around.
    return { index: this.low(this.readX(base)), offset: window.base + Number(offset) };
  }

  #here(): Site {
    if (this.#site === undefined) throw new Error("no instruction is being translated");
    return this.#site;
  }

  pc(): Value {
    return this.constant(this.#here().pc);
  }
  nextPc(): Value {
    const { pc, decoded } = this.#here();
    return this.constant(pc + BigInt(decoded.length));
  }

  readX(register: number): Value {
    if (register === 0) return this.constant(0);
    const local = this.#locals.x.get(register);
    if (local === undefined) throw new Error(`x${register} has no local`);
    return { type: this.xlen === 64 ? "i64" : "i32", size: 1, emit: () => void this.code.get(local) };
  }

  writeX(register: number, value: Value): void {
    if (register === 0) return;
    value.emit();
    this.code.set(this.#locals.x.get(register) as number);
  }

  isX0(register: number): Value {
    return this.truthOf(register === 0);
  }

  #local(type: ValueType, register: number): Value {
    const local = this.#floats.local(register);
    return { type, size: 1, emit: () => void this.code.get(local) };
  }

  override readF(format: Format, register: number): Value {
    const floats = this.#floats;
    let value: Value;
    if (format === "double") value = this.#local("f64", register);
    else if (floats.isSingle(register)) value = this.#local("f32", register);
    else if (format === "single" && floats.isBoxed(register)) value = super.readRawF(format, register);
    else {
      value = super.readF(format, register);
      if (format === "single") floats.noteBoxed(register);
    }
    return floats.isNumber(format, register) ? { ...value, isNumber: true } : value;
  }

  override readRawF(format: Format, register: number): Value {
    if (format === "double") return this.#local("f64", register);
    return this.#floats.isSingle(register) ? this.#local("f32", register)
      : super.readRawF(format, register);
  }

  override writeF(format: Format, register: number, value: Value): void {
    const floats = this.#floats;
    if (format === "double" || floats.isSingle(register)) {
      value.emit();
      this.code.set(floats.local(register));
    } else {
      super.writeF(format, register, value);
    }
    this.markDirty();
    floats.noteWrite(format, register, value.isNumber === true);
  }

  protected readBits(register: number): Value {
    return this.keep(this.operation("i64", "i64.reinterpret_f64", this.#local("f64", register)));
  }

  protected writeBits(register: number, bits: Value): void {
    bits.emit();
    this.code.op("f64.reinterpret_i64").set(this.#floats.local(register));
  }

  protected readonly findsInexact = true;

  /** The mode is static, or dynamic and by assumption to nearest. */
  protected isNearest(mode: number): Value {
    return this.truthOf(mode === 0 || mode === 7);
  }
  protected checkMode(mode: number): void {
    if (mode !== 7) return;
    this.require(this.operation("i32", "i32.eqz", this.control(this.layout.state.rounding)));
  }
  protected checkReserved(mode: number): void {
    if (mode !== 7) {
      this.require(this.truthOf(mode <= 4));
      return;
    }
    this.isUnready().emit();
    this.code.if(() => {
      const { rounding } = this.layout.state;
      this.require(this.operation("i32", "i32.le_u", this.control(rounding), this.int("i32", 4n)));
    });
  }
  protected bound(format: HostFormat): Value {
    const local = this.#floats.ready?.[format];
    if (local === undefined) throw new Error("the region does not compute");
    return { type: "i32", size: 1, emit: () => void this.code.get(local) };
  }

  protected raiseInexact(mode: number): void {
    const { code } = this;
    const { flags } = this.layout.state;
    this.hart();
    this.operation("i32", "i32.or", this.control(flags), this.int("i32", 1n)).emit();
    code.memory("i32.store", flags);
    this.hart();
    code.i32(dirty).memory("i32.store", this.layout.state.floatState);
    if (mode !== 7) return;
    for (const format of ["single", "double"] as const) {
      code.i32(bounds[format]).set(this.#floats.ready?.[format] as number);
    }
  }

  protected roundWhole(mode: number, write: (mode: WholeMode) => void, whole: number): void {
    const operation = wholeModes[mode === 7 ? 0 : mode];
    if (operation === undefined) throw new Uncommon();
    write(operation);
    this.code.set(whole);
  }

  protected inexactIsRaised(): Value {
    return this.inexactFlag();
  }
  protected floatIsOn(): Value {
    return this.truthOf(true);
  }

  protected override markDirty(): void {
    const floats = this.#floats;
    if (!floats.facts.isDirty) super.markDirty();
    floats.facts = { ...floats.facts, isDirty: true };
  }

  protected hart(): void {
    this.code.get(regionParameters.hart);
  }

  jump(target: Value): void {
    this.#setTarget(target);
  }
  jumpAndLink(link: number, target: Value): void {
    this.#setTarget(target);
    this.writeX(link, this.nextPc());
  }

  #setTarget(target: Value): void {
    const kept = this.keep(target);
    this.checkTarget(kept);
    kept.emit();
    this.code.set(regionParameters.target);
  }

  branch(condition: Value, target: Value): void {
    condition.emit();
    this.code.set(this.#locals.taken);
    if (this.layout.instructionAlignment === 2) return;
    this.code.get(this.#locals.taken).if(() => this.checkTarget(target));
  }

  /** The floating-point CSRs are inline; all others are rare. */
  checkCsr(): void {
    if (floatCsrs.nameOf(this.#csr()) === undefined) throw new Uncommon();
  }

  #csr(): number {
    return Number(this.#here().decoded.values["csr"]);
  }

  readCsr(): Value {
    const { flags, rounding } = this.layout.state;
    const load = (offset: number) => {
      this.hart();
      this.code.memory("i32.load", offset);
    };
    const emit = () => {
      const name = floatCsrs.nameOf(this.#csr());
      if (name !== "fflags") load(rounding);
      if (name === "fcsr") this.code.i32(5).op("i32.shl");
      if (name !== "frm") load(flags);
      if (name === "fcsr") this.code.op("i32.or");
    };
    return this.keep(this.truth({ type: "i32", size: 4, emit }));
  }

  writeCsr(_csr: Value, value: Value): void {
    const store = this.floatControl(value);
    const name = floatCsrs.nameOf(this.#csr());
    if (name !== "frm") store.flags();
    if (name !== "fflags") store.rounding(name === "frm" ? 0 : 5);
    this.markDirty();
    this.refreshFloat();
  }

  override when(condition: Value, steps: () => void): void {
    if (condition.known === undefined) super.when(condition, steps);
    else if (condition.known) steps();
  }

  override not(a: Value): Value {
    return a.known === undefined ? super.not(a) : this.truthOf(!a.known);
  }

  override choose(condition: Value, yes: () => Value, no: () => Value): Value {
    if (condition.known === undefined) return super.choose(condition, yes, no);
    return condition.known ? yes() : no();
  }
}

/** Tries whether an instruction can be emitted, on code that is thrown away. */
export function isCommonInRegion(decoded: Site["decoded"], layout: StateLayout): boolean {
  const code = new Code(regionParameters.count);
  const all = (type: ValueType) =>
    new Map(Array.from({ length: 32 }, (_, register) => [register, code.local(type)]));
  const word = layout.xlen === 64 ? "i64" : "i32";
  const locals = { x: all(word), taken: code.local("i32") };
  try {
    const site = { pc: 0n, decoded, effects: effectsOf(decoded, 0n, layout.xlen) };
    const floats = new RegionFloats(code, layout, [site.effects], 0);
    new RegionEmitter(code, layout, locals, floats).emit(site, 0, () => {});
    return true;
  } catch (error) {
    if (error instanceof Uncommon) return false;
    throw error;
  }
}