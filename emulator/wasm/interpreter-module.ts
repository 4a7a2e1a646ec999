// biome-ignore-all format: rows of one kind read better by hand
/**
 * Generates the interpreter: one WebAssembly function that dispatches over decoded records. Each
 * instruction's part is its definition, run over an emitter whose operands are fields of the
 * record; what the emitter cannot do ends the function, and the evaluator does the instruction.
 *
 * The function keeps the record's address instead of pc: the page and the distance from the page's
 * first record give the pc where one is needed.
 */
import type { Instruction, Operands } from "../../isa/instruction.ts";
import { Access } from "../translation.ts";
import { type AccessOpcode, Code, type Label } from "./code.ts";
import { Uncommon, type Value } from "./emitter.ts";
import { floatCsrs } from "./float-csrs.ts";
import { type StateLayout, stateLayout } from "./layout.ts";
import { encodeModule } from "./module.ts";
import { recordFields, recordSize, reserved } from "./records.ts";
import {
  entryFields, hostStack, regionSignature, writeEntryAddress,
} from "./region-entries.ts";
import { StateEmitter } from "./state-emitter.ts";

/** What the generated function returns. */
export const Exit = {
  /** The budget is used up. */
  budget: 0,
  /** The evaluator must do the instruction at pc, or fetch from its page. */
  evaluate: 1,
  /** The instruction at pc has no record yet. */
  decode: 2,
  /** A breakpoint may be at pc. */
  breakpoint: 3,
  /** The code at pc has been entered often enough to be translated. */
  hot: 4,
} as const;

/**
 * run(hart: linear address, budget: 1 to 2^30 − 1, index: table of tables, entries: the table of
 * region entries, 0 where there is no translator) → one of {@link Exit}
 */
export type InterpreterFunction = (
  hart: number, budget: number, index: number, entries: number,
) => number;

/** The interpreter for some instructions. */
export interface Interpreter {
  readonly module: WebAssembly.Module;
  /** The handler of each instruction that has generated code. */
  readonly handlers: ReadonlyMap<Instruction, number>;
}

// The function's parameters, and the locals that it takes first.
const hartLocal = 0;
const remainingLocal = 1;
const indexLocal = 2;
const entriesLocal = 3;
const parameterCount = 4;

/** A record's field, by its offset: what stands for a register operand. */
type RecordField = number;

interface Locals {
  /** The current record. */
  readonly record: number;
  /** The first record of the page. */
  readonly table: number;
  /** The page's address, a word. */
  readonly page: number;
  /** Where control goes, a word. */
  readonly target: number;
  /** Whether a region may begin there, an i32. */
  readonly isEntry: number;
}

/** Where parts of instructions continue. */
interface Labels {
  readonly next: Label;
  readonly jumped: Label;
  readonly evaluate: Label;
}

class InterpreterEmitter extends StateEmitter<RecordField, RecordField, RecordField> {
  readonly #locals: Locals;
  readonly #labels: Labels;

  constructor(code: Code, layout: StateLayout, locals: Locals, labels: Labels) {
    super(code, layout);
    this.#locals = locals;
    this.#labels = labels;
  }

  /** The part of one instruction; throws {@link Uncommon}. */
  emit({ execute }: Instruction): void {
    if (execute === undefined) throw new Uncommon();
    const { rd, rs1, rs2, rs3, rm } = recordFields;
    const [immediate, uimm] = [this.#immediate(), this.#smallImmediate()];
    const operands: Operands<Value, RecordField, RecordField, RecordField> = {
      rd, rs1, rs2, fd: rd, fs1: rs1, fs2: rs2, fs3: rs3, rm,
      imm: immediate, shamt: immediate, csr: immediate, uimm,
    };
    execute(this, operands);
    this.#retire();
    this.#toNext();
  }

  /** A word from the current record. */
  #recordWord(opcode: AccessOpcode, offset: number): Value {
    return {
      type: this.xlen === 64 ? "i64" : "i32",
      size: 2,
      emit: () => void this.code.get(this.#locals.record).memory(opcode, offset),
    };
  }

  #immediate(): Value {
    return this.#recordWord(this.xlen === 64 ? "i64.load32_s" : "i32.load", recordFields.imm);
  }

  #smallImmediate(): Value {
    return this.#recordWord(this.xlen === 64 ? "i64.load8_u" : "i32.load8_u", recordFields.uimm);
  }

  #retire(): void {
    this.code.get(remainingLocal).i32(1).op("i32.sub").set(remainingLocal);
  }

  #toNext(): void {
    const { record } = this.#locals;
    this.code.get(record).get(record).memory("i32.load8_u", recordFields.step);
    this.code.op("i32.add").set(record).br(this.#labels.next);
  }

  /** The address of the instruction of a record (i32 on the stack when `record` has written it). */
  #addressOf(record: () => void): Value {
    const { page, table } = this.#locals;
    const distance: Value = {
      type: "i32",
      size: 4,
      emit: () => {
        record();
        this.code.get(table).op("i32.sub").i32(Math.log2(recordSize / 2)).op("i32.shr_u");
      },
    };
    const wide = this.xlen === 64 ? this.operation("i64", "i64.extend_i32_u", distance) : distance;
    const start: Value = { type: wide.type, size: 1, emit: () => void this.code.get(page) };
    return this.keep(this.add(start, wide));
  }

  pc(): Value {
    return this.#addressOf(() => this.code.get(this.#locals.record));
  }

  nextPc(): Value {
    const { record } = this.#locals;
    return this.#addressOf(() =>
      this.code.get(record).get(record).memory("i32.load8_u", recordFields.step).op("i32.add"));
  }

  protected hart(): void {
    this.code.get(hartLocal);
  }

  /** The linear address of the register that a field names. */
  #place(field: RecordField): void {
    this.hart();
    this.code.get(this.#locals.record).memory("i32.load16_u", field).op("i32.add");
  }

  readX(field: RecordField): Value {
    const type = this.xlen === 64 ? "i64" : "i32";
    return this.keep({
      type,
      size: 4,
      emit: () => {
        this.#place(field);
        this.code.memory(`${type}.load`);
      },
    });
  }

  writeX(field: RecordField, value: Value): void {
    this.#place(field);
    value.emit();
    this.code.memory(this.xlen === 64 ? "i64.store" : "i32.store");
  }

  isX0(field: RecordField): Value {
    const x0 = field === recordFields.rd ? this.layout.state.discarded : this.layout.state.x;
    const emit = () => {
      this.code.get(this.#locals.record).memory("i32.load16_u", field).i32(x0).op("i32.eq");
    };
    return { type: "i32", size: 4, emit };
  }

  protected readBits(field: RecordField): Value {
    const emit = () => {
      this.#place(field);
      this.code.memory("i64.load");
    };
    return this.keep({ type: "i64", size: 4, emit });
  }

  protected writeBits(field: RecordField, bits: Value): void {
    this.#place(field);
    bits.emit();
    this.code.memory("i64.store");
    this.markDirty();
  }

  protected roundsBy(field: RecordField, mode: number): Value {
    return this.operation("i32", "i32.eq", this.#mode(field), this.int("i32", BigInt(mode)));
  }

  protected roundsByStandard(field: RecordField): Value {
    return this.operation("i32", "i32.le_u", this.#mode(field), this.int("i32", 4n));
  }

  /** The rounding mode, taken from frm where it is dynamic. */
  #mode(field: RecordField): Value {
    const own = this.code.local("i32");
    this.code.get(this.#locals.record).memory("i32.load8_u", field).set(own);
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

  protected leave(): void {
    this.code.br(this.#labels.evaluate);
  }

  jump(target: Value): void {
    const kept = this.keep(target);
    this.checkTarget(kept);
    this.#goTo(kept);
  }

  jumpAndLink(link: RecordField, target: Value): void {
    const kept = this.keep(target);
    this.checkTarget(kept);
    this.writeX(link, this.nextPc());
    this.#goTo(kept, link);
  }

  branch(condition: Value, target: Value): void {
    condition.emit();
    this.code.if(() => {
      const kept = this.keep(target);
      this.checkTarget(kept);
      this.#goTo(kept);
    });
  }

  /**
   * Regions begin where loops and functions do: where a jump goes backwards, or leaves a return
   * address. Any other place that was jumped to would be in the middle of another region.
   */
  #goTo(target: Value, link?: RecordField): void {
    this.#retire();
    const isBackward = this.lessUnsigned(target, this.pc());
    const isEntry = link === undefined
      ? isBackward
      : this.operation("i32", "i32.or", isBackward, this.operation("i32", "i32.eqz", this.isX0(link)));
    isEntry.emit();
    this.code.set(this.#locals.isEntry);
    target.emit();
    this.code.set(this.#locals.target).br(this.#labels.jumped);
  }
}

/**
 * Generates the interpreter for the instructions of one architecture.
 * @param hotness how many jumps to an address make it due for translation; without, none is
 */
export function generateInterpreter(
  instructions: readonly Instruction[], xlen: 32 | 64, flen: 0 | 32 | 64,
  instructionAlignment: 2 | 4, hotness: number | undefined,
): Interpreter {
  const layout = stateLayout(xlen, flen, instructionAlignment);
  const emitted = instructions.filter((instruction) => isCommon(instruction, layout));
  const code = new Code(parameterCount);
  writeFunction(code, layout, emitted, hotness);
  const bytes = encodeModule([{
    name: "run", parameters: ["i32", "i32", "i32", "i32"], results: ["i32"], code,
  }], regionSignature(xlen === 64 ? "i64" : "i32"));
  const handlers = new Map(emitted.map((one, index) => [one, index + reserved.first]));
  return { module: new WebAssembly.Module(bytes as BufferSource), handlers };
}

/** Tries whether an instruction can be emitted, on code that is thrown away. */
function isCommon(instruction: Instruction, layout: StateLayout): boolean {
  const anywhere: Label = { depth: 0 };
  const locals = { record: 4, table: 5, page: 6, target: 7, isEntry: 8 };
  const labels = { next: anywhere, jumped: anywhere, evaluate: anywhere };
  try {
    new InterpreterEmitter(new Code(9), layout, locals, labels).emit(instruction);
    return true;
  } catch (error) {
    if (error instanceof Uncommon) return false;
    throw error;
  }
}

function writeFunction(
  code: Code, layout: StateLayout, instructions: readonly Instruction[],
  hotness: number | undefined,
): void {
  const word = layout.xlen === 64 ? "i64" : "i32";
  const { state } = layout;
  const locals: Locals = {
    record: code.local("i32"), table: code.local("i32"), page: code.local(word),
    target: code.local(word), isEntry: code.local("i32"),
  };
  const { record, table, page, target, isEntry } = locals;
  const budget = code.local("i32");
  const exit = code.local("i32");
  code.get(remainingLocal).set(budget);
  code.get(hartLocal).memory(`${word}.load`, state.pc).set(target);
  // No page is odd, so the first jump enters one.
  if (word === "i64") code.i64(1n).set(page);
  else code.i32(1).set(page);

  code.block((done) => {
    // Control is at `target`.
    code.loop((jumped) => {
      if (hotness !== undefined) {
        code.get(isEntry).if(() => {
          writeEnterRegion(code, layout, locals, exit, jumped, done, hotness);
        });
      }
      code.block((fetch) => {
        writeEnterPage(code, layout, locals, fetch);
        code.loop((next) => {
          code.block((leave) => {
            code.block((evaluate) => {
              code.get(remainingLocal).op("i32.eqz").if(() => {
                code.i32(Exit.budget).set(exit).br(leave);
              });
              const parts = instructions.map((instruction) => () => {
                const labels = { next, jumped, evaluate };
                code.scope(() =>
                  new InterpreterEmitter(code, layout, locals, labels).emit(instruction));
              });
              const exitWith = (reason: number) => () => {
                code.i32(reason).set(exit).br(leave);
              };
              const toNextPage = () => {
                code.get(page);
                if (word === "i64") code.i64(4096n);
                else code.i32(4096);
                code.op(`${word}.add`).set(target).i32(0).set(isEntry).br(jumped);
              };
              // In the order of `reserved`.
              writeDispatch(code, record, [
                exitWith(Exit.decode), exitWith(Exit.evaluate), exitWith(Exit.breakpoint),
                toNextPage, ...parts,
              ]);
            });
            code.i32(Exit.evaluate).set(exit);
          });
          // pc is that of the record.
          code.get(record).get(table).op("i32.sub");
          code.i32(Math.log2(recordSize / 2)).op("i32.shr_u");
          if (word === "i64") code.op("i64.extend_i32_u");
          code.get(page).op(`${word}.add`).set(target).br(done);
        });
      });
      // The page must first be found by a fetch, unless there is nothing left to run.
      code.i32(Exit.evaluate).i32(Exit.budget).get(remainingLocal).op("select").set(exit);
      code.br(done);
    });
  });
  code.get(hartLocal).get(target).memory(`${word}.store`, state.pc);
  code.get(hartLocal).get(hartLocal).memory("i64.load", state.retired);
  code.get(budget).get(remainingLocal).op("i32.sub").op("i64.extend_i32_u").op("i64.add");
  code.memory("i64.store", state.retired);
  code.get(exit);
}

/**
 * Runs the region that is entered at `target`, where there is one and what remains suffices for
 * it; else counts, and ends with {@link Exit.hot} when a region is due.
 */
function writeEnterRegion(
  code: Code, layout: StateLayout, { target, isEntry }: Locals, exit: number,
  jumped: Label, done: Label, hotness: number,
): void {
  const word = layout.xlen === 64 ? "i64" : "i32";
  const entry = code.local("i32");
  const value: Value = { type: word, size: 1, emit: () => void code.get(target) };
  writeEntryAddress(code, value, () => code.get(entriesLocal));
  code.set(entry);
  const isOther = () => code.get(entry).memory(`${word}.load`).get(target).op(`${word}.ne`);
  isOther().if(
    () => {
      code.get(entry).get(target).memory(`${word}.store`);
      code.get(entry).i64(0n).memory("i64.store", entryFields.region);
    },
    () => {
      code.get(entry).memory("i32.load", entryFields.region).if(
        () => {
          code.get(remainingLocal).get(entry).memory("i32.load", entryFields.need);
          code.op("i32.ge_s").if(() => {
            code.get(hartLocal).get(remainingLocal).i32(hostStack).get(target);
            code.get(entry).memory("i32.load", entryFields.region).callIndirect(0);
            code.set(target).set(remainingLocal);
            code.i32(1).set(isEntry);
            code.get(target);
            if (word === "i64") code.op("i32.wrap_i64");
            code.i32(1).op("i32.and").op("i32.eqz").brIf(jumped);
            // The lowest bit says that the evaluator must do the instruction.
            code.get(target);
            if (word === "i64") code.i64(-2n);
            else code.i32(-2);
            code.op(`${word}.and`).set(target);
            code.i32(Exit.evaluate).i32(Exit.budget).get(remainingLocal).op("select").set(exit);
            code.br(done);
          });
        },
        () => {
          const count = code.local("i32");
          code.get(entry).memory("i32.load", entryFields.need).i32(1).op("i32.add").set(count);
          code.get(entry).get(count).memory("i32.store", entryFields.need);
          code.get(count).i32(hotness).op("i32.eq").if(() => {
            code.i32(Exit.hot).set(exit).br(done);
          });
        });
    });
}

/** Goes to the record of `target`; its page is found in the translation buffer, else `miss`. */
function writeEnterPage(code: Code, layout: StateLayout, locals: Locals, miss: Label): void {
  const { record, table, page, target } = locals;
  const word = layout.xlen === 64 ? "i64" : "i32";
  const low = () => {
    code.get(target);
    if (word === "i64") code.op("i32.wrap_i64");
  };
  const offset = layout.buffer(Access.execute);
  const pageOf = () => {
    code.get(target);
    if (word === "i64") code.i64(-4096n);
    else code.i32(-4096);
    code.op(`${word}.and`);
  };
  pageOf();
  code.get(page).op(`${word}.ne`).if(() => {
    pageOf();
    code.set(page).get(hartLocal);
    low();
    code.i32(12 - layout.entryShift).op("i32.shr_u").i32(layout.entryMask).op("i32.and");
    code.op("i32.add").set(record);
    code.get(record).memory(`${word}.load`, offset).get(page).op(`${word}.ne`).brIf(miss);
    // Frames are multiples of 4096, and an index entry is 4 bytes.
    code.get(record).memory("i32.load", offset + 8).i32(10).op("i32.shr_u");
    code.get(indexLocal).op("i32.add").memory("i32.load").tee(table).op("i32.eqz").brIf(miss);
  });
  low();
  code.i32(0xffe).op("i32.and").i32(Math.log2(recordSize / 2)).op("i32.shl");
  code.get(table).op("i32.add").set(record);
}

/** Dispatches on the record's handler to one of the parts, none of which falls through. */
function writeDispatch(code: Code, record: number, parts: readonly (() => void)[]): void {
  const labels: Label[] = [];
  const nest = (index: number): void => {
    if (index < 0) {
      code.get(record).memory("i32.load16_u", recordFields.handler);
      code.brTable(labels.slice(0, -1), labels.at(-1) as Label);
      return;
    }
    code.block((label) => {
      labels[index] = label;
      nest(index - 1);
    });
    parts[index]?.();
  };
  nest(parts.length - 1);
  code.op("unreachable");
}