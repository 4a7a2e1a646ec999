/**
 * The engine that runs cold code and single steps: the generated interpreter over decoded records
 * for what is common, the evaluator for every instruction that the generated code leaves. Since
 * it leaves before an instruction has changed anything, both see the same states, and every stop
 * is as exact as the evaluator's.
 */
import type { Architecture } from "../isa/architecture.ts";
import { createDecoder, type Decoder, isCompressed } from "../isa/decoder.ts";
import type { OperandValues } from "../isa/encoding.ts";
import { available, instructions } from "../isa/instructions.ts";
import type { Engine, EngineStop } from "./engine.ts";
import { EvaluatorEngine } from "./evaluator-engine.ts";
import { type Hart, stateOffsets } from "./hart.ts";
import { frameSize, type PhysicalMemory } from "./memory.ts";
import { RegionCache } from "./region-cache.ts";
import { Access } from "./translation.ts";
import {
  Exit,
  generateInterpreter,
  type Interpreter,
  type InterpreterFunction,
} from "./wasm/interpreter-module.ts";
import { RecordTables, recordFields, recordSize, reserved } from "./wasm/records.ts";

/** V8 optimises a running function only when it is entered anew, so it must return now and then. */
const longestRun = 1 << 20;

const interpreters = new Map<string, Interpreter>();

/** The interpreter for an architecture, generated once. */
function interpreterFor(
  architecture: Architecture,
  flen: 0 | 32 | 64,
  hotness: number | undefined,
): Interpreter {
  const { xlen, base, extensions } = architecture;
  const key = [xlen, base, flen, hotness, ...[...extensions].sort()].join(" ");
  let interpreter = interpreters.get(key);
  if (interpreter === undefined) {
    const own = instructions.filter(
      (one) => one.execute !== undefined && available(one, architecture),
    );
    interpreter = generateInterpreter(own, xlen, flen, extensions.has("c") ? 2 : 4, hotness);
    interpreters.set(key, interpreter);
  }
  return interpreter;
}

/** The engine of generated code: the interpreter, and with a hotness the translator too. */
export class InterpreterEngine implements Engine {
  readonly #memory: PhysicalMemory;
  readonly #decode: Decoder;
  readonly #evaluator: EvaluatorEngine;
  readonly #interpreter: Interpreter;
  readonly #run: InterpreterFunction;
  readonly #records: RecordTables;
  readonly #frames = new Set<number>();
  #breakpoints = new Set<bigint>();
  /** Breakpoints by their offset in a page: a record serves all pages that its frame backs. */
  #breakpointOffsets = new Set<number>();

  readonly #regions: RegionCache | undefined;
  /** Of each hart, the translations for execution that the region entries hold for. */
  readonly #generations = new WeakMap<Hart, number>();

  /**
   * @param flen the f registers' width in bits, the same for all harts
   * @param hotness how many jumps to an address make it due for translation; without, none is
   */
  constructor(
    memory: PhysicalMemory,
    architecture: Architecture,
    flen: 0 | 32 | 64,
    hotness?: number,
  ) {
    this.#memory = memory;
    this.#decode = createDecoder(architecture);
    this.#evaluator = new EvaluatorEngine(memory, this.#decode);
    this.#interpreter = interpreterFor(architecture, flen, hotness);
    if (hotness !== undefined) {
      this.#regions = new RegionCache(memory, architecture, flen, this.#decode, hotness);
    }
    const table = this.#regions?.table ?? new WebAssembly.Table({ initial: 1, element: "anyfunc" });
    const { exports } = new WebAssembly.Instance(this.#interpreter.module, {
      env: { memory: memory.linear, table },
    });
    this.#run = exports["run"] as InterpreterFunction;
    this.#records = new RecordTables(memory);
    memory.onCodeChange((frame, start, end) => this.#records.forget(frame, start, end));
  }

  setBreakpoints(addresses: Iterable<bigint>): void {
    const old = this.#breakpoints;
    const wanted = new Set(addresses);
    const changed = [
      ...[...old].filter((one) => !wanted.has(one)),
      ...[...wanted].filter((one) => !old.has(one)),
    ];
    if (changed.length === 0) return;
    this.#breakpoints = wanted;
    this.#breakpointOffsets = new Set([...wanted].map(offsetInPage));
    for (const offset of new Set(changed.map(offsetInPage))) {
      for (const frame of this.#frames) this.#records.forget(frame, offset, offset + 2);
    }
    this.#regions?.setBreakpoints(wanted, changed);
  }

  invalidate(): void {
    this.#evaluator.invalidate();
    this.#forgetAll();
    this.#regions?.clear();
  }

  run(hart: Hart, budget: number, skipFirst = false): EngineStop {
    const last = hart.instret + BigInt(budget);
    let skip = skipFirst && this.#breakpoints.has(hart.pc);
    for (;;) {
      const remaining = Number(last - hart.instret);
      if (remaining === 0) return { reason: "budget" };
      const turn = Math.min(remaining, longestRun);
      const exit = skip ? Exit.evaluate : this.#enter(hart, turn);
      if (exit === Exit.budget) {
        this.#regions?.translateWaiting(hart);
        continue;
      }
      if (exit === Exit.hot) {
        this.#regions?.enter(hart);
        continue;
      }
      if (exit === Exit.decode && this.#prepare(hart)) continue;
      if (exit === Exit.breakpoint && this.#breakpoints.has(hart.pc)) {
        return { reason: "breakpoint" };
      }
      skip = false;
      const stop = this.#evaluator.run(hart, 1, true);
      if (stop.reason !== "budget") return stop;
      this.#prepare(hart);
    }
  }

  #enter(hart: Hart, budget: number): number {
    const { generation } = hart.buffer;
    if (generation !== this.#generations.get(hart)) {
      this.#regions?.forgetEntries();
      this.#generations.set(hart, generation);
    }
    return this.#run(hart.offset, budget, this.#records.index, this.#regions?.entries ?? 0);
  }

  /** Decodes the instruction at pc; false where its page must first be fetched from. */
  #prepare(hart: Hart): boolean {
    const { pc } = hart;
    const low = Number(BigInt.asUintN(32, pc));
    const at = hart.buffer.lookup(Access.execute, low, Number(pc >> 32n));
    if (at < 0) return false;
    const offset = low % frameSize;
    const frame = at - offset;
    const table = this.#records.tableOf(frame);
    if (table === undefined) return false;
    this.#frames.add(frame);
    this.#memory.markCode(frame);
    const record = table + (offset >> 1) * recordSize;
    if (this.#memory.view.getUint16(record, true) === reserved.unknown) {
      this.#write(record, at, offset);
    }
    return true;
  }

  #write(record: number, at: number, offset: number): void {
    const { view } = this.#memory;
    view.setUint16(record, reserved.evaluate, true);
    if (this.#breakpointOffsets.has(offset)) {
      view.setUint16(record, reserved.breakpoint, true);
      return;
    }
    const low = view.getUint16(at, true);
    const isLong = !isCompressed(low);
    // An instruction that reaches into the next page is the evaluator's.
    if (isLong && offset + 4 > frameSize) return;
    const decoded = this.#decode(isLong ? view.getUint32(at, true) : low);
    if (decoded === undefined) return;
    const handler = this.#interpreter.handlers.get(decoded.instruction);
    if (handler === undefined) return;
    const { values } = decoded;
    const field = (offsetInRecord: number, place: number) =>
      view.setUint16(record + offsetInRecord, place, true);
    view.setUint8(record + recordFields.step, (decoded.length / 2) * recordSize);
    view.setUint8(record + recordFields.rm, Number(values["rm"] ?? values["uimm"] ?? 0));
    field(recordFields.rd, destination(values));
    field(recordFields.rs1, source(values, "rs1", "fs1"));
    field(recordFields.rs2, source(values, "rs2", "fs2"));
    field(recordFields.rs3, source(values, "rs3", "fs3"));
    const immediate = Number(values["imm"] ?? values["shamt"] ?? values["csr"] ?? 0);
    view.setInt32(record + recordFields.imm, immediate, true);
    view.setUint16(record, handler, true);
  }

  #forgetAll(): void {
    for (const frame of this.#frames) this.#records.forget(frame, 0, frameSize);
  }
}

const offsetInPage = (address: bigint): number => Number(address & 0xfffn);

const place = (base: number, register: number | bigint): number => base + 8 * Number(register);

function destination({ rd, fd }: OperandValues): number {
  if (fd !== undefined) return place(stateOffsets.f, fd);
  return rd === undefined || Number(rd) === 0 ? stateOffsets.discarded : place(stateOffsets.x, rd);
}

function source(values: OperandValues, x: string, f: string): number {
  const float = values[f];
  return float === undefined ? place(stateOffsets.x, values[x] ?? 0) : place(stateOffsets.f, float);
}
