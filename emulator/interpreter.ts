/**
 * The engine that runs cold code and single steps: the generated interpreter over decoded records
 * for what is common, the evaluator for every instruction that the generated code leaves. Since
 * it leaves before an instruction has changed anything, both see the same states, and every stop
 * is as exact as the evaluator's.
 */
import type { Architecture } from "../isa/architecture.ts";
import { createDecoder } from "../isa/decoder.ts";
import { openCodePage } from "./code-pages.ts";
import type { Engine, EngineStop } from "./engine.ts";
import { EvaluatorEngine } from "./evaluator-engine.ts";
import type { ExecutionCounts } from "./execution-counts.ts";
import type { Hart } from "./hart.ts";
import type { PhysicalMemory } from "./memory.ts";
import { RegionCache } from "./region-cache.ts";
import { hasFusedMultiplyAdd } from "./wasm/fused-probe.ts";
import { Exit, generateInterpreter, type InterpreterFunction } from "./wasm/interpreter-module.ts";
import type { MemoryLayout } from "./wasm/layout.ts";
import { prebuiltInterpreter } from "./wasm/prebuilt.ts";
import { type PairHandlers, RecordTables } from "./wasm/records.ts";

/** V8 optimises a running function only when it is entered anew, so it must return now and then. */
const longestRun = 1 << 20;
/** Instructions of generated code, and evaluated ones, after which whether to end is asked. */
const longestUnasked = 1 << 18;
const slowUnasked = 256;

/** An interpreter, compiled. */
interface Compiled {
  readonly module: WebAssembly.Module;
  readonly rows: Uint8Array;
  readonly pairs: PairHandlers;
}

const interpreters = new Map<string, Compiled>();

/** What an interpreter depends on, as text; `fused` as in {@link hasFusedMultiplyAdd}. */
export function interpreterKey(
  { xlen, base, extensions }: Architecture,
  flen: 0 | 32 | 64,
  hotness: number | undefined,
  { window }: MemoryLayout,
  fused = hasFusedMultiplyAdd(),
): string {
  const place = window && [window.base, window.rights, window.mask, window.last];
  return [xlen, base, flen, hotness, fused, place, ...[...extensions].sort()].join(" ");
}

/** The interpreter for an architecture, generated once or when the program was bundled. */
function interpreterFor(
  architecture: Architecture,
  flen: 0 | 32 | 64,
  hotness: number | undefined,
  memory: PhysicalMemory,
  counts: boolean,
): Compiled {
  const plain = interpreterKey(architecture, flen, hotness, memory);
  const key = counts ? `${plain} counts` : plain;
  let interpreter = interpreters.get(key);
  if (interpreter === undefined) {
    const { bytes, rows, pairs } =
      prebuiltInterpreter(key) ??
      generateInterpreter(architecture, flen, hotness, memory, undefined, counts);
    interpreter = { module: new WebAssembly.Module(bytes as BufferSource), rows, pairs };
    interpreters.set(key, interpreter);
  }
  return interpreter;
}

/** Contexts that have translated code, at most; the one that was not used for longest gives way. */
const mostContexts = 8;
/** Frames that must be free for one more. */
const roomForContext = 4096;

/** The generated code of one context of a hart; see `Hart.codeContext`. */
interface CodeContext {
  readonly run: InterpreterFunction;
  readonly regions: RegionCache | undefined;
  /** For which translations the regions were last found to hold. */
  hart: Hart | undefined;
  generation: number;
  root: bigint;
}

/** The engine of generated code: the interpreter, and with a hotness the translator too. */
export class InterpreterEngine implements Engine {
  readonly #memory: PhysicalMemory;
  readonly #evaluator: EvaluatorEngine;
  readonly #records: RecordTables;
  /** Where the decode table lies. */
  readonly #rows: number;
  #breakpoints = new Set<bigint>();
  readonly #counts: ExecutionCounts | undefined;

  readonly #makeContext: () => CodeContext;
  /** The one that was used last is the last. */
  readonly #contexts = new Map<unknown, CodeContext>();
  #context: CodeContext;
  /** The hart, and the version of its buffer, for which the context was chosen. */
  #hart: Hart | undefined;
  #version = -1;

  /**
   * @param flen the f registers' width in bits, the same for all harts
   * @param hotness how many jumps to an address make it due for translation; without, none is
   * @param counts where executions are counted
   */
  constructor(
    memory: PhysicalMemory,
    architecture: Architecture,
    flen: 0 | 32 | 64,
    hotness?: number,
    counts?: ExecutionCounts,
  ) {
    this.#memory = memory;
    this.#counts = counts;
    const decode = createDecoder(architecture);
    this.#evaluator = new EvaluatorEngine(memory, decode);
    const isCounting = counts !== undefined;
    const { module, rows, pairs } = interpreterFor(architecture, flen, hotness, memory, isCounting);
    this.#makeContext = () => {
      const regions =
        hotness === undefined
          ? undefined
          : new RegionCache(memory, architecture, flen, decode, hotness, counts);
      const table = regions?.table ?? new WebAssembly.Table({ initial: 1, element: "anyfunc" });
      const { exports } = new WebAssembly.Instance(module, {
        env: { memory: memory.linear, table },
      });
      const run = exports["run"] as InterpreterFunction;
      return { run, regions, hart: undefined, generation: 0, root: 0n };
    };
    this.#context = this.#makeContext();
    this.#contexts.set(undefined, this.#context);
    this.#records = new RecordTables(memory, pairs, counts);
    const place = memory.allocateRun(rows.length);
    if (place === undefined) throw new Error(`no memory to decode within ${memory.limit} bytes`);
    memory.bytes.set(rows, place);
    this.#rows = place;
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
    this.#records.setBreakpoints(new Set([...wanted].map((one) => Number(one & 0xfffn))));
    for (const { regions } of this.#contexts.values()) regions?.setBreakpoints(wanted, changed);
  }

  invalidate(): void {
    this.#evaluator.invalidate();
    this.#records.clear();
    for (const { regions } of this.#contexts.values()) regions?.clear();
  }

  run(hart: Hart, budget: number, skipFirst = false, isDue?: () => boolean): EngineStop {
    const last = hart.instret + BigInt(budget);
    const longest = isDue === undefined ? longestRun : longestUnasked;
    let slowSteps = 0;
    let skip = skipFirst && this.#breakpoints.has(hart.pc);
    for (;;) {
      const remaining = Number(last - hart.instret);
      if (remaining === 0) return { reason: "budget" };
      const turn = Math.min(remaining, longest);
      const exit = skip ? Exit.evaluate : this.#enter(hart, turn);
      if (exit === Exit.budget) {
        this.#context.regions?.translateDue(hart);
        if (isDue?.()) return { reason: "budget" };
        continue;
      }
      if (exit === Exit.hot) {
        this.#context.regions?.enter(hart);
        continue;
      }
      if (exit === Exit.left) {
        const isSampled = this.#context.regions?.sample(hart) ?? false;
        // Where a jump leaves for a sample, its arrival was not counted.
        if (!isSampled) this.#counts?.add(hart.pc, -1n);
        if (hart.instret === last) continue;
      }
      if (exit === Exit.fetch && openCodePage(hart, hart.pc, this.#records, this.#memory)) continue;
      if (
        exit === Exit.fetchNext &&
        openCodePage(hart, behindPage(hart), this.#records, this.#memory)
      )
        continue;
      if (exit === Exit.call) {
        return { reason: "trap", trap: { cause: 8 + hart.privilege, value: 0n, pc: hart.pc } };
      }
      if (++slowSteps % slowUnasked === 0 && isDue?.()) return { reason: "budget" };
      // Also where the exit has another reason: the page may only have to be looked up again.
      if (!skip && this.#breakpoints.has(hart.pc)) return { reason: "breakpoint" };
      skip = false;
      const { pc, instret } = hart;
      const stop = this.#evaluator.run(hart, 1, true);
      if (hart.instret !== instret) this.#counts?.alone(pc);
      if (stop.reason !== "budget") return stop;
    }
  }

  #enter(hart: Hart, budget: number): number {
    // The window is another process's: here each instruction is evaluated.
    const { window } = this.#memory;
    if (window !== undefined && hart.translator.rightsTable === undefined) return Exit.evaluate;
    if (hart.buffer.version !== this.#version || hart !== this.#hart) this.#selectContext(hart);
    const { run, regions } = this.#context;
    return run(hart.offset, budget, this.#records.index, this.#rows, regions?.entries ?? 0);
  }

  /** Goes over to the translated code for what the hart now executes, as far as that still holds. */
  #selectContext(hart: Hart): void {
    this.#hart = hart;
    this.#version = hart.buffer.version;
    if (this.#context.regions === undefined) return;
    const key = hart.codeContext;
    const context = this.#contexts.get(key) ?? this.#newContext();
    this.#contexts.delete(key);
    this.#contexts.set(key, context);
    this.#context = context;
    const { generation } = hart.buffer;
    const root = hart.csrs.satp;
    if (context.generation === generation && context.root === root && context.hart === hart) return;
    context.regions?.revalidate(hart);
    Object.assign(context, { generation, root, hart });
  }

  /** A context without code: a new one, or the one that was not used for longest. */
  #newContext(): CodeContext {
    const oldest = this.#contexts.entries().next();
    if (oldest.done) throw new Error("an engine without a context");
    const [key, context] = oldest.value;
    const isFirst = key === undefined; // made before there was a hart
    const isFull = this.#contexts.size >= mostContexts || this.#memory.freeFrames < roomForContext;
    if (isFirst || isFull) {
      this.#contexts.delete(key);
      context.regions?.clear();
      return context;
    }
    const fresh = this.#makeContext();
    const all = [...this.#breakpoints];
    fresh.regions?.setBreakpoints(this.#breakpoints, all);
    return fresh;
  }
}

/** The address behind the page of pc. */
const behindPage = ({ pc, xlen }: Hart): bigint => BigInt.asUintN(xlen, (pc | 0xfffn) + 1n);
