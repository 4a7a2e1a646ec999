// biome-ignore-all format: rows of one kind read better by hand
/**
 * The steps of instructions in the interpreter: operands are fields of a decoded record, or known
 * where the form that the handler is for fixes them. A jump whose distance the record tells goes
 * to its record without computing an address, as long as it stays in the page.
 */
import type { Operands } from "../../isa/instruction.ts";
import { frameSize } from "../memory.ts";
import type { AccessOpcode, Code, Label } from "./code.ts";
import { Uncommon, type Value } from "./emitter.ts";
import { floatCsrs } from "./float-csrs.ts";
import { bounds, type HostFormat, type WholeMode, wholeModes } from "./float-emitter.ts";
import type { Form } from "./forms.ts";
import type { StateLayout } from "./layout.ts";
import { countersOffset, recordFields, recordSize } from "./records.ts";
import { StateEmitter } from "./state-emitter.ts";

/** What an instruction reads or writes: a register that a field of the record names, or a known one. */
type Operand = { readonly field: number } | { readonly register: number };

/** The rounding mode: in the record, or known. */
type Mode = { readonly field: number } | { readonly mode: number };

/** The locals that all handlers share. */
export interface Locals {
  /** The hart's linear address. */
  readonly hart: number;
  /** Instructions that remain of the budget. */
  readonly remaining: number;
  /** The current record. */
  readonly record: number;
  /** The first record of the page. */
  readonly table: number;
  /** The page's address, a word. */
  readonly page: number;
  /** Where control goes, a word. */
  readonly target: number;
  /** Where a region may begin there, how much the jump counts; else 0, an i32. */
  readonly isEntry: number;
}

/** Where handlers continue; those that are called by others have only the first. */
export interface Labels {
  /** With the evaluator. */
  readonly evaluate: Label;
  /** At `record`. */
  readonly next?: Label;
  /** At `target`. */
  readonly jumped?: Label;
  /** With the environment, which is called. */
  readonly call?: Label;
}

/** A record's address is that of the first plus the offset in the page times this. */
const recordShift = Math.log2(recordSize / 2);

/**
 * Adds to the counter of the instruction so many bytes behind the current record; see
 * `emulator/execution-counts.ts`.
 */
export function writeCount(
  code: Code, { record, table }: Pick<Locals, "record" | "table">, change: bigint, behind = 0,
): void {
  code.scope(() => {
    const counter = code.local("i32");
    const offset = countersOffset + (behind << recordShift) / 2;
    code.get(table).get(record).get(table).op("i32.sub").i32(1).op("i32.shr_u").op("i32.add");
    code.tee(counter).get(counter).memory("i64.load", offset).i64(change).op("i64.add");
    code.memory("i64.store", offset);
  });
}

/** Writes the handler of one form. */
export class InterpreterEmitter extends StateEmitter<Operand, Operand, Mode> {
  readonly #locals: Locals;
  readonly #labels: Labels;
  readonly #form: Form;
  /** Whether jumps are counted, so that regions are found. */
  readonly #counts: boolean;
  /** Whether executions are counted. */
  readonly #countsExecutions: boolean;
  /** The address of the instruction, and the immediate; what is compared by identity. */
  readonly #here: Value;
  readonly #immediate: Value;
  /** Their sum. */
  #relative: Value | undefined;
  /** Whether control never goes on with the next instruction. */
  endsRun = false;

  constructor(
    code: Code, layout: StateLayout, locals: Locals, labels: Labels, form: Form, counts: boolean,
    countsExecutions = false,
  ) {
    super(code, layout);
    this.#locals = locals;
    this.#labels = labels;
    this.#form = form;
    this.#counts = counts;
    this.#countsExecutions = countsExecutions;
    this.#here = this.#addressAfter(0);
    this.#immediate = this.#word("imm", layout.xlen === 64 ? "i64.load32_s" : "i32.load");
  }

  /** The whole handler; throws {@link Uncommon}. */
  emit(): void {
    this.#execute();
    this.#retire();
    this.#advance();
    this.code.br(this.#label("next"));
  }

  /** The same, but goes on with what is written next while the budget lasts. */
  emitFirst(): void {
    this.#execute();
    this.#retire();
    this.#advance();
    this.code.get(this.#locals.remaining).op("i32.eqz").brIf(this.#label("next"));
  }

  /** The body of a handler that is called: it returns how far it is to the next record. */
  emitCalled(): void {
    this.#execute();
    this.code.i32(this.#form.length << recordShift).op("return");
  }

  #label(name: "next" | "jumped" | "call"): Label {
    const label = this.#labels[name];
    if (label === undefined) throw new Uncommon();
    return label;
  }

  #execute(): void {
    const { execute } = this.#form.instruction;
    if (execute === undefined) throw new Uncommon();
    const [imm, shamt, csr] = [this.#immediate, this.#numbered("shamt"), this.#numbered("csr")];
    const uimm = this.#word("uimm", this.xlen === 64 ? "i64.load8_u" : "i32.load8_u");
    const operands: Operands<Value, Operand, Operand, Mode> = {
      rd: this.#operand("rd"), rs1: this.#operand("rs1"), rs2: this.#operand("rs2"),
      fd: this.#operand("fd"), fs1: this.#operand("fs1"), fs2: this.#operand("fs2"),
      fs3: this.#operand("fs3"), rm: this.#rounding(), imm, shamt, csr,
      uimm, constant: uimm,
    };
    execute(this, operands);
  }

  #operand(name: "rd" | "rs1" | "rs2" | "fd" | "fs1" | "fs2" | "fs3"): Operand {
    const register = this.#form.fixed[name];
    if (register !== undefined) return { register };
    return { field: recordFields[name.replace("f", "r") as "rd" | "rs1" | "rs2" | "rs3"] };
  }

  #rounding(): Mode {
    const mode = this.#form.fixed["rm"];
    return mode === undefined ? { field: recordFields.rm } : { mode };
  }

  /** A number from the current record, or the one that the form fixes. */
  #word(name: "imm" | "uimm", opcode: AccessOpcode): Value {
    const fixed = this.#form.fixed[name];
    if (fixed !== undefined) return this.constant(fixed);
    return {
      type: this.xlen === 64 ? "i64" : "i32",
      size: 2,
      emit: () => void this.code.get(this.#locals.record).memory(opcode, recordFields[name]),
    };
  }

  /** A number that shares the immediate's field. */
  #numbered(name: "shamt" | "csr"): Value {
    const fixed = this.#form.fixed[name];
    return fixed === undefined ? this.#immediate : this.constant(fixed);
  }

  #retire(): void {
    const { remaining } = this.#locals;
    this.code.get(remaining).i32(1).op("i32.sub").set(remaining);
  }

  /** Counts that control does not go on with the next instruction. */
  #depart(): void {
    if (this.#countsExecutions) writeCount(this.code, this.#locals, -1n, this.#form.length);
  }

  /** Goes on to the next record. */
  #advance(): void {
    const { record } = this.#locals;
    this.code.get(record).i32(this.#form.length << recordShift).op("i32.add").set(record);
  }

  /** The address so many bytes behind the instruction's. */
  #addressAfter(bytes: number): Value {
    const { page, table, record } = this.#locals;
    const emit = () => {
      this.code.get(page).get(record).get(table).op("i32.sub").i32(recordShift).op("i32.shr_u");
      if (bytes > 0) this.code.i32(bytes).op("i32.add");
      if (this.xlen === 64) this.code.op("i64.extend_i32_u").op("i64.add");
      else this.code.op("i32.add");
    };
    return { type: this.xlen === 64 ? "i64" : "i32", size: 5, emit };
  }

  pc(): Value {
    return this.#here;
  }

  nextPc(): Value {
    return this.keep(this.#addressAfter(this.#form.length));
  }

  override add(a: Value, b: Value): Value {
    const sum = super.add(a, b);
    if (a === this.#here && b === this.#immediate) this.#relative = sum;
    return sum;
  }

  protected hart(): void {
    this.code.get(this.#locals.hart);
  }

  /** Writes the linear address of a register of the file at `base`; returns what is to be added. */
  #place(operand: Operand, base: number): number {
    this.hart();
    if ("register" in operand) return base + 8 * operand.register;
    this.code.get(this.#locals.record).memory("i32.load16_u", operand.field).op("i32.add");
    return 0;
  }

  readX(operand: Operand): Value {
    if ("register" in operand && operand.register === 0) return this.constant(0);
    const type = this.xlen === 64 ? "i64" : "i32";
    return this.keep({
      type,
      size: 4,
      emit: () => {
        const offset = this.#place(operand, this.layout.state.x);
        this.code.memory(`${type}.load`, offset);
      },
    });
  }

  writeX(operand: Operand, value: Value): void {
    if ("register" in operand && operand.register === 0) return;
    const offset = this.#place(operand, this.layout.state.x);
    value.emit();
    this.code.memory(this.xlen === 64 ? "i64.store" : "i32.store", offset);
  }

  isX0(operand: Operand): Value {
    if ("register" in operand) return this.truthOf(operand.register === 0);
    const { field } = operand;
    const x0 = field === recordFields.rd ? this.layout.state.discarded : this.layout.state.x;
    const emit = () => {
      this.code.get(this.#locals.record).memory("i32.load16_u", field).i32(x0).op("i32.eq");
    };
    return { type: "i32", size: 4, emit };
  }

  protected readBits(operand: Operand): Value {
    const emit = () => {
      const offset = this.#place(operand, this.layout.state.f);
      this.code.memory("i64.load", offset);
    };
    return this.keep({ type: "i64", size: 4, emit });
  }

  protected writeBits(operand: Operand, bits: Value): void {
    const offset = this.#place(operand, this.layout.state.f);
    bits.emit();
    this.code.memory("i64.store", offset);
    this.markDirty();
  }

  /** An operation leaves where inexact is not raised yet; that it does not remain so for long. */
  protected readonly findsInexact = false;

  protected isNearest(rounding: Mode): Value {
    const isNearest = this.operation("i32", "i32.eqz", this.#mode(rounding));
    return this.both(isNearest, this.inexactFlag());
  }
  protected checkMode(): void {}
  protected checkReserved(rounding: Mode): void {
    this.require(this.operation("i32", "i32.le_u", this.#mode(rounding), this.int("i32", 4n)));
  }
  protected bound(format: HostFormat): Value {
    return this.int("i32", BigInt(bounds[format]));
  }
  protected raiseInexact(): void {
    throw new Error("the interpreter does not find out what is inexact");
  }

  protected roundWhole(rounding: Mode, write: (mode: WholeMode) => void, whole: number): void {
    const set = (index: number) => () => {
      write(wholeModes[index] as WholeMode);
      this.code.set(whole);
    };
    if ("mode" in rounding && rounding.mode < wholeModes.length) {
      set(rounding.mode)();
      return;
    }
    const mode = this.keep(this.#mode(rounding));
    const choose = (index: number): void => {
      if (index === wholeModes.length) {
        this.leave();
        return;
      }
      this.operation("i32", "i32.eq", mode, this.int("i32", BigInt(index))).emit();
      this.code.if(set(index), () => choose(index + 1));
    };
    choose(0);
  }

  /** The rounding mode, taken from frm where it is dynamic. */
  #mode(rounding: Mode): Value {
    const own = this.code.local("i32");
    if ("mode" in rounding) this.code.i32(rounding.mode).set(own);
    else this.code.get(this.#locals.record).memory("i32.load8_u", rounding.field).set(own);
    this.code.get(own).i32(7).op("i32.eq").if(() => {
      this.hart();
      this.code.memory("i32.load", this.layout.state.rounding).set(own);
    });
    return { type: "i32", size: 1, emit: () => void this.code.get(own) };
  }

  protected inexactIsRaised(): Value {
    return this.inexactFlag();
  }

  protected floatIsOn(): Value {
    return this.floatStateIsOn();
  }

  /** The floating-point CSRs are inline, since compiled code saves the flags at comparisons. */
  checkCsr(csr: Value): void {
    const distance = this.subtract(csr, this.constant(floatCsrs.fflags));
    this.require(this.lessUnsigned(distance, this.constant(3)));
    this.checkFloat();
  }

  /** fcsr is frm and fflags side by side, and each of these alone. */
  readCsr(csr: Value): Value {
    const { flags, rounding } = this.layout.state;
    const [fflags, frm] = [this.control(flags), this.control(rounding)];
    const local = this.code.local("i32");
    const set = (value: Value) => {
      value.emit();
      this.code.set(local);
    };
    this.equal(csr, this.constant(floatCsrs.fflags)).emit();
    this.code.if(() => set(fflags), () => {
      this.equal(csr, this.constant(floatCsrs.frm)).emit();
      this.code.if(() => set(frm), () => {
        const high = this.operation("i32", "i32.shl", frm, this.int("i32", 5n));
        set(this.operation("i32", "i32.or", high, fflags));
      });
    });
    return this.truth({ type: "i32", size: 1, emit: () => void this.code.get(local) });
  }

  writeCsr(csr: Value, value: Value): void {
    const store = this.floatControl(value);
    this.equal(csr, this.constant(floatCsrs.fflags)).emit();
    this.code.if(store.flags, () => {
      this.equal(csr, this.constant(floatCsrs.frm)).emit();
      this.code.if(() => store.rounding(0), () => {
        store.flags();
        store.rounding(5);
      });
    });
    this.markDirty();
  }

  protected override leaveIf(): void {
    this.code.brIf(this.#labels.evaluate);
  }

  protected leave(): void {
    this.code.br(this.#labels.evaluate);
  }

  override environmentCall(): void {
    this.code.br(this.#label("call"));
  }

  jump(target: Value): void {
    this.endsRun = true;
    if (target === this.#relative) {
      this.#goBy(false);
      return;
    }
    const kept = this.keep(target);
    this.checkTarget(kept);
    this.#goTo(kept);
  }

  jumpAndLink(link: Operand, target: Value): void {
    this.endsRun = "register" in link && link.register === 0;
    if (target === this.#relative) {
      this.#checkDistance();
      this.writeX(link, this.nextPc());
      this.#goBy(!this.endsRun);
      return;
    }
    const kept = this.keep(target);
    this.checkTarget(kept);
    this.writeX(link, this.nextPc());
    this.#goTo(kept, link);
  }

  branch(condition: Value, target: Value): void {
    condition.emit();
    this.code.if(() => {
      if (target === this.#relative) {
        this.#checkDistance();
        this.#goBy(false);
        return;
      }
      const kept = this.keep(target);
      this.checkTarget(kept);
      this.#goTo(kept);
    });
  }

  /** As {@link checkTarget}, for a jump by the immediate. */
  #checkDistance(): void {
    if (this.layout.instructionAlignment === 4) this.checkTarget(this.#immediate);
  }

  #distance(): void {
    this.code.get(this.#locals.record).memory("i32.load", recordFields.imm);
  }

  /** Goes on by the immediate from here; see {@link #goTo} for where regions begin. */
  #goBy(links: boolean): void {
    const { code } = this;
    const { record, table, target, isEntry } = this.#locals;
    this.#retire();
    this.#depart();
    const leavePage = (entry: boolean) => {
      this.add(this.#here, this.#immediate).emit();
      code.set(target);
      if (this.#counts) code.i32(entry ? 1 : 0).set(isEntry);
      code.br(this.#label("jumped"));
    };
    if (this.#counts && links) {
      leavePage(true);
      return;
    }
    if (this.#counts) {
      this.#distance();
      code.i32(0).op("i32.lt_s").if(() => leavePage(true));
    }
    const to = code.local("i32");
    code.get(record).get(table).op("i32.sub");
    this.#distance();
    code.i32(recordShift).op("i32.shl").op("i32.add").tee(to);
    code.i32(frameSize << recordShift).op("i32.lt_u").if(() => {
      code.get(table).get(to).op("i32.add").set(record);
      if (this.#countsExecutions) writeCount(code, this.#locals, 1n);
      code.br(this.#label("next"));
    });
    leavePage(false);
  }

  /**
   * Regions begin where loops and functions do: where a jump goes backwards, or leaves a return
   * address. Any other place that was jumped to would be in the middle of another region.
   */
  #goTo(target: Value, link?: Operand): void {
    this.#retire();
    this.#depart();
    if (this.#counts) {
      const isBackward = this.lessUnsigned(target, this.#here);
      const isEntry = link === undefined
        ? isBackward
        : this.operation("i32", "i32.or", isBackward, this.not(this.isX0(link)));
      isEntry.emit();
      this.code.set(this.#locals.isEntry);
    }
    target.emit();
    this.code.set(this.#locals.target).br(this.#label("jumped"));
  }
}