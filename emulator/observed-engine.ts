/**
 * An engine for runs that are observed, or in which registers are watched. It is the generated interpreter over records of its own, in
 * which the instructions that the observer asks for are left to the evaluator: there the observer
 * is asked, and the engine beneath does the one instruction. All else runs as ever, without being
 * translated. It is made when the first observer comes, so nobody else pays for it.
 */
import type { Architecture } from "../isa/architecture.ts";
import { effectsOf } from "../isa/effects.ts";
import { frameOfCode, openCodePage } from "./code-pages.ts";
import type { Engine, EngineStop } from "./engine.ts";
import type { Hart } from "./hart.ts";
import { interpreterKey } from "./interpreter.ts";
import type { RegisterWatchpoint, Stop } from "./machine.ts";
import type { PhysicalMemory } from "./memory.ts";
import type { Observable, Observer } from "./observer.ts";
import { RegisterWatches } from "./register-watches.ts";
import { entryFields, entrySize, skipped } from "./wasm/decode-table.ts";
import type { Form } from "./wasm/forms.ts";
import {
  Exit,
  generateInterpreter,
  type Interpreter,
  type InterpreterFunction,
} from "./wasm/interpreter-module.ts";
import { RecordTables, reserved } from "./wasm/records.ts";

/** Instructions of generated code, and announced ones, after which whether to end is asked. */
const longestUnasked = 1 << 18;
const announcedUnasked = 1 << 10;

/** An interpreter, compiled. */
interface Generated extends Pick<Interpreter, "rows" | "forms" | "pairs"> {
  readonly module: WebAssembly.Module;
}

const interpreters = new Map<string, Generated>();

function interpreterFor(
  architecture: Architecture,
  flen: 0 | 32 | 64,
  memory: PhysicalMemory,
): Generated {
  const key = interpreterKey(architecture, flen, undefined, memory);
  let found = interpreters.get(key);
  if (found === undefined) {
    const { bytes, ...rest } = generateInterpreter(architecture, flen, undefined, memory);
    found = { ...rest, module: new WebAssembly.Module(bytes as BufferSource) };
    interpreters.set(key, found);
  }
  return found;
}

/** As an engine stops, or as what the machine says of observers and of watched registers. */
export type ObservedStop =
  | EngineStop
  | Extract<Stop, { readonly reason: "observed" | "registers" }>
  | Extract<Stop, { readonly reason: "watchpoint" }>;

/** Runs under an observer; see the file's head. */
export class ObservedEngine {
  readonly #memory: PhysicalMemory;
  readonly #engine: Engine;
  readonly #architecture: Architecture;
  readonly #interpreter: Generated;
  readonly #records: RecordTables;
  readonly #run: InterpreterFunction;
  /** Where the decode table lies. */
  readonly #rows: number;
  #breakpoints: ReadonlySet<bigint> = new Set();
  #observer: Observer | undefined;
  /** Whether the observer was not told yet that it begins. */
  #isNew = false;
  #registers: RegisterWatches | undefined;

  /** @param engine what does the instructions that are announced */
  constructor(
    memory: PhysicalMemory,
    architecture: Architecture,
    flen: 0 | 32 | 64,
    engine: Engine,
  ) {
    this.#memory = memory;
    this.#engine = engine;
    this.#architecture = architecture;
    this.#interpreter = interpreterFor(architecture, flen, memory);
    const { module, rows, pairs } = this.#interpreter;
    const table = new WebAssembly.Table({ initial: 1, element: "anyfunc" });
    const { exports } = new WebAssembly.Instance(module, { env: { memory: memory.linear, table } });
    this.#run = exports["run"] as InterpreterFunction;
    this.#records = new RecordTables(memory, pairs);
    const place = memory.allocateRun(rows.length);
    if (place === undefined) throw new Error(`no memory to decode within ${memory.limit} bytes`);
    this.#rows = place;
    this.#choose(new Set());
  }

  /** Replaces the breakpoints. */
  setBreakpoints(addresses: ReadonlySet<bigint>): void {
    this.#breakpoints = addresses;
    this.#mark();
  }

  /** Says who observes from now on. */
  observe(observer: Observer | undefined): void {
    if (observer === this.#observer) return;
    const wanted = [...(observer?.wanted ?? [])];
    const old = this.#observer?.wanted ?? new Set();
    this.#observer = observer;
    this.#isNew = true;
    if (wanted.length !== old.size || !wanted.every((one) => old.has(one))) {
      this.#choose(new Set(wanted));
    }
    this.#mark();
  }

  /** Chooses what is left to the evaluator. */
  #choose(wanted: ReadonlySet<Observable>): void {
    this.#memory.bytes.set(leaving(this.#interpreter, wanted), this.#rows);
    this.#records.clear();
  }

  /** Replaces the registers that are watched. */
  watchRegisters(watched: readonly RegisterWatchpoint[]): void {
    const watches =
      watched.length === 0
        ? undefined
        : new RegisterWatches(this.#memory, this.#architecture, watched);
    this.#registers = watches;
    this.#records.setMarker(
      watches === undefined ? undefined : (frame, from, to) => watches.offsets(frame, from, to),
    );
  }

  #mark(): void {
    const all = [...this.#breakpoints, ...(this.#observer?.addresses ?? [])];
    this.#records.setBreakpoints(new Set(all.map((one) => Number(one & 0xfffn))));
  }

  /** As {@link Engine.run}; "observed" where the observer stops the run before an instruction. */
  run(hart: Hart, budget: number, skipFirst = false, isDue?: () => boolean): ObservedStop {
    const observer = this.#observer;
    const registers = this.#registers;
    if (this.#isNew) observer?.begin(hart);
    this.#isNew = false;
    const { index } = this.#records;
    const last = hart.instret + BigInt(budget);
    const hasBreakpoints = this.#breakpoints.size > 0;
    let skip = skipFirst;
    let announced = 0;
    for (;;) {
      const remaining = Number(last - hart.instret);
      if (remaining === 0) return { reason: "budget" };
      if (!skip && observer?.isStepping !== true && this.#isInWindow(hart)) {
        const turn = Math.min(remaining, longestUnasked);
        const exit = this.#run(hart.offset, turn, index, this.#rows, 0);
        if (exit === Exit.budget) {
          if (isDue?.()) return { reason: "budget" };
          continue;
        }
        if (exit === Exit.fetch && this.#open(hart, hart.pc)) continue;
        if (exit === Exit.fetchNext && this.#open(hart, (hart.pc | 0xfffn) + 1n)) continue;
        if (hart.instret === last) return { reason: "budget" };
      }
      if (++announced % announcedUnasked === 0 && isDue?.()) return { reason: "budget" };
      if (hasBreakpoints && !skip && this.#breakpoints.has(hart.pc))
        return { reason: "breakpoint" };
      skip = false;
      if (observer?.before(hart)) return { reason: "observed" };
      const { pc, instret } = hart;
      const uses = registers?.usesBy(hart);
      if (uses === undefined && this.#records.hasChanged) this.#renew(hart);
      const stop = this.#engine.run(hart, 1, true);
      if (uses === undefined || registers === undefined || hart.instret === instret) {
        if (stop.reason !== "budget") return stop;
        continue;
      }
      const stopping = registers.stopping(hart, uses);
      if (stop.reason === "watchpoint" && stopping) return { ...stop, registers: stopping };
      if (stop.reason !== "budget") return stop;
      if (stopping) return { reason: "registers", registers: stopping, pc };
    }
  }

  #open(hart: Hart, pc: bigint): boolean {
    return openCodePage(hart, pc, this.#records, this.#memory);
  }

  /** Code has changed, and this is some of it that uses no watched register. */
  #renew(hart: Hart): void {
    const frame = frameOfCode(hart, hart.pc);
    if (frame !== undefined) this.#records.renew(frame);
  }

  /** Where the window is another process's, each instruction is announced. */
  #isInWindow({ translator }: Hart): boolean {
    return this.#memory.window === undefined || translator.rightsTable !== undefined;
  }
}

/** The decode table in which what is to be seen is left to the evaluator, and nothing is paired. */
function leaving({ rows, forms }: Generated, wanted: ReadonlySet<Observable>): Uint8Array {
  const bytes = rows.slice();
  const view = new DataView(bytes.buffer);
  const { first, last } = entriesOf(view);
  // The last run of entries ends with one that matches everything.
  for (let entry = first, mask = -1; entry <= last || mask !== 0; entry++) {
    const at = entry * entrySize;
    mask = view.getUint32(at + entryFields.mask, true);
    const handler = view.getUint16(at + entryFields.handler, true);
    const form = handler === skipped ? undefined : forms.get(handler);
    if (form === undefined) continue;
    view.setUint8(at + entryFields.first, 0);
    view.setUint8(at + entryFields.second, 0);
    if (isSeen(form, wanted)) view.setUint16(at + entryFields.handler, reserved.evaluate, true);
  }
  return bytes;
}

/** The first entries of the first run and of the last: the index comes before all of them. */
function entriesOf(view: DataView): { readonly first: number; readonly last: number } {
  let [first, last] = [view.getUint16(0, true), 0];
  for (let at = 0; at < first * entrySize; at += 2) {
    const entry = view.getUint16(at, true);
    // The index may be followed by bytes that fill up to the first entry.
    if (entry === 0) continue;
    first = Math.min(first, entry);
    last = Math.max(last, entry);
  }
  return { first, last };
}

/** Whether a form may be something that is to be seen: a link register is taken to be ra. */
function isSeen(form: Form, wanted: ReadonlySet<Observable>): boolean {
  const values = { rd: 1, rs1: 1, rs2: 10, ...form.fixed };
  const { instruction, length } = form;
  const { control, memory } = effectsOf({ instruction, values, length, word: 0 });
  const isTransfer = control === "call" || control === "return";
  return (
    (isTransfer && wanted.has("transfers")) || (memory !== undefined && wanted.has("accesses"))
  );
}
